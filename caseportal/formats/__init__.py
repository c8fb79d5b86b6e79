"""How dates and times are written, by language; what is missing here is as Django has it."""
