"""Writes: one keyword-only function for each thing that happens."""
