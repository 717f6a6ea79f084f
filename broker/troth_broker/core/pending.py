"""Whether a failure would be the provider's fault: pending pacts (pact_broker_api 4.5).

A content is pending for a provider until it was verified successfully by the branch (or tags) about to verify it, or
by another branch before this one began. Failures never matter, and nothing is marked: it follows from the successes.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


@dataclass(frozen=True, slots=True)
class Line:
    """A branch or tag of the provider version about to verify."""

    kind: Literal["branch", "tag"]
    name: str
    began_at: int | None
    """When the provider first had this branch or tag; None if it does not yet."""
    first_version_at: int | None = None
    """When the oldest version of the branch was made; None if it has none, and for a tag."""


@dataclass(frozen=True, slots=True)
class Seen:
    """What the successful verifications of one content say to one line of the provider. Times are microseconds."""

    here: bool = False
    """A version on the line verified it, be it as work in progress."""
    first_elsewhere: int | None = None
    """The first success by a version on another line of the same kind."""
    last_plain_here: int | None = None
    """The last success by a version on the line that was not work in progress."""
    plain_elsewhere_before: int | None = None
    """A success that was not work in progress, by a version on another line, from before this line began (before the
    oldest version of a branch; at any time if the line does not exist yet). Of a branch the last one, of a tag any."""


class Standing(StrEnum):
    """Why a content is pending, or why it is not."""

    PENDING = "pending"
    PROVED_HERE = "proved here"
    PROVED_ELSEWHERE = "proved elsewhere before this line began"


@dataclass(frozen=True, slots=True)
class Pending:
    """A content's standing with a provider: pending or not, for which lines, and why."""

    pending: bool
    lines: tuple[Line, ...] = ()
    """If pending, the lines it is pending for; otherwise all that were asked for; () is the provider as a whole."""
    inherited: bool = False
    """Not pending, and some line owes that to another one."""


def standing(line: Line, seen: Seen) -> Standing:
    """How a content stands with one line of the provider."""
    if seen.here:
        return Standing.PROVED_HERE
    if seen.first_elsewhere is None:
        return Standing.PENDING
    if line.began_at is None or seen.first_elsewhere < line.began_at:
        return Standing.PROVED_ELSEWHERE
    return Standing.PENDING


def pending_for(lines: Sequence[Line], seen: Sequence[Seen], ever: bool) -> Pending:
    """Whether a content is pending for any of the lines; `seen` follows their order.

    Without lines it is pending unless it was `ever` verified successfully.
    """
    if not lines:
        return Pending(not ever)
    standings = [standing(line, facts) for line, facts in zip(lines, seen, strict=True)]
    waiting = tuple(line for line, how in zip(lines, standings, strict=True) if how is Standing.PENDING)
    if waiting:
        return Pending(True, waiting)
    return Pending(False, tuple(lines), inherited=Standing.PROVED_ELSEWHERE in standings)
