"""The case list: tabs, filters, columns, rows and saved views."""
