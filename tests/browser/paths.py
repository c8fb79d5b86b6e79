"""The addresses of every page, of a portal that `tests.browser.hostile` has filled."""

from urllib.parse import urlencode

from django.contrib.auth.models import User

from cases.models import ApiKey, Author, Customer, CustomProperty, RecordedRequest
from tests.browser.hostile import HOSTILE, hostile_case
from tests.test_authorization import ROUTES, declared


def page_paths() -> list[str]:
    """Return the addresses of every page that an administrator may open, of the rows above."""
    table = declared()
    pages = [
        route
        for route in ROUTES
        if route.startswith(("admin/", "docs"))
        # What the table doesn't declare fails the test of the table.
        and route in table
        and table[route]["GET"].split()[3] == "200"
        and route not in {"admin/jsi18n/", "docs/openapi.json"}
        # What is a download is no page.
        and "<slug:file_format>" not in route
        and not route.endswith("/body/")
    ]
    return [*map(_path, pages), *_further_paths()]


def _path(route: str) -> str:
    """Return the address of a route, of the row of its model that is hostile."""
    keys = {
        "author": Author.objects.get(handle=HOSTILE, brand_owned=True, service__endswith="1").pk,
        "case": hostile_case().pk,
        # Quoted, as in the addresses that Khoros gets.
        "customer": Customer.objects.get(pk=HOSTILE).url.split("/")[-3],
        "customproperty": CustomProperty.objects.get(name="case_single_sel_list").pk,
        "recordedrequest": RecordedRequest.objects.get(path=HOSTILE, replay_of=None).pk,
        "user": User.objects.get(username=HOSTILE[:150]).pk,
    }
    key = next((str(keys[model]) for model in keys if f"/{model}/" in route), "")
    for pattern in ("<path:object_id>", "<int:object_id>", "<slug:object_id>", "<id>"):
        route = route.replace(pattern, key)
    prefix = ApiKey.objects.values_list("prefix", flat=True)[0]
    path = "/" + route.replace("<slug:prefix>", prefix)
    assert "<" not in path, f"{path}: say of which row the page is"
    return path


def _further_paths() -> list[str]:
    """Return lists that are searched and filtered, tabs, and a form that is filled in."""
    lists = {
        "case": ("q", "service", "property_case_single_sel_list", "customer__id__exact"),
        "author": ("q", "service"),
        "customer": ("q", "columns", "property_customer_text", "property_customer_single_sel_list"),
        "recordedrequest": ("operation", "status"),
        "apikey": ("q",),
        "customproperty": ("object",),
        "customproperty/add": ("name", "type", "object"),
    }
    hostile = [
        f"/admin/cases/{model}/?{urlencode({name: HOSTILE})}"
        for model, names in lists.items()
        for name in names
    ]
    return [
        *hostile,
        f"/admin/auth/user/?{urlencode({'q': HOSTILE})}",
        f"/admin/search/?{urlencode({'s': HOSTILE})}",
        "/admin/cases/case/?q=script",
        "/admin/cases/case/?tab=open&unregistered=yes&brand_owned=yes",
        "/admin/cases/customproperty/?object=customer",
        "/admin/cases/customproperty/add/?object=customer",
        "/admin/cases/recordedrequest/?outcome=waiting",
    ]
