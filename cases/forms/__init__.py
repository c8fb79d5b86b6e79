"""Forms that the back office shows: the definition of a field, the dynamic fields of a case."""
