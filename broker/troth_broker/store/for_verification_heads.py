"""The heads of every consumer branch and tag whose pact was published since a moment: what can be work in progress.

They are found from the publications since then where these are few, else from the heads: a short time in a long history
has few publications and many heads that nobody moves any more, a long time the other way round.
"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Connection, bindparam, exists, func, literal, select, union_all

from troth_broker.core.selection import Candidate, Stands
from troth_broker.store.for_verification import FORMAT, HAS_PACT, candidate, described, newest_with, published
from troth_broker.store.tables import PACT, branch, current_publication, integration, tag

_COUNT: Final = "count"
_of_provider = integration.c.provider_id == bindparam("provider")
_since = current_publication.c.happened_at >= bindparam("since")
_published_since = (
    current_publication.c.provider_id == bindparam("provider"),
    current_publication.c.format == FORMAT,
    _since,
)
_no_name = literal("")

_recent = (
    select(
        current_publication.c.consumer_version_id,
        current_publication.c.consumer_id,
        current_publication.c.content_id,
        current_publication.c.happened_at,
    )
    .where(*_published_since)
    .limit(bindparam("bound"))
    .cte("recent")
)
_some = select(current_publication.c.happened_at).where(*_published_since).limit(bindparam("bound")).subquery("some")
_count = select(func.count()).select_from(_some).scalar_subquery()
_few = _count < bindparam("bound")
_newer = tag.alias("newer")
_a_newer_one = exists(
    select(_newer.c.id).where(
        _newer.c.application_id == tag.c.application_id,
        _newer.c.name == tag.c.name,
        _newer.c.version_id > tag.c.version_id,
    )
)
# The first row tells how many publications there are, as far as a few; where there are more, no heads are looked for.
_FROM_PUBLICATIONS: CompoundSelect[Any] = union_all(
    select(
        _count.label("content_id"),
        _no_name,
        _no_name,
        literal(0),
        _no_name,
        literal(0),
        literal(_COUNT).label("stands"),
        _no_name.label("line"),
        _no_name.label("instance"),
    ),
    described(
        _recent.outerjoin(branch, branch.c.head_version_id == _recent.c.consumer_version_id),
        Stands.HEAD,
        branch.c.name,
        of=_recent,
    ).where(_few, func.coalesce(branch.c.id, 0) != 0),
    described(
        _recent.outerjoin(tag, tag.c.version_id == _recent.c.consumer_version_id),
        Stands.TAG_HEAD,
        tag.c.name,
        of=_recent,
    ).where(_few, func.coalesce(tag.c.id, 0) != 0, ~_a_newer_one),
)


def _next_tag(owner: ColumnElement[Any], *after: ColumnElement[bool]) -> ColumnElement[Any]:
    first = select(tag.c.name).where(tag.c.application_id == owner, *after).order_by(tag.c.name).limit(1)
    return first.scalar_subquery()


# The distinct tags of each consumer, from one to the next by look-ups: most tags are on a great many versions.
_tags = (
    select(integration.c.consumer_id, _next_tag(integration.c.consumer_id).label("name"))
    .where(_of_provider)
    .cte("tag_names", recursive=True)
)
_tags = _tags.union_all(
    select(_tags.c.consumer_id, _next_tag(_tags.c.consumer_id, tag.c.name > _tags.c.name)).where(
        _tags.c.name.is_not(None)
    )
)
_FROM_HEADS = union_all(
    described(
        published(
            integration.outerjoin(branch, branch.c.application_id == integration.c.consumer_id),
            branch.c.head_version_id,
            _since,
        ),
        Stands.HEAD,
        branch.c.name,
    ).where(_of_provider, HAS_PACT),
    described(
        published(_tags, newest_with(_tags.c.consumer_id, _tags.c.name), _since), Stands.TAG_HEAD, _tags.c.name
    ).where(_tags.c.name.is_not(None), HAS_PACT),
)


def heads_since(
    db: Connection, provider_id: int, since: int, format_name: str = PACT, *, few: int = 250
) -> tuple[Candidate, ...]:
    """The heads of every consumer branch and tag whose contract of that format was published since then."""
    asked = {"provider": provider_id, "since": since, "format": format_name}
    rows: Sequence[Sequence[Any]] = db.execute(_FROM_PUBLICATIONS, {**asked, "bound": few + 1}).all()
    if any(row[6] == _COUNT and row[0] > few for row in rows):
        rows = db.execute(_FROM_HEADS, asked).all()
    return tuple(candidate(row) for row in rows if row[6] != _COUNT)
