"""A portal whose every text was written by someone who means harm."""

from typing import Any

import orjson
from django.apps import apps
from django.contrib.auth.models import User
from django.contrib.contenttypes.models import ContentType
from django.db.models import CharField, Field, Model, TextField
from django.utils import timezone

from cases.choices import EventKind, ObjectType, PropertyStage, PropertyType
from cases.models import (
    ApiKey,
    Case,
    CaseEvent,
    CustomProperty,
    Integration,
    RecordedRequest,
)
from cases.selectors.api_keys import forget_keys
from tests.browser.portal import Portal
from tests.factories import (
    AuthorFactory,
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    InteractionFactory,
    UserFactory,
    issue_header,
)

PRODUCT = "60481729"
"""What `{{7777*7777}}` says where something reads it as a template."""

HOSTILE = (
    "'\"><script>__pwned=1</script><img src=x onerror=__pwned=1>"
    '<b x-data x-init="__pwned=1" hx-get=/pwned hx-trigger=load>{{7777*7777}}{% debug %}'
    "</textarea></title><svg/onload=__pwned=1>`${__pwned=1}`\u202egnp.exe\u2066 "
)
HOSTILE += "W" * (255 - len(HOSTILE))
"""As long as the longest one-line text: cut off anywhere, what is left is still hostile."""

LONG_HOSTILE = "\n".join(
    (
        HOSTILE,
        '</script><script>alert("body")</script><!-- <style>*{display:none}</style>',
        "<a href=javascript:__pwned=1>link</a> <iframe srcdoc='<script>parent.__pwned=1</script>'>",
        "<math><mtext></form><form action=javascript:__pwned=1><input autofocus onfocus=__pwned=1>",
        "{% load static %}{{ request.user.password }} ${7777*7777} #{7777*7777}",
        "[link](javascript:__pwned=1) ![image](https://outside.example/pwned.png)",
        "شكرا \u202e reversed \u202c \u200b 👩‍👩‍👧‍👦",
        "supercalifragilistic" * 60,
    )
)

HOSTILE_LINKS = (
    "javascript:__pwned=1",
    " javascript:__pwned=1",
    "JaVaScRiPt:__pwned=1//https://social.example/",
    "java\tscript:__pwned=1",
    "data:text/html,<script>__pwned=1</script>",
    "vbscript:msgbox(1)",
    "//outside.example/post",
    "https:outside.example",
    "https://social.example/\" onmouseover=\"__pwned=1' onclick='__pwned=1",
    "https://social.example/?next=javascript:__pwned=1",
    "https://social.example/" + "path" * 120,
    "file:///etc/passwd",
)

_UNTOUCHED = {
    # Fixed by the portal or by Django, not texts that a person or Khoros writes.
    (ApiKey, "id"),
    (ApiKey, "prefix"),
    (ApiKey, "hashed_key"),
    (User, "password"),
    # Plain identifiers: no form and no service takes anything else.
    (CustomProperty, "name"),
}


def make_hostile(row: Model, **values: Any) -> None:
    """Overwrite every text of a row, past all checks; `values` are for those with a shape."""
    texts = {
        field.name: hostile_value(field)
        for field in row._meta.concrete_fields
        if isinstance(field, CharField | TextField)
        and not (field.choices or field.primary_key or field.name in values)
        and (type(row), field.name) not in _UNTOUCHED
    }
    type(row)._default_manager.filter(pk=row.pk).update(**texts | values)


def hostile_value(field: "Field[Any, Any]") -> str:
    """Return a hostile text that fits into the column."""
    return LONG_HOSTILE if field.max_length is None else HOSTILE[: field.max_length]


def fill_portal(portal: Portal) -> None:
    """Make rows of every model with hostile texts, by the API and in the tables themselves."""
    _make_definitions()
    header = issue_header()
    _call(portal, header)
    customer = CustomerFactory.create(id=HOSTILE, properties=_values("customer"))
    case = CaseFactory.create(customer=customer)
    duplicate = CaseFactory.create(customer=customer, closed=True, possible_duplicate_of=case)
    for row in (case, duplicate):
        make_hostile(
            row,
            properties=_values("case"),
            unregistered={HOSTILE: LONG_HOSTILE, "nested": {HOSTILE: [HOSTILE, None]}},
            possible_duplicate_of=None if row == case else case,
        )
    _make_posts(case)
    _make_history(case)
    _make_people(case)
    _make_requests(case)
    for row in [*Integration.objects.all(), *ApiKey.objects.all()]:
        make_hostile(row)
    forget_keys()


def _entries() -> list[dict[str, str]]:
    return [{"name": HOSTILE, "value": HOSTILE}, {"name": HOSTILE[::-1], "value": "plain"}]


def _make_definitions() -> None:
    for object_type in ObjectType.values:
        for kind in PropertyType.values:
            has_list = kind == PropertyType.SINGLE_SELECT_LIST
            CustomPropertyFactory.create(
                object_type=object_type,
                name=f"{object_type}_{kind}",
                label=HOSTILE,
                type=kind,
                list_values=_entries() if has_list else [],
                searchable=object_type == ObjectType.CUSTOMER,
            )
        for stage in (PropertyStage.DRAFT, PropertyStage.RETIRING, PropertyStage.ARCHIVED):
            CustomPropertyFactory.create(
                object_type=object_type, name=f"{object_type}_{stage}", label=HOSTILE, stage=stage
            )


def _values(object_type: str) -> dict[str, str]:
    return {
        f"{object_type}_text": HOSTILE,
        f"{object_type}_textarea": LONG_HOSTILE,
        f"{object_type}_single_sel_list": HOSTILE,
        f"{object_type}_checkbox": "true",
        f"{object_type}_retiring": HOSTILE,
    }


def _call(portal: Portal, header: str) -> None:
    """Let Khoros post one hostile case that is taken and one that is refused."""
    post = {
        "created": "2026-03-06T09:14:03Z",
        "body": LONG_HOSTILE,
        "linkUrl": "https://social.example/?next=javascript:__pwned=1",
        "serviceId": HOSTILE,
        "service": HOSTILE[:64],
        "contentType": HOSTILE[:64],
        "author": {
            "service": HOSTILE[:64],
            "serviceId": HOSTILE,
            "handle": HOSTILE,
            "name": HOSTILE,
            "brandOwned": True,
        },
    }
    payload = {
        "customerId": f"c{HOSTILE}"[:255],
        "title": HOSTILE,
        "description": LONG_HOSTILE,
        "interactions": [post],
        HOSTILE[:80]: HOSTILE,
        "__proto__": LONG_HOSTILE,
    }
    taken = portal.call("POST", "/case", header, payload)
    assert taken.status_code == 201, taken.text
    refused = portal.call(
        "POST", "/case", header, payload | {"case_single_sel_list": HOSTILE + "!"}
    )
    assert refused.status_code == 422, refused.text


def _make_posts(case: Case) -> None:
    for brand_owned in (False, True):
        author = AuthorFactory.create(service=f"service-{brand_owned}", brand_owned=brand_owned)
        make_hostile(author, service=HOSTILE[:63] + str(int(brand_owned)))
        for number, link in enumerate(HOSTILE_LINKS if brand_owned else ("", "nonsense")):
            post = InteractionFactory.create(case=case, author=author)
            make_hostile(post, link_url=link, service_id=f"{number}{brand_owned}{HOSTILE}"[:255])


def _make_history(case: Case) -> None:
    changes = {
        HOSTILE: [HOSTILE, LONG_HOSTILE],
        "title": [HOSTILE, HOSTILE],
        "status": [HOSTILE] * 2,
    }
    for kind in EventKind.values:
        event = CaseEvent.objects.create(case=case, kind=kind, at=timezone.now(), changes=changes)
        make_hostile(event)


def _make_people(case: Case) -> None:
    person = UserFactory.create(role="Agent")
    make_hostile(person, email="a@example.com")
    field = CustomProperty.objects.first()
    assert field is not None
    for row in (person, field, case):
        entry = apps.get_model("admin", "LogEntry")._default_manager.create(
            user=person,
            content_type=ContentType.objects.get_for_model(row),
            object_id=str(row.pk),
            action_flag=2,
        )
        make_hostile(entry, object_id=str(row.pk))


def _make_requests(case: Case) -> None:
    answer = {"error": HOSTILE, "message": LONG_HOSTILE}
    faults = [{"name": HOSTILE, "errorMessage": LONG_HOSTILE}]
    refused = RecordedRequest.objects.get(status=422)
    for original in (None, refused):
        row = RecordedRequest.objects.create(
            at=timezone.now(),
            status=422,
            duration_ms=1,
            integration=refused.integration,
            case=case,
            body=(LONG_HOSTILE.encode() + b"\xff\xfe\x00"),
            body_size=len(LONG_HOSTILE.encode()) + 3,
            replay_of=original,
            replayed_by=User.objects.order_by("pk").last(),
        )
        make_hostile(row, answer=orjson.dumps(answer | {"fields": faults}).decode())


def hostile_case() -> Case:
    """Return the case with everything that a case can have."""
    return Case.objects.filter(events__isnull=False).distinct().get()
