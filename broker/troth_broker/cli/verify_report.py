"""What `troth verify` says while it runs and, with `--output json`, at the end."""

import sys
import time
from collections.abc import Sequence
from importlib import import_module
from typing import Any

import click

from troth_verifiers import Contract, ContractReport, Interaction, Report, Result
from troth_verifiers.text import plain

_PAUSE = 5.0


class Live:
    """Says on standard error which pact is being verified, why, and how far it is: a bar in a terminal, else lines."""

    def __init__(self) -> None:
        self._bar: Any = None
        self._task: Any = None
        self._done = 0
        self._all = 0
        self._said = 0.0

    def __enter__(self) -> "Live":
        if sys.stderr is not None and sys.stderr.isatty():  # a process may run without one
            self._bar = _bar()
            self._bar.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self._bar is not None:
            self._bar.stop()

    def contract_started(self, contract: Contract, interactions: Sequence[Interaction]) -> None:
        """A pact's turn has come."""
        self._done, self._all, self._said = 0, len(interactions), time.monotonic()
        count = "1 interaction" if self._all == 1 else f"{self._all} interactions"
        click.echo(f"Verifying {plain(contract.name)}: {count}", err=True)
        for notice in contract.notices:
            if notice.when == "before_verification":
                click.echo("  " + "\n".join(map(plain, notice.text.splitlines())), err=True)
        if self._bar is not None:
            if self._task is not None:
                self._bar.remove_task(self._task)
            self._task = self._bar.add_task("", total=self._all)

    def interaction_done(self, contract: Contract, result: Result) -> None:  # noqa: ARG002 - the protocol's signature
        """One interaction more is done."""
        self._done += 1
        if self._bar is not None:
            self._bar.advance(self._task)
        elif time.monotonic() - self._said >= _PAUSE:
            self._said = time.monotonic()
            click.echo(f"  {self._done} of {self._all}", err=True)


def _bar() -> Any:
    """A bar with how many are done, gone when the run is over."""
    progress = import_module("rich.progress")
    columns = (progress.BarColumn(), progress.MofNCompleteColumn(), progress.TimeRemainingColumn())
    return progress.Progress(*columns, console=import_module("rich.console").Console(stderr=True), transient=True)


def as_json(report: Report) -> dict[str, Any]:
    """The whole report as JSON values."""
    return {
        "success": report.ok,
        "exitCode": report.exit_code,
        "totals": {outcome.value: number for outcome, number in report.totals.items()},
        "unpublished": report.unpublished,
        "missingStates": [state.name for state in report.missing_states],
        "notVerified": [{"name": one.contract.name, "text": one.text} for one in report.skipped],
        "contracts": [_contract(contract) for contract in report.contracts],
    }


def _contract(report: ContractReport) -> dict[str, Any]:
    contract, publication = report.contract, report.publication
    return {
        "name": contract.name,
        "consumer": contract.consumer,
        "consumerVersion": contract.consumer_version,
        "provider": contract.provider,
        "origin": contract.origin,
        "pending": contract.pending,
        "wip": contract.wip,
        "success": report.success,
        "problem": None if report.problem is None else {"kind": report.problem.kind, "text": report.problem.text},
        "published": publication.text if publication is not None and publication.done else None,
        "notPublished": publication.text if publication is not None and not publication.done else None,
        "replayedInPart": None if publication is None else publication.part,
        "testResults": list(report.verdict.test_results),
    }
