"""The search of cases, and its suggestions."""
