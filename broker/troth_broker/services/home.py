"""The integrations as the home page and an application's page list them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.evidence import Static
from troth_broker.core.pages import Paged, Window
from troth_broker.services.world import World
from troth_broker.store import applications, home, standing
from troth_broker.store.home import Standing
from troth_broker.store.matrix_evidence import comparisons
from troth_broker.store.standing import Called, Contract, Verdict
from troth_broker.store.tables import PACT

_MOST = Window(500)


@dataclass(frozen=True, slots=True)
class Seen:
    """An integration with what was replayed and what was compared of its newest contract, or contracts.

    Where these are of several formats, the result is the worst of theirs, and so is the comparison.
    """

    standing: Standing
    compared: Static | None = None
    silent: bool = False
    """Whether nothing is known of one of several contracts."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of integrations, and how the webhooks that watch them did, by the integration's id."""

    found: Paged[Seen]
    called: Mapping[int, Called]


@dataclass(frozen=True, slots=True)
class Around:
    """The integrations of one application: in which it provides, and in which it consumes."""

    consumers: tuple[Seen, ...]
    providers: tuple[Seen, ...]


def integrations(world: World, window: Window, part: str | None = None) -> Listed:
    """Integrations with how they stand, those whose contracts moved last first."""

    def find(db: Connection) -> Listed:
        found = home.page(db, window, part)
        called = standing.called(db, [one.id for one in found.entries])
        return Listed(found.map(lambda entries: _seen(db, entries)), called)

    return world.store.read(find)


def around(world: World, name: str) -> Around:
    """The integrations of an application, the 500 that moved last of each kind. Raises NotFound."""

    def find(db: Connection) -> Around:
        key = applications.id_of(db, name)
        if key is None:
            raise NotFound(f"There is no application named {name}", named=True)
        consumers, providers = home.consumers(db, key, _MOST), home.providers(db, key, _MOST)
        return Around(_seen(db, consumers), _seen(db, providers))

    return world.store.read(find)


def _seen(db: Connection, found: Sequence[Standing]) -> tuple[Seen, ...]:
    mixed = [one.id for one in found if one.several]
    several = standing.newest(db, mixed) if mixed else {}
    contracts = {one.id: several.get(one.id) or _only(one) for one in found}
    spoken = {key: one.spoke for one in found if one.spoke is not None for key in contracts[one.id]}
    statics = _compared(db, spoken) if spoken else {}
    said = standing.verdicts(db, (key.content for keys in several.values() for key in keys)) if several else {}
    return tuple(
        _as_one(one, several[one.id], said, statics)
        if one.id in several
        else Seen(one, next((statics[key] for key in contracts[one.id] if key in statics), None))
        for one in found
    )


def _only(one: Standing) -> tuple[Contract, ...]:
    return () if one.content is None else (Contract(one.content, one.format or PACT),)


def _compared(db: Connection, spoken: Mapping[Contract, int]) -> Mapping[Contract, Static]:
    """What comparing contracts with what a version publishes said, where it was compared."""
    known = comparisons(db, {one.content for one in spoken}, {*spoken.values()})
    statics = {one: known.of(one.content, version, one.format) for one, version in spoken.items()}
    return {one: static for one, static in statics.items() if static is not None and static.comparisons}


def _as_one(
    one: Standing, contracts: Iterable[Contract], said: Mapping[int, Verdict], statics: Mapping[Contract, Static]
) -> Seen:
    own = {key: found for key in contracts if (found := said.get(key.content)) is not None and found.is_own}
    compared = {key: statics[key] for key in contracts if key in statics}
    silent = any(key not in own and (key not in compared or compared[key].verdict is None) for key in contracts)
    last = max(own.values(), key=lambda verdict: (not verdict.success, verdict.number), default=None)
    if last is None or (last.success and silent):
        earlier = any(key.content in said and key not in own for key in contracts)
        together = replace(one, success=None, verified_at=None, verified_by=None, verified_before=earlier)
    else:
        at, by = last.happened_at, last.provider_version
        together = replace(one, success=last.success, verified_at=at, verified_by=by)
    return Seen(together, min(compared.values(), key=_badness, default=None), silent)


def _badness(static: Static) -> int:
    return (False, None, True).index(static.verdict)


def names(world: World) -> tuple[str, ...]:
    """The names of all applications, for forms that ask for one."""
    return tuple(sorted(world.store.read(applications.all_names)))
