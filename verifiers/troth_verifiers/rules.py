"""The rules of a verification, as pure functions: what counts, what may be published, which exit code follows."""

from collections.abc import Sequence

from troth_verifiers.api import Cause, Contract, Outcome, Result


def success(results: Sequence[Result]) -> bool:
    """Whether a contract is kept: every interaction passed, save those that the contract itself marks pending."""
    return all(result.outcome is Outcome.PASSED or _excused(result) for result in results)


def breaks_the_build(contract: Contract, results: Sequence[Result]) -> bool:
    """Whether something here is a no: not if the contract is pending. What was skipped is neither yes nor no."""
    good = (result.outcome in (Outcome.PASSED, Outcome.SKIPPED) or _excused(result) for result in results)
    return not contract.pending and not all(good)


def errored(results: Sequence[Result]) -> bool:
    """Whether anything is left unjudged that could be judged, or everything is."""
    outcomes = {result.outcome for result in results}
    return Outcome.ERRORED in outcomes or outcomes == {Outcome.SKIPPED}


def why_withheld(results: Sequence[Result]) -> str | None:
    """Why one contract's results are not published though those of the run's other contracts are, or None.

    A published success is a yes to the whole contract, and nothing unchecked is ever called compatible. What errored
    says nothing, and what failed beside it may have failed for the same reason, such as a provider that is going down:
    so nothing is said of such a contract. Nor of one in which something was skipped, unless something failed, which is
    a no whatever the rest is. The broker then goes by what comparing the contract says, and does not know where nothing
    was compared. Where it takes a replay of a part, it is told of that instead (`extent_of_part`).
    """
    if any(map(_is_contracts_own, results)):
        return "it could not be read as a whole"
    whole = _count(len(results), "interaction")
    unjudged = sum(result.outcome is Outcome.ERRORED for result in results)
    if unjudged:
        return f"{unjudged} of {whole} could not be judged"
    skipped = sum(result.outcome is Outcome.SKIPPED for result in results)
    if not skipped or any(result.outcome is Outcome.FAILED and not _excused(result) for result in results):
        return None
    return f"{skipped} of {whole} could not be replayed, so that the rest is no yes to the whole"


def extent_of_part(results: Sequence[Result]) -> str | None:
    """How much passed, such as "3 of 5", where all that could be observed did; None where that was all or nothing.

    Such results may be published as what they are: a replay of a part, which nobody takes for a yes to the whole.
    """
    passed = sum(result.outcome is Outcome.PASSED for result in results)
    skipped = sum(result.outcome is Outcome.SKIPPED for result in results)
    return f"{passed} of {len(results)}" if passed and skipped and passed + skipped == len(results) else None


def why_not_published(problems: Sequence[Cause | None], contracts: Sequence[Sequence[Result]]) -> str | None:
    """Why nothing of a run may be published, or None if something may: only what was judged as a whole counts.

    `contracts` are the results of each contract. What each of them says of itself stands in `why_withheld`.
    """
    if any(map(_judged, contracts)):
        return None
    results = [result for contract in contracts for result in contract]
    unreadable = sum(problem is not None for problem in problems)
    if unreadable and not results:
        return f"nothing was published: {_count(unreadable, 'contract')} could not be verified at all"
    unjudged = sum(result.outcome is Outcome.ERRORED and not _is_contracts_own(result) for result in results)
    if not unjudged and all(result.outcome in (Outcome.SKIPPED, Outcome.ERRORED) for result in results):
        return "nothing was published: no interaction could be replayed"
    if unjudged:
        return f"nothing was published: {_count(unjudged, 'interaction')} could not be judged"
    return None


def exit_code(*, errored: bool, unreadable: bool, broken: bool) -> int:
    """0 yes, 1 no, 2 bad input, 3 unreachable or unjudged. What could not be judged outranks what was."""
    if errored:
        return 3
    if unreadable:
        return 2
    return 1 if broken else 0


def _judged(results: Sequence[Result]) -> bool:
    """Whether nothing of a contract is left that could be judged, and something was."""
    outcomes = {result.outcome for result in results}
    return Outcome.ERRORED not in outcomes and not outcomes <= {Outcome.SKIPPED}


def _is_contracts_own(result: Result) -> bool:
    """Whether the contract itself is to blame that nothing can be said, which is no word about the provider."""
    return result.cause is not None and result.cause.kind == "contract-unreadable"


def _excused(result: Result) -> bool:
    return result.interaction.pending and result.outcome is Outcome.FAILED


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
