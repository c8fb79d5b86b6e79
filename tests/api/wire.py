"""What Khoros sends: the recorded payloads, and the smallest valid objects to vary."""

import json
from pathlib import Path
from typing import Any

PAYLOADS = Path(__file__).parent.parent / "payloads"
RECORDED = sorted(path.stem for path in PAYLOADS.glob("*.json"))


def recorded(name: str) -> dict[str, Any]:
    """Return a recorded payload by its file's name."""
    payload: dict[str, Any] = json.loads((PAYLOADS / f"{name}.json").read_text("utf-8"))
    return payload


def case(**changes: Any) -> dict[str, Any]:
    """Return a case with the required keys alone, and `changes`."""
    return {"customerId": "cust-1", "title": "Lost suitcase"} | changes


def interaction(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return a post with the required keys alone, and `changes`; `number` makes it a post of its own."""
    return {
        "created": "2024-03-06T09:14:03.000Z",
        "body": "My suitcase never arrived",
        "linkUrl": f"https://social.example/posts/{number}",
        "serviceId": f"post-{number}",
        "service": "facebook",
        "contentType": "post",
    } | changes


def author(number: int = 1, **changes: Any) -> dict[str, Any]:
    """Return an author, and `changes`; `number` makes it an author of its own."""
    return {
        "service": "facebook",
        "serviceId": f"author-{number}",
        "handle": f"handle{number}",
        "name": f"Name {number}",
        "brandOwned": False,
    } | changes


def without(payload: dict[str, Any], key: str) -> dict[str, Any]:
    """Return `payload` without a key."""
    return {name: value for name, value in payload.items() if name != key}
