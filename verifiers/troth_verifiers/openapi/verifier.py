"""The verifier of OpenAPI: an interaction for each example, one for the requests made up for each operation, and two
for those that nobody should be let in with.
"""

import asyncio
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from importlib import import_module
from typing import Any, Final, TypeAlias

from troth_schemas.errors import ExtraMissing
from troth_schemas.openapi import Operation
from troth_verifiers.api import Cause, Contract, Interaction, Outcome, Result, Target
from troth_verifiers.background import in_background
from troth_verifiers.clients import Clients
from troth_verifiers.errors import TargetIncomplete, UsageError, VerifierError
from troth_verifiers.openapi.asking import BARRED, BUSY, NO_ANSWER, Asked, Asker, Meant
from troth_verifiers.openapi.barring import Stranger, turned_away
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import Described, described
from troth_verifiers.openapi.examples import Example, examples_of
from troth_verifiers.openapi.plan import Plan, Tally
from troth_verifiers.openapi.stated import Misstated, misstated

_NO_ENTRY: Final = BARRED | {BUSY}
_TURNED_AWAY: Final = "every request was turned away with {}: give --header, or a request filter, that lets it in"
_LACKING: Final = "the example was answered {}: the provider does not hold, or holds already, what it speaks of"


@dataclass(frozen=True, slots=True)
class _Shown:
    """An example to send."""

    checker: Checker
    operation: Operation
    example: Example


@dataclass(frozen=True, slots=True)
class _MadeUp:
    """Requests to make up: `share` is how many, `left` how many operations wait for theirs, this one among them."""

    checker: Checker
    operation: Operation
    share: int
    left: int


_Piece: TypeAlias = _Shown | _MadeUp | Stranger | Misstated


class OpenapiVerifier:
    """Sends a provider what its own description shows and allows, and what it forbids.

    `tallies` tells by the name of each wanted operation what was asked of it; `left_out` names the operations that the
    plan leaves out.
    """

    def __init__(self, plan: Plan | None = None) -> None:
        self.plan = plan or Plan()
        self.tallies: dict[str, Tally] = {}
        self.left_out: tuple[str, ...] = ()
        self._one_search = asyncio.Lock()
        self._ends: float | None = None
        self._clients = Clients()

    @property
    def not_exercised(self) -> tuple[str, ...]:
        """The operations of which nothing was learnt: left out, not come to, or never let in."""
        barred = (name for name, tally in self.tallies.items() if not tally.statuses.keys() - _NO_ENTRY)
        return (*self.left_out, *barred)

    @property
    def only_refused(self) -> tuple[str, ...]:
        """The operations that were asked, and answered with refusals only."""
        silent = self.not_exercised
        return tuple(name for name, tally in self.tallies.items() if not tally.succeeded and name not in silent)

    def keep_in(self, folder: str) -> None:
        """Let the library that searches keep its own files in a folder, instead of the current one."""
        if not self.plan.examples_only:
            _generating().keep_in(folder)

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """The examples of all operations in their order, then one interaction for each operation's made-up requests.

        Last come those of strangers, of each operation that asks for credentials. Examples of answers are among the
        first only where they are wrong.
        Raises `ContractUnreadable`, and `UsageError` for an operation that is wanted and that there is not.
        """
        whole = described(contract)
        checker = Checker(whole)
        wanted = self._wanted(whole)
        self.left_out = tuple(one.name for one in whole.api.operations if one not in wanted)
        self.tallies |= {one.name: Tally() for one in wanted}
        made: list[tuple[Operation, str, _Piece]] = [
            (one, f"{one.name}: {_titled(example, one)}", _Shown(checker, one, example))
            for one in wanted
            for example in examples_of(whole, one)
        ]
        made += [(one, f"{one.name}: {wrong.told}", wrong) for one in wanted for wrong in _misstated(checker, one)]
        if not self.plan.examples_only:
            made += self._made_up(wanted, checker)
        if not self.plan.anybody:
            made += self._strangers(wanted, checker)
        return tuple(
            Interaction(index, text, key=one.operation_id, method=one.method.upper(), path=one.path, body=piece)
            for index, (one, text, piece) in enumerate(made)
        )

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Send what one interaction stands for; raises a `VerifierError` where nothing can be said."""
        piece: Any = interaction.body
        began = time.monotonic()
        partial = " ".join(piece.operation.partial)
        if partial:
            return _unsaid(interaction, f"the description cannot be read in full: {partial}")
        if isinstance(piece, Misstated):
            return Result(interaction, Outcome.FAILED, piece.faults)
        if isinstance(piece, _Shown):
            result = await self._show(interaction, piece, self._asker(interaction, piece, target))
        elif isinstance(piece, Stranger):
            async with self._one_search:  # after the others: it may need the same request with credentials
                result = await self._turn_away(interaction, piece, self._asker(interaction, piece, target))
        else:
            async with self._one_search:  # what is in flight beside it would change what the same seed finds
                result = await self._make_up(interaction, piece, self._asker(interaction, piece, target))
        return replace(result, duration=time.monotonic() - began)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._clients.aclose()

    def _wanted(self, whole: Described) -> tuple[Operation, ...]:
        wanted = tuple(one for one in whole.api.operations if self.plan.wants(one))
        for name in self.plan.operations:
            if not any(Plan(operations=(name,)).wants(one) for one in whole.api.operations):
                known = ", ".join(one.name for one in whole.api.operations[:10])
                raise UsageError(f"The description has no operation {name!r}; it has {known or 'none at all'}.")
        return wanted

    def _made_up(self, wanted: Sequence[Operation], checker: Checker) -> list[tuple[Operation, str, _Piece]]:
        shares = self.plan.shares(wanted)
        return [
            (one, f"{one.name}: requests made up", _MadeUp(checker, one, share, len(wanted) - number))
            for number, (one, share) in enumerate(zip(wanted, shares, strict=True))
        ]

    def _strangers(self, wanted: Sequence[Operation], checker: Checker) -> list[tuple[Operation, str, _Piece]]:
        made: list[tuple[Operation, str, _Piece]] = []
        for one in wanted:
            lock = checker.described.lock(one)
            example = next((shown for shown in examples_of(checker.described, one) if (shown.status or 0) < 400), None)
            if lock is None or (example is None and self.plan.examples_only):
                continue
            for wrong in (False, True):
                piece = Stranger(checker, one, lock, example, wrong)
                made.append((one, f"{one.name}: {piece.told}", piece))
        return made

    async def _turn_away(self, interaction: Interaction, piece: Stranger, asker: Asker) -> Result:
        if piece.example is not None:
            parts = (piece.example.target, piece.example.headers, piece.example.content)
        else:
            generating = _generating()
            number = generating.number_for(self.plan.seed, piece.operation.name, "stranger")
            alone = piece.checker.described.alone(piece.operation)
            parts = await in_background(lambda: generating.simplest(alone, number))
        request = asker.request(*parts) if parts is not None else None
        if request is None:
            return _unsaid(interaction, "no request could be made up that HTTP can carry")
        return await turned_away(interaction, piece, asker, request)

    async def _show(self, interaction: Interaction, piece: _Shown, asker: Asker) -> Result:
        example = piece.example
        request = asker.request(example.target, example.headers, example.content)
        if request is None:
            return _unsaid(interaction, "the example holds characters that no header can carry")
        asked = await asker.ask(request, "example", status=example.status)
        self.tallies[piece.operation.name].count(asked.status, example=True)
        if asked.barred and asked.status != example.status:
            return _unsaid(interaction, _TURNED_AWAY.format(asked.status), [asked])
        if not asked.faults and asked.of_state and asked.status != example.status:
            return _unsaid(interaction, _LACKING.format(asked.status), [asked])
        return _result(interaction, [asked], asked)

    async def _make_up(self, interaction: Interaction, piece: _MadeUp, asker: Asker) -> Result:
        if piece.share == 0:
            return _unsaid(
                interaction, f"the budget of {self.plan.budget} requests is less than one for each operation"
            )
        ends = self._share_of_time(piece)
        if ends is not None and ends <= time.monotonic():
            return _unsaid(interaction, f"the {self.plan.seconds:g} s were over before it was its turn")
        stopped = threading.Event()
        try:
            found, asked, trouble = await self._search(piece, asker, ends, stopped)
        finally:
            stopped.set()
        tally = self.tallies[piece.operation.name]
        for one in asked:
            tally.count(one.status, example=False)
        if not asked:
            return _unsaid(interaction, "no request could be made up that HTTP can carry")
        if all(one.status == NO_ANSWER for one in asked):
            (fault,) = asked[-1].faults
            cause = Cause(fault.actual, f"{fault.text} Again: {fault.command}")
            return Result(interaction, Outcome.ERRORED, cause=cause, exchanges=(asked[-1].exchange,))
        if all(one.barred for one in asked):
            return _unsaid(interaction, _TURNED_AWAY.format(asked[-1].status), asked[-1:])
        return replace(_result(interaction, found, asked[-1]), cause=trouble)

    async def _search(
        self, piece: _MadeUp, asker: Asker, ends: float | None, stopped: threading.Event
    ) -> tuple[list[Asked], list[Asked], Cause | None]:
        """The smallest requests that went wrong, all that were sent, and what kept more from being sent."""
        generating = _generating()
        loop = asyncio.get_running_loop()
        trouble: list[VerifierError] = []

        def ask(target: str, headers: tuple[tuple[str, str], ...], content: bytes, meant: Meant) -> Asked | None:
            if stopped.is_set() or (ends is not None and time.monotonic() >= ends):
                raise generating.Over
            request = asker.request(target, headers, content)
            if request is None:
                return None
            try:
                asked: Asked = asyncio.run_coroutine_threadsafe(asker.ask(request, meant), loop).result()
            except VerifierError as error:
                trouble.append(error)
                raise generating.Over from None
            return _only_barred(asked)

        def search() -> tuple[list[Asked], list[Asked]]:
            made = generating.Search(ask)
            found: list[Asked] = []
            try:
                for meant, cases in self._parts(piece):
                    number = generating.number_for(self.plan.seed, piece.operation.name, meant)
                    found += made.run(
                        piece.checker.described.alone(piece.operation), meant=meant, cases=cases, number=number
                    )
            except generating.Over:
                found += made.smallest
            return found, made.asked

        found, asked = await in_background(search)
        if trouble and not found:
            raise trouble[0]
        return found, asked, trouble[0].cause if trouble else None

    def _parts(self, piece: _MadeUp) -> list[tuple[Meant, int]]:
        """How many valid requests, and how many invalid ones."""
        if not (piece.operation.parameters or piece.operation.body):
            return [("valid", 1)]  # there is but one
        if self.plan.positive_only or piece.share == 1:
            return [("valid", piece.share)]
        return [("valid", piece.share - piece.share // 2), ("invalid", piece.share // 2)]

    def _share_of_time(self, piece: _MadeUp) -> float | None:
        """When this operation's time is over: its share of what is left."""
        if self.plan.seconds is None:
            return None
        now = time.monotonic()
        if self._ends is None:
            self._ends = now + self.plan.seconds
        return now + (self._ends - now) / max(1, piece.left)

    def _asker(self, interaction: Interaction, piece: _Shown | _MadeUp | Stranger, target: Target) -> Asker:
        if target.url is None:
            raise TargetIncomplete("The contract is about HTTP, but no URL of the provider was given.")
        base = piece.checker.described.base(target.url)
        return Asker(self._clients.to(target), piece.checker, piece.operation, interaction, target, base)


def _misstated(checker: Checker, operation: Operation) -> tuple[Misstated, ...]:
    """The wrong examples of an operation's answers; none where it cannot be told, as its requests are to say why."""
    try:
        return () if operation.partial else tuple(misstated(checker, operation))
    except VerifierError:
        return ()


def _generating() -> Any:
    """What makes requests up; its libraries come with an extra, and take a second to load."""
    try:
        return import_module("troth_verifiers.openapi.generating")
    except ImportError as error:
        raise UsageError(f"{ExtraMissing('making requests up', 'conformance', error.name or 'schemathesis')}") from None


def _only_barred(asked: Asked) -> Asked:
    """An answer that turns everybody away is no fault of what is asked."""
    return Asked(asked.request, asked.status, (), asked.exchange, asked.valid) if asked.barred else asked


def _titled(example: Example, operation: Operation) -> str:
    if example.name:
        return f"example {example.name!r}"
    shown = example.content or example.headers or example.target != operation.path
    return "the example" if shown else "the plain request"


def _result(interaction: Interaction, told: Sequence[Asked], last: Asked) -> Result:
    """Failed with what went wrong, each fault with its command, and what was sent; or passed."""
    faults = tuple(fault for asked in told for fault in asked.faults)
    exchanges = tuple(asked.exchange for asked in told) or (last.exchange,)
    return Result(interaction, Outcome.FAILED if faults else Outcome.PASSED, faults, exchanges=exchanges)


def _unsaid(interaction: Interaction, why: str, asked: Sequence[Asked] = ()) -> Result:
    cause = Cause("not-exercised", f"This was not exercised: {why}.")
    return Result(interaction, Outcome.ERRORED, cause=cause, exchanges=tuple(one.exchange for one in asked))
