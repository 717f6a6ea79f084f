"""The candidates for a provider's verification: pacts, each with a way in which its consumer version stands.

Every statement starts from the provider's integrations and goes on by index look-ups, so its cost follows the number of
consumers and their heads, never the length of their histories. The joins are outer joins because SQLite keeps their
order; the condition that drops rows without a pact is worded so that it does not make inner joins of them.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, FromClause, Select, and_, bindparam, exists, func, select, true

from troth_broker.core.selection import Candidate, Consumer, Needs, Pact, Stands
from troth_broker.store.lists import as_text, items_of, listed
from troth_broker.store.tables import (
    application,
    branch,
    content,
    current_deployment,
    current_publication,
    environment,
    integration,
    supported_release,
    tag,
    version,
)

_consumer_id = integration.c.consumer_id
_ENVIRONMENTS = select(environment.c.name)


def _pacts(stands: FromClause, version_id: ColumnElement[Any], *columns: ColumnElement[Any]) -> Select[Any]:
    """The current publications for the provider of the consumer versions that `stands` leads to."""
    published = and_(
        current_publication.c.consumer_version_id == version_id,
        current_publication.c.provider_id == bindparam("provider"),
        current_publication.c.happened_at >= bindparam("since"),
    )
    return _described(stands.outerjoin(current_publication, published), *columns)


def _described(publications: FromClause, *columns: ColumnElement[Any]) -> Select[Any]:
    """The rows of `publications`, which holds `current_publication`, with what a candidate tells of its pact first."""
    joined = (
        publications.outerjoin(content, content.c.id == current_publication.c.content_id)
        .outerjoin(application, application.c.id == current_publication.c.consumer_id)
        .outerjoin(version, version.c.id == current_publication.c.consumer_version_id)
    )
    return select(
        current_publication.c.content_id,
        content.c.sha,
        application.c.name,
        current_publication.c.consumer_version_id,
        version.c.number,
        current_publication.c.happened_at,
        *columns,
    ).select_from(joined)


_found_one = func.coalesce(current_publication.c.content_id, 0) != 0


def _of_consumers(stands: FromClause, version_id: ColumnElement[Any], *columns: ColumnElement[Any]) -> Select[Any]:
    of_provider = integration.c.provider_id == bindparam("provider")
    return _pacts(stands, version_id, *columns).where(of_provider, _found_one)


def _newest_with(owner: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[Any]:
    return (
        select(tag.c.version_id)
        .where(tag.c.application_id == owner, tag.c.name == name)
        .order_by(tag.c.version_id.desc())
        .limit(1)
        .scalar_subquery()
    )


_names = items_of("names")
_name = as_text(_names)
_of_branch = branch.c.application_id == _consumer_id
_owner = application.alias("consumer")

_HEADS_OF_MAIN = _pacts(
    integration.join(_owner, _owner.c.id == _consumer_id).outerjoin(
        branch, and_(_of_branch, branch.c.name == _owner.c.main_branch)
    ),
    branch.c.head_version_id,
    branch.c.name,
    _owner.c.name.label("consumer"),
    _owner.c.main_branch,
    branch.c.head_version_id,
    _newest_with(_consumer_id, _owner.c.main_branch).label("newest_with_main_tag"),
).where(integration.c.provider_id == bindparam("provider"))
_HEADS = _of_consumers(
    integration.join(_names, true()).outerjoin(branch, and_(_of_branch, branch.c.name == _name)),
    branch.c.head_version_id,
    branch.c.name,
)
_EVERY_HEAD = _of_consumers(integration.outerjoin(branch, _of_branch), branch.c.head_version_id, branch.c.name)
_TAG_HEADS = _of_consumers(integration.join(_names, true()), _newest_with(_consumer_id, _name), _name)
_TAGGED = _of_consumers(
    integration.join(_names, true()).outerjoin(tag, and_(tag.c.application_id == _consumer_id, tag.c.name == _name)),
    tag.c.version_id,
    tag.c.name,
)
_other = current_publication.alias("other")
_newest = select(func.max(_other.c.consumer_version_id)).where(
    _other.c.consumer_id == _consumer_id, _other.c.provider_id == integration.c.provider_id
)
_NEWEST = _of_consumers(integration, _newest.scalar_subquery())
_DEPLOYED = _of_consumers(
    integration.outerjoin(current_deployment, current_deployment.c.application_id == _consumer_id).outerjoin(
        environment, environment.c.id == current_deployment.c.environment_id
    ),
    current_deployment.c.version_id,
    environment.c.name,
    current_deployment.c.slot,
)
_SUPPORTED = _of_consumers(
    integration.outerjoin(supported_release, supported_release.c.application_id == _consumer_id).outerjoin(
        environment, environment.c.id == supported_release.c.environment_id
    ),
    supported_release.c.version_id,
    environment.c.name,
)


def _next_tag(owner: ColumnElement[Any], *after: ColumnElement[bool]) -> ColumnElement[Any]:
    first = select(tag.c.name).where(tag.c.application_id == owner, *after).order_by(tag.c.name).limit(1)
    return first.scalar_subquery()


# The distinct tags of each consumer, from one to the next by look-ups: most tags are on a great many versions.
_tags = (
    select(_consumer_id.label("consumer_id"), _next_tag(_consumer_id).label("name"))
    .where(integration.c.provider_id == bindparam("provider"))
    .cte("tags", recursive=True)
)
_tags = _tags.union_all(
    select(_tags.c.consumer_id, _next_tag(_tags.c.consumer_id, tag.c.name > _tags.c.name)).where(
        _tags.c.name.is_not(None)
    )
)
_EVERY_TAG_HEAD = _pacts(_tags, _newest_with(_tags.c.consumer_id, _tags.c.name), _tags.c.name).where(
    _tags.c.name.is_not(None), _found_one
)


_since = and_(
    current_publication.c.provider_id == bindparam("provider"),
    current_publication.c.happened_at >= bindparam("since"),
)
_COUNT_SINCE = select(func.count()).select_from(
    select(current_publication.c.content_id).where(_since).limit(bindparam("bound")).subquery()
)
_HEADS_SINCE = _described(
    current_publication.outerjoin(branch, branch.c.head_version_id == current_publication.c.consumer_version_id),
    branch.c.name,
).where(_since, func.coalesce(branch.c.id, 0) != 0)
_newer = tag.alias("newer")
_TAG_HEADS_SINCE = _described(
    current_publication.outerjoin(tag, tag.c.version_id == current_publication.c.consumer_version_id), tag.c.name
).where(
    _since,
    func.coalesce(tag.c.id, 0) != 0,
    ~exists(
        select(_newer.c.id).where(
            _newer.c.application_id == tag.c.application_id,
            _newer.c.name == tag.c.name,
            _newer.c.version_id > tag.c.version_id,
        )
    ),
)


def environment_names(db: Connection) -> frozenset[str]:
    """The names of all environments."""
    return frozenset(db.execute(_ENVIRONMENTS).scalars())


def consumers_and_main_heads(db: Connection, provider_id: int) -> tuple[tuple[Consumer, ...], tuple[Candidate, ...]]:
    """Every consumer of the provider, and the pacts of the heads of their main branches."""
    consumers: list[Consumer] = []
    heads: list[Candidate] = []
    rows: Sequence[Sequence[Any]] = db.execute(_HEADS_OF_MAIN, {"provider": provider_id, "since": 0}).all()
    for row in rows:
        line, consumer, main_branch, head, tagged = row[6], row[7], row[8], row[9], row[10]
        consumers.append(Consumer(consumer, main_branch, head is not None, tagged is not None))
        if row[0] is not None:
            heads.append(Candidate(_pact(row), Stands.HEAD, line, main=True))
    return tuple(consumers), tuple(heads)


def candidates(db: Connection, provider_id: int, needs: Needs) -> Iterator[Candidate]:
    """The candidates that a selection looks at; the heads of main branches have a function of their own."""
    if needs.every_branch:
        yield from _found(db, _EVERY_HEAD, Stands.HEAD, provider_id)
    elif needs.branches:
        yield from _found(db, _HEADS, Stands.HEAD, provider_id, names=listed(sorted(needs.branches)))
    if needs.tag_heads:
        yield from _found(db, _TAG_HEADS, Stands.TAG_HEAD, provider_id, names=listed(sorted(needs.tag_heads)))
    if needs.tags:
        yield from _found(db, _TAGGED, Stands.TAGGED, provider_id, names=listed(sorted(needs.tags)))
    if needs.newest:
        yield from _found(db, _NEWEST, Stands.NEWEST, provider_id)
    if needs.deployed:
        for row in _rows(db, _DEPLOYED, provider_id):
            yield Candidate(_pact(row), Stands.DEPLOYED, row[6], instance=row[7] or None)
    if needs.supported:
        yield from _found(db, _SUPPORTED, Stands.SUPPORTED, provider_id)


def heads_since(db: Connection, provider_id: int, since: int, *, few: int = 500) -> Iterator[Candidate]:
    """The heads of every consumer branch and tag whose pact was published since then.

    They are found from the publications since then where these are `few`, else from the heads: a short time in a long
    history has few publications and many heads that nobody moves any more, a long time the other way round.
    """
    asked = {"provider": provider_id, "since": since, "bound": few + 1}
    recent = db.execute(_COUNT_SINCE, asked).scalar_one() <= few
    yield from _found(db, _HEADS_SINCE if recent else _EVERY_HEAD, Stands.HEAD, provider_id, since=since)
    yield from _found(db, _TAG_HEADS_SINCE if recent else _EVERY_TAG_HEAD, Stands.TAG_HEAD, provider_id, since=since)


def _pact(row: Sequence[Any]) -> Pact:
    return Pact(row[0], row[1], row[2], row[3], row[4], row[5])


def _found(
    db: Connection, statement: Select[Any], stands: Stands, provider_id: int, **more: object
) -> Iterator[Candidate]:
    for row in _rows(db, statement, provider_id, **more):
        yield Candidate(_pact(row), stands, row[6] if len(row) > 6 else "")


def _rows(db: Connection, statement: Select[Any], provider_id: int, **more: object) -> Sequence[Sequence[Any]]:
    return db.execute(statement, {"provider": provider_id, "since": 0, **more}).all()
