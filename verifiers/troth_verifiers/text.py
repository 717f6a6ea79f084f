"""The report for people: each contract with what is wrong in it, then one line that stands alone, then what to do."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import zip_longest
from keyword import iskeyword
from re import compile as regex
from re import sub

from troth_verifiers.api import Mismatch, Outcome, Result, State
from troth_verifiers.judged import ContractReport, left_out

SIGNS: Mapping[Outcome, str] = {Outcome.PASSED: "✓", Outcome.FAILED: "✗", Outcome.ERRORED: "!", Outcome.SKIPPED: "–"}
"""How each outcome is marked, here and while a run goes on."""

_UNSHOWN = regex("[\x00-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
_COMMIT = regex(r"(?<=[ (])[0-9a-f]{40}(?=[ )])")
"""A commit as git writes it out, in no address; people write its first seven signs."""
_MOST_PASSED = 30
_WIDTH = 300


def text_of(
    contracts: Sequence[ContractReport],
    *,
    totals: Mapping[Outcome, int],
    ok: bool,
    duration: float,
    unpublished: str | None,
    missing_states: Sequence[State],
) -> str:
    """The whole report as lines of plain text."""
    lines = [line for contract in contracts for line in _contract(contract)]
    lines.append(f"{'YES' if ok else 'NO'}  {_sum(totals, contracts)} in {duration:.1f} s")
    if unpublished:
        lines.append(f"{unpublished[:1].upper()}{unpublished[1:]}.")
    lines += left_out(contracts)
    lines += _template(missing_states)
    return "\n".join(map(plain, lines)) + "\n"


def plain(text: str) -> str:
    """A text in one line that a terminal shows as it is: what would move its cursor, or the order of letters, is spelt.

    A contract is written by others, and must not be able to forge the lines of a report.
    """
    return _UNSHOWN.sub(lambda found: found[0].encode("unicode_escape").decode(), text)


def line_of(result: Result) -> str:
    """One interaction in one line."""
    request = f"  {result.interaction.asked}" if result.interaction.asked else ""
    pending = "  [pending]" if result.interaction.pending and result.outcome is Outcome.FAILED else ""
    return f"{SIGNS[result.outcome]} {result.interaction.title}{request}{pending}  ({result.duration:.3f} s)"


def details_of(result: Result) -> Iterator[str]:
    """Why an interaction did not pass, a line for each reason."""
    if result.cause is not None:
        yield _cut(f"{result.cause.kind}: {result.cause.text}")
    mismatches = first_things_first(result.mismatches)
    for mismatch, following in zip_longest(mismatches, mismatches[1:]):
        yield _cut(_mismatch(mismatch))
        if mismatch.command and (following is None or following.command != mismatch.command):
            yield f"  again: {mismatch.command}"


def first_things_first(mismatches: Sequence[Mismatch]) -> list[Mismatch]:
    """What is wrong as people want to read it: with another status, all else that is wrong follows from that."""
    return sorted(mismatches, key=lambda mismatch: mismatch.kind != "status")


def _contract(report: ContractReport) -> Iterator[str]:
    pending = "  [pending: a failure does not fail the build]" if report.contract.pending else ""
    yield _COMMIT.sub(lambda found: found[0][:7], f"{report.title}  ({report.contract.name}){pending}")
    if report.problem is not None:
        yield f"  ! {report.problem.kind}: {report.problem.text}"
    passed = sum(result.outcome is Outcome.PASSED for result in report.results)
    for result in report.results:
        if result.outcome is not Outcome.PASSED or passed <= _MOST_PASSED:
            yield f"  {line_of(result)}"
        yield from (f"      {line}" for line in details_of(result))
    if passed > _MOST_PASSED:
        yield f"  ✓ {passed} interactions passed"
    if report.publication is not None:
        yield f"  {report.publication.line}"
    yield from (f"  {line}" for notice in report.notices for line in notice.splitlines())
    yield ""


def _sum(totals: Mapping[Outcome, int], contracts: Sequence[ContractReport]) -> str:
    parts = [f"{totals[outcome]} {outcome.value}" for outcome in Outcome if totals[outcome]]
    pending = sum(_excused(contract, result) for contract in contracts for result in contract.results)
    if pending:
        parts = [f"{part} ({pending} pending)" if part.endswith(Outcome.FAILED) else part for part in parts]
    unreadable = sum(contract.problem is not None for contract in contracts)
    if unreadable:
        parts.append(f"{unreadable} of {len(contracts)} contracts could not be verified at all")
    return ", ".join(parts) or "nothing verified"


def _excused(report: ContractReport, result: Result) -> bool:
    return result.outcome is Outcome.FAILED and (report.contract.pending or result.interaction.pending)


def _mismatch(mismatch: Mismatch) -> str:
    place = f" {mismatch.place}" if mismatch.place else ""
    return f"{mismatch.kind}{place}: {mismatch.text}"


def _cut(line: str) -> str:
    line = line.replace("\n", " ")
    return line if len(line) <= _WIDTH else f"{line[:_WIDTH]}…"


def _template(states: Sequence[State]) -> Iterator[str]:
    """Something to paste into the provider's test."""
    if not states:
        return
    yield ""
    yield "Nobody handles these provider states; a start:"
    yield ""
    functions = named_functions(states)
    yield from (f"    def {name}({', '.join(parameters(state))}): ..." for name, state in functions)
    yield ""
    yield "    states = {"
    yield from (f"        {state.name!r}: {name}," for name, state in functions)
    yield "    }"


def named_functions(states: Sequence[State]) -> list[tuple[str, State]]:
    """Each state with a name for the function that handles it; no two are alike."""
    told: list[tuple[str, State]] = []
    for state in states:
        name = stem = _function_name(state)
        taken = {other for other, _ in told}
        number = 1
        while name in taken:
            number += 1
            name = f"{stem}_{number}"
        told.append((name, state))
    return told


def parameters(state: State) -> list[str]:
    """The parameters of a state that a function can name."""
    return [name for name in state.params if name.isidentifier() and not iskeyword(name)]


def _function_name(state: State) -> str:
    name = sub(r"\W+", "_", state.name.lower()).strip("_")
    return name if name.isidentifier() and not iskeyword(name) else f"state_{name}".rstrip("_")
