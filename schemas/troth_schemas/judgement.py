"""What a house makes of a report: other severities for some rules, findings that are waived for a while, a verdict."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatchcase
from typing import Literal, TypeAlias

from troth_schemas.finding import Finding, Severity
from troth_schemas.report import Report

FailOn: TypeAlias = Literal["breaking", "risky"]


@dataclass(frozen=True, slots=True)
class Waiver:
    """One finding that somebody answers for: its fingerprint, why, who, and the last day on which it holds."""

    fingerprint: str
    reason: str
    person: str
    expires: date


@dataclass(frozen=True, slots=True)
class HouseRules:
    """Severities by rule id, alias or glob (a later pattern beats an earlier one), and the waivers."""

    severities: Mapping[str, Severity | Literal["off"]]
    waivers: tuple[Waiver, ...] = ()


NO_HOUSE_RULES = HouseRules({})


@dataclass(frozen=True, slots=True)
class Judgement:
    """A report after the house's rules. ``expired`` waivers no longer hold, ``unmet`` ones meet no finding."""

    report: Report
    waived: tuple[tuple[Finding, Waiver], ...] = ()
    expired: tuple[Waiver, ...] = ()
    unmet: tuple[Waiver, ...] = ()

    def verdict(self, fail_on: FailOn = "breaking", *, allow_not_covered: bool = False) -> bool | None:
        """False where something fails, True where all was judged and nothing does, None where something was not."""
        if fail_on == "risky" and any(one.severity == "risky" for one in self.report.findings):
            return False
        return self.report.allowing_not_covered() if allow_not_covered else self.report.compatible


def apply(report: Report, house: HouseRules, today: date) -> Judgement:
    """The report with the house's severities, without what is waived today."""
    by_fingerprint = {waiver.fingerprint: waiver for waiver in house.waivers}
    left: list[Finding] = []
    waived: list[tuple[Finding, Waiver]] = []
    for one in _with_severities((*report.findings, *report.not_covered), house):
        waiver = by_fingerprint.get(one.fingerprint)
        if waiver is not None and today <= waiver.expires:
            waived.append((one, waiver))
        else:
            left.append(one)
    met = {one.fingerprint for one, _ in waived} | {one.fingerprint for one in left}
    return Judgement(
        report.with_findings(left),
        tuple(waived),
        tuple(one for one in house.waivers if one.fingerprint in met and today > one.expires),
        tuple(one for one in house.waivers if one.fingerprint not in met),
    )


def _with_severities(findings: Iterable[Finding], house: HouseRules) -> Iterable[Finding]:
    for one in findings:
        severity: Severity | Literal["off"] = one.severity
        for pattern, wanted in house.severities.items():
            if any(fnmatchcase(name, pattern) for name in (one.rule, *one.aliases)):
                severity = wanted
        if severity == "off":
            continue
        yield one if severity == one.severity else replace(one, severity=severity)
