"""Several documents of one provider taken together: an interaction is kept if any of them keeps it.

Each document is compared by itself. What one says against an interaction falls where another one says something better
of the same interaction: that it does not declare it where another does, that it breaks it where another keeps it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from troth_schemas.finding import Severity
from troth_schemas.report import Report

_NOTHING: Final = -1
_ABSENT: Final = 0
_RANKS: Final[dict[Severity, int]] = {"breaking": 1, "not-covered": 2, "risky": 3, "safe": 4}
_KEPT: Final = 4

Told = tuple[Severity, tuple[str, ...]]
"""A finding in short: its severity and the interactions that it is about; none if it is about the document."""


@dataclass(frozen=True, slots=True)
class Said:
    """What one document's comparison says of the consumer's interactions, by name.

    ``judged``: those that it said something of. ``absent``: those of them that the document does not declare.
    """

    judged: frozenset[str]
    absent: frozenset[str]
    findings: tuple[Told, ...]

    @classmethod
    def of(cls, report: Report) -> "Said":
        """A report in short."""
        every = (*report.findings, *report.not_covered)
        told = tuple((one.severity, one.where or ((one.interaction,) if one.interaction else ())) for one in every)
        return cls(frozenset(report.scope), frozenset(report.absent), told)


def standing(documents: Sequence[Said]) -> tuple[tuple[bool, ...], ...]:
    """For each document, which of its findings still stand beside what the other documents say."""
    ranks = [_ranks(one) for one in documents]
    best: dict[str, int] = {}
    for of_one in ranks:
        for name, rank in of_one.items():
            best[name] = max(best.get(name, _NOTHING), rank)
    told: set[str] = set()
    found = []
    for document, own in zip(documents, ranks, strict=True):
        found.append(tuple(_stands(names, own, best, told) for _, names in document.findings))
        told |= document.absent
    return tuple(found)


def _stands(names: tuple[str, ...], own: dict[str, int], best: dict[str, int], told: set[str]) -> bool:
    """Whether a finding is about an interaction of which nothing better is said; what nobody declares is told once."""
    if not names:
        return True
    for name in names:
        rank = own.get(name, _NOTHING)
        if rank == best.get(name, _NOTHING) and not (rank == _ABSENT and name in told):
            return True
    return False


def _ranks(document: Said) -> dict[str, int]:
    found = dict.fromkeys(document.judged, _KEPT)
    for severity, names in document.findings:
        for name in names:
            if name in found:
                found[name] = min(found[name], _RANKS[severity])
    return found | dict.fromkeys(document.absent & document.judged, _ABSENT)
