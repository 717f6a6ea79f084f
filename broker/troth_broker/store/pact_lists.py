"""Lists of pacts: of a pair, of a provider, of all integrations."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, select

from troth_broker.store.pacts import HEADING, NEWEST, PAIR, consumer, cp, id_of, provider
from troth_broker.store.tables import PACT, branch, branch_version, content, integration, publication, tag, version


@dataclass(frozen=True, slots=True)
class Listed:
    """One publication in a list."""

    consumer: str
    provider: str
    version: str
    sha: str
    created_at: int


def _many(source: Any) -> Select[Any]:
    return (
        select(*HEADING, content.c.sha, source.c.happened_at)
        .select_from(source)
        .join(content, content.c.id == source.c.content_id)
        .join(version, version.c.id == source.c.consumer_version_id)
        .join(consumer, consumer.c.id == source.c.consumer_id)
        .join(provider, provider.c.id == source.c.provider_id)
        .where(source.c.format == PACT)
    )


_tagged = (tag.c.version_id == cp.c.consumer_version_id, tag.c.name == bindparam("tag"))
_on_branch = (branch_version.c.version_id == cp.c.consumer_version_id, branch.c.id == branch_version.c.branch_id)
_named_branch = branch.c.name == bindparam("branch")
_main_branch = branch.c.name == consumer.c.main_branch
_head = branch.c.head_version_id == cp.c.consumer_version_id

_PAIR_ALL = _many(cp).where(*PAIR).order_by(NEWEST)
_PAIR_TAGGED = _many(cp).join(tag, _tagged[0]).where(*PAIR, _tagged[1]).order_by(NEWEST)


def _branch_list(*conditions: Any, heads: bool = False) -> Select[Any]:
    """The pacts on branches of a pair or of a provider's consumers; of the heads alone, or of all versions."""
    listed = _many(cp)
    if heads:
        listed = listed.join(branch, _head)
    else:
        listed = listed.join(branch_version, _on_branch[0]).join(branch, _on_branch[1])
    return listed.where(*conditions)


_oldest = cp.c.consumer_version_id
_PAIR_BRANCH = _branch_list(*PAIR, _named_branch).order_by(_oldest)
_PAIR_MAIN = _branch_list(*PAIR, _main_branch).order_by(_oldest)
_PAIR_BRANCH_HEAD = _branch_list(*PAIR, _named_branch, heads=True).order_by(_oldest)
_PAIR_MAIN_HEAD = _branch_list(*PAIR, _main_branch, heads=True).order_by(_oldest)

_of_provider = cp.c.provider_id == id_of("provider")
_by_consumer = (consumer.c.name, version.c.id)
_PROVIDER_ALL = (
    _many(publication).where(publication.c.provider_id == id_of("provider")).order_by(*_by_consumer, publication.c.id)
)
_PROVIDER_TAGGED = _many(cp).join(tag, _tagged[0]).where(_of_provider, _tagged[1]).order_by(*_by_consumer)
_newest_version = (
    select(cp.c.consumer_version_id)
    .where(
        cp.c.consumer_id == integration.c.consumer_id,
        cp.c.provider_id == integration.c.provider_id,
        cp.c.format == PACT,
    )
    .order_by(NEWEST)
    .limit(1)
    .correlate(integration)
    .scalar_subquery()
)
_newest_tagged = (
    select(cp.c.consumer_version_id)
    .join(tag, _tagged[0])
    .where(
        cp.c.consumer_id == integration.c.consumer_id,
        cp.c.provider_id == integration.c.provider_id,
        cp.c.format == PACT,
        tag.c.application_id == integration.c.consumer_id,
        _tagged[1],
    )
    .order_by(tag.c.version_id.desc())
    .limit(1)
    .correlate(integration)
    .scalar_subquery()
)


def _newest_per_integration(chosen: Any, *conditions: Any) -> Select[Any]:
    return (
        select(*HEADING, content.c.sha, cp.c.happened_at)
        .select_from(integration)
        .join(
            cp,
            (cp.c.consumer_version_id == chosen)
            & (cp.c.provider_id == integration.c.provider_id)
            & (cp.c.format == PACT),
        )
        .join(content, content.c.id == cp.c.content_id)
        .join(version, version.c.id == cp.c.consumer_version_id)
        .join(consumer, consumer.c.id == integration.c.consumer_id)
        .join(provider, provider.c.id == integration.c.provider_id)
        .where(*conditions)
        .order_by(consumer.c.name, provider.c.name)
    )


_integrated = integration.c.provider_id == id_of("provider")
_PROVIDER_LATEST = _newest_per_integration(_newest_version, _integrated)
_PROVIDER_LATEST_TAGGED = _newest_per_integration(_newest_tagged, _integrated)
_ALL_LATEST = _newest_per_integration(_newest_version)
_PROVIDER_BRANCH = _branch_list(_of_provider, _named_branch).order_by(*_by_consumer)
_PROVIDER_MAIN = _branch_list(_of_provider, _main_branch).order_by(*_by_consumer)
_PROVIDER_BRANCH_HEAD = _branch_list(_of_provider, _named_branch, heads=True).order_by(*_by_consumer)
_PROVIDER_MAIN_HEAD = _branch_list(_of_provider, _main_branch, heads=True).order_by(*_by_consumer)


def _list(db: Connection, statement: Any, values: dict[str, str]) -> tuple[Listed, ...]:
    return tuple(Listed(*row) for row in db.execute(statement, values))


def between(
    db: Connection,
    provider_name: str,
    consumer_name: str,
    *,
    tag_name: str | None = None,
    branch_name: str | None = None,
    main_branch: bool = False,
    heads: bool = False,
) -> tuple[Listed, ...]:
    """The pacts between two: all or of a tag newest first, of a branch (or the main branch) oldest first."""
    values = {"provider": provider_name, "consumer": consumer_name}
    if tag_name is not None:
        return _list(db, _PAIR_TAGGED, {**values, "tag": tag_name})
    if branch_name is not None:
        return _list(db, _PAIR_BRANCH_HEAD if heads else _PAIR_BRANCH, {**values, "branch": branch_name})
    if main_branch:
        return _list(db, _PAIR_MAIN_HEAD if heads else _PAIR_MAIN, values)
    return _list(db, _PAIR_ALL, values)


def of_provider(
    db: Connection,
    provider_name: str,
    *,
    tag_name: str | None = None,
    branch_name: str | None = None,
    main_branch: bool = False,
    newest: bool = False,
) -> tuple[Listed, ...]:
    """A provider's pacts, by consumer: all (every revision) or of a line; with `newest`, one per consumer."""
    values = {"provider": provider_name}
    if tag_name is not None:
        return _list(db, _PROVIDER_LATEST_TAGGED if newest else _PROVIDER_TAGGED, {**values, "tag": tag_name})
    if branch_name is not None:
        return _list(db, _PROVIDER_BRANCH_HEAD if newest else _PROVIDER_BRANCH, {**values, "branch": branch_name})
    if main_branch:
        return _list(db, _PROVIDER_MAIN_HEAD if newest else _PROVIDER_MAIN, values)
    return _list(db, _PROVIDER_LATEST if newest else _PROVIDER_ALL, values)


def all_latest(db: Connection) -> tuple[Listed, ...]:
    """The newest pact of every integration."""
    return _list(db, _ALL_LATEST, {})
