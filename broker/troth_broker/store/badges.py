"""What the badges of contracts are about: the newest one of a line, and what a provider's tagged versions say."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, exists, select

from troth_broker.core.standing import Status, status_of
from troth_broker.store.tables import PACT, current_publication, latest_verification, tag, verification


@dataclass(frozen=True, slots=True)
class Line:
    """Which contract between two is meant: the newest of all, of those with a tag, or of those without any."""

    tag: str | None = None
    untagged: bool = False


_cp = current_publication
_me: Any = bindparam("consumer")
_them: Any = bindparam("provider")
_is_pact = _cp.c.format == PACT


def _lines(*of_format: Any) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """The newest contract of all, of those without a tag, and of those with one."""
    newest = (
        select(_cp.c.content_id, _cp.c.format)
        .where(_cp.c.consumer_id == _me, _cp.c.provider_id == _them, *of_format)
        .order_by(_cp.c.consumer_version_id.desc())
        .limit(1)
    )
    untagged = newest.where(~exists(select(tag.c.id).where(tag.c.version_id == _cp.c.consumer_version_id)))
    # From the tag's newest version on, by the tag's own index, to the first with a contract.
    tagged = (
        select(_cp.c.content_id, _cp.c.format)
        .select_from(tag)
        .join(_cp, and_(_cp.c.consumer_version_id == tag.c.version_id, _cp.c.provider_id == _them, *of_format))
        .where(tag.c.application_id == _me, tag.c.name == bindparam("tag"))
        .order_by(tag.c.version_id.desc())
        .limit(1)
    )
    return newest, untagged, tagged


_PACTS_THEN_OTHERS = _lines(_is_pact), _lines()

_said = latest_verification
_passed = verification.alias("passed")
_asked: Any = bindparam("content")
_BY_TAGGED = (
    select(
        _said.c.content_id,
        _said.c.success,
        exists(
            select(_passed.c.id).where(
                _passed.c.content_id == _said.c.content_id, _passed.c.success.is_(True), _passed.c.wip.is_(False)
            )
        ),
    )
    .select_from(tag)
    .join(
        _said,
        and_(
            _said.c.consumer_id == _me,
            _said.c.provider_id == _them,
            _said.c.provider_version_id == tag.c.version_id,
        ),
    )
    .where(tag.c.application_id == _them, tag.c.name == bindparam("tag"))
    .order_by(tag.c.version_id.desc(), case((_said.c.content_id == _asked, 0), else_=1), _said.c.verification_id.desc())
    .limit(1)
)


def newest_content(db: Connection, consumer_id: int, provider_id: int, line: Line) -> tuple[int, str] | None:
    """The content and the format of a line's newest pact, of its newest contract if it has no pact, or None."""
    values: dict[str, Any] = {"consumer": consumer_id, "provider": provider_id, "tag": line.tag}
    for newest, untagged, tagged in _PACTS_THEN_OTHERS:
        statement = tagged if line.tag is not None else untagged if line.untagged else newest
        if row := db.execute(statement, values).first():
            return int(row[0]), str(row[1])
    return None


def status_by_tagged(db: Connection, consumer_id: int, provider_id: int, content_id: int, name: str) -> Status:
    """What the newest provider version with a tag that verified anything between the two says of a content."""
    values = {"consumer": consumer_id, "provider": provider_id, "content": content_id, "tag": name}
    row = db.execute(_BY_TAGGED, values).first()
    return Status.NEVER if row is None else status_of(row[1], same_content=row[0] == content_id, ever_passed=row[2])
