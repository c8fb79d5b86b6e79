"""What the case list shows: its state, filters and rows."""
