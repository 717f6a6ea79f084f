"""A report as Markdown, for the comment that a pipeline leaves on a change."""

import json
from collections.abc import Iterator
from typing import Final

from troth_broker.cli.report_text import place_text, totals
from troth_schemas.finding import Finding
from troth_schemas.judgement import Judgement
from troth_schemas.problem import one_line

_SIGNS: Final = {"breaking": "🛑", "not-covered": "❔", "risky": "⚠️", "safe": "✅"}
_MOST_WHERE: Final = 20


def markdown_of(title: str, judgement: Judgement, verdict: bool | None) -> str:
    """A heading with the verdict, a table of the findings, and the details folded away."""
    return "\n".join(_lines(title, judgement, verdict))


def _lines(title: str, judgement: Judgement, verdict: bool | None) -> Iterator[str]:
    report = judgement.report
    said = {True: "compatible ✅", False: "not compatible 🛑", None: "not all of it could be judged ❔"}[verdict]
    yield f"### {_escaped(title)}: {said}"
    yield ""
    yield f"{totals(judgement)}."
    findings = (*report.breaking, *report.not_covered, *(one for one in report.findings if one.severity != "breaking"))
    if findings:
        yield ""
        yield "| | rule | what | where |"
        yield "|---|---|---|---|"
    for one in findings:
        yield f"| {_SIGNS[one.severity]} {one.severity} | `{one.rule}` | {_escaped(one.message)} | {_where(one)} |"
    for one in findings:
        if one.severity in ("breaking", "risky") and one.witness is not None:
            yield ""
            yield f"<details><summary>Proof of <code>{one.fingerprint}</code> {_escaped(one.rule)}</summary>"
            yield ""
            yield "```json"
            yield json.dumps(one.witness.value, ensure_ascii=False, indent=2)
            yield "```"
            yield ""
            yield "</details>"
    for one, waiver in judgement.waived:
        yield ""
        yield (
            f"Waived until {waiver.expires} by {_escaped(waiver.person)} ({_escaped(waiver.reason)}): "
            f"`{one.rule}` {_escaped(one.message)}"
        )


def _where(one: Finding) -> str:
    places = [f"`{_code(place_text(place))}`" for place in (one.reader, one.writer) if place is not None]
    named = [_escaped(name) for name in (one.where or ((one.interaction,) if one.interaction else ()))]
    if len(named) > _MOST_WHERE:
        named = [*named[:_MOST_WHERE], f"and {len(named) - _MOST_WHERE} more"]
    return "<br>".join([*named, *places])


def _code(text: str) -> str:
    return text.replace("`", "'").replace("|", "\\|")


def _escaped(text: str) -> str:
    """A text that stands in a cell of a table and means nothing else."""
    shown = one_line(text).replace("\\", "\\\\")
    for sign in "|*_`[]<>":
        shown = shown.replace(sign, f"\\{sign}")
    return shown
