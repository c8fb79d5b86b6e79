"""What the simulated Khoros makes up: as varied as the world, and the same for the same seed."""

import itertools
import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

from cases.choices import PropertyType
from cases.properties.types import ListValue
from devtools.khoros.cast import make_customer
from devtools.khoros.plots import Form, Plot, Plotter
from devtools.khoros.properties import Field

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)


def plan(number: int, *, seed: int = 7, fields: tuple[Field, ...] = ()) -> list[Plot]:
    """Return the first plots."""
    plots = Plotter(seed=seed, now=NOW, form=Form(case=fields)).plots()
    return list(itertools.islice(plots, number))


def parts(plots: list[Plot]) -> list[tuple[Any, ...]]:
    """Return what can be compared of plots."""
    return [
        (plot.customer, plot.agent, plot.case, plot.batches, plot.edits, plot.closes)
        for plot in plots
    ]


def posts_of(plots: list[Plot]) -> list[dict[str, Any]]:
    return [post for plot in plots for post in plot.posts]


def test_one_seed_makes_the_same_plots() -> None:
    assert parts(plan(30)) == parts(plan(30))
    assert parts(plan(30)) != parts(plan(30, seed=8))


def test_a_plot_does_not_depend_on_how_many_are_made() -> None:
    assert parts(plan(30)[:5]) == parts(plan(5))


def test_the_plots_are_as_varied_as_the_world() -> None:
    plots = plan(300)
    posts = posts_of(plots)
    text = "".join(post["body"] for post in posts)
    assert len({post["service"] for post in posts}) >= 6
    for script in (
        "[a-z]",
        "[\u0590-\u05ff]",
        "[\u0600-\u06ff]",
        "[\u0900-\u097f]",
        "[\u3040-\u30ff]",
    ):
        assert re.search(script, text)
    assert "\U0001f9f3" in text
    assert any(post["linkUrl"] is None for post in posts)
    assert any(len({post["service"] for post in plot.posts}) > 1 for plot in plots)
    assert not re.search(r"[{}]", text + "".join(plot.case["title"] for plot in plots))


def test_some_customers_come_back_and_some_are_known_by_number() -> None:
    per_customer = Counter(plot.customer.key for plot in plan(300))
    assert max(per_customer.values()) > 2 and len(per_customer) > 100
    numbered = sum(bool(plot.customer.number) for plot in plan(300))
    assert 30 < numbered < 100


def test_cases_end_open_and_closed_in_a_believable_mix() -> None:
    plots = plan(300)
    closed = [plot for plot in plots if plot.closes or plot.case.get("status") == "closed"]
    assert 90 < len(closed) < 180
    at_once = [plot for plot in closed if "status" in plot.case]
    assert at_once and not any(plot.batches or plot.closes for plot in at_once)


def test_many_conversations_go_on_after_the_case_was_opened() -> None:
    plots = plan(300)
    followed = [plot for plot in plots if plot.batches]
    assert 60 < len(followed) < 240
    assert all(plot.case["interactions"] and all(plot.batches) for plot in plots)
    assert any(plot.edits for plot in plots) and not all(plot.edits for plot in plots)


def test_posts_have_their_own_ids_and_follow_each_other_in_the_last_days() -> None:
    plots = plan(300)
    posts = posts_of(plots)
    assert len({(post["service"], post["serviceId"]) for post in posts}) == len(posts)
    for plot in plots:
        moments = [datetime.fromisoformat(post["created"]) for post in plot.posts]
        assert moments == sorted(moments)
        assert NOW - timedelta(days=7) < moments[0] and moments[-1] <= NOW


def test_a_customer_who_comes_back_has_the_same_accounts() -> None:
    accounts: dict[tuple[str, str], set[str]] = {}
    for plot in plan(300):
        author = plot.posts[0]["author"]
        assert (author["service"], author["serviceId"]) in plot.customer.accounts()
        key = (plot.customer.key, author["service"])
        accounts.setdefault(key, set()).add(f"{author['serviceId']} {author['handle']}")
    assert all(len(found) == 1 for found in accounts.values())


def test_a_list_gets_the_entry_that_fits_the_topic() -> None:
    entries = (ListValue("Late or cancelled", "delay"), ListValue("Baggage", "luggage"))
    fields = (Field("reason", "Reason", PropertyType.SINGLE_SELECT_LIST, entries),)
    cases = [plot.case for plot in plan(100, fields=fields)]
    lost = [case for case in cases if "Bag of" in case.get("description", "")]
    assert {case.get("reason", "luggage") for case in lost} == {"luggage"}


def test_a_list_with_nothing_to_offer_is_left_empty() -> None:
    fields = (Field("reason", "Reason", PropertyType.SINGLE_SELECT_LIST),)
    assert {plot.case.get("reason") for plot in plan(30, fields=fields)} == {None, ""}


def test_customers_fill_a_form_in_as_they_did_before() -> None:
    fields = [
        Field("mail", "E-mail", PropertyType.TEXT),
        Field("postCode", "Post code", PropertyType.TEXT),
        Field("news", "Newsletter", PropertyType.CHECKBOX),
    ]
    forms = [make_customer(f"7/customer/{number}").fill_in(fields) for number in range(50)]
    again = [make_customer(f"7/customer/{number}").fill_in(fields) for number in range(50)]
    assert forms == again
    mails = [form["mail"] for form in forms if "mail" in form]
    assert all(mail.endswith("@mail.example") for mail in mails)
    assert len(set(mails)) == len(mails) > 30
