"""The strict JSON parser: what it refuses, and that it otherwise reads what `json` reads."""

import json
from io import BytesIO
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from cases.api.parsers import MAX_BYTES, MAX_NESTING, StrictJSONParser, parse_object
from cases.errors import MalformedJSON, PayloadTooLarge

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text()
)
VALUES = st.recursive(
    SCALARS,
    lambda children: (
        st.lists(children, max_size=4) | st.dictionaries(st.text(), children, max_size=4)
    ),
    max_leaves=20,
)
OBJECTS = st.dictionaries(st.text(), VALUES, max_size=5)


def nested(levels: int, opening: str = '{"a":', closing: str = "}") -> bytes:
    """Return JSON with `levels` containers within each other, the outermost an object."""
    return ('{"a":' + opening * (levels - 2) + "[]" + closing * (levels - 2) + "}").encode()


def refusal(body: bytes) -> str:
    """Return the message with which `body` is refused."""
    with pytest.raises(MalformedJSON) as refused:
        parse_object(body)
    assert refused.value.fields == ()
    return refused.value.message


def reads_differently(value: Any) -> bool:
    """Tell whether `json` reads `value` although the contract refuses it."""
    return not isinstance(value, dict) or depth(value) > MAX_NESTING


def depth(value: Any) -> int:
    """Return how many containers of `value` lie within each other."""
    if not isinstance(value, dict | list):
        return 0
    children = value.values() if isinstance(value, dict) else value
    return 1 + max(map(depth, children), default=0)


@given(OBJECTS)
@example({"": {"": []}})
@example({"a": "\ud800"})
def test_it_reads_every_object_that_json_writes(value: dict[str, Any]) -> None:
    assert parse_object(json.dumps(value).encode()) == value


@given(OBJECTS)
def test_it_reads_text_that_is_not_escaped(value: dict[str, Any]) -> None:
    text = json.dumps(value, ensure_ascii=False, indent=1)
    try:
        body = text.encode()
    except UnicodeEncodeError:  # a lone surrogate has no UTF-8
        body = json.dumps(value).encode()
    assert parse_object(body) == value


@given(st.binary(max_size=200))
@example(b"")
@example(b" ")
@example(b"\xef\xbb\xbf{}")
@example(b"{}\x00")
@example(b'{"a": "\\ud83d"}')
@example(b'{"a": "\x01"}')
@example(b"[" * 100_000)
@example(b'{"a":' * 100_000)
def test_it_reads_any_bytes_or_calls_them_malformed(body: bytes) -> None:
    try:
        value = parse_object(body)
    except MalformedJSON as refused:
        assert refused.message.endswith(".")
    else:
        assert isinstance(value, dict)


@given(st.text(alphabet='{}[]":,\\ 0123456789.eE+-truefalsnINyu\n', max_size=40))
def test_it_agrees_with_json_on_everything_else(text: str) -> None:
    try:
        expected = json.loads(
            text, parse_constant=lambda name: {}[name], object_pairs_hook=without_doubles
        )
    except (ValueError, KeyError):
        refusal(text.encode())
        return
    if reads_differently(expected) or "Infinity" in json.dumps(expected):
        refusal(text.encode())
    else:
        assert parse_object(text.encode()) == expected


def without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Raise ValueError where a key stands twice."""
    if len({key for key, _ in pairs}) < len(pairs):
        raise ValueError
    return dict(pairs)


@pytest.mark.parametrize("body", [b"[]", b'"text"', b"1", b"true", b"null", b"[{}]"])
def test_it_refuses_what_is_not_an_object(body: bytes) -> None:
    assert refusal(body) == "The body is not a JSON object."


@pytest.mark.parametrize(
    "body", [b"", b"{", b"{}{}", b"{'a': 1}", b'{"a": 1,}', b'{"a": 01}', b"<case/>", b"a=b"]
)
def test_it_refuses_what_is_not_json_and_says_where(body: bytes) -> None:
    assert refusal(body).startswith("The body is not JSON: ")
    assert "line 1, column " in refusal(body)


@pytest.mark.parametrize(
    "body", [b'{"a": "\xff"}', "{}".encode("utf-16"), '{"a": "é"}'.encode("latin-1")]
)
def test_it_refuses_what_is_not_utf8(body: bytes) -> None:
    assert refusal(body).startswith("The body is not UTF-8 (at byte ")


@pytest.mark.parametrize(
    "body",
    [b'{"a": 1, "a": 1}', b'{"x": {"a": 1, "b": 2, "a": 3}}', b'{"x": [{"a": 1, "\\u0061": 2}]}'],
)
def test_it_refuses_a_key_that_stands_twice(body: bytes) -> None:
    assert refusal(body) == "The body is not JSON: an object has the same key twice."


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity"])
def test_it_refuses_what_is_no_json_number(number: str) -> None:
    assert refusal(f'{{"a": [{number}]}}'.encode()) == (
        f"The body is not JSON: {number} is not a JSON number."
    )


@pytest.mark.parametrize("number", ["1e400", "-1e400", "9" * 400 + ".5"])
def test_it_refuses_a_number_that_would_become_infinite(number: str) -> None:
    assert refusal(f'{{"a": {number}}}'.encode()) == "The body is not JSON: a number is too large."


def test_it_refuses_an_absurdly_long_number_in_words_for_a_person() -> None:
    assert refusal(b'{"a": ' + b"9" * 5_000 + b"}") == (
        "The body is not JSON: a number is too large."
    )


@pytest.mark.parametrize(("opening", "closing"), [('{"a":', "}"), ("[", "]"), ('[{"a":', "}]")])
def test_it_reads_32_levels_of_nesting_and_not_33(opening: str, closing: str) -> None:
    # The third pair adds two levels at a time: an even number of them is 32 exactly.
    step = opening.count("[") + opening.count("{")
    fits = MAX_NESTING if step == 1 else (MAX_NESTING - 2) // step + 2
    assert depth(parse_object(nested(fits, opening, closing))) == MAX_NESTING
    assert refusal(nested(fits + 1, opening, closing)) == (
        "The body is nested deeper than 32 levels."
    )


def test_it_reads_5_mib_and_not_a_byte_more() -> None:
    frame = b'{"a": ""}'
    body = frame.replace(b'""', b'"' + b"x" * (MAX_BYTES - len(frame)) + b'"')
    assert len(body) == MAX_BYTES == 5 * 1024 * 1024
    assert StrictJSONParser().parse(BytesIO(body)).keys() == {"a"}
    with pytest.raises(PayloadTooLarge):
        StrictJSONParser().parse(BytesIO(body + b" "))
