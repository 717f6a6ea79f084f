"""The outcome of a comparison: what was found, what could not be judged, and whether the two fit."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from troth_schemas.finding import SEVERITIES, Finding, Place, Witness, shared
from troth_schemas.json_body import Document

REPORT_VERSION: Final = 1
"""The version of the JSON form; members may be added within it, never taken away or renamed."""


@dataclass(frozen=True, slots=True)
class Checker:
    """Who compared. A new version means that the same two contracts may be judged differently."""

    name: str
    version: str


CHECKER: Final = Checker("troth", "3")
"""Troth's own checker. Raise the version with every change that can turn a verdict."""


@dataclass(frozen=True, slots=True)
class Report:
    """What a comparison says. ``judged`` counts the interactions, operations, messages or fields that were judged.

    ``unjudged`` names the interactions that this comparison could say nothing of, so that another comparison of the
    same contract (with the provider's second document) can fill the gap. ``scope`` names those that it judged,
    ``absent`` those of them that the provider's document does not declare, though another one of its documents may.
    """

    findings: tuple[Finding, ...] = ()
    not_covered: tuple[Finding, ...] = ()
    judged: int = 0
    scope: tuple[str, ...] = ()
    unjudged: tuple[str, ...] = ()
    absent: tuple[str, ...] = ()
    checker: Checker = CHECKER

    @property
    def breaking(self) -> tuple[Finding, ...]:
        """The findings that make it a no."""
        return tuple(one for one in self.findings if one.severity == "breaking")

    @property
    def compatible(self) -> bool | None:
        """False with a breaking finding, True if all was judged and nothing breaks, None if something was not."""
        if self.breaking:
            return False
        return None if self.not_covered or not self.judged else True

    def allowing_not_covered(self) -> bool | None:
        """The same, leaving what could not be judged out of account: None only when nothing was judged at all."""
        if self.breaking:
            return False
        return True if self.judged else None

    def with_findings(self, findings: Iterable[Finding]) -> "Report":
        """This report about other findings, those of one cause united, the worst first, not-covered apart."""
        found = sorted(shared(findings), key=lambda one: SEVERITIES.index(one.severity))
        return replace(
            self,
            findings=tuple(one for one in found if one.severity != "not-covered"),
            not_covered=tuple(one for one in found if one.severity == "not-covered"),
        )


def make_report(
    findings: Iterable[Finding],
    judged: int,
    scope: Iterable[str] = (),
    unjudged: Iterable[str] = (),
    absent: Iterable[str] = (),
) -> Report:
    """A report of findings of any severity in any order."""
    return Report(judged=judged, scope=tuple(scope), unjudged=tuple(unjudged), absent=tuple(absent)).with_findings(
        findings
    )


def merge(reports: Iterable[Report]) -> Report:
    """Several reports as one: every finding, all that was judged."""
    reports = tuple(reports)
    whole = make_report(
        (one for report in reports for one in (*report.findings, *report.not_covered)),
        sum(report.judged for report in reports),
        dict.fromkeys(name for report in reports for name in report.scope),
        dict.fromkeys(name for report in reports for name in report.unjudged),
    )
    checkers = {report.checker for report in reports}
    return replace(whole, checker=checkers.pop()) if len(checkers) == 1 else whole


def report_json(report: Report, *, compatible: bool | None) -> Document:
    """The documented JSON form (docs/report.schema.json). ``compatible`` is the verdict, which settings may change."""
    return {
        "version": REPORT_VERSION,
        "compatible": compatible,
        "judged": report.judged,
        "findings": [finding_json(one) for one in report.findings],
        "not_covered": [finding_json(one) for one in report.not_covered],
        "checker": {"name": report.checker.name, "version": report.checker.version},
    }


def finding_json(one: Finding) -> Document:
    """One finding in the JSON form."""
    return {
        "rule": one.rule,
        "aliases": list(one.aliases),
        "severity": one.severity,
        "message": one.message,
        "interaction": one.interaction,
        "where": list(one.where),
        "element": one.element,
        "reader": _place_json(one.reader),
        "writer": _place_json(one.writer),
        "fingerprint": one.fingerprint,
        "witness": _witness_json(one.witness),
    }


def _place_json(place: Place | None) -> Document | None:
    if place is None:
        return None
    return {"document": place.document, "pointer": place.pointer, "line": place.line}


def _witness_json(witness: Witness | None) -> Document | None:
    if witness is None:
        return None
    return {"kind": witness.kind, "value": witness.value, "note": witness.note}
