"""Work in progress: new pacts that nobody selected yet, verified without consequence (pact_broker_api 4.5).

Candidates are the heads of every consumer branch and tag, published since a date. One stays out once a version on the
provider's line has verified it successfully as a selected pact; a young line inherits what others verified before.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from math import ceil

from troth_broker.core.pending import Line, Seen
from troth_broker.core.selection import Candidate, Pact, Reason, Stands, Why, merge


@dataclass(frozen=True, slots=True)
class WorkInProgress:
    """A content to verify without consequence: its newest publication, its heads, the lines it is new to."""

    pact: Pact
    reasons: tuple[Reason, ...]
    lines: tuple[Line, ...]


def is_new(line: Line, seen: Seen, looking_back_to: int) -> bool:
    """Whether a content is still new to a line. Only successes since `looking_back_to` count; for a tag all do."""
    limit = looking_back_to if line.kind == "branch" else None
    return not (_counts(seen.last_plain_here, limit) or _counts(seen.plain_elsewhere_before, limit))


def _counts(moment: int | None, limit: int | None) -> bool:
    return moment is not None and (limit is None or moment >= limit)


def candidates_since(candidates: Iterable[Candidate], since: int) -> tuple[Candidate, ...]:
    """The heads of branches and tags whose pact was published since then."""
    heads = (Stands.HEAD, Stands.TAG_HEAD)
    return tuple(one for one in candidates if one.stands in heads and one.pact.published_at >= since)


def work_in_progress(
    candidates: Iterable[Candidate],
    selected: Collection[int],
    lines: Sequence[Line],
    seen: Mapping[int, Sequence[Seen]],
    looking_back_to: int,
) -> tuple[WorkInProgress, ...]:
    """The work in progress among the candidates, by consumer name and then version order.

    `selected` holds the contents that the selectors chose already; `seen` tells for each content what the successes
    say to each line, in the order of `lines`.
    """
    new_to: dict[int, tuple[Line, ...]] = {}
    picked: list[tuple[Pact, Reason]] = []
    for candidate in candidates:
        content = candidate.pact.content_id
        if content in selected:
            continue
        if content not in new_to:
            facts = zip(lines, seen[content], strict=True)
            new_to[content] = tuple(line for line, said in facts if is_new(line, said, looking_back_to))
        if new_to[content]:
            why = Why.BRANCH if candidate.stands is Stands.HEAD else Why.LATEST_TAG
            picked.append((candidate.pact, Reason(why, candidate.name, candidate.pact.version)))
    return tuple(WorkInProgress(one.pact, one.reasons, new_to[one.pact.content_id]) for one in merge(picked))


def window_days(ages: Sequence[int], shortest: int, longest: int, default: int) -> int:
    """The dynamic window in days: the 80th percentile of the unverified pacts' ages in days, within bounds."""
    if not ages:
        return default
    eightieth = sorted(ages)[max(ceil(len(ages) * 0.8) - 1, 0)]
    return max(shortest, min(eightieth, longest))
