"""What a provider is to verify, pacts or contracts of other formats: what its selectors chose, and work in progress."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from troth_broker.core.errors import Fault, Invalid, NotFound
from troth_broker.core.pending import Line, Pending, Seen, pending_for
from troth_broker.core.selection import Pact, Reason, Selected, default_selectors, needs, select
from troth_broker.core.selection_request import Ask
from troth_broker.core.selectors import unknown_environments
from troth_broker.core.times import DAY
from troth_broker.core.wip import candidates_since, window_days, work_in_progress
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store import applications
from troth_broker.store import for_verification as store
from troth_broker.store import for_verification_seen as proofs
from troth_broker.store.for_verification_heads import heads_since
from troth_broker.store.for_verification_seen import KnownLine
from troth_broker.store.tables import PACT


@dataclass(frozen=True, slots=True)
class ToVerify:
    """One contract to verify. `pending` is None when nobody asked; `wip` holds the lines that it is new to."""

    pact: Pact
    reasons: tuple[Reason, ...]
    pending: Pending | None = None
    wip: tuple[Line, ...] = ()
    format: str = PACT


def require_provider(world: World, provider: str) -> None:
    """Raises NotFound unless there is an application of that name."""
    world.store.read(_provider_id, provider)


def pacts_for_verification(world: World, provider: str, ask: Ask) -> tuple[ToVerify, ...]:
    """What `provider` is to verify. Raises NotFound for an unknown provider, Invalid for a request with faults."""
    return world.store.read(_pacts, world.settings, provider, ask, world.clock())


def contracts_for_verification(world: World, provider: str, ask: Ask) -> tuple[ToVerify, ...]:
    """The same for contracts of every format but pact, by format: selectors choose among those of each by itself."""
    return world.store.read(_contracts, world.settings, provider, ask, world.clock())


def _pacts(db: Connection, settings: Settings, provider: str, ask: Ask, now: int) -> tuple[ToVerify, ...]:
    return tuple(_Search(db, settings, provider, ask, now).of_format(PACT))


def _contracts(db: Connection, settings: Settings, provider: str, ask: Ask, now: int) -> tuple[ToVerify, ...]:
    search = _Search(db, settings, provider, ask, now)
    formats = store.other_formats(db, search.provider_id)
    return tuple(one for format_name in formats for one in search.of_format(format_name))


class _Search:
    """One question: the provider, its branch or else the tags of its version about to verify, and what it asks for."""

    def __init__(self, db: Connection, settings: Settings, provider: str, ask: Ask, now: int) -> None:
        self._db, self._settings, self._ask, self._now = db, settings, ask, now
        self.provider_id, self._lines = _provider_and_lines(db, provider, ask)
        _check(db, ask)

    def of_format(self, format_name: str) -> Iterator[ToVerify]:
        """The contracts of that format."""
        db, ask, lines = self._db, self._ask, self._lines
        selected = _select(db, self.provider_id, ask, format_name)
        explicit = frozenset(one.pact.content_id for one in selected)
        if ask.wip_since is None or not lines:
            seen = _seen(db, lines, explicit if ask.pending else (), None)
            yield from _chosen(db, ask, selected, lines, seen, format_name)
            return
        since = _since(db, self._settings, self.provider_id, ask.wip_since, self._now, format_name)
        heads = candidates_since(heads_since(db, self.provider_id, since, format_name), since)
        looking_back_to = self._now - self._settings.verified_by_other_branch_lookback_days * DAY
        seen = _seen(db, lines, explicit.union(one.pact.content_id for one in heads), looking_back_to)
        work = work_in_progress(heads, explicit, _plain(lines), seen, looking_back_to)
        yield from _chosen(db, ask, selected, lines, seen, format_name)
        for one in work:
            yield ToVerify(one.pact, one.reasons, Pending(True, one.lines), one.lines, format_name)


def _provider_and_lines(db: Connection, provider: str, ask: Ask) -> tuple[int, tuple[KnownLine, ...]]:
    """The provider's id, and the branch or else the tags of its version about to verify."""
    if ask.branch is not None:
        known = proofs.provider_and_branch(db, provider, ask.branch)
        if known is None:
            raise _unknown(provider)
        return known[0], (known[1],)
    provider_id = _provider_id(db, provider)
    return provider_id, tuple(proofs.tag_line(db, provider_id, name) for name in ask.tags)


def _plain(lines: Sequence[KnownLine]) -> tuple[Line, ...]:
    return tuple(known.line for known in lines)


def _seen(
    db: Connection, lines: Sequence[KnownLine], contents: Collection[int], since: int | None
) -> dict[int, Sequence[Seen]]:
    """For each content what its successes say to each line."""
    by_line = [proofs.seen(db, known, contents, since) for known in lines]
    return {content: [seen[content] for seen in by_line] for content in contents}


def _chosen(
    db: Connection,
    ask: Ask,
    selected: Sequence[Selected],
    lines: Sequence[KnownLine],
    seen: Mapping[int, Sequence[Seen]],
    format_name: str,
) -> Iterator[ToVerify]:
    """The selected contracts, pending or not if that was asked."""
    ever = frozenset[int]()
    if ask.pending and selected and not lines:
        ever = proofs.ever_verified(db, [one.pact.content_id for one in selected])
    plain = _plain(lines)
    for one in selected:
        key = one.pact.content_id
        pending = pending_for(plain, seen[key] if lines else (), key in ever) if ask.pending else None
        yield ToVerify(one.pact, one.reasons, pending, format=format_name)


def _provider_id(db: Connection, provider: str) -> int:
    found = applications.id_of(db, provider)
    if found is None:
        raise _unknown(provider)
    return found


def _unknown(provider: str) -> NotFound:
    return NotFound(f"No provider with name '{provider}' found", named=True)


def _check(db: Connection, ask: Ask) -> None:
    unknown = tuple[str, ...]()
    if ask.environments:
        unknown = unknown_environments(ask.environments, store.environment_names(db))
    faults = (*ask.faults, *(Fault("consumerVersionSelectors", text) for text in unknown))
    if faults:
        raise Invalid(faults)


def _select(db: Connection, provider_id: int, ask: Ask, format_name: str) -> tuple[Selected, ...]:
    if ask.selectors:
        return select(ask.selectors, store.candidates(db, provider_id, needs(ask.selectors), format_name))
    consumers, heads = store.consumers_and_main_heads(db, provider_id, format_name)
    selectors = default_selectors(consumers)
    others = replace(needs(selectors), main_branches=False)
    return select(selectors, (*heads, *store.candidates(db, provider_id, others, format_name)))


def _since(db: Connection, settings: Settings, provider_id: int, asked: int, now: int, format_name: str) -> int:
    """Since when contracts can be work in progress: as asked, or as the ages of the unverified ones suggest."""
    if not settings.dynamic_wip_window:
        return asked
    oldest = now - settings.max_wip_lookback_days * DAY
    ages = [-((moment - now) // DAY) for moment in proofs.unverified_since(db, provider_id, oldest, format_name)]
    shortest, longest = settings.min_wip_window_days, settings.max_wip_lookback_days
    return now - window_days(ages, shortest, longest, settings.default_wip_window_days) * DAY
