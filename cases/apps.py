"""The Django app."""

from django.apps import AppConfig


class CasesConfig(AppConfig):
    """Cases, interactions, authors, customers and custom properties."""

    name = "cases"
    verbose_name = "Case Portal"
