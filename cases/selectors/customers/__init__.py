"""Customers: lists, filters, search and the best match."""
