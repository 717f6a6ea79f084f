"""The dashboard: the newest contracts, how they stand, and what their webhooks did."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.errors import NotFound
from troth_broker.core.pages import Paged, Window
from troth_broker.core.standing import Status
from troth_broker.services.world import World
from troth_broker.store import applications, dashboard, standing
from troth_broker.store.dashboard import Head
from troth_broker.store.standing import Called, Verdict
from troth_broker.store.version_views import OnBranch, branches_of


@dataclass(frozen=True, slots=True)
class Item:
    """A contract as the dashboard shows it: its version's lines, the newest result and the provider version's lines."""

    head: Head
    branches: tuple[OnBranch, ...]
    tags: tuple[tuple[str, bool], ...]
    """Each tag of the consumer version, and whether this is the newest version with it."""
    verdict: Verdict | None
    provider_branches: tuple[OnBranch, ...]
    provider_tags: tuple[tuple[str, bool], ...]
    called: Called

    @property
    def status(self) -> Status:
        """How the contract stands."""
        return self.verdict.status if self.verdict else Status.NEVER


def every(world: World, window: Window) -> Paged[Item]:
    """One item for each integration, those whose contracts moved last first."""
    return world.store.read(lambda db: dashboard.of_every_pair(db, window).map(lambda heads: _items(db, heads)))


def of_pair(world: World, consumer: str, provider: str, window: Window) -> Paged[Item]:
    """One item for each contract between two that is the newest of a line; newest first. Raises NotFound."""

    def find(db: Connection) -> Paged[Item]:
        ids = []
        for name in (consumer, provider):
            key = applications.id_of(db, name)
            if key is None:
                raise NotFound(f"No pacticipant named {name} is known to this broker", named=True)
            ids.append(key)
        return dashboard.of_pair(db, ids[0], ids[1], window).map(lambda heads: _items(db, heads))

    return world.store.read(find)


def _items(db: Connection, heads: Sequence[Head]) -> tuple[Item, ...]:
    verdicts = standing.verdicts(db, dict.fromkeys(head.content_id for head in heads))
    called = standing.called(db, dict.fromkeys(head.integration_id for head in heads))
    ids = {head.version_id for head in heads} | {verdict.provider_version_id for verdict in verdicts.values()}
    versions = sorted(ids)
    branches, tags = branches_of(db, versions), dashboard.tags_of(db, versions)
    return tuple(_item(head, verdicts.get(head.content_id), called, branches, tags) for head in heads)


def _item(
    head: Head,
    verdict: Verdict | None,
    called: Mapping[int, Called],
    branches: Mapping[int, Sequence[OnBranch]],
    tags: Mapping[int, Sequence[tuple[str, bool]]],
) -> Item:
    provider_version = verdict.provider_version_id if verdict else None
    return Item(
        head=head,
        branches=tuple(branches.get(head.version_id, ())),
        tags=tuple(tags.get(head.version_id, ())),
        verdict=verdict,
        provider_branches=tuple(branches.get(provider_version, ())) if provider_version else (),
        provider_tags=tuple(tags.get(provider_version, ())) if provider_version else (),
        called=called.get(head.integration_id, Called()),
    )
