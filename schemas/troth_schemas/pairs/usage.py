"""Breaking changes that nobody uses, told apart: for any format whose findings name the elements that they touch."""

from collections.abc import Mapping
from dataclasses import replace

from troth_schemas.finding import Finding
from troth_schemas.report import Report

_MOST_NAMED = 5


def tell_apart(report: Report, uses: Mapping[str, frozenset[str]]) -> Report:
    """The report with each breaking finding judged by who uses what it touches.

    ``uses`` holds, by consumer, the provider's elements that it relies on, in the words of ``Finding.element``. A
    breaking finding about an element that no consumer uses becomes risky and says on what coverage; one that is used
    says by whom. Findings that name no element stay as they are, and so does everything where no consumer is known:
    nothing can be said of those who were never asked.
    """
    if not uses:
        return report
    told = [_told(one, uses) for one in report.findings]
    return report.with_findings([*told, *report.not_covered])


def _told(one: Finding, uses: Mapping[str, frozenset[str]]) -> Finding:
    if one.severity != "breaking" or one.element is None:
        return one
    users = sorted(name for name, elements in uses.items() if one.element in elements)
    if users:
        return replace(one, message=f"{one.message} Used by {_names(users)}.")
    return replace(one, severity="risky", message=f"{one.message} {_unused(sorted(uses))}")


def _unused(names: list[str]) -> str:
    if len(names) == 1:
        return f"The only known consumer, {names[0]}, does not use it."
    return f"None of the {len(names)} known consumers uses it: {_names(names)}."


def _names(names: list[str]) -> str:
    shown = ", ".join(names[:_MOST_NAMED])
    return f"{shown} and {len(names) - _MOST_NAMED} more" if len(names) > _MOST_NAMED else shown
