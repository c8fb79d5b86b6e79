"""What the tests in a browser share: a portal that knows its own address."""

from typing import TYPE_CHECKING

import pytest
from django.conf import LazySettings
from playwright.sync_api import Page
from pytest_django.live_server_helper import LiveServer

if TYPE_CHECKING:
    from tests.browser.portal import Portal


@pytest.fixture
def portal(live_server: LiveServer, settings: LazySettings, browser_page: Page) -> "Portal":
    """Return a running portal with an empty database, whose links lead to itself."""
    from tests.browser.portal import Portal  # noqa: PLC0415 - needs Django set up

    settings.PORTAL_URL = live_server.url
    return Portal(url=live_server.url, page=browser_page)
