"""Who may call what: every URL and method for every kind of caller, against a declared table.

`data/authorization.txt` has a line for each URL and method with the statuses that the callers get:
a URL that it does not declare fails, and so does any other answer. 302 of someone who is not
logged in leads to the login.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver
from django.utils import timezone

from cases.models import ApiKey, Author, Case, Customer, CustomProperty, RecordedRequest
from cases.selectors.api_keys import forget_keys
from cases.services.api_keys import revoke_key
from tests.factories import (
    CaseFactory,
    CustomPropertyFactory,
    InteractionFactory,
    SavedViewFactory,
    UserFactory,
    administrator,
    agent,
    issue_header,
    team_lead,
)

pytestmark = pytest.mark.django_db

TABLE = Path(__file__).parent / "data" / "authorization.txt"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS")
CALLERS = ("anonymous", "agent", "team lead", "administrator", "API key", "revoked key")


def routes(resolver: URLResolver, prefix: str = "") -> Iterator[str]:
    """Yield the pattern of every URL of the portal."""
    for pattern in resolver.url_patterns:
        route = f"{prefix}{pattern.pattern}"
        if isinstance(pattern, URLPattern):
            yield route
        else:
            yield from routes(pattern, route)


def declared() -> dict[str, dict[str, str]]:
    """Return the table: statuses by method, by route."""
    table: dict[str, dict[str, str]] = {}
    for line in TABLE.read_text("utf-8").splitlines():
        if line and not line.startswith("#"):
            route, methods, statuses = (cell.strip() for cell in line.split(" | "))
            for method in methods.split(","):
                table.setdefault(route, {})[method] = statuses
    return table


ROUTES = sorted(set(routes(get_resolver())))


def test_every_url_is_declared_and_no_other() -> None:
    assert sorted(declared()) == [route or '""' for route in ROUTES]


@pytest.mark.parametrize("route", ROUTES)
def test_each_caller_gets_what_is_declared(route: str) -> None:
    callers = make_callers()
    path = make_path(route)
    found = {
        method: " ".join(str(status(client, method, path)) for client in callers)
        for method in METHODS
    }
    assert found == declared()[route or '""']


def make_callers() -> list[Client]:
    """Return a client for each of `CALLERS`."""
    clients = [Client()]
    for user in (agent(), team_lead(), administrator()):
        clients.append(Client())
        clients[-1].force_login(user)
    clients.append(Client(headers={"Authorization": issue_header()}))
    revoked = issue_header("Former")
    revoke_key(key=ApiKey.objects.get(integration__name="Former"))
    clients.append(Client(headers={"Authorization": revoked}))
    for client in clients:
        client.raise_request_exception = False
    return clients


def make_path(route: str) -> str:
    """Return an address of the route, of a row that exists."""
    post = InteractionFactory.create(case=CaseFactory.create())
    CustomPropertyFactory.create()
    RecordedRequest.objects.create(
        at=timezone.now(),
        method="POST",
        path="/case",
        status=422,
        reference="r",
        duration_ms=1,
        body=b"{}",
        body_size=2,
    )
    rows = {
        "case": Case,
        "customer": Customer,
        "author": Author,
        "customproperty": CustomProperty,
        "recordedrequest": RecordedRequest,
    }
    own = next((model for name, model in rows.items() if f"/{name}/" in route), None)
    key = str(own.objects.latest("pk").pk) if own else str(UserFactory.create().pk)
    known = {
        "<path:object_id>": key,
        "<int:object_id>": key,
        "<slug:object_id>": key,
        "<id>": key,
        "<int:view_id>": str(SavedViewFactory.create(shared=True).pk),
        "<slug:action>": "retire",
        "<int:job_id>": "1",
        "<slug:file_format>": "csv",
        "<slug:key>": "none",
        "<slug:prefix>": issue_header("Another").removeprefix("Api-Key ").partition(".")[0],
        "<path:content_type_id>": "1",
        "^(?P<app_label>cases|auth)/$": "cases/",
        "(?P<url>.*)$": "nothing-is-here",
        "(?P<case_id>[^/]+)": str(post.case_id),
        "(?P<customer_id>(?s:.+?))": post.case.customer_id,
        "(?P<customer_id>(?s:.+))": post.case.customer_id,
        "(?P<object_type>[^/]+)": "case",
        "^(?:/*)": "",
        "/*\\Z": "",
        "/+": "/",
        "^": "",
    }
    for pattern, value in known.items():
        route = route.replace(pattern, value)
    return f"/{route}"


def status(client: Client, method: str, path: str) -> int:
    """Make a call, undo what it did, and return its status."""
    is_api = not path.startswith(("/admin", "/docs"))
    content = {"data": "{}", "content_type": "application/json"} if is_api else {}
    with transaction.atomic():
        answered: int = client.generic(method, path, **content).status_code
        transaction.set_rollback(True)
    forget_keys()
    return answered
