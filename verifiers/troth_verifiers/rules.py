"""The rules of a verification, as pure functions: what counts, what may be published, which exit code follows."""

from collections.abc import Sequence

from troth_verifiers.api import Cause, Contract, Outcome, Result


def success(results: Sequence[Result]) -> bool:
    """Whether a contract is kept: every interaction passed, save those that the contract itself marks pending."""
    return all(result.outcome is Outcome.PASSED or _excused(result) for result in results)


def breaks_the_build(contract: Contract, results: Sequence[Result]) -> bool:
    """Whether a failure here is a no: not if the contract is pending."""
    return not contract.pending and not success(results)


def errored(results: Sequence[Result]) -> bool:
    """Whether anything is left unjudged."""
    return any(result.outcome is Outcome.ERRORED for result in results)


def why_not_published(problems: Sequence[Cause | None], results: Sequence[Result]) -> str | None:
    """Why nothing of a run may be published, or None if it may: only a run that judged everything counts."""
    unreadable = sum(problem is not None for problem in problems)
    if unreadable:
        return f"nothing was published: {_count(unreadable, 'contract')} could not be verified at all"
    unjudged = sum(result.outcome is Outcome.ERRORED for result in results)
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


def _excused(result: Result) -> bool:
    return result.interaction.pending and result.outcome is Outcome.FAILED


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"
