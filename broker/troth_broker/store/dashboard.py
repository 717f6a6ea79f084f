"""The contracts that the dashboard shows: the newest of each integration, or the newest of each line of one.

However long the history, a page takes the same few statements, each by an index.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, and_, bindparam, exists, func, select, union

from troth_broker.core.pages import Paged, Window
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import (
    PACT,
    application,
    branch,
    current_deployment,
    current_publication,
    integration,
    supported_release,
    tag,
    version,
)


@dataclass(frozen=True, slots=True)
class Head:
    """The newest contract of a line."""

    integration_id: int
    consumer: str
    provider: str
    version_id: int
    version: str
    content_id: int
    published_at: int


_consumer, _provider = application.alias("consumer"), application.alias("provider")
_cp = current_publication
_had = _cp.alias("had")


def _newest_version(pair: Any) -> Any:
    """The newest consumer version with a contract between the two."""
    return (
        select(func.max(_had.c.consumer_version_id))
        .where(
            _had.c.consumer_id == pair.c.consumer_id, _had.c.provider_id == pair.c.provider_id, _had.c.format == PACT
        )
        .correlate(pair)
        .scalar_subquery()
    )


_HEAD = (
    integration.c.id,
    _consumer.c.name,
    _provider.c.name,
    version.c.id,
    version.c.number,
    _cp.c.content_id,
    _cp.c.happened_at,
)


def _joined(source: Any) -> Any:
    return (
        source.join(version, version.c.id == _cp.c.consumer_version_id)
        .join(_consumer, _consumer.c.id == _cp.c.consumer_id)
        .join(_provider, _provider.c.id == _cp.c.provider_id)
    )


# A look at one row of the pair, so that integrations whose contracts were all deleted are left out.
_with_contract = exists(
    select(_had.c.consumer_version_id).where(
        _had.c.consumer_id == integration.c.consumer_id,
        _had.c.provider_id == integration.c.provider_id,
        _had.c.format == PACT,
    )
)
_page = (
    select(
        integration.c.id,
        integration.c.consumer_id,
        integration.c.provider_id,
        integration.c.contract_data_updated_at.label("moved_at"),
    )
    .where(_with_contract)
    .order_by(integration.c.contract_data_updated_at.desc(), integration.c.id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
    .subquery("page")
)
_OF_EVERY_PAIR = (
    select(_page.c.id, *_HEAD[1:])
    .select_from(
        _joined(
            _page.join(
                _cp,
                and_(
                    _cp.c.consumer_version_id == _newest_version(_page),
                    _cp.c.provider_id == _page.c.provider_id,
                    _cp.c.format == PACT,
                ),
            )
        )
    )
    .order_by(_page.c.moved_at.desc(), _page.c.id.desc())
)
_COUNT_PAIRS = select(func.count()).select_from(integration).where(_with_contract)

_me: Any = bindparam("consumer")
_them: Any = bindparam("provider")
_mine = tag.c.application_id == _me
_names = select(func.min(tag.c.name).label("name")).where(_mine).cte("names", recursive=True)
# From each name to the next by the index, so that a tag on a thousand versions costs one look.
_next_name = select(func.min(tag.c.name)).where(_mine, tag.c.name > _names.c.name).correlate(_names).scalar_subquery()
_names = _names.union_all(select(_next_name).where(_names.c.name.is_not(None)))
_newest_tagged = (
    select(tag.c.version_id)
    .join(
        _had,
        and_(_had.c.consumer_version_id == tag.c.version_id, _had.c.provider_id == _them, _had.c.format == PACT),
    )
    .where(_mine, tag.c.name == _names.c.name)
    .order_by(tag.c.version_id.desc())
    .limit(1)
    .correlate(_names)
    .scalar_subquery()
)
_heads = union(
    select(func.max(_had.c.consumer_version_id).label("version_id")).where(
        _had.c.consumer_id == _me, _had.c.provider_id == _them, _had.c.format == PACT
    ),
    select(branch.c.head_version_id).where(branch.c.application_id == _me),
    select(_newest_tagged).select_from(_names).where(_names.c.name.is_not(None)),
    *(
        select(placed.c.version_id).where(placed.c.application_id == _me)
        for placed in (current_deployment, supported_release)
    ),
).subquery("heads")
_of_heads = _heads.join(
    _cp,
    and_(_cp.c.consumer_version_id == _heads.c.version_id, _cp.c.provider_id == _them, _cp.c.format == PACT),
)
_OF_PAIR = (
    select(*_HEAD)
    .select_from(
        _joined(_of_heads).join(
            integration,
            and_(
                integration.c.consumer_id == _cp.c.consumer_id,
                integration.c.provider_id == _cp.c.provider_id,
            ),
        )
    )
    .order_by(_cp.c.consumer_version_id.desc())
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_COUNT_HEADS = select(func.count()).select_from(_of_heads)

_newer = tag.alias("newer")
_TAGS = (
    select(
        tag.c.version_id,
        tag.c.name,
        ~exists(
            select(_newer.c.id).where(
                _newer.c.application_id == tag.c.application_id,
                _newer.c.name == tag.c.name,
                _newer.c.version_id > tag.c.version_id,
            )
        ),
    )
    .where(tag.c.version_id.in_(select(as_id(items_of("versions")))))
    .order_by(tag.c.id)
)


def of_every_pair(db: Connection, window: Window) -> Paged[Head]:
    """The newest contract of each integration, those whose contracts moved last first."""
    found = db.execute(_OF_EVERY_PAIR, {"limit": window.limit, "offset": window.offset})
    return Paged.of(tuple(Head(*row) for row in found), window, lambda: db.execute(_COUNT_PAIRS).scalar_one())


def of_pair(db: Connection, consumer_id: int, provider_id: int, window: Window) -> Paged[Head]:
    """The contracts between two that are the newest of all, of a branch or of a tag, or run somewhere; newest first."""
    pair = {"consumer": consumer_id, "provider": provider_id}
    found = db.execute(_OF_PAIR, {**pair, "limit": window.limit, "offset": window.offset})
    return Paged.of(tuple(Head(*row) for row in found), window, lambda: db.execute(_COUNT_HEADS, pair).scalar_one())


def tags_of(db: Connection, versions: Sequence[int]) -> dict[int, list[tuple[str, bool]]]:
    """The tags of each version, each with whether this is the newest version that carries it."""
    found: dict[int, list[tuple[str, bool]]] = {}
    for version_id, name, newest in db.execute(_TAGS, {"versions": listed(versions)}):
        found.setdefault(version_id, []).append((name, newest))
    return found
