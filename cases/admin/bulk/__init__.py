"""Bulk actions: what they ask, their progress and their results."""
