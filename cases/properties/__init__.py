"""The custom-property engine: what a definition is, how its values are read, checked and shown."""
