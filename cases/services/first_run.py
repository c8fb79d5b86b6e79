"""What a new portal needs before anyone can use it."""

import secrets

from django.contrib.auth.models import User
from django.db import transaction

ADMIN_NAME = "admin"

_PASSWORD_BYTES = 15


def create_first_admin() -> str | None:
    """Make the user `admin`, who may do everything, where the portal has no user at all.

    Returns the generated password, which exists nowhere else, or None where someone is there
    already.
    """
    with transaction.atomic():
        if User.objects.exists():
            return None
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        User.objects.create_superuser(ADMIN_NAME, password=password)
    return password
