"""Authors: the accounts that write posts."""
