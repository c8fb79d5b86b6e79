"""`manage.py seed_cases`: what it writes is what the services would have written."""

import io
from dataclasses import replace
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.core.management import CommandError, call_command
from django.db import connection
from django.db.models import Count, F, Q
from django.test import Client
from django.urls import reverse

from cases.choices import CaseStatus, EventKind, ObjectType
from cases.models import (
    Author,
    Case,
    CaseEvent,
    CaseNote,
    CaseSearch,
    Customer,
    CustomerSearch,
    CustomerTerm,
    CustomerValue,
    CustomProperty,
    Interaction,
    Tag,
)
from cases.properties.types import parse_value
from cases.search.words import customer_words
from cases.selectors.case_search.vocabulary import read_case_words
from cases.selectors.properties import accepted_definitions
from cases.selectors.staff import assignable_users, person_name
from cases.services.customer_terms import terms_of, values_of
from cases.text import make_excerpt
from devtools.management.commands.seed_cases import make_plan
from devtools.seeding.making import make_batch
from devtools.seeding.plan import Plan
from devtools.seeding.tables import COLUMNS
from tests.factories import CaseFactory, CustomPropertyFactory, agent, issue_header

pytestmark = pytest.mark.django_db

CASES = 200
MODELS = (
    *(Author, Case, CaseEvent, CaseNote, CaseSearch, Customer, CustomerSearch, CustomerTerm),
    *(CustomerValue, Interaction),
)


def seed(cases: int = CASES, **options: Any) -> str:
    """Run the command in this process and return what it says."""
    out = io.StringIO()
    call_command("seed_cases", cases=cases, **({"seed": 5, "workers": 1} | options), stdout=out)
    return out.getvalue()


def brand_owned(post: Interaction) -> bool:
    """Tell whether the company wrote a post."""
    return post.author is not None and post.author.brand_owned


def test_it_writes_as_many_as_it_is_told_and_says_how_long_it_took() -> None:
    said = seed()
    assert said.startswith("200 cases of 80 customers with 600 posts in ")
    assert "seed 5" in said
    assert (Case.objects.count(), Customer.objects.count()) == (200, 80)
    assert Interaction.objects.count() == 600
    assert set(Customer.objects.values_list("pk", flat=True)) == set(
        Case.objects.values_list("customer", flat=True)
    )


def test_the_same_seed_tells_the_same_stories_and_another_others() -> None:
    plan = make_plan(5, 50)
    again = _made(replace(plan))
    assert _made(plan) == again
    assert _made(replace(plan, seed=6)) != again


def _made(plan: Plan) -> dict[str, bytes]:
    return make_batch(plan, range(50), as_text=True).texts


def test_it_fills_every_column_but_those_that_number_themselves_and_what_may_be_unknown() -> None:
    unknown = {"Author": {"named_at"}, "Customer": {"khoros_context"}}
    for model in MODELS:
        named = set(COLUMNS[model.__name__])
        columns = {field.column for field in model._meta.concrete_fields}
        assert columns - named <= {"id"} | unknown.get(model.__name__, set()), model
        assert named <= columns


def test_it_refuses_a_portal_with_cases_unless_told_to_add() -> None:
    CaseFactory()
    with pytest.raises(CommandError, match="--add"):
        seed()
    assert Case.objects.count() == 1
    seed(add=True)
    seed(add=True)
    assert Case.objects.count() == 401


def test_numbers_go_on_behind_what_was_written() -> None:
    seed()
    last = Case.objects.latest("pk").pk
    assert CaseFactory.create().pk == last + 1
    author = Author.objects.create(service="twitter", service_id="of-a-test")
    assert author.pk > 80
    case = Case.objects.latest("pk")
    post = Interaction.objects.create(
        case=case, service="x", service_id="1", content_type="post", created=case.created
    )
    assert post.pk > 600


def test_cases_are_what_open_case_and_the_staff_would_have_left() -> None:
    seed()
    cases = Case.objects.prefetch_related("interactions__author", "events", "notes")
    for case in cases:
        posts = sorted(case.interactions.all(), key=lambda post: post.created)
        assert case.services == sorted({post.service for post in posts})
        customers = [post for post in posts if not brand_owned(post)]
        assert case.excerpt == make_excerpt(customers[-1].body)
        assert all(post.author and post.author.service == post.service for post in posts)
        times = [event.at for event in case.events.all()]
        assert times == sorted(times)
        assert case.last_updated == (times[-1] if times else case.created)
        assert all(time > case.created for time in times)
        check_history(case)


def check_history(case: Case) -> None:
    """Check that replaying the history of a case leads to the case as it is."""
    state: dict[str, Any] = {"assignee": "", "tags": [], "status": "open", "resolution": ""}
    for event in case.events.all():
        for name, (before, after) in event.changes.items():
            if name in state:
                assert state[name] == before
                state[name] = after
    assignee = person_name(case.assignee) if case.assignee else ""
    assert state == {
        "assignee": assignee,
        "tags": case.tags,
        "status": case.status,
        "resolution": case.resolution,
    }
    notes = [e.changes["note"][1] for e in case.events.all() if e.kind == EventKind.NOTE_ADDED]
    assert notes == [note.body for note in case.notes.all()]
    closings = [event for event in case.events.all() if event.kind == EventKind.CLOSED]
    if case.status == CaseStatus.CLOSED:
        assert (closings[-1].at, closings[-1].actor) == (case.closed_at, case.closed_by)
    added = [event.changes["posts"] for event in case.events.all() if "posts" in event.changes]
    assert all(after == case.interactions.count() for _, after in added)


def test_there_is_something_of_everything() -> None:
    seed(1_000)
    still_open = Case.objects.filter(status=CaseStatus.OPEN).count()
    assert 40 < still_open < 160
    assert set(CaseEvent.objects.values_list("kind", flat=True)) == {
        *(EventKind.ASSIGNED, EventKind.TAGGED, EventKind.NOTE_ADDED, EventKind.CLOSED),
        *(EventKind.POSTS_ADDED, EventKind.REVIEWED),
    }
    assert Case.objects.filter(unregistered__isnull=False).count() == 40
    assert Case.objects.filter(possible_duplicate_of__isnull=False).count() == 10
    assert Interaction.objects.values("service").distinct().count() == 7
    assert Case.objects.exclude(resolution="").exists()
    bodies = "".join(Interaction.objects.values_list("body", flat=True))
    assert all(sign in bodies for sign in ("🧳", "ما", "。", "ß"))


def test_a_possible_duplicate_shares_customer_and_post_with_its_original() -> None:
    seed()
    doubles = Case.objects.filter(possible_duplicate_of__isnull=False)
    assert doubles
    for case in doubles.select_related("possible_duplicate_of"):
        original = case.possible_duplicate_of
        assert original is not None
        assert original.customer_id == case.customer_id
        keys = [
            set(one.interactions.values_list("service", "service_id")) for one in (case, original)
        ]
        assert keys[0] & keys[1]


def test_values_are_those_that_the_fields_accept() -> None:
    seed()
    for model, object_type in ((Case, ObjectType.CASE), (Customer, ObjectType.CUSTOMER)):
        definitions = accepted_definitions(object_type)
        values = [pair for row in model._default_manager.all() for pair in row.properties.items()]
        assert {name for name, _ in values} == set(definitions)
        assert all(parse_value(value, definitions[name]) == value for name, value in values)


def test_fields_that_are_there_are_filled_and_none_is_added() -> None:
    CustomPropertyFactory(name="seat", label="Seat")
    CustomPropertyFactory(name="fare", required_to_close=True)
    seed()
    assert CustomProperty.objects.filter(object_type=ObjectType.CASE).count() == 2
    assert not Case.objects.exclude(properties__has_key="fare")


def test_cases_and_customers_are_found_by_what_the_services_write() -> None:
    seed()
    stored = {row.pk: stored_words(row) for row in CaseSearch.objects.all()}
    cases = list(Case.objects.all())
    expected = read_case_words(cases, posts=Interaction.objects.all(), notes=CaseNote.objects.all())
    assert stored == {key: set(words) for key, words in expected.items()}
    rows = {row.customer_id: stored_words(row) for row in CustomerSearch.objects.all()}
    customers = Customer.objects.exclude(properties={})
    assert rows == {one.pk: set(customer_words(one.properties)) for one in customers}


def stored_words(row: CaseSearch | CustomerSearch) -> set[str]:
    """Return the words of a row as the database holds them."""
    with connection.cursor() as cursor:
        words = "words" if connection.vendor == "sqlite" else "tsvector_to_array(words)"
        table, key = row._meta.db_table, row._meta.pk.column
        cursor.execute(f"SELECT {words} FROM {table} WHERE {key} = %s", [row.pk])
        (found,) = cursor.fetchone()
    return set(found.split(" ") if isinstance(found, str) else found)


def test_customers_are_recognised_by_what_the_services_write() -> None:
    seed()
    values, terms = set(), set()
    for customer in Customer.objects.all():
        values |= {(v.customer_id, v.property, v.value, v.head) for v in values_of(customer)}
        terms |= {(t.customer_id, str(t.kind), t.value, t.property) for t in terms_of(customer)}
    columns = ("customer_id", "property", "value", "head")
    assert set(CustomerValue.objects.values_list(*columns)) == values
    columns = ("customer_id", "kind", "value", "property")
    assert set(CustomerTerm.objects.values_list(*columns)) == terms
    assert values
    for author in Author.objects.all():
        keys = (author.handle_key, author.name_key)
        author.set_keys()
        assert keys == (author.handle_key, author.name_key)


def test_staff_can_work_the_cases_but_not_sign_in() -> None:
    seed()
    staff = User.objects.filter(pk__in=Case.objects.values("assignee"))
    assert set(staff) <= set(assignable_users())
    assert staff
    assert not any(user.has_usable_password() for user in staff)
    used = {tag for tags in Case.objects.values_list("tags", flat=True) for tag in tags}
    assert used <= set(Tag.objects.values_list("name", flat=True))


def test_pages_and_the_api_take_the_cases_for_their_own(client: Client) -> None:
    seed()
    client.force_login(agent())
    case = Case.objects.annotate(posts=Count("interactions")).filter(posts=5).first()
    assert case is not None
    shown = client.get(reverse("admin:cases_case_change", args=[case.pk]))
    assert shown.status_code == 200
    assert case.number in shown.content.decode()
    listed = client.get(reverse("admin:cases_case_changelist"))
    assert listed.status_code == 200
    answer = client.patch(
        f"/case/{case.pk}",
        {"description": "Changed"},
        content_type="application/json",
        headers={"Authorization": issue_header("Khoros")},
    )
    assert answer.status_code == 200
    assert len(answer.json()["interactions"]) == 5


def test_constraints_hold() -> None:
    seed()
    connection.check_constraints()
    odd = Case.objects.filter(
        Q(status=CaseStatus.OPEN, closed_at__isnull=False) | Q(last_updated__lt=F("created"))
    )
    assert not odd.exists()


@pytest.mark.django_db(transaction=True)
def test_indexes_are_as_before() -> None:
    before = index_names()
    seed(20)
    assert index_names() == before


def index_names() -> set[str]:
    """Return the names of all indexes and constraints of the cases' tables."""
    with connection.cursor() as cursor:
        return {
            name
            for model in MODELS
            for name in connection.introspection.get_constraints(cursor, model._meta.db_table)
        }
