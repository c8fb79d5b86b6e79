"""What a new portal needs before anyone can use it."""

import secrets

from django.contrib.auth.models import User
from django.db import transaction

ADMIN_NAME = "admin"

_PASSWORD_BYTES = 15


def create_first_admin() -> str | None:
    """Create the superuser `admin` if the portal has no users.

    Returns the generated password, which is not stored, or None if there are users.
    """
    with transaction.atomic():
        if User.objects.exists():
            return None
        password = secrets.token_urlsafe(_PASSWORD_BYTES)
        User.objects.create_superuser(ADMIN_NAME, password=password)
    return password
