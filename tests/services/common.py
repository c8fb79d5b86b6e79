"""What tests of several services read and run."""

from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor

from django.db import connection

from cases.models import Case


def history(case: Case) -> list[tuple[str, dict[str, object]]]:
    """Return kind and changes of what happened to a case."""
    return [(event.kind, event.changes) for event in case.events.all()]


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def play_together(acts: Iterable[Callable[[], object]]) -> None:
    """Do all at the same time, each with a connection of its own; raises what one of them raises."""

    def play(act: Callable[[], object]) -> None:
        try:
            act()
        finally:
            connection.close()

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(play, acts))
