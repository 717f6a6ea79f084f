"""The report as one HTML page that needs nothing beside it: what passed and failed, and each exchange to open."""

from collections.abc import Iterator, Mapping, Sequence
from html import escape
from re import compile as regex
from typing import Final

from troth_verifiers.api import Exchange, Mismatch, Outcome, Payload, Result
from troth_verifiers.judged import ContractReport, left_out
from troth_verifiers.secrecy import hidden, hidden_in_query
from troth_verifiers.text import first_things_first

_STYLE: Final = """
:root{color-scheme:light dark;--line:#8884;--good:#1a7f37;--bad:#cf222e;--odd:#9a6700}
@media(prefers-color-scheme:dark){:root{--good:#3fb950;--bad:#ff7b72;--odd:#d29922}}
body{font:16px/1.5 system-ui,sans-serif;max-width:70rem;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem}h2{font-size:1.2rem;margin-top:2rem}
details{border:1px solid var(--line);border-radius:.4rem;margin:.4rem 0;padding:.3rem .8rem}
summary{cursor:pointer}summary b{display:inline-block;min-width:4.5rem}
.passed b,.yes{color:var(--good)}.failed b,.no{color:var(--bad)}.errored b,.skipped b{color:var(--odd)}
table{border-collapse:collapse;width:100%;margin:.6rem 0}th,td{border:1px solid var(--line);padding:.2rem .5rem;
text-align:left;vertical-align:top;overflow-wrap:anywhere}
pre{overflow:auto;max-height:24rem;border:1px solid var(--line);border-radius:.3rem;padding:.5rem;margin:.3rem 0}
small{opacity:.75}
th{white-space:nowrap}td,pre,code{unicode-bidi:isolate}
details{content-visibility:auto;contain-intrinsic-size:auto 2.2rem}
#only:checked~section .passed{display:none}
"""
_UNSHOWN: Final = regex("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]")
"""What no page can hold, or no browser shows: control characters, and halves of characters."""


def html_of(
    contracts: Sequence[ContractReport],
    *,
    totals: Mapping[Outcome, int],
    ok: bool,
    duration: float,
    unpublished: str | None,
) -> str:
    """A whole page. What did not pass stands open."""
    found = [f"{totals[outcome]} {outcome.value}" for outcome in Outcome if totals[outcome]]
    counted = ", ".join(found) or "nothing verified"
    answer = "YES" if ok else "NO"
    parts = [
        '<!doctype html><html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width">',
        f"<title>{answer}: {escape(counted)}</title><style>{_STYLE}</style></head><body>",
        f'<h1><span class="{"yes" if ok else "no"}">{answer}</span> {escape(counted)} in {duration:.1f} s</h1>',
        f"<p>{escape(unpublished)}</p>" if unpublished else "",
        *(f"<p>{_own(line)}</p>" for line in left_out(contracts)),
        '<input type="checkbox" id="only"> <label for="only">Only what did not pass</label>',
        *(part for contract in contracts for part in _contract(contract)),
        "</body></html>\n",
    ]
    return _UNSHOWN.sub("\ufffd", "\n".join(part for part in parts if part))


def _contract(report: ContractReport) -> Iterator[str]:
    pending = " <small>pending: a failure does not fail the build</small>" if report.contract.pending else ""
    yield f"<section><h2>{_own(report.title)}{pending}</h2><p><small>{_own(report.contract.name)}</small></p>"
    if report.problem is not None:
        yield f'<p class="no">{escape(report.problem.kind)}: {escape(report.problem.text)}</p>'
    if report.publication is not None:
        line = report.publication.line
        yield f"<p>{escape(line[:1].upper() + line[1:])}</p>"
    for result in report.results:
        yield from _result(result)
    yield "</section>"


def _result(result: Result) -> Iterator[str]:
    interaction = result.interaction
    request = f" <code>{escape(interaction.asked)}</code>" if interaction.asked else ""
    pending = " <small>pending</small>" if interaction.pending else ""
    opened = "" if result.outcome is Outcome.PASSED else " open"
    yield f'<details class="{result.outcome.value}"{opened}><summary><b>{result.outcome.value}</b> '
    yield f"{_own(interaction.title)}{request}{pending} <small>{result.duration:.3f} s</small></summary>"
    if result.cause is not None:
        yield f"<p>{escape(result.cause.kind)}: {escape(result.cause.text)}</p>"
    if result.mismatches:
        yield "<table><tr><th>where</th><th>what</th><th>expected</th><th>actual</th></tr>"
        yield from map(_mismatch, first_things_first(result.mismatches))
        yield "</table>"
    for command in dict.fromkeys(one.command for one in result.mismatches if one.command):
        yield f"<h3>Again</h3><pre>{escape(command)}</pre>"
    for exchange in result.exchanges:
        yield from _exchange(exchange)
    yield "</details>"


def _own(text: str) -> str:
    """A text that keeps the order of its letters to itself."""
    return f"<bdi>{escape(text)}</bdi>"


def _mismatch(one: Mismatch) -> str:
    where = f"{one.kind} {one.place}".strip()
    cells = (where, one.text, one.expected, one.actual)
    return f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in cells)}</tr>"


def _exchange(exchange: Exchange) -> Iterator[str]:
    timings = ", ".join(f"{name} {seconds * 1000:.0f} ms" for name, seconds in exchange.timings.items())
    for title, payload in (("Sent", exchange.sent), ("Received", exchange.received)):
        if payload is not None:
            told = f"{exchange.protocol} {timings if title == 'Received' else ''}".strip()
            yield f"<h3>{title} <small>{escape(told)}</small></h3>"
            yield f"<pre>{escape(_whole(payload))}</pre>"
        elif title == "Received":
            yield "<p>Nothing came back.</p>"


def _whole(payload: Payload) -> str:
    lines = [hidden_in_query(payload.summary), *(f"{name}: {hidden(name, value)}" for name, value in payload.headers)]
    return "\n".join(lines) + (f"\n\n{payload.body}" if payload.body else "")
