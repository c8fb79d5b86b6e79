"""What goes wrong between Khoros and a portal: faulty calls, lost answers, lost patience."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass, replace
from random import Random

from devtools.khoros.calls import Answer, Call, Purpose
from devtools.khoros.client import KhorosClient
from devtools.khoros.expectations import is_same_as
from devtools.khoros.faults import spoil_call
from devtools.khoros.plots import Form

_KEYED = 0.5
_MOST_REPEATS = 5
_PATIENCE_SECONDS = (0.001, 0.02)


@dataclass(frozen=True, slots=True)
class Mishaps:
    """How often things go wrong, as shares from 0 to 1.

    `faults` of all calls are sent with something wrong in them first; of the calls that write,
    the client loses the answer to `retries` and gives up early on `timeouts`, and repeats them.
    """

    faults: float = 0.0
    retries: float = 0.0
    timeouts: float = 0.0


class Line:
    """The line between Khoros and a portal while one story is told."""

    def __init__(self, client: KhorosClient, mishaps: Mishaps, form: Form, rng: Random) -> None:
        """Take the client, how often things go wrong, and what decides when."""
        self._client, self._mishaps, self._form, self._rng = client, mishaps, form, rng
        self._answered: list[Answer] = []

    def send(self, call: Call) -> Iterator[Answer]:
        """Send a call, and whatever goes wrong with it; the last answer is the story's."""
        if call.writes and not call.key and self._happens(_KEYED):
            call = replace(call, key=secrets.token_hex(16))
        if self._happens(self._mishaps.faults):
            yield self._client.send(spoil_call(call, self._form, self._rng))
        if call.writes and self._happens(self._mishaps.timeouts):
            answer = self._client.send(call, patience=self._rng.uniform(*_PATIENCE_SECONDS))
            if answer.gave_up:
                yield answer
                answer = self._client.send(call)
        else:
            answer = self._client.send(call)
        yield answer
        if call.writes and answer.is_expected:
            self._answered.append(answer)
            yield from self._lose(answer)

    def finish(self) -> Iterator[Answer]:
        """Send an earlier call of the story once more, late, as a queue in between might."""
        # Without a key a change that comes late is a new one: nothing tells it from that.
        late = [one for one in self._answered if one.call.key or one.call.method == "POST"]
        if late and self._happens(self._mishaps.retries):
            yield self._repeat(self._rng.choice(late))

    def _lose(self, answer: Answer) -> Iterator[Answer]:
        """Repeat a call for as long as its answers get lost."""
        for _ in range(_MOST_REPEATS):
            if not self._happens(self._mishaps.retries):
                return
            yield self._repeat(answer)

    def _repeat(self, first: Answer) -> Answer:
        return self._client.send(
            replace(
                first.call,
                purpose=Purpose.REPEAT,
                expected=(first.status,),
                check=is_same_as(first.body),
            )
        )

    def _happens(self, share: float) -> bool:
        return self._rng.random() < share
