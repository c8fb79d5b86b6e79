"""How the tests run: on which database, with which environment, in which browser."""

import os
import shutil
import signal
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import hypothesis
import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.servers.basehttp import WSGIRequestHandler
from django.db import connections
from playwright.sync_api import Browser, Page, expect, sync_playwright

from devtools.postgres import postgres

ENVIRONMENT = {
    "DJANGO_SETTINGS_MODULE": "caseportal.settings",
    "SECRET_KEY": "a-key-for-tests-only-0123456789-0123456789-0123456789",
    # The host of Django's test client, so that it can follow a case's `url`.
    "PORTAL_URL": "http://testserver",
}
UNSET = (
    *("ALLOWED_HOSTS", "CSRF_TRUSTED_ORIGINS", "API_PREFIX", "DEBUG", "TIME_ZONE", "HSTS_SECONDS"),
    *("REPEAT_WINDOW_MINUTES", "REQUEST_LOG_DAYS", "REQUEST_LOG_ROWS", "REQUEST_LOG_MEGABYTES"),
)
DATABASE_FIXTURES = {"db", "transactional_db", "live_server"}
# The shell is the same engine without a browser's own windows, and a third quicker.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome")
# Two workers share a server: a test with hundreds of threads leaves the other one its connections.
CONNECTIONS = 400
NO_BROWSER = (
    "no Chromium: set CHROMIUM=/path/to/chromium or install Debian's chromium-headless-shell"
)

SHORT_EXAMPLES, LONG_EXAMPLES = 40, 300
"""How many examples a property is tried with in the daily run, and in the long one."""

# The data of the tests needs to survive no power cut.
POSTGRES = {
    "max_connections": CONNECTIONS,
    "shared_buffers": "256MB",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


_started = ExitStack()
"""What this run started by itself and must take away again."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--database` and `--long`."""
    parser.addoption(
        "--database",
        choices=("sqlite", "postgres"),
        help="Run on SQLite or PostgreSQL. Without it: on what DATABASE_URL names, else SQLite. "
        "A PostgreSQL server is started for the run where DATABASE_URL names none.",
    )
    parser.addoption(
        "--long",
        action="store_true",
        help="Run the long tests, and on PostgreSQL those that the daily run leaves to SQLite. "
        "Without it: all others.",
    )


def pytest_configure(config: pytest.Config) -> None:
    """Set the environment before Django reads its settings; what a shell has set is not used."""
    # A run that is told to end cleans up as one that is interrupted.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    hypothesis.settings.register_profile(
        "caseportal",
        deadline=None,
        max_examples=LONG_EXAMPLES if config.getoption("--long") else SHORT_EXAMPLES,
        suppress_health_check=[hypothesis.HealthCheck.function_scoped_fixture],
    )
    hypothesis.settings.load_profile("caseportal")
    for name in (*ENVIRONMENT, *UNSET):
        os.environ.pop(f"{name}_FILE", None)
        os.environ.pop(name, None)
    os.environ.update(ENVIRONMENT)
    # Under xdist the controller decides, and its workers inherit the decision.
    if not hasattr(config, "workerinput"):
        _choose_database(config.getoption("--database"))
    database = settings.DATABASES["default"]
    if database["ENGINE"] == "caseportal.sqlite3":
        # A file, because threads and the live server can't share a database in memory.
        database.setdefault("TEST", {})["NAME"] = str(_new_directory() / "test.sqlite3")
        pragmas = database["OPTIONS"]["init_command"].replace("FULL", "OFF")
        database["OPTIONS"] = {**database["OPTIONS"], "init_command": pragmas}
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    # Straight from the source, also where `collectstatic` has run once.
    settings.STORAGES["staticfiles"]["BACKEND"] = (
        "django.contrib.staticfiles.storage.StaticFilesStorage"
    )
    settings.WHITENOISE_USE_FINDERS = True
    # Each client would search all static files first; this way a file is looked up when asked for.
    settings.WHITENOISE_AUTOREFRESH = True
    # The live server sends head and body of an answer apart: Nagle's algorithm would hold the body
    # back for 40 ms, until the client has acknowledged the head.
    WSGIRequestHandler.disable_nagle_algorithm = True


def pytest_unconfigure() -> None:
    """Stop the database server and remove the files of this run."""
    _started.close()


def pytest_report_header() -> str:
    """Say on which database the tests run."""
    return f"database: {settings.DATABASES['default']['ENGINE'].rpartition('.')[2]}"


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what the other of the two runs has, and prepare tests that commit."""
    _choose_tests(config, items)
    _run_commits_last(items)


def _choose_tests(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave long tests to `--long`, unless they are named one by one.

    A browser shows the same on both databases, and a test that touches none has nothing to show on
    the other: the daily run has them on SQLite.
    """
    if any("::" in argument for argument in config.args):
        return
    on_postgres = "postgres" in settings.DATABASES["default"]["ENGINE"]

    def is_long(item: pytest.Item) -> bool:
        return item.get_closest_marker("long") is not None or (on_postgres and _is_shown_once(item))

    wanted = bool(config.getoption("--long"))
    others = [item for item in items if is_long(item) is not wanted]
    if others:
        config.hook.pytest_deselected(items=others)
        items[:] = [item for item in items if is_long(item) is wanted]


def _is_shown_once(item: pytest.Item) -> bool:
    if item.get_closest_marker("both_databases") is not None:
        return False
    if item.get_closest_marker("browser") is not None:
        return True
    fixtures = set(getattr(item, "fixturenames", ()))
    return item.get_closest_marker("django_db") is None and not fixtures & DATABASE_FIXTURES


def _run_commits_last(items: list[pytest.Item]) -> None:
    """Give tests that commit the rows that migrations made, such as the groups, and run them last.

    They end with empty tables; pytest-django runs them after all others.
    """
    for item in items:
        marker = item.get_closest_marker("django_db")
        kwargs = dict(marker.kwargs) if marker else {}
        fixtures = set(getattr(item, "fixturenames", ()))
        if kwargs.get("transaction") or fixtures & {"transactional_db", "live_server"}:
            kwargs |= {"transaction": True, "serialized_rollback": True}
            item.add_marker(pytest.mark.django_db(**kwargs), append=False)


@pytest.fixture(autouse=True)
def _forget_what_the_process_remembers() -> None:
    """Let no test see the definitions, keys or cached values of the one before.

    Nor does the minute's pruning fall into one by chance.
    """
    from cases.selectors.api_keys import forget_keys  # noqa: PLC0415 - needs Django set up
    from cases.selectors.dashboard.figures import forget_figures  # noqa: PLC0415
    from cases.selectors.properties import forget_definitions  # noqa: PLC0415
    from cases.services import requests  # noqa: PLC0415

    forget_definitions()
    forget_figures()
    forget_keys()
    cache.clear()
    requests._pruning = requests._Pruning()


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Return a headless Chromium; skips where there is none, fails where REQUIRE_BROWSER=1."""
    path = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)
    if path is None:
        (pytest.fail if os.environ.get("REQUIRE_BROWSER") == "1" else pytest.skip)(NO_BROWSER)
    connection = connections["default"]
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        # Playwright keeps an event loop running in this thread, which Django takes for async code:
        # it would refuse the database, and open another connection.
        patch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "true")
        connections["default"] = connection
        # A wait ends when what it waits for is there: this only bounds it on a busy machine.
        expect.set_options(timeout=30_000)
        browser = playwright.chromium.launch(
            executable_path=path,
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
            ],
        )
        yield browser
        browser.close()


@pytest.fixture
def browser_page(chromium: Browser) -> Iterator[Page]:
    """Return an empty page, 1280 by 900, with cookies of its own."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    context.set_default_timeout(60_000)
    page = context.new_page()
    _wait_for_scripts(page)
    yield page
    context.close()


def _wait_for_scripts(page: Page) -> None:
    """Let each press and each look at the page wait until it is loaded, its scripts included."""
    page.add_init_script(
        "addEventListener('load', () => document.documentElement.dataset.loaded = '')"
    )
    page.add_locator_handler(
        page.locator("html:not([data-loaded])"), lambda _loading: page.wait_for_load_state()
    )


def _choose_database(wanted: str | None) -> None:
    given = os.environ.get("DATABASE_URL", "")
    is_server = given.startswith(("postgres:", "postgresql:"))
    if wanted is None:
        wanted = "postgres" if is_server else "sqlite"
    if wanted == "sqlite":
        os.environ["DATABASE_URL"] = f"sqlite:///{_new_directory() / 'unused.sqlite3'}"
    elif not is_server:
        os.environ["DATABASE_URL"] = _started.enter_context(postgres(**POSTGRES))


def _new_directory() -> Path:
    name = tempfile.TemporaryDirectory(prefix="caseportal-tests-", ignore_cleanup_errors=True)
    return Path(_started.enter_context(name))
