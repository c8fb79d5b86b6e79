"""`/docs` and `/docs/openapi.json`: true to what is served, and to the fields that are registered."""

import json
import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from drf_spectacular.validation import validate_schema
from jsonschema import Draft202012Validator

from cases.api.schema.generator import make_document
from cases.choices import ObjectType, Operation, PropertyStage, PropertyType
from cases.models import Case, Customer
from tests.api.wire import RECORDED, case, interaction, recorded
from tests.factories import (
    CaseFactory,
    CustomerFactory,
    CustomPropertyFactory,
    UserFactory,
    agent,
    issue_header,
)

pytestmark = pytest.mark.django_db

GOLD = [{"name": "Gold member", "value": "gold"}, {"name": "Silver member", "value": "silver"}]
VALUES = {
    PropertyType.TEXT: "NW-4711",
    PropertyType.TEXTAREA: "two\nlines",
    PropertyType.SINGLE_SELECT_LIST: "gold",
    PropertyType.CHECKBOX: "true",
}
NEVER_KEPT = {"id", "number", "customerId", "url", "created", "lastUpdated"}


def register(owner: ObjectType, kind: PropertyType, **values: Any) -> None:
    """Register a field that is named after its type."""
    values = {"name": kind.value, "stage": PropertyStage.LIVE, "searchable": True} | values
    if kind is PropertyType.SINGLE_SELECT_LIST:
        values.setdefault("list_values", GOLD)
    CustomPropertyFactory(object_type=owner, type=kind, **values)


def register_all() -> None:
    """Register a field of each type for cases and for customers."""
    for owner in ObjectType:
        for kind in PropertyType:
            register(owner, kind)


def schema(name: str) -> dict[str, Any]:
    """Return a schema of the document's components."""
    found: dict[str, Any] = make_document()["components"]["schemas"][name]
    return found


def validator(part: dict[str, Any]) -> Draft202012Validator:
    """Return what validates against a part of the document that may refer to its components."""
    components = {"components": make_document()["components"]}
    return Draft202012Validator(
        part | components, format_checker=Draft202012Validator.FORMAT_CHECKER
    )


def accepts(name: str, value: object) -> bool:
    """Tell whether a schema of the components accepts a value."""
    return bool(validator({"$ref": f"#/components/schemas/{name}"}).is_valid(value))


def call(
    operation: str,
    path: str,
    payload: object = None,
    *,
    content_type: str = "application/json",
    **headers: str,
) -> Any:
    """Call an operation, and return its answer after holding it against the document."""
    method = operation.partition(" ")[0]
    sent = {"Authorization": issue_header()} | headers
    response = Client(headers=sent).generic(
        method, path, "" if payload is None else json.dumps(payload), content_type
    )
    hold_against_document(operation, response)
    return response


def hold_against_document(operation: str, response: Any) -> None:
    """Fail where an answer is not what the document says of its operation."""
    method, path = operation.split(" ")
    described = make_document()["paths"][path][method.lower()]["responses"]
    answer = described[str(response.status_code)]
    for name, header in answer.get("headers", {}).items():
        assert name in response.headers or not header["required"]
    if "content" not in answer:
        assert response.content == b""
        return
    part = answer["content"]["application/json"]["schema"]
    problems = [problem.message for problem in validator(part).iter_errors(response.json())]
    assert not problems, (operation, response.content)


def test_it_is_openapi_3_1() -> None:
    register_all()
    document = make_document()
    assert document["openapi"].startswith("3.1.")
    validate_schema(document)
    for part in document["components"]["schemas"].values():
        Draft202012Validator.check_schema(part)


def test_every_reference_and_link_leads_somewhere() -> None:
    document = make_document()
    text = json.dumps(document)
    names = set(re.findall(r'"#/components/schemas/(\w+)"', text))
    assert names <= document["components"]["schemas"].keys()
    assert document["components"]["schemas"].keys() - names == set()
    operations = {
        entry["operationId"] for path in document["paths"].values() for entry in path.values()
    }
    assert set(re.findall(r'"links": {"(\w+)"', text)) <= operations


def test_it_describes_the_ten_operations_and_nothing_else() -> None:
    paths = make_document()["paths"]
    described = {f"{method.upper()} {path}" for path, item in paths.items() for method in item}
    assert described == set(Operation.values)


def test_every_operation_asks_for_the_key_and_says_what_refuses_it() -> None:
    document = make_document()
    assert document["components"]["securitySchemes"]["apiKey"]["name"] == "Authorization"
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["security"] == [{"apiKey": []}]
            assert {"401", "500", "503"} <= operation["responses"].keys()
            assert "WWW-Authenticate" in operation["responses"]["401"]["headers"]
            assert "Retry-After" in operation["responses"]["503"]["headers"]
            assert all(entry["description"] for entry in operation["responses"].values())


@pytest.mark.parametrize(
    ("prefix", "url"),
    [("", "https://cases.example.com"), ("api/v1/", "https://cases.example.com/api/v1")],
)
def test_it_names_where_the_api_is_served(settings: Any, prefix: str, url: str) -> None:
    settings.PORTAL_URL, settings.API_PREFIX = "https://cases.example.com", prefix
    document = make_document()
    assert document["servers"] == [{"url": url}]
    assert "/case" in document["paths"]


@pytest.mark.parametrize("kind", PropertyType)
@pytest.mark.parametrize("stage", [PropertyStage.LIVE, PropertyStage.RETIRING])
def test_a_field_that_is_accepted_appears(kind: PropertyType, stage: PropertyStage) -> None:
    assert kind.value not in schema("CaseRequest")["properties"]
    register(ObjectType.CASE, kind, label="Club", stage=stage)
    for name in ("Case", "CaseRequest", "CasePatch"):
        assert schema(name)["properties"][kind.value]["title"] == "Club"
    assert kind.value not in schema("CustomerRequest")["properties"]


@pytest.mark.parametrize("stage", [PropertyStage.DRAFT, PropertyStage.ARCHIVED])
def test_a_field_that_is_not_accepted_does_not(stage: PropertyStage) -> None:
    register(ObjectType.CUSTOMER, PropertyType.TEXT, stage=stage)
    for name in ("Customer", "CustomerRequest", "CustomerCriteria"):
        assert "text" not in schema(name)["properties"]


def test_a_list_offers_its_values_and_a_checkbox_each_spelling() -> None:
    register_all()
    keys = schema("CaseRequest")["properties"]
    assert keys["single_sel_list"]["enum"][:2] == ["gold", "silver"]
    assert {"enum": [0, 1]} in keys["checkbox"]["anyOf"]
    assert (keys["text"]["maxLength"], keys["textarea"]["maxLength"]) == (255, 65_535)


def test_only_searchable_fields_are_criteria() -> None:
    register(ObjectType.CUSTOMER, PropertyType.TEXT)
    register(ObjectType.CUSTOMER, PropertyType.TEXTAREA, searchable=False)
    assert schema("CustomerCriteria")["properties"].keys() == {"text"}


@pytest.mark.parametrize(
    ("name", "value", "accepted"),
    [
        ("CaseRequest", case(loyalty="gold", nested={"a": [1, None]}), True),
        ("CaseRequest", case(customId="cust-2"), False),
        ("CaseRequest", {"customId": "cust-2", "title": "Lost"}, True),
        ("CaseRequest", {"customerId": "cust-2"}, False),
        ("CaseRequest", case(title=" "), False),
        ("CaseRequest", case(title="\ufeff\x1c\x85"), False),
        ("CaseRequest", case(title="a\x00b"), False),
        ("CaseRequest", case(odd="a\x00b"), False),
        ("CaseRequest", case(text="x" * 256), False),
        ("CaseRequest", case(text=None), True),
        ("CaseRequest", case(checkbox=2), False),
        ("CaseRequest", case(single_sel_list="bronze"), False),
        ("CaseRequest", case(interactions=[interaction(linkUrl=None)]), True),
        ("CaseRequest", case(interactions=[interaction(linkUrl="javascript:x")]), False),
        ("CasePatch", {}, True),
        ("CasePatch", {"status": "pending"}, False),
        ("CustomerRequest", {"text": "x", "id": 7}, True),
        ("CustomerRequest", {"nickname": "x"}, False),
        ("CustomerCriteria", {"text": "x", "checkbox": True}, True),
        ("CustomerCriteria", {"text": "", "checkbox": None}, False),
        ("CustomerCriteria", {}, False),
        ("CustomerCriteria", {"nickname": "x"}, False),
        ("BestMatchRequest", {}, True),
        ("BestMatchRequest", {"accountNumbers": "1", "email": None, "more": 1}, True),
        ("BestMatchRequest", {"accountNumbers": ["1"], "phoneNumbers": {}}, True),
    ],
)
def test_the_api_agrees_with_what_the_document_says_of_requests(
    name: str, value: dict[str, Any], accepted: bool
) -> None:
    register_all()
    CustomerFactory(id="cust-1")
    operation, path = {
        "CaseRequest": ("POST /case", "/case"),
        "CasePatch": ("PATCH /case/{id}", f"/case/{CaseFactory().pk}"),
        "CustomerRequest": ("POST /customer", "/customer"),
        "CustomerCriteria": ("POST /customers", "/customers"),
        "BestMatchRequest": ("POST /customer/bestmatch", "/customer/bestmatch"),
    }[name]
    assert accepts(name, value) is accepted
    assert (call(operation, path, value).status_code < 300) is accepted


@pytest.mark.parametrize("name", RECORDED)
def test_recorded_payloads_are_as_the_document_says(name: str) -> None:
    assert accepts("CaseRequest", recorded(name))


def test_each_operation_answers_as_the_document_says() -> None:
    register_all()
    values = {kind.value: VALUES[kind] for kind in PropertyType}
    opened = call("POST /case", "/case", recorded("khoros_case") | values)
    path = f"/case/{opened.json()['id']}"
    customer = call("POST /customer", "/customer", values).json()
    other = f"/customer/{customer['id']}"
    answers = [
        opened,
        call("GET /case/{id}", path),
        call("PATCH /case/{id}", path, {"status": "closed"}),
        call("GET /customer/{id}", other),
        call("PATCH /customer/{id}", other, {"text": "new"}),
        call("POST /customers", "/customers", {"text": "NEW"}),
        call("POST /customers", "/customers", {"text": "somebody else"}),
        call("POST /customer/bestmatch", "/customer/bestmatch", {"displayName": "Mara Lindqvist"}),
        call("GET /customer/{id}/cases", f"/customer/{opened.json()['customerId']}/cases"),
        call("GET /meta/object/{type}", "/meta/object/case"),
        call("GET /meta/object/{type}", "/meta/object/customer"),
    ]
    assert [answer.status_code for answer in answers] == [
        *(201, 200, 200, 200, 201, 200, 204, 200, 200, 200, 200)
    ]


def test_each_refusal_is_as_the_document_says() -> None:
    register_all()
    statuses = [
        call("POST /case", "/case", case(), Authorization="Api-Key none").status_code,
        call("POST /case", "/case").status_code,
        call("POST /case", "/case", {"title": {}}).status_code,
        call("POST /case", "/case", case(title="")).status_code,
        call("POST /case", "/case", case(description="x" * 5 * 1024 * 1024)).status_code,
        call("POST /case", "/case", case(), content_type="text/html").status_code,
        call("GET /case/{id}", "/case/1024").status_code,
        call("PATCH /customer/{id}", "/customer/nobody", {}).status_code,
    ]
    assert statuses == [401, 400, 400, 422, 413, 415, 404, 404]


def test_a_list_value_that_is_no_longer_offered_may_be_answered() -> None:
    register_all()
    customer = CustomerFactory(properties={"single_sel_list": "platinum"})
    answer = call("GET /customer/{id}", f"/customer/{customer.pk}")
    assert answer.json()["single_sel_list"] == "platinum"


def test_its_examples_are_real() -> None:
    register_all()
    Customer.objects.all().delete()
    paths = make_document()["paths"]
    opened = send_example(paths, "POST /case", "/case")
    send_example(paths, "PATCH /case/{id}", f"/case/{opened['id']}")
    made = send_example(paths, "POST /customer", "/customer")
    send_example(paths, "PATCH /customer/{id}", f"/customer/{made['id']}")
    send_example(paths, "POST /customers", "/customers")
    assert Case.objects.count() == 1


def send_example(paths: dict[str, Any], operation: str, path: str) -> Any:
    """Send an operation's example; fail where the answer is another than the example of it."""
    method, template = operation.split(" ")
    described = paths[template][method.lower()]
    sent = example_of(described["requestBody"])
    answer = call(operation, path, sent)
    shown = example_of(described["responses"][str(answer.status_code)])
    assert stable(answer.json()) == stable(shown)
    return answer.json()


def example_of(part: dict[str, Any]) -> Any:
    """Return the example of a request or an answer."""
    return part["content"]["application/json"]["examples"]["example"]["value"]


def stable(body: Any) -> Any:
    """Return a body without what differs from one call to the next."""
    if isinstance(body, list):
        return [stable(entry) for entry in body]
    return {name: value for name, value in body.items() if name not in NEVER_KEPT}


@pytest.mark.parametrize("path", ["/docs", "/docs/openapi.json"])
def test_only_staff_see_the_description(path: str) -> None:
    client = Client()
    assert client.get(path).url == f"{reverse('admin:login')}?next={path}"
    client.force_login(UserFactory(is_staff=False))
    assert client.get(path).status_code == 302
    client.force_login(agent())
    assert client.get(path).status_code == 200


def test_the_document_is_served_as_it_is_now() -> None:
    client = Client()
    client.force_login(agent())
    register(ObjectType.CASE, PropertyType.TEXT)
    response = client.get("/docs/openapi.json")
    assert response.json() == make_document()
    assert "no-store" in response.headers["Cache-Control"]


def test_the_page_asks_no_other_host() -> None:
    client = Client()
    client.force_login(agent())
    page = client.get("/docs").content.decode()
    addresses = re.findall(r'(?:src|href|data-document)="([^"]+)"', page)
    assert len(addresses) > 5
    assert all(address.startswith("/") for address in addresses)
    assert "://" not in page
    assert client.get("/docs/", follow=True).status_code == 200
