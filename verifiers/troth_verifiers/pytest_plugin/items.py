"""One test for each interaction: collected under ``troth``, then under its contract."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from types import ModuleType
from typing import Any, cast

import pytest

from troth_verifiers.api import Cause, Interaction, Outcome, Result, State, Target
from troth_verifiers.errors import StateHandlerMissing, VerifierError
from troth_verifiers.only import protocol_of
from troth_verifiers.pytest_plugin.defining import STATES, handler_of
from troth_verifiers.pytest_plugin.ledger import Told, told, told_problem
from troth_verifiers.pytest_plugin.plan import Planned
from troth_verifiers.pytest_plugin.providing import Served
from troth_verifiers.pytest_plugin.readying import Prepared, failed
from troth_verifiers.pytest_plugin.replaying import Replayer
from troth_verifiers.pytest_plugin.telling import excused, failure_text, problem_text, short_text


class NotKept(Exception):
    """An interaction did not pass; the text is the whole story."""


@dataclass(frozen=True, slots=True)
class Crash:
    """A failure in one line."""

    message: str

    def __str__(self) -> str:
        return self.message


@dataclass(frozen=True, slots=True)
class Story:
    """A failure as pytest shows it: the whole story, and one line for its summary."""

    text: str
    reprcrash: Crash

    def __str__(self) -> str:
        return self.text

    def toterminal(self, writer: Any) -> None:
        """Write it."""
        for line in self.text.splitlines():
            writer.line(line, red=line.startswith(("✗", "!")))


class Contracts(pytest.Collector):
    """Stands for all contracts."""

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Nothing more: the tests are made when all other tests are known."""
        return []


class OneContract(pytest.Module):
    """Stands for one contract; what has the scope of a module lives as long as its tests."""

    def _getobj(self) -> ModuleType:
        return ModuleType("contract")

    def collect(self) -> Iterable[pytest.Item | pytest.Collector]:
        """Nothing more."""
        return []


def items_of(parent: pytest.Collector, plan: Iterable[Planned], replayer: Replayer) -> Iterator[pytest.Item]:
    """The tests of a plan, below a node whose fixtures they see."""
    root = Contracts.from_parent(parent, name="troth", nodeid="troth")
    for planned in plan:
        node = f"troth::{planned.title}"
        contract = OneContract.from_parent(root, path=parent.path, name=planned.title, nodeid=node)
        contract.add_marker(pytest.mark.troth_consumer(planned.contract.consumer, name=planned.contract.consumer))
        if planned.problem is not None:
            yield _marked(Unverifiable.from_parent(contract, name="cannot be verified", planned=planned), "unknown")
        for name, interaction in planned.cases:
            item = Replayed.from_parent(contract, name=name, callobj=_needs)
            item.case = (planned, interaction, replayer)
            yield _marked(item, protocol_of(planned.contract, interaction))


def _marked(item: pytest.Item, protocol: str) -> pytest.Item:
    item.add_marker(pytest.mark.troth)
    item.add_marker(pytest.mark.troth_protocol(protocol, name=protocol))
    return item


def _needs(_troth_target: object, _troth_prepared: object) -> None:
    """What every interaction needs of fixtures."""


class Unverifiable(pytest.Item):
    """A contract of which nothing can be replayed: a test that fails."""

    def __init__(self, *, planned: Planned, **more: Any) -> None:
        super().__init__(**more)
        self._planned = planned
        self.user_properties += _properties(planned, Outcome.ERRORED)

    def runtest(self) -> None:
        """Fail."""
        assert self._planned.problem is not None
        raise NotKept(problem_text(self._planned, self._planned.problem))

    def story(self, error: BaseException) -> Story | None:
        """An error of ours as it is shown; None for what others raised."""
        problem = self._planned.problem
        return Story(str(error), Crash(short_text(problem, ()))) if isinstance(error, NotKept) else None

    def note(self, call: pytest.CallInfo[None]) -> Told | None:
        """That the contract was found not to be verifiable, in plain values; None in other phases."""
        return told_problem(self._planned) if call.when == "call" else None

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands: in the contract's file, if it has one."""
        return _place(self._planned, self.config.rootpath), 0, self.nodeid


class Replayed(pytest.Function):
    """One interaction as a test."""

    case: tuple[Planned, Interaction, Replayer]
    result: Result | None = None

    def runtest(self) -> None:
        """Replay it; a failure that does not count is expected to fail."""
        planned, interaction, replayer = self.case
        target, served = cast("tuple[Target, Served]", self.funcargs["_troth_target"])
        prepared = cast("Prepared", self.funcargs["_troth_prepared"])
        served.forget()
        self.result = None
        self.result = replayer.replay(planned, interaction, target, prepared)
        if self.result.outcome is Outcome.PASSED:
            return
        if self.result.outcome is Outcome.SKIPPED:
            pytest.skip(_short(self.result))
        reason = excused(planned, interaction, self.result.outcome)
        if reason is not None:
            pytest.xfail(f"{reason}: {_short(self.result)}")
        raise NotKept(failure_text(planned, self.result, served.errors))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """What is wrong with the interaction; the traceback of what a handler raised."""
        return self.story(excinfo.value) or super().repr_failure(excinfo)

    def story(self, error: BaseException) -> Story | None:
        """An error of ours as it is shown; None for what others raised."""
        planned, interaction, _ = self.case
        if isinstance(error, VerifierError):
            result = Result(interaction, Outcome.ERRORED, cause=error.cause)
            raised = [error.__cause__] if error.__cause__ is not None else []
            return Story(failure_text(planned, result, raised), Crash(_short(result)))
        if isinstance(error, NotKept) and self.result is not None:
            return Story(str(error), Crash(_short(self.result)))
        if isinstance(error, BaseExceptionGroup):  # of a tear-down of which more than one part failed
            result = self._errored(error, "tear-down")
            return Story(failure_text(planned, result, error.exceptions), Crash(_short(result)))
        return None

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where it stands: in the contract's file, if it has one."""
        return _place(self.case[0], self.config.rootpath), 0, self.nodeid

    def note(self, call: pytest.CallInfo[None]) -> Told | None:
        """What a phase of the test means for the interaction, in plain values; None if it means nothing."""
        planned, _, _ = self.case
        error = call.excinfo.value if call.excinfo else None
        ours = call.when == "call" and self.result is not None and self.result.outcome is Outcome.SKIPPED
        if (isinstance(error, pytest.skip.Exception) and not ours) or (error is None and call.when != "call"):
            return None
        if call.when != "call":
            self.result = self._errored(error, "set-up" if call.when == "setup" else "tear-down")
        elif self.result is None:  # broken off, such as by a time-out
            self.result = self._errored(error, "replay")
        self.result = replace(self.result, duration=call.duration) if call.when == "call" else self.result
        names = ("consumer", "consumer_version", "provider", "outcome")
        self.user_properties[:] = [pair for pair in self.user_properties if pair[0] not in names]
        self.user_properties += _properties(planned, self.result.outcome)
        return told(planned, self.result, self._missing())

    def _missing(self) -> list[State]:
        """The states that nobody handles, if that is why nothing can be said."""
        assert self.result is not None
        cause = self.result.cause
        if cause is None or cause.kind != StateHandlerMissing.kind:
            return []
        return [state for state in self.result.interaction.states if handler_of(state.name, STATES) is None]

    def _errored(self, error: BaseException | None, act: str) -> Result:
        _, interaction, _ = self.case
        cause: Cause
        if isinstance(error, VerifierError):
            cause = error.cause
        else:
            cause = failed(interaction, error or AssertionError("it gave no result"), act).cause
        return Result(interaction, Outcome.ERRORED, cause=cause)


def _short(result: Result) -> str:
    return short_text(result.cause, result.mismatches)


def _properties(planned: Planned, outcome: Outcome) -> list[tuple[str, object]]:
    contract = planned.contract
    return [
        ("consumer", contract.consumer),
        *([("consumer_version", contract.consumer_version)] if contract.consumer_version else []),
        ("provider", contract.provider),
        ("outcome", outcome.value),
    ]


def _place(planned: Planned, otherwise: Path) -> Path:
    origin = planned.contract.origin or ""
    return Path(origin).absolute() if origin and "://" not in origin else otherwise
