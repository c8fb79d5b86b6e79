"""The forms in which texts that people write differently are compared."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cases.matching import normalise
from cases.matching.normalise import (
    KEY_LENGTH,
    email_key,
    handle_key,
    name_key,
    number_key,
    phone_key,
    read_profile,
    street_key,
)
from cases.matching.terms import Term, TermKind, hint_of, read_terms
from cases.text import FOLDED_LENGTH, fold

KEYS = (email_key, handle_key, name_key, number_key, phone_key, street_key)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("ÄÖÜ", "äöü"),
        ("A\u0308", "ä"),
        ("STRASSE", "straße"),
        ("ΣΊΣΥΦΟΣ", "σίσυφος"),
        ("İSTANBUL", "istanbul"),
        ("IŞIK", "ışık"),
        ("ＪＡＮＥ", "jane"),
    ],
)
def test_it_folds_case_beyond_ascii(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("+44 (0)20 7946 0018", "020 7946 0018"),
        ("0049 30 901820", "+49-30-901820"),
        ("tel:+1-202-555-0143", "(202) 555.0143"),
        ("٠٢٠٧٩٤٦٠٠١٨", "020 7946 0018"),
        ("555-0143", "5550143"),
    ],
)
def test_a_phone_number_is_the_same_however_it_is_written(one: str, other: str) -> None:
    assert phone_key(one) == phone_key(other) != ""


@pytest.mark.parametrize("text", ["", "12345", "call me", "0" * 18, "+", "12 ab 34 56", "1" * 9000])
def test_what_is_no_phone_number_has_no_key(text: str) -> None:
    assert phone_key(text) == ""


@pytest.mark.parametrize(
    "url",
    [
        "https://twitter.com/jane",
        "http://www.twitter.com/Jane/",
        "https://mobile.twitter.com/@jane?s=20",
        "twitter.com/jane#top",
        "//x.com/jane",
        "https://X.com/jane/status/1",
        "  https://twitter.com:443/jane ",
    ],
)
def test_a_profile_is_the_same_however_its_url_is_written(url: str) -> None:
    profile = read_profile(url)

    assert profile is not None
    assert (profile.service, profile.account) == ("twitter", "jane")


@pytest.mark.parametrize(
    ("url", "service", "account"),
    [
        ("https://m.facebook.com/profile.php?id=1000&ref=x", "facebook", "1000"),
        ("https://www.facebook.com/jane?x", "facebook", "jane"),
        ("https://www.facebook.com/people/Jane-Doe/1000/", "facebook", "1000"),
        ("https://www.linkedin.com/in/jane-doe", "linkedin", "jane-doe"),
        ("https://youtube.com/channel/UC1", "youtube", "uc1"),
        ("https://www.reddit.com/user/jane", "reddit", "jane"),
        ("https://twitter.com/search?q=jane", "twitter", ""),
        ("https://jane.example/about", "", ""),
    ],
)
def test_it_reads_the_account_from_a_profiles_url(url: str, service: str, account: str) -> None:
    profile = read_profile(url)

    assert profile is not None
    assert (profile.service, profile.account) == (service, account)


@pytest.mark.parametrize(
    "text",
    ["", "jane", "javascript:alert(1)", "http://[::1", "ftp://a.example/b", "http://", "a b.c"],
)
def test_what_is_no_url_is_no_profile(text: str) -> None:
    assert read_profile(text) is None


def test_it_compares_names_handles_and_numbers_without_their_ornaments() -> None:
    assert name_key("Doe, Jane") == name_key("  jane  DOE ")
    assert handle_key(" @Jane_Doe") == "jane_doe"
    assert handle_key("Jane Doe") == ""
    assert email_key("mailto:Jane@Example.org") == "jane@example.org"
    assert email_key("jane@") == ""
    assert number_key("#A-10 01") == "a1001"
    assert number_key("--7") == ""
    assert street_key("1 Main Street") == street_key("1, main st.")
    assert street_key("Hauptstraße 1") == street_key("HAUPTSTR. 1")


@given(st.text(max_size=300))
def test_no_text_is_too_odd_for_a_key(text: str) -> None:
    for key in KEYS:
        assert len(key(text)) <= KEY_LENGTH
    assert fold(fold(text)) == fold(text)
    read_profile(text)
    read_terms({"field": text, "email": text, "twitter": text, "address": text, "url": text})


@pytest.mark.parametrize("text", ["ﷺ", "a.", "a@", "1", "http://a/", "((((", "\u0390", "İ"])
def test_a_hundred_thousand_characters_are_read_in_no_time(text: str) -> None:
    long = (text * 100_000)[:100_000]

    assert len(fold(long)) <= FOLDED_LENGTH
    for key in KEYS:
        assert len(key(long)) <= KEY_LENGTH
    read_profile(long)
    assert normalise.words_of(long) is not None


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("email", TermKind.EMAIL),
        ("emailAddress", TermKind.EMAIL),
        ("e_mail", TermKind.EMAIL),
        ("mobilePhone", TermKind.PHONE),
        ("profileUrl", TermKind.URL),
        ("screenName", TermKind.HANDLE),
        ("twitter", TermKind.HANDLE),
        ("fullName", TermKind.NAME),
        ("accountNumber", TermKind.ACCOUNT_NUMBER),
        ("lastOrder", TermKind.ORDER_NUMBER),
        ("orderNo", TermKind.ORDER_NUMBER),
        ("postCode", TermKind.PLACE),
        ("address1", TermKind.STREET),
        ("clubNo", TermKind.NUMBER),
        ("favouriteColour", None),
    ],
)
def test_a_propertys_name_tells_what_its_values_are(name: str, kind: TermKind | None) -> None:
    assert hint_of(name) == kind


def test_a_values_form_tells_what_it_is_where_the_name_does_not() -> None:
    assert read_terms({"field1": "jane@example.org"}) == [
        Term(TermKind.EMAIL, "jane@example.org", "field1")
    ]
    assert Term(TermKind.PHONE, "079460018", "field2") in read_terms({"field2": "+44 20 7946 0018"})
    assert read_terms({"field3": "gold"}) == []


def test_a_given_and_a_family_name_are_also_one_name() -> None:
    terms = read_terms({"firstName": "Jane", "lastName": "Doe"})

    assert Term(TermKind.NAME, "doe jane", "firstName lastName") in terms


def test_one_text_may_hold_several_numbers() -> None:
    terms = read_terms({"orders": "A-1001, A-1002"})

    assert [term.value for term in terms] == ["a1001", "a1002"]
