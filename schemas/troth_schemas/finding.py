"""What a comparison finds: one frozen value for every format, with its places, its proof and an identity that lasts.

A format's rules yield `Found`; `Rule.finding` (`rule.py`) makes the `Finding` of it that people and programs read.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final, Literal, TypeAlias

from troth_schemas.json_body import Json

Severity: TypeAlias = Literal["breaking", "risky", "safe", "not-covered"]
"""How bad it is: ``breaking`` refuses what the other side may send, ``risky`` may do so, ``safe`` is only told, and
``not-covered`` could not be judged."""

SEVERITIES: Final[tuple[Severity, ...]] = ("breaking", "not-covered", "risky", "safe")
"""The worst first."""

WitnessKind: TypeAlias = Literal["request", "response", "message", "instance", "data", "operation", "call"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something stands: the document's name, an RFC 6901 pointer within it, and the line (from 1) if known."""

    pointer: str
    line: int | None = None
    document: str = ""

    def __str__(self) -> str:
        where = f"{self.document}:{self.line}" if self.line is not None else self.document
        return f"{where} {self.pointer or '/'}".strip()


@dataclass(frozen=True, slots=True)
class Witness:
    """Something that the writer may produce and the reader refuses, as JSON. Made only after both were asked."""

    kind: WitnessKind
    value: Json
    note: str = ""
    """What the reader says of it, where that helps."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a rule yields.

    ``key`` names the thing in words that survive reordering, moved lines and renamed ``$ref``s, such as
    ``("GET /orders", "response 200", "/items/*/price")``: the fingerprint is made of the rule and the key, so two
    findings of one rule need two keys. ``element`` is the provider's element that is touched, in the format's words for
    facts of use (``Pair.uses``). ``severity`` and ``aliases`` replace the rule's own.
    """

    message: str
    key: tuple[str, ...]
    reader: Place | None = None
    writer: Place | None = None
    interaction: str | None = None
    element: str | None = None
    witness: Witness | None = None
    severity: Severity | None = None
    aliases: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Finding:
    """One difference between what a writer may send and what a reader accepts.

    ``rule`` is stable and kebab-case (``openapi/response-property-removed``), ``aliases`` are the names that other
    checkers have for the same fact, ``interaction`` the interaction, operation or element that it concerns,
    ``where`` every one of them when several share one cause; ``element`` is None where they touch different elements.
    """

    rule: str
    severity: Severity
    message: str
    fingerprint: str
    aliases: tuple[str, ...] = ()
    interaction: str | None = None
    reader: Place | None = None
    writer: Place | None = None
    element: str | None = None
    witness: Witness | None = None
    where: tuple[str, ...] = field(default=())


def fingerprint(rule: str, key: Iterable[str]) -> str:
    """16 hexadecimal digits that name a finding: the same as long as rule and key are."""
    return hashlib.sha256("\0".join((rule, *key)).encode("utf-8", "surrogatepass")).hexdigest()[:16]


def shared(findings: Iterable[Finding]) -> tuple[Finding, ...]:
    """The findings with those of one cause (rule, places and sentence) made one that lists where it is met."""
    grouped: dict[tuple[object, ...], list[Finding]] = {}
    for one in findings:
        if one.reader is None and one.writer is None:
            cause: tuple[object, ...] = (one.rule, one.fingerprint)
        else:
            cause = (one.rule, one.severity, one.message, one.reader, one.writer)
        grouped.setdefault(cause, []).append(one)
    return tuple(_united(group) for group in grouped.values())


def _united(group: list[Finding]) -> Finding:
    first = group[0]
    if len(group) == 1:
        return first
    where = dict.fromkeys(place for one in group for place in (one.where or (one.interaction,)) if place)
    witness = next((one.witness for one in group if one.witness is not None), None)
    element = first.element if all(one.element == first.element for one in group) else None
    return replace(first, where=tuple(where), witness=witness, element=element)
