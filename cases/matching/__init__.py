"""Identifies the customer behind a post: normalised names, handles, numbers and addresses."""
