"""Customers: the list, the page of one, and their import."""
