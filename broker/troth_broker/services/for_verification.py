"""The pacts that a provider is to verify: those its selectors chose, and work in progress."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import Fault, Invalid, NotFound
from troth_broker.core.pending import Line, Pending, Seen, pending_for
from troth_broker.core.selection import Candidate, Pact, Reason, Selected, default_selectors, needs, select
from troth_broker.core.selection_request import Ask
from troth_broker.core.selectors import unknown_environments
from troth_broker.core.times import DAY
from troth_broker.core.wip import candidates_since, window_days, work_in_progress
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store import applications
from troth_broker.store import for_verification as store
from troth_broker.store import for_verification_seen as proofs


@dataclass(frozen=True, slots=True)
class ToVerify:
    """One pact to verify. `pending` is None when nobody asked; `wip` holds the lines that it is new to."""

    pact: Pact
    reasons: tuple[Reason, ...]
    pending: Pending | None = None
    wip: tuple[Line, ...] = ()


def require_provider(world: World, provider: str) -> None:
    """Raises NotFound unless there is an application of that name."""
    world.store.read(_provider_id, provider)


def pacts_for_verification(world: World, provider: str, ask: Ask) -> tuple[ToVerify, ...]:
    """What `provider` is to verify. Raises NotFound for an unknown provider, Invalid for a request with faults."""
    return world.store.read(_find, world.settings, provider, ask, world.clock())


def _find(db: Connection, settings: Settings, provider: str, ask: Ask, now: int) -> tuple[ToVerify, ...]:
    provider_id = _provider_id(db, provider)
    _check(db, ask)
    selected = _select(db, provider_id, ask)
    lines = _Lines(db, provider_id, ask)
    chosen = tuple(_with_pending(db, lines, selected)) if ask.pending else tuple(map(_plain, selected))
    if ask.wip_since is None or not lines.all:
        return chosen
    since = _since(db, settings, provider_id, ask.wip_since, now)
    looking_back_to = now - settings.verified_by_other_branch_lookback_days * DAY
    explicit = {one.pact.content_id for one in selected}
    heads = candidates_since(store.heads_since(db, provider_id, since), since)
    return (*chosen, *_work_in_progress(lines, heads, explicit, looking_back_to))


def _provider_id(db: Connection, provider: str) -> int:
    found = applications.id_of(db, provider)
    if found is None:
        raise NotFound(f"No provider with name '{provider}' found", named=True)
    return found


def _check(db: Connection, ask: Ask) -> None:
    unknown = tuple[str, ...]()
    if ask.environments:
        unknown = unknown_environments(ask.environments, store.environment_names(db))
    faults = (*ask.faults, *(Fault("consumerVersionSelectors", text) for text in unknown))
    if faults:
        raise Invalid(faults)


def _select(db: Connection, provider_id: int, ask: Ask) -> tuple[Selected, ...]:
    selectors, heads = ask.selectors, tuple[Candidate, ...]()
    if not selectors or any(selector.main_branch for selector in selectors):
        consumers, heads = store.consumers_and_main_heads(db, provider_id)
        selectors = selectors or default_selectors(consumers)
    return select(selectors, (*heads, *store.candidates(db, provider_id, needs(selectors))))


class _Lines:
    """The branch, else the tags, of the provider version about to verify; what successes say to them."""

    def __init__(self, db: Connection, provider_id: int, ask: Ask) -> None:
        self._db = db
        self._branch_id = 0
        self.all: tuple[Line, ...]
        if ask.branch is not None:
            line, self._branch_id = proofs.branch_line(db, provider_id, ask.branch)
            self.all = (line,)
        else:
            self.all = tuple(proofs.tag_line(db, provider_id, name) for name in ask.tags)

    def seen(self, contents: Collection[int]) -> dict[int, Sequence[Seen]]:
        """For each content what its successes say to each line about being pending."""
        return _by_content(contents, [proofs.seen(self._db, line, contents) for line in self.all])

    def seen_as_new(self, contents: Collection[int], looking_back_to: int) -> dict[int, Sequence[Seen]]:
        """For each content what its successes say to each line about being work in progress."""
        return _by_content(contents, [self._new_to(line, contents, looking_back_to) for line in self.all])

    def _new_to(self, line: Line, contents: Collection[int], looking_back_to: int) -> dict[int, Seen]:
        if line.kind == "tag":
            return proofs.seen_as_new_to_tag(self._db, line, contents)
        return proofs.seen_as_new_to_branch(self._db, line, self._branch_id, contents, looking_back_to)


def _by_content(contents: Collection[int], by_line: Sequence[dict[int, Seen]]) -> dict[int, Sequence[Seen]]:
    return {content: [seen[content] for seen in by_line] for content in contents}


def _plain(selected: Selected) -> ToVerify:
    return ToVerify(selected.pact, selected.reasons)


def _with_pending(db: Connection, lines: _Lines, selected: Sequence[Selected]) -> Iterator[ToVerify]:
    contents = [one.pact.content_id for one in selected]
    seen = lines.seen(contents)
    ever = frozenset[int]() if lines.all or not contents else proofs.ever_verified(db, contents)
    for one in selected:
        key = one.pact.content_id
        yield ToVerify(one.pact, one.reasons, pending_for(lines.all, seen[key], key in ever))


def _work_in_progress(
    lines: _Lines, heads: Sequence[Candidate], explicit: Collection[int], looking_back_to: int
) -> Iterator[ToVerify]:
    contents = sorted({one.pact.content_id for one in heads}.difference(explicit))
    seen = lines.seen_as_new(contents, looking_back_to)
    for one in work_in_progress(heads, explicit, lines.all, seen, looking_back_to):
        yield ToVerify(one.pact, one.reasons, Pending(True, one.lines), one.lines)


def _since(db: Connection, settings: Settings, provider_id: int, asked: int, now: int) -> int:
    """Since when pacts can be work in progress: as asked, or as the ages of the unverified pacts suggest."""
    if not settings.dynamic_wip_window:
        return asked
    oldest = now - settings.max_wip_lookback_days * DAY
    ages = [-((moment - now) // DAY) for moment in proofs.unverified_since(db, provider_id, oldest)]
    shortest, longest = settings.min_wip_window_days, settings.max_wip_lookback_days
    return now - window_days(ages, shortest, longest, settings.default_wip_window_days) * DAY
