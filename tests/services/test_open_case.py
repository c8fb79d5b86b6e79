"""Opening a case: one author per account, named after its newest post, and written only when new."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from django.db import IntegrityError, connection
from django.test.utils import CaptureQueriesContext

from cases.models import Author, Case, Customer, Interaction
from cases.services.cases import OpenedCase, open_case
from cases.services.incoming import KhorosContext, NewAuthor, NewCase, NewInteraction
from tests.factories import AuthorFactory, InteractionFactory

pytestmark = pytest.mark.django_db

START = datetime(2024, 3, 6, 9, tzinfo=UTC)


def author(
    handle: str = "mara",
    *,
    service_id: str = "1",
    service: str = "twitter",
    name: str = "Mara",
    brand_owned: bool = False,
) -> NewAuthor:
    """Return an author as a post shows it."""
    return NewAuthor(service, service_id, handle, name, brand_owned)


def post(number: int, by: NewAuthor | None = None, *, hours: int = 0) -> NewInteraction:
    """Return a post, `hours` after the start."""
    created = START + timedelta(hours=hours)
    return NewInteraction("twitter", f"post-{number}", "post", "Lost", "", created, by)


def opened(*posts: NewInteraction) -> OpenedCase:
    """Open a case with those posts."""
    new = NewCase(customer_id="cust-1", title="Lost suitcase", interactions=list(posts))
    return open_case(new=new, context=KhorosContext())


def handles() -> list[str]:
    """Return how the stored authors are called, in the order of their ids there."""
    return list(Author.objects.order_by("service", "service_id").values_list("handle", flat=True))


def writes_to_authors(*posts: NewInteraction) -> int:
    """Return how many statements write to the table of authors while a case is opened."""
    with CaptureQueriesContext(connection) as statements:
        opened(*posts)
    table = connection.ops.quote_name(Author._meta.db_table)
    return sum(
        f"{verb} {table}" in entry["sql"]
        for entry in statements
        for verb in ("INSERT INTO", "UPDATE", "DELETE FROM")
    )


def numbers(posts: Sequence[Interaction]) -> list[str]:
    """Return the ids that posts have on their service."""
    return [entry.service_id for entry in posts]


def test_an_account_is_one_author_in_all_its_posts_and_cases() -> None:
    opened(post(1, author()), post(2, author()))
    opened(post(3, author()))
    assert Author.objects.count() == 1
    assert Author.objects.get().interactions.count() == 3


def test_the_same_id_on_another_service_is_another_author() -> None:
    opened(post(1, author()), post(2, author("mara.fb", service="facebook")))
    assert handles() == ["mara.fb", "mara"]


def test_ids_are_told_apart_to_the_letter() -> None:
    opened(
        post(1, author("small", service_id="ab")),
        post(2, author("capital", service_id="AB")),
        post(3, author("space", service_id="ab ")),
        post(4, author("accent", service_id="a\u0301b")),
        post(5, author("composed", service_id="\u00e1b")),
    )
    assert Author.objects.count() == 5


def test_within_a_case_the_newest_post_names_the_author_wherever_it_stands() -> None:
    opened(
        post(1, author("second"), hours=2),
        post(2, author("newest", name="Newest", brand_owned=True), hours=3),
        post(3, author("first"), hours=1),
    )
    stored = Author.objects.get()
    assert (stored.handle, stored.name, stored.brand_owned) == ("newest", "Newest", True)


def test_of_posts_of_the_same_moment_the_last_one_names_the_author() -> None:
    opened(post(1, author("one")), post(2, author("two")))
    assert handles() == ["two"]


def test_a_newer_post_of_a_later_case_renames_the_author() -> None:
    opened(post(1, author("before"), hours=1))
    opened(post(2, author("after", name="New name"), hours=2))
    assert (handles(), Author.objects.get().name) == (["after"], "New name")


def test_an_older_post_of_a_later_case_does_not_rename_the_author() -> None:
    opened(post(1, author("now"), hours=2))
    opened(post(2, author("long ago"), hours=1))
    assert handles() == ["now"]


def test_an_author_whose_posts_are_not_here_takes_the_first_name_that_comes() -> None:
    AuthorFactory(service="twitter", service_id="1", handle="unknown")
    opened(post(1, author("mara")))
    assert handles() == ["mara"]


def test_every_post_shows_the_author_as_he_is_called_now() -> None:
    result = opened(post(1, author("before"), hours=1), post(2, author("after"), hours=2))
    assert [entry.author.handle for entry in result.interactions if entry.author] == ["after"] * 2


def test_unchanged_authors_are_not_written() -> None:
    assert writes_to_authors(post(1, author())) == 1
    assert writes_to_authors(post(2, author(), hours=1)) == 0
    assert writes_to_authors(post(3, author("old"), hours=-1)) == 0
    assert writes_to_authors(post(4)) == 0


def test_new_and_changed_authors_are_written_with_one_statement() -> None:
    opened(*(post(n, author(f"name{n}", service_id=str(n))) for n in range(20)))
    again = [post(n, author(f"new{n}", service_id=str(n)), hours=1) for n in range(10, 30)]
    assert writes_to_authors(*again) == 1
    assert Author.objects.count() == 30


def test_a_renamed_author_keeps_the_posts() -> None:
    known = InteractionFactory(
        author=AuthorFactory(service="twitter", service_id="1"), created=START
    )
    opened(post(1, author("renamed"), hours=1))
    assert Author.objects.get().pk == known.author_id
    assert Author.objects.get().interactions.count() == 2


def test_posts_keep_the_order_in_which_they_came() -> None:
    result = opened(post(3, hours=3), post(1, hours=1), post(2, hours=2))
    assert numbers(result.interactions) == ["post-3", "post-1", "post-2"]
    assert numbers(Interaction.objects.order_by("id")) == numbers(result.interactions)


def test_posts_with_one_id_and_other_times_are_posts_of_their_own() -> None:
    result = opened(post(1, author("first")), post(2), post(1, author("second"), hours=1))
    assert numbers(result.interactions) == ["post-1", "post-2", "post-1"]
    assert handles() == ["second"]


def test_a_case_is_stored_as_a_whole_or_not_at_all() -> None:
    new = NewCase(customer_id="cust-1", title="", interactions=[post(1, author())])
    with pytest.raises(IntegrityError):
        open_case(new=new, context=KhorosContext())
    connection.set_rollback(True)


@pytest.mark.django_db(transaction=True)
def test_nothing_of_a_case_that_could_not_be_stored_is_left() -> None:
    too_many = NewInteraction("twitter", "1", "post", "Lost", "", START, author())
    new = NewCase(customer_id="cust-1", title="Lost", status="other", interactions=[too_many])
    with pytest.raises(IntegrityError):
        open_case(new=new, context=KhorosContext())
    for model in (Case, Customer, Author, Interaction):
        assert not model._default_manager.exists()
