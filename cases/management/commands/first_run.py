"""`manage.py first_run`: makes a new portal usable, and prints the secrets once."""

import shlex
from typing import Any

import orjson
from django.core.management.base import BaseCommand
from django.utils import timezone

from cases.addresses import instance_url, portal_url
from cases.selectors.api_keys import has_keys
from cases.services.api_keys import issue_key
from cases.services.first_run import ADMIN_NAME, create_first_admin

INTEGRATION = "Khoros"


class Command(BaseCommand):
    """Creates the first user and the first API key if there are none."""

    help = (
        "Create the user admin and an API key, and print both, only once. Does nothing if "
        "the portal already has users and keys."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        """Create what is missing and print its secrets."""
        password = create_first_admin()
        if password is not None:
            self.stdout.write(_SIGN_IN.format(portal_url("/admin/"), ADMIN_NAME, password))
        if not has_keys():
            _, header = issue_key(integration=INTEGRATION)
            self.stdout.write(_POST_A_CASE.format(header, example_call(header)))


def example_call(header: str) -> str:
    """Return a curl command that posts a case as Khoros would, in one line."""
    address = f"{instance_url()}/case"
    return shlex.join(
        [
            *("curl", "-i", address),
            *("-H", f"Authorization: {header}"),
            *("-H", "Content-Type: application/json"),
            *("-H", "x-sf-user-email: sam.rivers@example.com"),
            *("-d", orjson.dumps(_example_case()).decode()),
        ]
    )


def _example_case() -> dict[str, Any]:
    return {
        "customerId": "c-20417",
        "title": "Parcel has not arrived",
        "description": "Asked twice since Monday; the tracking page shows nothing new.",
        "interactions": [
            {
                "service": "twitter",
                "serviceId": "1861047753482310912",
                "contentType": "post",
                "body": "@acme my parcel was due on Monday and nobody answers. Where is it? 📦",
                "linkUrl": "https://twitter.com/nora_lind/status/1861047753482310912",
                "created": timezone.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
                "author": {
                    "service": "twitter",
                    "serviceId": "90417733",
                    "handle": "nora_lind",
                    "name": "Nora Lind",
                    "brandOwned": False,
                },
            }
        ],
    }


_SIGN_IN = """
The portal is ready. Keep the following; it is shown only once.

  Sign in at   {}
  User         {}
  Password     {}
"""

_POST_A_CASE = """
  Header value for calls from Khoros:
  {}

To post a case as Khoros would:

  {}
"""
