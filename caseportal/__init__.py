"""The Django project: configuration, URLs and the WSGI entry point."""
