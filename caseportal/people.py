"""Django's users and groups, under the portal's own name in the back office."""

from django.contrib.auth.apps import AuthConfig


class PeopleConfig(AuthConfig):
    """Django's app of users; only its title differs, which every page of it shows."""

    verbose_name = "Case Portal"
