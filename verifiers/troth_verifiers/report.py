"""What a run of verifications found: one frozen value, with everything that is printed or decided from it."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from troth_verifiers import rules
from troth_verifiers.api import Outcome, Result, State
from troth_verifiers.html import html_of
from troth_verifiers.judged import ContractReport, Skipped
from troth_verifiers.junit import junit_of
from troth_verifiers.text import text_of


@dataclass(frozen=True, slots=True)
class Report:
    """The whole run, its contracts in the order of their source.

    `filtered` says that interactions were left out on purpose, `duration` is in seconds, `unpublished` says why nothing
    was published although that was asked, and `missing_states` are the provider states that nobody handles. `skipped`
    are the contracts that nothing here can verify and that are judged in another way: neither kept nor broken.
    """

    contracts: tuple[ContractReport, ...]
    filtered: bool = False
    duration: float = 0.0
    unpublished: str | None = None
    missing_states: tuple[State, ...] = ()
    skipped: tuple[Skipped, ...] = ()

    @property
    def results(self) -> tuple[Result, ...]:
        """The results of all contracts."""
        return tuple(result for contract in self.contracts for result in contract.results)

    @property
    def totals(self) -> Mapping[Outcome, int]:
        """How many interactions ended how; every outcome has a number."""
        counted = Counter(result.outcome for result in self.results)
        return {outcome: counted[outcome] for outcome in Outcome}

    @property
    def exit_code(self) -> int:
        """0 every contract that counts is kept; 1 one is not; 2 one cannot be read; 3 something could not be judged.

        3 also where publishing was asked and failed: the broker then knows nothing of this run.
        """
        publications = [one.publication for one in self.contracts if one.publication is not None]
        return rules.exit_code(
            errored=rules.errored(self.results) or not all(one.done or one.withheld for one in publications),
            unreadable=any(one.problem is not None for one in self.contracts),
            broken=any(one.breaks_the_build for one in self.contracts),
        )

    @property
    def ok(self) -> bool:
        """Whether the build may go on."""
        return self.exit_code == 0

    def check(self) -> "Report":
        """Raise `AssertionError` with the whole report unless the build may go on; for use in a test."""
        if not self.ok:
            raise AssertionError(f"the provider does not keep its contracts\n\n{self.to_text()}")
        return self

    def to_text(self) -> str:
        """The report for people, as plain text: a line for each contract, and what is wrong with it."""
        return "".join(f"–  {one.text}\n" for one in self.skipped) + text_of(
            self.contracts,
            totals=self.totals,
            ok=self.ok,
            duration=self.duration,
            unpublished=self.unpublished,
            missing_states=self.missing_states,
        )

    def to_junit(self) -> str:
        """The report as JUnit XML: a suite for each contract, a case for each interaction."""
        return junit_of(self.contracts, duration=self.duration, unpublished=self.unpublished)

    def to_html(self) -> str:
        """The report as one HTML page: every interaction, what was wrong, and what was sent and came back."""
        return html_of(
            self.contracts, totals=self.totals, ok=self.ok, duration=self.duration, unpublished=self.unpublished
        )
