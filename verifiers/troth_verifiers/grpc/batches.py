"""Many calls at once, made ready and judged in batches, because that is what most of their time goes into.

Python does one thing many times in two thirds of the time that it takes when all that belongs to a call is done in
turns with the waiting for others; and what it does while a provider on the same machine has nothing to do takes no
processor from it.
"""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence
from contextlib import aclosing
from typing import Final

from troth_verifiers.api import Interaction, Outcome, Result, Target
from troth_verifiers.concurrent import Put, stream
from troth_verifiers.errors import cause_of
from troth_verifiers.grpc.called import Called, judged
from troth_verifiers.grpc.prepared import Prepared
from troth_verifiers.grpc.preparing import prepared
from troth_verifiers.grpc.reading import written_of
from troth_verifiers.grpc.replaying import Replaying

_BATCH: Final = 1024
"""Calls that are made ready at a time at most."""
_PATIENCE: Final = 0.05
"""Seconds that an answer waits at most to be judged with others."""
_HELD: Final = 1024 * 1024
"""Bytes of requests that are made ready at a time, and of answers that wait at most."""


async def replayed(
    replaying: Replaying, interactions: Sequence[Interaction], target: Target
) -> AsyncGenerator[Result, None]:
    """A result for each call, about in the order in which they end, as many at once as the target may bear.

    Where that is one, each is told before the next is made.
    """
    await _learn(replaying, interactions, target)
    ready, answered = _ready(replaying, interactions, target), _Answered(alone=target.concurrency <= 1)

    async def work(put: Put) -> None:
        for one in ready:
            answered.add(one if isinstance(one, Result) else await _called(replaying, *one, target), put)
        answered.judge(put)

    async with aclosing(stream(work, max(1, min(target.concurrency, len(interactions))))) as results:
        async for result in results:
            yield result


class _Answered:
    """The calls that have ended and are still to be judged."""

    def __init__(self, *, alone: bool) -> None:
        self._alone = alone
        self._waiting: list[Called | Result] = []
        self._held = 0
        self._seen_to = False

    def add(self, one: Called | Result, put: Put) -> None:
        """Keep one until the first has waited long enough, or until they are too large to be kept longer."""
        self._waiting.append(one)
        if isinstance(one, Called):
            self._held += one.answer.size
        if self._alone or self._held > _HELD:
            self.judge(put)
        elif not self._seen_to:
            self._seen_to = True
            asyncio.get_running_loop().call_later(_PATIENCE, self._judge_late, put)

    def judge(self, put: Put) -> None:
        """Give the results of all that are there."""
        waiting, self._waiting, self._held = self._waiting, [], 0
        for result in [one if isinstance(one, Result) else _result(one) for one in waiting]:
            put(result)

    def _judge_late(self, put: Put) -> None:
        self._seen_to = False
        self.judge(put)


async def _learn(replaying: Replaying, interactions: Sequence[Interaction], target: Target) -> None:
    """Have the schemas of all calls made, and the connection meanwhile.

    What goes wrong with one is said of each call that needs it.
    """
    needed = {(one.documents, one.service) for one in map(written_of, interactions)}
    learning = [replaying.known(documents, service, target) for documents, service in needed]
    await asyncio.gather(*learning, replaying.connect(target), return_exceptions=True)


def _ready(
    replaying: Replaying, interactions: Sequence[Interaction], target: Target
) -> Iterator[tuple[Interaction, Prepared] | Result]:
    batch: list[tuple[Interaction, Prepared] | Result] = []
    held = 0
    for interaction in interactions:
        one = _made_ready(replaying, interaction, target)
        batch.append(one)
        if not isinstance(one, Result):
            held += sum(map(len, one[1].requests))
        if len(batch) >= _BATCH or held > _HELD:
            yield from batch
            batch, held = [], 0
    yield from batch


def _made_ready(
    replaying: Replaying, interaction: Interaction, target: Target
) -> tuple[Interaction, Prepared] | Result:
    spec = written_of(interaction).spec
    if spec.trouble is not None:
        return Result(interaction, Outcome.ERRORED, cause=spec.trouble)
    try:
        known = replaying.made(spec.documents, spec.service, target)
        assert known is not None, "the schemas are made before the calls"
        return interaction, prepared(spec, known)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is about this call alone
        return Result(interaction, Outcome.ERRORED, cause=cause_of(error))


async def _called(replaying: Replaying, interaction: Interaction, call: Prepared, target: Target) -> Called | Result:
    try:
        return await replaying.called(interaction, call, target)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is about this call alone
        return Result(interaction, Outcome.ERRORED, cause=cause_of(error))


def _result(called: Called) -> Result:
    try:
        return judged(called)
    except Exception as error:  # noqa: BLE001 - whatever it is, it is about this call alone
        return Result(called.interaction, Outcome.ERRORED, cause=cause_of(error))
