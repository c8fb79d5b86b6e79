"""Arguments of the services: checked values in the portal's own terms."""

from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User

from cases.choices import CaseStatus
from cases.selectors.staff import person_name

_NAME_LENGTH = 255


@dataclass(frozen=True, slots=True)
class NewAuthor:
    """An author as sent with a post (contract: Author)."""

    service: str
    service_id: str
    handle: str
    name: str
    brand_owned: bool

    @property
    def key(self) -> tuple[str, str]:
        """What identifies the author: the service and the id there."""
        return self.service, self.service_id


PostIdentity = tuple[str, str, datetime]
PostContent = tuple[str, str, str, tuple[str, str] | None]
"""Content type, body, link, and the author's key; handle and name follow the newest post anyway."""


def post_identity(service: str, service_id: str, created: datetime) -> PostIdentity:
    """Return the identity of a post within its case, to the millisecond (contract: Interaction)."""
    return service, service_id, created.replace(microsecond=created.microsecond // 1000 * 1000)


@dataclass(frozen=True, slots=True)
class NewInteraction:
    """A post that came with a case (contract: Interaction)."""

    service: str
    service_id: str
    content_type: str
    body: str
    link_url: str
    created: datetime
    author: NewAuthor | None = None

    @property
    def identity(self) -> PostIdentity:
        """What makes it one post of a case: the service, the id there, and when it was written."""
        return post_identity(self.service, self.service_id, self.created)

    @property
    def content(self) -> PostContent:
        """What makes a post of the same identity an edited one, where it differs."""
        author = self.author.key if self.author else None
        return self.content_type, self.body, self.link_url, author


@dataclass(frozen=True, slots=True)
class KhorosContext:
    """Who acted in Khoros, from the `x-sf-*` headers; each may be `""` (contract: Every request)."""

    agent: str = ""
    initiative: str = ""
    company: str = ""

    def stored(self) -> dict[str, str] | None:
        """Return the context as stored with what a call wrote; None if it is empty."""
        return {name: value for name, value in asdict(self).items() if value} or None


@dataclass(frozen=True, slots=True)
class NewCase:
    """A case to open; `properties` has stored strings, `unregistered` unchanged JSON."""

    customer_id: str
    title: str
    description: str = ""
    status: str = CaseStatus.OPEN
    interactions: list[NewInteraction] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    unregistered: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CasePatch:
    """Changes to a case: None and missing keys change nothing.

    `properties` has stored strings, `""` to clear one; `interactions` are appended.
    """

    customer_id: str | None = None
    title: str | None = None
    description: str | None = None
    status: str | None = None
    interactions: list[NewInteraction] = field(default_factory=list)
    properties: dict[str, str] = field(default_factory=dict)
    unregistered: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Actor:
    """Who does something to a case: a member of staff, or Khoros on behalf of an agent."""

    name: str
    user: User | None = None
    context: KhorosContext | None = None

    @classmethod
    def from_user(cls, user: User) -> "Actor":
        """Return the actor for a member of staff, by the name that colleagues read."""
        # First and last name together can be longer than the columns allow.
        return cls(name=person_name(user)[:_NAME_LENGTH], user=user)

    @classmethod
    def from_khoros(cls, context: KhorosContext) -> "Actor":
        """Return the actor for a call of Khoros, named after its agent where the call says who."""
        return cls(name=context.agent or "Khoros", context=context)
