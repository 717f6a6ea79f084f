"""What a verifier tells its user about each pact: why it is verified, whether a failure counts, what changes then.

`when` takes exactly the values that verifiers know (pact_broker_api 4.6); the texts are ours.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from troth_broker.core.descriptions import long
from troth_broker.core.pending import Line, Pending
from troth_broker.core.selection import Reason

BEFORE = "before_verification"


@dataclass(frozen=True, slots=True)
class Notice:
    """A text, and the moment at which a verifier shows it."""

    when: str
    text: str


def selected_notices(
    url: str, consumer: str, provider: str, reasons: Sequence[Reason], pending: Pending | None, what: str = "pact"
) -> tuple[Notice, ...]:
    """The notices of a contract that a selector chose; `pending` is None when nobody asked, `what` is its kind."""
    head = f"The {what} at {url} is verified because its content belongs to:"
    notices = [Notice(BEFORE, _listed(head, consumer, reasons, what))]
    if pending is None:
        return tuple(notices)
    who = _who(provider, pending.lines)
    if not pending.pending:
        return (*notices, Notice(BEFORE, _not_pending(who, pending, what)))
    text = (
        f"This {what} is pending for {who}: no version of it has verified this content successfully yet. "
        "If it fails now, the verification as a whole does not fail because of it."
    )
    return (*notices, Notice(BEFORE, text), *_afterwards(who, what))


def wip_notices(
    url: str, consumer: str, provider: str, reasons: Sequence[Reason], lines: Sequence[Line], what: str = "pact"
) -> tuple[Notice, ...]:
    """The notices of a contract that is work in progress."""
    who = _who(provider, lines)
    head = (
        f"The {what} at {url} is verified as work in progress: no selector chose it and it has not been verified for "
        f"{who} yet, but its content belongs to:"
    )
    text = (
        f"This {what} is pending for {who} while it is work in progress. If it fails now, the verification as a whole "
        "does not fail because of it."
    )
    once_chosen = "once a selector chooses it, its failures count. Until then it is still offered as work in progress."
    return (
        Notice(BEFORE, _listed(head, consumer, reasons, what)),
        Notice(BEFORE, text),
        *_afterwards(who, what, once_chosen),
    )


def deprecated_notice() -> Notice:
    """The extra notice for those who still ask with GET."""
    return Notice(
        BEFORE,
        "This verification asked for its pacts with GET, which is deprecated: ask with POST on the same address, or "
        "upgrade the Pact library.",
    )


def _listed(head: str, consumer: str, reasons: Sequence[Reason], what: str) -> str:
    return "\n".join([head, *(f"    * {long(reason, consumer, what)}" for reason in reasons)])


def _who(provider: str, lines: Sequence[Line]) -> str:
    names = ", ".join(f'"{line.name}"' for line in lines)
    if not lines:
        return provider
    if lines[0].kind == "branch":
        return f"branch {names} of {provider}"
    return f"{provider} with tag {names}" if len(lines) == 1 else f"{provider} with tags {names}"


def _not_pending(who: str, pending: Pending, what: str) -> str:
    if pending.inherited:
        why = f"this content was verified successfully elsewhere before it became known to {who}"
    else:
        why = f"this content has been verified successfully by {who} before"
    return f"This {what} is not pending: {why}. If it fails now, the verification fails."


@lru_cache(maxsize=1024)
def _afterwards(who: str, what: str, then: str = "from now on its failures count.") -> tuple[Notice, ...]:
    outcomes = (
        (True, False, f"This {what} stays pending for {who}: it passed, but the result was not published."),
        (False, False, f"This {what} stays pending for {who}: it failed, and the result was not published."),
        (True, True, f"This {what} is no longer pending for {who}: {then}"),
        (False, True, f"This {what} stays pending for {who}: it failed."),
    )
    return tuple(
        Notice(f"after_verification:success_{str(success).lower()}_published_{str(published).lower()}", text)
        for success, published, text in outcomes
    )
