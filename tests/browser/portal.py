"""A running portal as its users meet it: staff in a browser, Khoros over HTTP."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import httpx
import pytest
from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from playwright.sync_api import Locator, Page, expect

from tests.factories import PASSWORD

ONE_OF_ALL_SCREENS = [
    (390, "dark"),
    *(
        pytest.param(width, scheme, marks=pytest.mark.long)
        for width, scheme in [(390, "light"), (1440, "light"), (1440, "dark")]
    ),
]
"""Width and scheme; the daily run takes the first."""

AXE = Path(__file__).parents[1] / "data" / "axe.min.js"


@dataclass(frozen=True)
class Portal:
    """One portal and one browser window on it."""

    url: str
    page: Page

    def open(self, path: str) -> Page:
        """Load a page of the portal and return the window."""
        answer = self.page.goto(urljoin(self.url, path))
        assert answer is not None
        assert answer.status == 200, f"{path} answers {answer.status}"
        return self.page

    def follow(self, part: Locator) -> None:
        """Press what leads to another page, and wait until that one is loaded."""
        with self.page.expect_navigation():
            part.click()

    def sign_in(self, user: User) -> None:
        """Log in as people do, with name and password."""
        self.open("/admin/")
        self.page.get_by_label("Username").fill(user.username)
        self.page.get_by_label("Password").fill(PASSWORD)
        self.page.get_by_role("button", name="Log in").click()
        expect(self.page.get_by_role("link", name="Dashboard").first).to_be_visible()

    def enter(self, user: User) -> None:
        """Be logged in, without the form."""
        client = Client()
        client.force_login(user)
        session = client.cookies[settings.SESSION_COOKIE_NAME].value
        self.page.context.add_cookies(
            [{"name": settings.SESSION_COOKIE_NAME, "value": session, "url": self.url}]
        )

    def call(self, method: str, path: str, header: str, payload: Any = None) -> httpx.Response:
        """Call an operation as Khoros does."""
        return httpx.request(
            method,
            urljoin(self.url, path),
            json=payload,
            headers={
                "Authorization": header,
                # As the vendor's own example client asks, although it expects JSON.
                "Accept": "text/plain",
                "x-sf-user-email": "jo.agent@khoros.example",
                "x-sf-initiative": "4211",
                "x-sf-company-id": "318",
            },
            timeout=60,
            trust_env=False,
        )


def assert_accessible(page: Page) -> None:
    """Check the page as it is against WCAG, with axe-core."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    faults = page.evaluate("axe.run()")["violations"]
    assert not faults, [(fault["id"], fault["nodes"][0]["target"]) for fault in faults]
