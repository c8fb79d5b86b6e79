"""Finds whose post it is: names, handles, numbers and addresses are normalised and compared."""
