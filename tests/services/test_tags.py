"""Tags on cases."""

import pytest

from cases.errors import ValidationFailed
from cases.models import Tag
from cases.services.incoming import Actor
from cases.services.tags import MOST_TAGS, tag_cases
from tests.factories import CaseFactory
from tests.services.common import again, history, play_together

pytestmark = pytest.mark.django_db
NINA = Actor("nina")


def test_a_tag_is_one_tag_however_it_is_written() -> None:
    case, other = CaseFactory(), CaseFactory(tags=["VIP"])
    Tag.objects.create(name="VIP")
    both = [case.pk, other.pk]
    outcome = tag_cases(case_ids=both, actor=NINA, add=[" vip ", "late  parcel"])
    assert outcome.changed == both
    assert again(case).tags == again(other).tags == ["late parcel", "VIP"]
    assert history(other) == [("tagged", {"tags": [["VIP"], ["late parcel", "VIP"]]})]
    assert set(Tag.objects.values_list("name", flat=True)) == {"VIP", "late parcel"}

    outcome = tag_cases(case_ids=[case.pk], actor=NINA, remove=["Vip"])
    assert again(case).tags == ["late parcel"]
    assert tag_cases(case_ids=[case.pk], actor=NINA, remove=["vip"]).unchanged == [case.pk]


@pytest.mark.parametrize("name", ["", "  ", "a,b", "x" * 41, "a\x00b", "a\nb\u202e"])
def test_a_tag_that_cannot_be_one_is_refused(name: str) -> None:
    case = CaseFactory()
    with pytest.raises(ValidationFailed) as refused:
        tag_cases(case_ids=[case.pk], actor=NINA, add=["fine", name])
    assert [field.name for field in refused.value.fields] == ["tags"]
    assert again(case).tags == []
    assert not Tag.objects.exists()


def test_a_case_takes_only_so_many_tags_and_still_loses_some() -> None:
    full = [f"t{n:02}" for n in range(MOST_TAGS)]
    case, other = CaseFactory(tags=full), CaseFactory()
    outcome = tag_cases(case_ids=[case.pk, other.pk], actor=NINA, add=["more"])
    assert outcome.changed == [other.pk]
    assert [refusal.reason for refusal in outcome.refusals] == ["A case can have at most 20 tags."]
    swapped = tag_cases(case_ids=[case.pk], actor=NINA, add=["more"], remove=["t00"])
    assert swapped.changed == [case.pk]


@pytest.mark.django_db(transaction=True)
def test_people_who_add_a_new_tag_in_other_letters_at_once_add_one() -> None:
    cases = [CaseFactory.create() for _ in range(6)]
    spellings = ["vip", "VIP", "Vip"] * 2
    play_together(
        lambda case=case, name=name: tag_cases(case_ids=[case.pk], actor=NINA, add=[name])
        for case, name in zip(cases, spellings, strict=True)
    )
    known = Tag.objects.get().name
    assert [again(case).tags for case in cases] == [[known]] * 6
