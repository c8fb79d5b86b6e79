"""The back office: one file per model, the settings page, the home page."""
