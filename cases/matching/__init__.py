"""Whose post is this: names, handles, numbers and addresses brought to one form and compared."""
