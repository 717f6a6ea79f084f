"""A report as people read it on a terminal."""

import json
from collections.abc import Iterator, Sequence
from typing import Final

import click

from troth_schemas.finding import Finding, Place, Witness
from troth_schemas.judgement import Judgement
from troth_schemas.problem import one_line

_COLOURS: Final = {"breaking": "red", "risky": "yellow", "not-covered": "yellow", "safe": "green"}
_MOST_PLACES: Final = 5
_LONGEST_WITNESS: Final = 400


def text_of(title: str, judgement: Judgement, verdict: bool | None, note: str = "") -> Iterator[str]:
    """The verdict, every finding, the worst first, and the totals."""
    yield f"{title}: {_verdict(verdict, note)}"
    report = judgement.report
    for one in (
        *report.breaking,
        *report.not_covered,
        *(each for each in report.findings if each.severity != "breaking"),
    ):
        yield ""
        yield from _finding(one)
    for one, waiver in judgement.waived:
        yield ""
        yield f"  waived until {waiver.expires} by {waiver.person}: {waiver.reason}"
        yield f"    {one.rule} {one.fingerprint}: {one_line(one.message)}"
    yield ""
    for waiver in judgement.expired:
        yield f"The waiver of {waiver.fingerprint} by {waiver.person} ended on {waiver.expires} and holds no longer."
    for waiver in judgement.unmet:
        yield f"The waiver of {waiver.fingerprint} by {waiver.person} meets no finding here."
    yield totals(judgement)


def totals(judgement: Judgement) -> str:
    """How many findings of each kind there are."""
    report = judgement.report
    counts = [
        (sum(one.severity == severity for one in report.findings), severity)
        for severity in ("breaking", "risky", "safe")
    ]
    counts += [(len(report.not_covered), "not covered"), (len(judgement.waived), "waived")]
    shown = ", ".join(f"{count} {name}" for count, name in counts if count or name == "breaking")
    return f"{report.judged} judged: {shown}"


def _verdict(verdict: bool | None, note: str) -> str:
    if verdict is None:
        return note or click.style("not all of it could be judged", fg="yellow")
    return click.style("compatible", fg="green") if verdict else click.style("not compatible", fg="red")


def _finding(one: Finding) -> Iterator[str]:
    aliases = f"  ({', '.join(one.aliases)})" if one.aliases else ""
    yield f"  {click.style(one.severity, fg=_COLOURS[one.severity])}  {one.rule}{aliases}"
    yield f"    {one_line(one.message)}"
    if one.where:
        yield from _where(one.where)
    elif one.interaction is not None:
        yield f"    in       {one_line(one.interaction)}"
    for name, place in (("reader", one.reader), ("writer", one.writer)):
        if place is not None:
            yield f"    {name}   {place_text(place)}"
    if one.witness is not None:
        yield f"    proof    {witness_text(one.witness)}"
    yield f"    waive    {one.fingerprint}"


def _where(where: Sequence[str]) -> Iterator[str]:
    for number, place in enumerate(where[:_MOST_PLACES]):
        yield f"    {'in' if number == 0 else '  '}       {one_line(place)}"
    if len(where) > _MOST_PLACES:
        yield f"             and {len(where) - _MOST_PLACES} more"


def place_text(place: Place) -> str:
    """A place with its document and line."""
    document = f"{place.document}:{place.line}" if place.line is not None else place.document
    return one_line(f"{document}  {place.pointer}".strip() or "/")


def witness_text(witness: Witness) -> str:
    """What the writer may send and the reader refuses, on one line."""
    note = f": {_cut(witness.note)}" if witness.note else ""
    return one_line(f"the {witness.kind} {_cut(json.dumps(witness.value, ensure_ascii=False))} is refused{note}")


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST_WITNESS else f"{text[:_LONGEST_WITNESS]}…"
