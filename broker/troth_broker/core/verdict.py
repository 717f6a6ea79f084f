"""What evidence amounts to under the rules of a policy: yes, no, or what is lacking."""

from dataclasses import dataclass
from enum import Enum

from troth_broker.core.evidence import Evidence, Static
from troth_broker.core.policy import Kind, Rules
from troth_schemas.formats import replayed
from troth_schemas.pairs import comparable


class Lack(Enum):
    """What a verdict lacks, and of which kind of evidence."""

    REPLAY = "replay"
    """No running provider was asked, or none has answered."""
    PART = "part"
    """A running provider was asked, and something of the contract could not be observed."""
    ERRORED = "errored"
    """The comparison could not be made."""
    PENDING = "pending"
    """The comparison is due."""
    NOTHING = "nothing"
    """The provider's version publishes nothing to compare."""
    NOT_COVERED = "not-covered"
    """The comparison could not judge everything."""
    STALE = "stale"
    """The replay is older than allowed."""

    @property
    def kind(self) -> Kind:
        """The kind of evidence that would fill it."""
        return "replay" if self in (Lack.REPLAY, Lack.PART, Lack.STALE) else "comparison"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether it passes, what is lacking to know it, and which kinds of evidence speak against it."""

    success: bool | None
    lacks: tuple[Lack, ...] = ()
    against: tuple[Kind, ...] = ()
    disputed: bool = False
    """It passes because it was replayed, and a comparison says that it breaks."""
    or_replay: bool = False
    """A passing replay alone would do as well."""


def replayable(kind: str) -> bool:
    """Whether contracts of a format are replayed; a plug-in's format says so itself."""
    return replayed(kind)


def judge(evidence: Evidence, rules: Rules, now: int = 0, kind: str = "pact") -> Verdict:
    """The verdict on what is known about a content and a version of its provider.

    A failing replay is a no, whatever its age. A passing one decides, unless a comparison is needed too. Where there is
    none a comparison decides, unless a replay is needed. Where contracts of that kind are never replayed, or never
    compared, what cannot be had is needed unless the rules allow what is not covered. A replay of a part is told, and
    changes nothing: what was not observed may break.
    """
    replay, static = evidence.replay, evidence.static
    can_replay, can_compare = replayable(kind), comparable(kind)
    compared = compared_verdict(static, rules) if can_compare else Lack.NOT_COVERED
    needs_replay = rules.needed("replay") and (can_replay or not rules.allows_not_covered)
    needs_comparison = rules.needed("comparison") and (can_compare or not rules.allows_not_covered)
    against: list[Kind] = ["replay"] if replay is not None and not replay.success else []
    fresh = replay is not None and replay.success and not rules.is_too_old(replay.at, now)
    if compared is False and (not fresh or needs_comparison):
        against.append("comparison")
    if against:
        overruled = can_replay and replay is None and not needs_comparison
        return Verdict(False, against=tuple(against), or_replay=overruled)
    unseen = Lack.REPLAY if evidence.part is None else Lack.PART
    stale = () if fresh else (unseen if replay is None else Lack.STALE,)
    gap = () if isinstance(compared, bool) else (compared,)
    if fresh:
        lacks = gap if needs_comparison else ()
        return Verdict(None, lacks) if lacks else Verdict(True, disputed=compared is False)
    if needs_replay:
        return Verdict(None, stale + (gap if needs_comparison else ()))
    if compared is True:
        return Verdict(True)
    if needs_comparison:
        return Verdict(None, gap)
    if static is not None or not can_replay:
        return Verdict(None, gap, or_replay=can_replay)
    return Verdict(None, stale)


def compared_verdict(static: Static | None, rules: Rules) -> bool | Lack:
    """What the comparisons come to under a policy: passed, failed, or what keeps them from it."""
    if static is None:
        return Lack.NOTHING
    if static.breaking or (rules.risky_blocks and static.risky):
        return False
    if static.pending:
        return Lack.PENDING
    if static.error is not None and static.unjudged:
        return Lack.ERRORED
    if not static.judged:
        return Lack.NOT_COVERED
    return True if rules.allows_not_covered or not static.not_covered else Lack.NOT_COVERED
