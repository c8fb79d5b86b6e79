"""Plays stories at a given pace, several at a time."""

import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, as_completed, wait
from typing import TypeVar

from devtools.khoros.calls import Answer, Story
from devtools.khoros.mishaps import Line

T = TypeVar("T")


def play(
    tellings: Iterable[tuple[Story, Line]], *, rate: float, workers: int
) -> Iterator[list[Answer]]:
    """Yield the answers of each story as it ends.

    At most `rate` stories begin in a second, and at most `workers` are under way at once. Where
    the portal is slower than `rate`, its own pace counts.
    """
    with ThreadPoolExecutor(workers) as pool:
        running: set[Future[list[Answer]]] = set()
        for story, line in _paced(tellings, 1 / rate):
            running.add(pool.submit(perform, story, line))
            full = len(running) >= workers
            done, running = wait(running, timeout=None if full else 0, return_when=FIRST_COMPLETED)
            yield from (future.result() for future in done)
        yield from (future.result() for future in as_completed(running))


def perform(story: Story, line: Line) -> list[Answer]:
    """Make the calls of one story, one after the other, and return all answers.

    Ends early at an answer that is not expected: what follows would rest on it.
    """
    answers: list[Answer] = []
    try:
        call = next(story)
        while True:
            heard = list(line.send(call))
            answers.extend(heard)
            if not all(answer.is_expected for answer in heard):
                return answers
            call = story.send(heard[-1])
    except StopIteration:
        return [*answers, *line.finish()]


def _paced(items: Iterable[T], interval: float) -> Iterator[T]:
    due = time.monotonic()
    for item in items:
        time.sleep(max(0.0, due - time.monotonic()))
        yield item
        # What a slow portal held up is not made good in a burst.
        due = max(due + interval, time.monotonic())
