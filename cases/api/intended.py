"""Which operation a call was meant to be, where its address or its method is not quite one."""

from collections.abc import Iterator
from dataclasses import dataclass

from django.urls import ResolverMatch

from cases.api.urls import urlpatterns
from cases.choices import SEARCHES, Operation

WRITES = frozenset({"POST", "PATCH", "PUT"})
"""The methods of calls that bring something to store, the wrong one among them."""


@dataclass(frozen=True, slots=True)
class Target:
    """An operation and its path below the prefix, such as `case/12`."""

    operation: Operation
    path: str

    @property
    def method(self) -> str:
        """The method of the operation."""
        return self.operation.value.partition(" ")[0]

    @property
    def stores(self) -> bool:
        """Whether the operation stores something: a search does not."""
        return self.method in WRITES and self.operation not in SEARCHES


NEW_TARGETS = (Target(Operation.OPEN_CASE, "case"), Target(Operation.CREATE_CUSTOMER, "customer"))
"""What any body can be sent to, whatever its address was."""


def find_target(method: str, path: str) -> Target | None:
    """Return the operation that a write was meant to be, or None where its path names none.

    The path may have a prefix that the portal doesn't use, or lack the one it uses; of a method
    that the path doesn't take the one that writes there is meant.
    """
    for end in _ends(path):
        match = _resolve(end)
        if match is not None:
            operation = _operation(method, match.url_name or "")
            return Target(operation, end) if operation else None
    return None


def _ends(path: str) -> Iterator[str]:
    """Yield the path without slashes in front, then without its first segment, and so on."""
    rest = path.lstrip("/")
    while rest:
        yield rest
        rest = rest.partition("/")[2].lstrip("/")


def _resolve(path: str) -> ResolverMatch | None:
    matches = (pattern.resolve(path) for pattern in urlpatterns)
    return next((match for match in matches if match), None)


def _operation(method: str, route: str) -> Operation | None:
    named = f"{method} {route}"
    if named in Operation.values:
        return Operation(named)
    writes = (f"{write} {route}" for write in sorted(WRITES))
    return next((Operation(name) for name in writes if name in Operation.values), None)
