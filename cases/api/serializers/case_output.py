"""A case as Khoros gets it (contract: Objects, Case response)."""

from collections.abc import Collection, Iterable
from datetime import UTC, datetime
from typing import Any

from cases.models import Author, Case, Interaction


def case_body(
    case: Case, interactions: Iterable[Interaction], names: Collection[str]
) -> dict[str, Any]:
    """Return the case with its posts and those of its values whose property is in `names`."""
    values = {name: case.properties[name] for name in names if case.properties.get(name)}
    return {
        "id": str(case.pk),
        "number": case.number,
        "customerId": case.customer_id,
        "title": case.title,
        "description": case.description,
        "url": case.url,
        "lastUpdated": moment_text(case.last_updated),
        "created": moment_text(case.created),
        "status": str(case.status),
        "interactions": [_interaction_body(interaction) for interaction in interactions],
    } | values


def moment_text(moment: datetime) -> str:
    """Return a moment as ISO 8601 in UTC with three decimals, ending in `Z` (contract: Objects)."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _interaction_body(interaction: Interaction) -> dict[str, Any]:
    body: dict[str, Any] = {
        "created": moment_text(interaction.created),
        "body": interaction.body,
        "linkUrl": interaction.link_url,
        "serviceId": interaction.service_id,
        "service": interaction.service,
        "contentType": interaction.content_type,
    }
    if interaction.author is not None:
        body["author"] = _author_body(interaction.author)
    return body


def _author_body(author: Author) -> dict[str, Any]:
    return {
        "service": author.service,
        "serviceId": author.service_id,
        "handle": author.handle,
        "name": author.name,
        "brandOwned": author.brand_owned,
    }
