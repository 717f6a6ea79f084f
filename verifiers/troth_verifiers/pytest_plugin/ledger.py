"""What a whole test run found, put together from what its tests tell: in this process, or in several."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any, Final

from troth_verifiers import rules
from troth_verifiers.api import Cause, Interaction, Mismatch, Outcome, Result, State
from troth_verifiers.errors import MessageHandlerMissing
from troth_verifiers.judged import ContractReport
from troth_verifiers.pytest_plugin.plan import Planned

_WORSE: Final = (Outcome.PASSED, Outcome.SKIPPED, Outcome.FAILED, Outcome.ERRORED)
Told = Mapping[str, Any]
"""A result in plain values, as it travels with a test's report."""


def told(planned: Planned, result: Result, missing: Sequence[State]) -> Told:
    """A result in plain values."""
    return {
        "contract": planned.number,
        "interaction": result.interaction.index,
        "outcome": result.outcome.value,
        "mismatches": [asdict(one) for one in result.mismatches],
        "cause": None if result.cause is None else asdict(result.cause),
        "duration": result.duration,
        "unproduced": result.cause is not None and result.cause.kind == MessageHandlerMissing.kind,
        "description": result.interaction.description,
        "missing": [[state.name, dict.fromkeys(state.params)] for state in missing],
    }


def told_problem(planned: Planned) -> Told:
    """That a contract cannot be verified at all, in plain values."""
    return {"contract": planned.number, "outcome": Outcome.ERRORED.value}


class Ledger:
    """The results of a run by contract and interaction; of several results for one, the worst counts."""

    def __init__(self) -> None:
        self._told: dict[tuple[int, int], Told] = {}
        self._problems = 0
        self.missing: dict[str, State] = {}
        self.unproduced: dict[str, None] = {}

    def note(self, one: Told) -> None:
        """Take a result."""
        if "interaction" not in one:
            self._problems += 1
            return
        key = (one["contract"], one["interaction"])
        before = self._told.get(key)
        if before is None or _rank(one) >= _rank(before):
            self._told[key] = one
        for name, params in one["missing"]:
            self.missing.setdefault(name, State(name, params))
        if one["unproduced"]:
            self.unproduced[one["description"]] = None

    def __bool__(self) -> bool:
        return bool(self._told) or self._problems > 0

    def reports(self, plan: Sequence[Planned]) -> tuple[ContractReport, ...]:
        """What is known about each contract."""
        return tuple(
            ContractReport(
                planned.contract,
                tuple(
                    _result(case, self._told[planned.number, case.index])
                    for _, case in planned.cases
                    if (planned.number, case.index) in self._told
                ),
                planned.problem,
            )
            for planned in plan
        )

    def why_not_published(self, plan: Sequence[Planned]) -> str | None:
        """Why nothing may be published, or None if something may: only a whole run counts that judged a contract."""
        every = sum(len(planned.cases) for planned in plan)
        missing = every - len(self._told)
        if missing:
            return (
                f"{missing} of {every} interactions were not replayed to their end "
                "(deselected, skipped, stopped or lost with their process)"
            )
        reports = self.reports(plan)
        why = rules.why_not_published([one.problem for one in reports], [one.results for one in reports])
        return None if why is None else why.partition(": ")[2]


def counted(planned: Planned, report: ContractReport) -> str:
    """How many interactions of a contract ended how."""
    if report.problem is not None:
        why = report.problem.text.removeprefix(f"{planned.contract.name} ")
        return why if why != report.problem.text else f"cannot be verified: {why}"
    if planned.skipped is not None:
        return f"NOT VERIFIED: {planned.skipped.text}"
    numbers = Counter(result.outcome for result in report.results)
    parts = [f"{numbers[outcome]} {outcome.value}" for outcome in Outcome if numbers[outcome]]
    left_out = len(planned.cases) - len(report.results)
    return ", ".join([*parts, *([f"{left_out} not replayed"] if left_out else [])])


def _rank(one: Told) -> int:
    return _WORSE.index(Outcome(one["outcome"]))


def _result(interaction: Interaction, one: Told) -> Result:
    return Result(
        interaction,
        Outcome(one["outcome"]),
        tuple(Mismatch(**mismatch) for mismatch in one["mismatches"]),
        None if one["cause"] is None else Cause(**one["cause"]),
        one["duration"],
    )
