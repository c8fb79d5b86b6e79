"""Date and time formats by language; languages without one here use Django's own."""
