"""A rule: one fact about two sides of a contract, as one decorated function whose docstring is its documentation.

    @rule("avro/reader-field-missing-default", severity="breaking", aliases=("READER_FIELD_MISSING_DEFAULT_VALUE",))
    def reader_field_missing_default(pair: RecordPair) -> Iterator[Found]:
        \"\"\"The reader has a field without a default that the writer does not have.

        Why it breaks: the reader finds no value for it in what was written.
        Instead: give the field a default, or let the writer have it first.
        \"\"\"

A rule sees a pair (two fields, two operations) and never walks; walking two documents in step is the format's
``pair.py``. Nothing is registered by importing: each family ends with a tuple of its rules, the format gathers them.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from troth_schemas.finding import Finding, Found, Severity, fingerprint

_HEADING = re.compile(r"^(Why it breaks|Why it matters|Instead|Note):\s*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule of the catalogue. ``mirror`` is the rule for the other direction, or the reason why there is none.

    ``check`` takes a pair of the format's own and yields what it found; None for a rule whose family is checked as one.
    """

    id: str
    severity: Severity
    fact: str
    why: str
    instead: str
    aliases: tuple[str, ...] = ()
    mirror: str = ""
    note: str = ""
    check: Callable[[Any], Iterable[Found]] | None = None

    @property
    def format(self) -> str:
        """The format or pair that the rule belongs to: what stands before the slash."""
        return self.id.partition("/")[0]

    def __call__(self, pair: Any) -> Iterator[Finding]:
        """The findings of this rule about a pair."""
        assert self.check is not None, f"{self.id} is checked together with its family"
        for found in self.check(pair):
            yield self.finding(found)

    def finding(self, found: Found) -> Finding:
        """What was found, under this rule's name."""
        return Finding(
            rule=self.id,
            severity=found.severity or self.severity,
            message=found.message,
            fingerprint=fingerprint(self.id, found.key),
            aliases=self.aliases if found.aliases is None else found.aliases,
            interaction=found.interaction,
            reader=found.reader,
            writer=found.writer,
            element=found.element,
            witness=found.witness,
        )


def rule(
    name: str, *, severity: Severity, aliases: tuple[str, ...] = (), mirror: str = ""
) -> Callable[[Callable[[Any], Iterable[Found]]], Rule]:
    """Make a rule of a function: its docstring's first paragraph is the fact, then come "Why it breaks:" (or "Why it
    matters:") and "Instead:", perhaps "Note:"."""

    def make(check: Callable[[Any], Iterable[Found]]) -> Rule:
        parts = sections(check.__doc__ or "")
        return Rule(
            id=name,
            severity=severity,
            fact=parts.get("", ""),
            why=parts.get("Why it breaks", parts.get("Why it matters", "")),
            instead=parts.get("Instead", ""),
            note=parts.get("Note", ""),
            aliases=aliases,
            mirror=mirror,
            check=check,
        )

    return make


def sections(docstring: str) -> dict[str, str]:
    """A rule's docstring by heading, each as one paragraph; what stands before the first heading under ""."""
    lines = "\n".join(line.strip() for line in docstring.strip().splitlines())
    pieces = _HEADING.split(lines)
    found = {"": pieces[0]}
    found.update(zip(pieces[1::2], pieces[2::2], strict=True))
    return {heading: " ".join(text.split()) for heading, text in found.items()}


def by_id(rules: Iterable[Rule]) -> dict[str, Rule]:
    """The rules by their ids."""
    return {one.id: one for one in rules}
