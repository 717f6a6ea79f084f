"""The candidates for a provider's verification: contracts of a format, each with a way in which its version stands.

Every part of a statement starts from the provider's integrations and goes on by index look-ups, so its cost follows the
number of consumers and their heads, never the length of their histories. The joins are outer joins because SQLite keeps
their order; the condition that drops rows without a pact is worded so that it does not make inner joins of them. What a
question needs is fetched in one go, by the union of its parts.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    literal,
    select,
    true,
    union_all,
)

from troth_broker.core.selection import Candidate, Consumer, Needs, Pact, Stands
from troth_broker.store.lists import as_text, items_of, listed
from troth_broker.store.tables import (
    PACT,
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

_MAIN: Final = "main"
"""The head of a main branch; every other kind of row is named by how its version stands."""

_ENVIRONMENTS = select(environment.c.name)
_FORMATS = (
    select(current_publication.c.format)
    .where(current_publication.c.provider_id == bindparam("provider"), current_publication.c.format != PACT)
    .distinct()
    .order_by(current_publication.c.format)
)
_consumer_id = integration.c.consumer_id
_of_provider = integration.c.provider_id == bindparam("provider")
FORMAT: Final[Any] = bindparam("format")
_no_name = literal("")


def described(
    publications: FromClause,
    kind: str,
    name: ColumnElement[Any],
    *more: ColumnElement[Any],
    of: Any = current_publication,
) -> Select[Any]:
    """The rows that a candidate is read from: the publications in `of`, how their versions stand, by what name."""
    joined = (
        publications.outerjoin(content, content.c.id == of.c.content_id)
        .outerjoin(application, application.c.id == of.c.consumer_id)
        .outerjoin(version, version.c.id == of.c.consumer_version_id)
    )
    pact = (of.c.content_id, content.c.sha, application.c.name, of.c.consumer_version_id, version.c.number)
    row = (*pact, of.c.happened_at, literal(kind).label("stands"), name.label("line"))
    return select(*row, *(more or (_no_name.label("instance"),))).select_from(joined)


def published(stands: FromClause, version_id: ColumnElement[Any], *only: ColumnElement[bool]) -> FromClause:
    """The versions that `stands` leads to, with their current publications for the provider."""
    of_version = and_(
        current_publication.c.consumer_version_id == version_id,
        current_publication.c.provider_id == bindparam("provider"),
        current_publication.c.format == FORMAT,
        *only,
    )
    return stands.outerjoin(current_publication, of_version)


HAS_PACT = func.coalesce(current_publication.c.content_id, 0) != 0


def newest_with(owner: ColumnElement[Any], name: ColumnElement[Any]) -> ColumnElement[Any]:
    """The newest version of an application with a tag."""
    return (
        select(tag.c.version_id)
        .where(tag.c.application_id == owner, tag.c.name == name)
        .order_by(tag.c.version_id.desc())
        .limit(1)
        .scalar_subquery()
    )


_owner = application.alias("consumer")
_of_branch = branch.c.application_id == _consumer_id
_main_heads = published(
    integration.join(_owner, _owner.c.id == _consumer_id).outerjoin(
        branch, and_(_of_branch, branch.c.name == _owner.c.main_branch)
    ),
    branch.c.head_version_id,
)
_CONSUMERS = described(
    _main_heads,
    _MAIN,
    branch.c.name,
    _no_name.label("instance"),
    _owner.c.name.label("consumer"),
    _owner.c.main_branch,
    branch.c.head_version_id,
    newest_with(_consumer_id, _owner.c.main_branch).label("newest_with_main_tag"),
).where(_of_provider)

_branches, _tag_heads, _tags = items_of("branches"), items_of("tag_heads"), items_of("tags")
_of_tag = and_(tag.c.application_id == _consumer_id, tag.c.name == as_text(_tags))
_other = current_publication.alias("other")
_newest = select(func.max(_other.c.consumer_version_id)).where(
    _other.c.consumer_id == _consumer_id, _other.c.provider_id == integration.c.provider_id, _other.c.format == FORMAT
)
_deployed = integration.outerjoin(current_deployment, current_deployment.c.application_id == _consumer_id).outerjoin(
    environment, environment.c.id == current_deployment.c.environment_id
)
_supported = integration.outerjoin(supported_release, supported_release.c.application_id == _consumer_id).outerjoin(
    environment, environment.c.id == supported_release.c.environment_id
)
_EVERY: Final = "every"
_parts: dict[str, Select[Any]] = {
    _MAIN: described(_main_heads, _MAIN, branch.c.name),
    Stands.HEAD: described(
        published(
            integration.join(_branches, true()).outerjoin(
                branch, and_(_of_branch, branch.c.name == as_text(_branches))
            ),
            branch.c.head_version_id,
        ),
        Stands.HEAD,
        branch.c.name,
    ),
    _EVERY: described(
        published(integration.outerjoin(branch, _of_branch), branch.c.head_version_id), Stands.HEAD, branch.c.name
    ),
    Stands.TAG_HEAD: described(
        published(integration.join(_tag_heads, true()), newest_with(_consumer_id, as_text(_tag_heads))),
        Stands.TAG_HEAD,
        as_text(_tag_heads),
    ),
    Stands.TAGGED: described(
        published(integration.join(_tags, true()).outerjoin(tag, _of_tag), tag.c.version_id),
        Stands.TAGGED,
        tag.c.name,
    ),
    Stands.NEWEST: described(published(integration, _newest.scalar_subquery()), Stands.NEWEST, _no_name),
    Stands.DEPLOYED: described(
        published(_deployed, current_deployment.c.version_id),
        Stands.DEPLOYED,
        environment.c.name,
        current_deployment.c.slot.label("instance"),
    ),
    Stands.SUPPORTED: described(
        published(_supported, supported_release.c.version_id), Stands.SUPPORTED, environment.c.name
    ),
}
_PARTS: Final = {name: part.where(_of_provider, HAS_PACT) for name, part in _parts.items()}


@lru_cache(maxsize=256)
def _union(parts: tuple[str, ...]) -> Select[Any] | CompoundSelect[Any]:
    """The statement for these parts; kept, because there are few sets of parts that anyone asks for."""
    selects = [_PARTS[part] for part in parts]
    return union_all(*selects) if len(selects) > 1 else selects[0]


def environment_names(db: Connection) -> frozenset[str]:
    """The names of all environments."""
    return frozenset(db.execute(_ENVIRONMENTS).scalars())


def other_formats(db: Connection, provider_id: int) -> tuple[str, ...]:
    """The formats but pact in which consumers have contracts with the provider, sorted."""
    return tuple(db.execute(_FORMATS, {"provider": provider_id}).scalars())


def consumers_and_main_heads(
    db: Connection, provider_id: int, format_name: str = PACT
) -> tuple[tuple[Consumer, ...], tuple[Candidate, ...]]:
    """Every consumer of the provider, and the contracts of that format of the heads of their main branches."""
    asked = {"provider": provider_id, "format": format_name}
    rows: Sequence[Sequence[Any]] = db.execute(_CONSUMERS, asked).all()
    consumers = (Consumer(row[9], row[10], row[11] is not None, row[12] is not None) for row in rows)
    return tuple(consumers), tuple(candidate(row) for row in rows if row[0] is not None)


def candidates(db: Connection, provider_id: int, needs: Needs, format_name: str = PACT) -> tuple[Candidate, ...]:
    """The candidates that a selection looks at."""
    parts = tuple(_needed(needs))
    if not parts:
        return ()
    names: dict[str, tuple[str, frozenset[str]]] = {
        Stands.HEAD: ("branches", needs.branches),
        Stands.TAG_HEAD: ("tag_heads", needs.tag_heads),
        Stands.TAGGED: ("tags", needs.tags),
    }
    lists = {names[part][0]: listed(sorted(names[part][1])) for part in parts if part in names}
    asked = {"provider": provider_id, "format": format_name}
    rows: Iterable[Sequence[Any]] = db.execute(_union(parts), {**asked, **lists}).all()
    return tuple(map(candidate, rows))


def _needed(needs: Needs) -> Iterator[str]:
    if needs.main_branches:
        yield _MAIN
    if needs.every_branch:
        yield _EVERY
    elif needs.branches:
        yield Stands.HEAD
    if needs.tag_heads:
        yield Stands.TAG_HEAD
    if needs.tags:
        yield Stands.TAGGED
    if needs.newest:
        yield Stands.NEWEST
    if needs.deployed:
        yield Stands.DEPLOYED
    if needs.supported:
        yield Stands.SUPPORTED


def candidate(row: Sequence[Any]) -> Candidate:
    """The candidate in a row of any of these statements."""
    pact = Pact(row[0], row[1], row[2], row[3], row[4], row[5])
    if row[6] == _MAIN:
        return Candidate(pact, Stands.HEAD, row[7], main=True)
    return Candidate(pact, Stands(row[6]), row[7], instance=row[8] or None)
