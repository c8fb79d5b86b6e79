"""Django's users and groups, under the portal's name in the back office."""

from django.contrib.auth.apps import AuthConfig


class PeopleConfig(AuthConfig):
    """Django's auth app under another title, which its pages show."""

    verbose_name = "Case Portal"
