"""The custom fields of cases and customers: the list and the form."""
