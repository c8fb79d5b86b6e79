"""Work on many cases: each done once, by the rules of a single one, in as many batches as it takes."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth.models import User
from django.db import connection
from django.utils import timezone

from cases.choices import BulkAction
from cases.errors import NotFound, ValidationFailed
from cases.models import BulkJob, Case, CaseEvent
from cases.services import bulk
from cases.services.bulk import Selection, advance_job, resume_job, start_job, stop_job
from tests.factories import CaseFactory, CustomerFactory, CustomPropertyFactory, agent, forget

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _small_batches(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "BATCH", 3)


def cases(number: int, **values: Any) -> list[Case]:
    customer = CustomerFactory()
    return [CaseFactory(customer=customer, **values) for _ in range(number)]


def close_all(owner: User, query: str = "tab=open") -> BulkJob:
    return start_job(
        owner=owner, action=BulkAction.CLOSE, arguments={}, selection=Selection(query=query)
    )


def finish(job: BulkJob) -> BulkJob:
    for _ in range(50):
        job = advance_job(job_id=job.pk, owner=job.owner)
        if job.finished_at:
            return job
    raise AssertionError("It never ends.")


@pytest.mark.parametrize("written_down", [100, 2])
def test_it_walks_all_that_match_once_though_they_leave_the_filter(
    monkeypatch: pytest.MonkeyPatch, written_down: int
) -> None:
    monkeypatch.setattr(bulk, "MOST_LISTED_IDS", written_down)
    chosen = cases(8)
    job = close_all(agent())
    assert (job.case_ids is None) == (written_down == 2)
    late = CaseFactory()

    job = finish(job)

    assert (job.handled, job.changed, job.unchanged, job.refused) == (8, 8, 0, 0)
    assert job.percent == 100
    assert CaseEvent.objects.count() == 8
    assert not Case.objects.filter(pk__in=[case.pk for case in chosen], status="open").exists()
    late.refresh_from_db()
    assert late.is_open, "What came later was not chosen."


def test_one_call_does_one_batch_and_the_next_goes_on_there() -> None:
    cases(7)
    job = close_all(agent())
    steps = [advance_job(job_id=job.pk, owner=job.owner).handled for _ in range(4)]
    assert steps == [3, 6, 7, 7]


@pytest.mark.django_db(transaction=True)
def test_pages_that_drive_one_job_at_once_take_turns() -> None:
    cases(20)
    job = close_all(agent())

    def drive(_: int) -> int:
        try:
            return finish(job).handled
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(drive, range(4))) == [20] * 4
    job.refresh_from_db()
    assert (job.changed, job.unchanged, job.refused) == (20, 0, 0)
    assert CaseEvent.objects.count() == 20


def test_with_time_it_does_as_many_batches_as_fit() -> None:
    cases(7)
    job = close_all(agent())
    assert advance_job(job_id=job.pk, owner=job.owner, seconds=60).finished_at


def test_it_tells_what_was_done_what_was_so_already_and_what_was_refused_and_why() -> None:
    CustomPropertyFactory(name="cause", label="Cause", required_to_close=True)
    done, already, refused = (
        CaseFactory(properties={"cause": "snow"}),
        CaseFactory(closed=True),
        CaseFactory(),
    )
    ids = (done.pk, already.pk, refused.pk)
    job = start_job(
        owner=agent(),
        action=BulkAction.CLOSE,
        arguments={"resolution": "Snow has melted"},
        selection=Selection(case_ids=ids),
    )
    job = finish(job)
    assert (job.changed, job.unchanged, job.refused) == (1, 1, 1)
    (refusal,) = job.refusals
    assert refusal["case"] == refused.pk
    assert "Cause" in refusal["reason"]
    done.refresh_from_db()
    assert done.resolution == "Snow has melted"


def test_it_names_some_refusals_and_counts_the_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "LISTED_REFUSALS", 4)
    CustomPropertyFactory(name="cause", required_to_close=True)
    cases(7)
    job = finish(close_all(agent()))
    assert (job.refused, len(job.refusals)) == (7, 4)


def test_a_stopped_job_does_nothing_until_it_is_resumed() -> None:
    cases(7)
    job = close_all(agent())
    advance_job(job_id=job.pk, owner=job.owner)
    stop_job(job_id=job.pk, owner=job.owner)
    assert advance_job(job_id=job.pk, owner=job.owner).handled == 3
    resume_job(job_id=job.pk, owner=job.owner)
    assert finish(job).handled == 7


def test_nobody_else_drives_a_job() -> None:
    cases(4)
    job, other = close_all(agent()), agent()
    for act in (advance_job, stop_job, resume_job):
        with pytest.raises(NotFound):
            act(job_id=job.pk, owner=other)  # type: ignore[operator]
    assert not CaseEvent.objects.exists()


def test_it_refuses_to_go_on_once_the_filter_means_something_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(bulk, "MOST_LISTED_IDS", 2)
    field = CustomPropertyFactory(name="cause")
    cases(7, properties={"cause": "snow"})
    untouched = CaseFactory()
    job = close_all(agent(), query="tab=open&property_cause=snow")
    assert job.case_ids is None
    advance_job(job_id=job.pk, owner=job.owner)
    field.stage = "archived"
    field.save()
    from cases.selectors.properties import forget_definitions  # noqa: PLC0415

    forget_definitions()
    with pytest.raises(ValidationFailed):
        advance_job(job_id=job.pk, owner=job.owner)
    untouched.refresh_from_db()
    assert untouched.is_open


def test_it_goes_on_though_the_fields_have_another_order(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "MOST_LISTED_IDS", 2)
    first = CustomPropertyFactory(name="cause", position=1)
    CustomPropertyFactory(name="depot", position=2)
    cases(7, properties={"cause": "snow", "depot": "north"})
    job = close_all(agent(), query="tab=open&property_cause=snow&property_depot=north")
    advance_job(job_id=job.pk, owner=job.owner)
    first.position = 3
    first.save()
    forget()
    assert finish(job).changed == 7


def test_mine_are_those_of_who_began() -> None:
    owner = agent()
    (mine, _other) = CaseFactory(assignee=owner), CaseFactory(assignee=agent())
    job = finish(close_all(owner, query="tab=mine"))
    assert (job.handled, job.changed) == (1, 1)
    mine.refresh_from_db()
    assert not mine.is_open


def test_it_assigns_to_somebody_and_to_nobody() -> None:
    owner, somebody = agent(), agent()
    chosen = cases(2, assignee=owner)
    for assignee in (somebody.pk, None):
        job = start_job(
            owner=owner,
            action=BulkAction.ASSIGN,
            arguments={"assignee": assignee},
            selection=Selection(case_ids=tuple(case.pk for case in chosen)),
        )
        assert finish(job).changed == 2
        assert set(Case.objects.values_list("assignee", flat=True)) == {assignee}


def test_an_account_that_is_gone_is_not_nobody() -> None:
    (case,) = cases(1, assignee=agent())
    job = start_job(
        owner=agent(),
        action=BulkAction.ASSIGN,
        arguments={"assignee": 10**9},
        selection=Selection(case_ids=(case.pk,)),
    )
    with pytest.raises(ValidationFailed):
        advance_job(job_id=job.pk, owner=job.owner)
    case.refresh_from_db()
    assert case.assignee is not None


def test_it_puts_tags_on_and_takes_others_off() -> None:
    chosen = cases(4, tags=["old"])
    job = start_job(
        owner=agent(),
        action=BulkAction.TAG,
        arguments={"add": ["storm"], "remove": ["old"]},
        selection=Selection(case_ids=tuple(case.pk for case in chosen)),
    )
    assert finish(job).changed == 4
    assert all(case.tags == ["storm"] for case in Case.objects.all())


def test_it_refuses_to_begin_with_no_case() -> None:
    with pytest.raises(ValidationFailed):
        close_all(agent())


def test_old_results_go_when_new_work_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bulk, "STORED_JOBS", 3)
    cases(1)
    owner = agent()
    unfinished = close_all(owner)
    ancient = close_all(agent())
    BulkJob.objects.filter(pk=ancient.pk).update(created=timezone.now() - timedelta(days=31))
    for _ in range(5):
        job = close_all(owner, query="tab=all")
        finish(job)
    assert BulkJob.objects.filter(owner=owner, finished_at__isnull=False).count() == 3
    assert BulkJob.objects.filter(pk=unfinished.pk).exists()
    assert not BulkJob.objects.filter(pk=ancient.pk).exists()
