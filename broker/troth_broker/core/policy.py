"""What an answer has to rest on: the policy of an integration or an environment, and several of them as one.

A policy says only what it means to say. Where several apply, the strictest word on each matter counts; where none says
anything, the default does: a replay decides where there is one, else a comparison.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from typing import Final, Literal, TypeAlias, TypeVar

from troth_schemas.options import Mode

Kind: TypeAlias = Literal["replay", "comparison"]
Blocking: TypeAlias = Literal["breaking", "risky"]
Word: TypeAlias = Literal["blocks", "allows"]

KINDS: Final[tuple[Kind, ...]] = ("replay", "comparison")
DAY: Final = 24 * 60 * 60 * 1_000_000

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Rules:
    """What a policy asks for; None where it says nothing.

    `needs`: the kinds of evidence that must be there and pass. `blocks`: the severities of findings that make a
    comparison a no. `not_covered`: whether a comparison that could not judge everything is unknown. `max_age_days`: how
    old a replay may be. `evolution`: what a provider's documents owe to those that run beside it.
    """

    needs: frozenset[Kind] | None = None
    blocks: frozenset[Blocking] | None = None
    not_covered: Word | None = None
    max_age_days: int | None = None
    evolution: Mode | tuple[tuple[str, Mode], ...] | None = None
    """One mode for all, or modes by the subject `APPLICATION/FORMAT[/NAME]` or a glob; the last that fits counts."""

    def mode_of(self, subject: str) -> Mode | None:
        """What a document owes to those that run beside it; None where nothing is said."""
        if not isinstance(self.evolution, tuple):
            return self.evolution
        return next((mode for pattern, mode in reversed(self.evolution) if fnmatchcase(subject, pattern)), None)

    def needed(self, kind: Kind) -> bool:
        """Whether a kind of evidence has to be there."""
        return self.needs is not None and kind in self.needs

    @property
    def risky_blocks(self) -> bool:
        """Whether risky findings make a comparison a no."""
        return self.blocks is not None and "risky" in self.blocks

    @property
    def allows_not_covered(self) -> bool:
        """Whether a comparison may pass that could not judge everything."""
        return self.not_covered == "allows"

    def is_too_old(self, at: int, now: int) -> bool:
        """Whether evidence of that moment is older than allowed."""
        return self.max_age_days is not None and now - at > self.max_age_days * DAY


DEFAULT: Final = Rules()
"""Nothing said: replay decides where there is one, else comparison; breaking blocks; what is not covered is unknown."""


@dataclass(frozen=True, slots=True)
class Policy:
    """A version of a policy: what it asks for, of an integration or of whatever goes to an environment."""

    id: int
    rules: Rules
    consumer: int | None = None
    provider: int | None = None
    environment: str | None = None

    def governs(self, consumer: int, provider: int, environment: str | None) -> bool:
        """Whether it applies to a pair that is to meet in an environment."""
        if self.environment is not None:
            return self.environment == environment
        return (self.consumer, self.provider) == (consumer, provider)


def newest_of_scopes(policies: Iterable[Policy]) -> tuple[Policy, ...]:
    """The policies that count: the last of each scope."""
    newest = {(one.consumer, one.provider, one.environment): one for one in sorted(policies, key=lambda one: one.id)}
    return tuple(newest.values())


def strictest(policies: Iterable[Policy]) -> Rules:
    """What several policies ask for together."""
    found = DEFAULT
    for policy in policies:
        one = policy.rules
        found = replace(
            found,
            needs=_union(found.needs, one.needs),
            blocks=_union(found.blocks, one.blocks),
            not_covered="blocks"
            if "blocks" in (found.not_covered, one.not_covered)
            else one.not_covered or found.not_covered,
            max_age_days=min((age for age in (found.max_age_days, one.max_age_days) if age is not None), default=None),
            evolution=one.evolution or found.evolution,
        )
    return found


def _union(one: frozenset[T] | None, other: frozenset[T] | None) -> frozenset[T] | None:
    return one if other is None else other if one is None else one | other
