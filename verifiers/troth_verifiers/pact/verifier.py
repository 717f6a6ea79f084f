"""The built-in `pact` verifier: HTTP, asynchronous and synchronous messages, versions 1 to 4 of the specification."""

import asyncio
import time
from collections import deque
from collections.abc import AsyncGenerator, Sequence
from contextlib import aclosing
from typing import TYPE_CHECKING

from troth_schemas.pact import plugins
from troth_verifiers.api import ENGINES, Cause, Contract, Interaction, Outcome, Result, Target
from troth_verifiers.concurrent import Put, each, stream
from troth_verifiers.errors import EngineError, UsageError, VerifierError
from troth_verifiers.pact.needs import missing_plugin, plugin_folder
from troth_verifiers.pact.own import OwnEngine
from troth_verifiers.pact.own.decoding import is_decodable
from troth_verifiers.pact.own.events import listens
from troth_verifiers.pact.pieces import piece_of
from troth_verifiers.pact.pool import Pool
from troth_verifiers.pact.read import GRPC, interactions
from troth_verifiers.pact.replay import follows, replay

if TYPE_CHECKING:
    from troth_verifiers.grpc.pacts import PactCalls

MOST_AT_ONCE = 10
"""Interactions in one small pact; measured: more cost more, because the library's cost grows with the square."""
_MOMENT = 0.2
"""Seconds that one small pact should take, so that progress is seen."""
_WORTH_A_CHILD = 50
"""Interactions that make it worth starting one more child process."""


DEFAULT_ENGINE = "troth"


class PactVerifier:
    """Replays pacts, with Troth's own engine or with the official pact library, which it keeps in child processes.

    Calls of gRPC are made here; whatever else needs a Pact plug-in goes to the library whichever engine is asked for.
    """

    def __init__(self) -> None:
        self._own = OwnEngine()
        self._calls: PactCalls | None = None
        self._pools: dict[tuple[str, str | None, bool], Pool] = {}

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Every interaction and message of the pact, in its order."""
        return interactions(contract)

    def calls_states(self, interaction: Interaction, target: Target) -> bool:
        """Whether the states are set up only when a message broker is listened to."""
        return listens(interaction, target)

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Replay one interaction."""
        cause = _trouble(interaction, target)
        if cause is not None:
            return Result(interaction, Outcome.ERRORED, cause=cause)
        if _is_call(interaction, target):
            piece = piece_of(interaction)
            return await self._grpc().verify(interaction, piece.element, piece.head, target)
        if _is_ours(interaction, target):
            return await self._own.verify(interaction, target)
        _refuse_ours(target)
        (result,) = await replay([interaction], target, self._pool(target))
        return result

    async def verify_all(self, interactions: Sequence[Interaction], target: Target) -> AsyncGenerator[Result, None]:
        """Replay many interactions of one pact, as many at once as the target may bear."""
        if engine_of(target) == "troth":
            async with aclosing(each(self._alone, interactions, target)) as results:
                async for result in results:
                    yield result
            return
        _refuse_ours(target)
        waiting = deque(interactions)
        workers = min(max(1, target.concurrency), 1 + len(waiting) // _WORTH_A_CHILD)
        async with aclosing(stream(lambda put: self._work(waiting, target, put), workers)) as results:
            async for result in results:
                yield result

    async def aclose(self) -> None:
        """Close the connections and end the child processes."""
        await self._own.aclose()
        if self._calls is not None:
            await self._calls.aclose()
            self._calls = None
        await asyncio.gather(*(pool.close() for pool in self._pools.values()))
        self._pools.clear()

    def _grpc(self) -> "PactCalls":
        if self._calls is None:
            from troth_verifiers.grpc.pacts import PactCalls

            self._calls = PactCalls()
        return self._calls

    def _pool(self, target: Target) -> Pool:
        trust = ((target.url or "").partition(":")[0], target.ca_file, target.insecure)
        if trust not in self._pools:
            self._pools[trust] = Pool(target)
        return self._pools[trust]

    async def _work(self, waiting: deque[Interaction], target: Target, put: Put) -> None:
        at_once = 1
        while waiting:
            part = _next(waiting, at_once, target)
            began = time.monotonic()
            for result in await self._together(part, target):
                put(result)
            took = max(time.monotonic() - began, 1e-6)
            at_once = max(1, min(MOST_AT_ONCE, round(len(part) * _MOMENT / took)))

    async def _together(self, part: Sequence[Interaction], target: Target) -> list[Result]:
        if len(part) == 1 or _trouble(part[0], target) is not None:
            return [await self._alone(interaction, target) for interaction in part]
        try:
            return await replay(part, target, self._pool(target))
        except EngineError:  # find out which of them the library does not survive
            return [await self._alone(interaction, target) for interaction in part]

    async def _alone(self, interaction: Interaction, target: Target) -> Result:
        began = time.monotonic()
        try:
            return await self.verify(interaction, target)
        except VerifierError as error:
            return Result(interaction, Outcome.ERRORED, cause=error.cause, duration=time.monotonic() - began)


def engine_of(target: Target) -> str:
    """The engine that a target asks for; raises `UsageError` for one that there is not."""
    if target.engine not in ("", *ENGINES):
        raise UsageError(f"No engine is called {target.engine!r}; there are {' and '.join(ENGINES)}.")
    return target.engine or DEFAULT_ENGINE


def _refuse_ours(target: Target) -> None:
    """The official library sends its requests itself; one that is sent as nobody, or unfiltered, would say nothing."""
    if target.client_cert is not None:
        raise UsageError("A client certificate is shown by Troth's own engine; the official Pact library knows none.")
    if target.request_filter is not None:
        raise UsageError(
            "A request filter changes what Troth's own engine sends; the official Pact library knows none."
        )


def _is_ours(interaction: Interaction, target: Target) -> bool:
    mine = engine_of(target) == "troth" or listens(interaction, target)
    return mine and (not piece_of(interaction).plugins or _decodes(interaction, target))


def _decodes(interaction: Interaction, target: Target) -> bool:
    """Whether the contents are in Avro or Protobuf, which we decode, unless the library is asked for by name."""
    piece = piece_of(interaction)
    return bool(piece.plugins) and target.engine != "pact" and is_decodable(piece.element, piece.head)


def _next(waiting: deque[Interaction], at_once: int, target: Target) -> list[Interaction]:
    """Take the next interactions that can be replayed in one go: HTTP, sound, alike."""
    part = [waiting.popleft()]
    while waiting and len(part) < at_once and _alike(part[0], waiting[0], target):
        part.append(waiting.popleft())
    return part


def _alike(one: Interaction, other: Interaction, target: Target) -> bool:
    together = all(item.kind == "http" and _plain(item) for item in (one, other))
    return together and follows(one, target) == follows(other, target)


def _plain(interaction: Interaction) -> bool:
    piece = piece_of(interaction)
    return piece.trouble is None and not piece.plugins and not interaction.injects


def _is_call(interaction: Interaction, target: Target) -> bool:
    """Whether this is a call of gRPC, which we make, unless the library with its plug-in is asked for by name."""
    return interaction.kind == GRPC and target.engine != "pact"


def _trouble(interaction: Interaction, target: Target) -> Cause | None:
    """Why this interaction must not be replayed."""
    piece = piece_of(interaction)
    if piece.trouble is not None or not piece.plugins or _is_call(interaction, target) or _decodes(interaction, target):
        return piece.trouble
    return missing_plugin(piece.plugins, plugins(piece.head), plugin_folder())
