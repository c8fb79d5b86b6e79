"""What an answer must hold: each check returns what is wrong with a body, `""` where nothing is.

Here stands what a story relies on; `manage.py check_contract` looks at every letter.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, TypeAlias

Check: TypeAlias = Callable[[Any], str]
"""Takes the JSON value of an answer, None for an empty one, and says in general words, without
ids or names, what is wrong with it."""

PostKey: TypeAlias = tuple[str, str]
"""A post's `service` and `serviceId`."""

_CASE_KEYS = (
    *("id", "number", "customerId", "title", "description"),
    *("url", "lastUpdated", "created", "status"),
)
_MOST_MATCHES, _MOST_FOUND = 10, 100


def is_anything(body: Any) -> str:
    """Expect nothing."""
    return ""


def is_definitions(object_type: str) -> Check:
    """Expect field definitions of that object type."""

    def check(body: Any) -> str:
        if not isinstance(body, Mapping) or body.get("name") != object_type:
            return "no field definitions of this object"
        return "" if isinstance(body.get("fields"), list) else "fields is not a list"

    return check


def is_case(
    posts: Collection[PostKey], *, case_id: str = "", values: Mapping[str, Any] | None = None
) -> Check:
    """Expect a case with these posts, each once, and these values."""

    def check(body: Any) -> str:
        if not _is_case(body):
            return "a key of a case is missing"
        if case_id and body["id"] != case_id:
            return "another case is answered"
        found = post_keys(body["interactions"])
        if len(set(found)) < len(found):
            return "a post is in the case twice"
        if not set(posts) <= set(found):
            return "a post is missing"
        return _compare_values(body, values or {})

    return check


def is_customer(*, customer_id: str = "", values: Mapping[str, Any] | None = None) -> Check:
    """Expect a customer with these values."""

    def check(body: Any) -> str:
        if not _has_texts(body, ("id", "url")):
            return "a key of a customer is missing"
        if customer_id and body["id"] != customer_id:
            return "another customer is answered"
        return _compare_values(body, values or {})

    return check


def is_found_by(name: str, text: str) -> Check:
    """Expect customers in whose value of that name the text is, or an empty answer (204)."""

    def check(body: Any) -> str:
        if body is None:
            return ""
        if not (body and _are_customers(body, _MOST_FOUND)):
            return "not a list of customers"
        misses = [one for one in body if text.casefold() not in str(one.get(name, "")).casefold()]
        return "a customer is found that does not match" if misses else ""

    return check


def are_matches(body: Any) -> str:
    """Expect at most ten different customers."""
    return "" if _are_customers(body, _MOST_MATCHES) else "not a list of at most 10 customers"


def are_cases(body: Any) -> str:
    """Expect a list of cases, newest first."""
    if not isinstance(body, list) or not all(_is_case(case) for case in body):
        return "not a list of cases"
    created = [case["created"] for case in body]
    return "" if created == sorted(created, reverse=True) else "the cases are not newest first"


def has_case_once(case_id: str, posts: Collection[PostKey], *, before: Collection[str]) -> Check:
    """Expect that, of the cases that were not there `before`, this one alone has these posts."""

    def check(body: Any) -> str:
        if problem := are_cases(body):
            return problem
        # A long case is listed with its newest posts only: any of them will do.
        with_posts = [
            case["id"]
            for case in body
            if case["id"] not in before and set(posts) & set(post_keys(case["interactions"]))
        ]
        if case_id not in with_posts:
            return "the case is missing from its customer's cases"
        return "" if len(with_posts) == 1 else "the case was opened twice"

    return check


def is_refusal(error: str, field: str) -> Check:
    """Expect the error envelope with that code, and that field among the invalid ones, if any."""

    def check(body: Any) -> str:
        if not _has_texts(body, ("error", "message")) or not body["message"]:
            return "refused without the error envelope"
        if body["error"] != error:
            return f"the error is not {error}"
        named = {fault["name"] for fault in body.get("fields", ()) if _has_texts(fault, ("name",))}
        return "" if not field or field in named else "the field at fault is not named"

    return check


def is_refusal_for(names: Collection[str], *, otherwise: Check) -> Check:
    """Expect a refusal of fields of these names alone, or what `otherwise` expects."""

    def check(body: Any) -> str:
        if not isinstance(body, Mapping) or "error" not in body:
            return otherwise(body)
        faults = {fault["name"] for fault in body.get("fields", ()) if _has_texts(fault, ("name",))}
        return "" if faults and faults <= set(names) else "a field that no agent has is at fault"

    return check


def is_same_as(first: Any) -> Check:
    """Expect the first answer again."""
    return lambda body: "" if body == first else "not the first answer again"


def post_keys(posts: Iterable[Mapping[str, Any]]) -> list[PostKey]:
    """Return what identifies each of the posts."""
    return [(post["service"], post["serviceId"]) for post in posts]


def _is_case(body: Any) -> bool:
    return (
        _has_texts(body, _CASE_KEYS)
        and isinstance(body.get("interactions"), list)
        and all(_has_texts(post, ("service", "serviceId")) for post in body["interactions"])
    )


def _are_customers(body: Any, most: int) -> bool:
    if not isinstance(body, list) or not all(_has_texts(one, ("id", "url")) for one in body):
        return False
    return len({one["id"] for one in body}) == len(body) <= most


def _has_texts(body: Any, keys: Iterable[str]) -> bool:
    return isinstance(body, Mapping) and all(isinstance(body.get(key), str) for key in keys)


def _compare_values(body: Mapping[str, Any], sent: Mapping[str, Any]) -> str:
    differing = [name for name, value in sent.items() if body.get(name, "") != _on_wire(value)]
    return f"{differing[0]} is not as it was sent" if differing else ""


def _on_wire(value: Any) -> str:
    """Return a value as the portal answers it: all are strings."""
    return str(value).lower() if isinstance(value, bool) else str(value or "")
