"""Custom properties: definitions, and how values are read, checked and shown."""
