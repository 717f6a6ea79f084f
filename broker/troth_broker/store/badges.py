"""What the badges of contracts are about: the newest ones of a line, and what a provider's tagged versions say."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, and_, bindparam, case, exists, select

from troth_broker.core.standing import Status, status_of
from troth_broker.store.standing import Contract
from troth_broker.store.tables import PACT, content, current_publication, latest_verification, tag, verification


@dataclass(frozen=True, slots=True)
class Line:
    """Which contract between two is meant: the newest of all, of those with a tag, or of those without any."""

    tag: str | None = None
    untagged: bool = False


_cp = current_publication
_me: Any = bindparam("consumer")
_them: Any = bindparam("provider")


def _lines(*of_format: Any) -> tuple[Select[Any], Select[Any], Select[Any]]:
    """The consumer's newest version with a contract: of all versions, of those without a tag, and of those with one."""
    newest = (
        select(_cp.c.consumer_version_id)
        .where(_cp.c.consumer_id == _me, _cp.c.provider_id == _them, *of_format)
        .order_by(_cp.c.consumer_version_id.desc())
        .limit(1)
    )
    untagged = newest.where(~exists(select(tag.c.id).where(tag.c.version_id == _cp.c.consumer_version_id)))
    # From the tag's newest version on, by the tag's own index, to the first with a contract.
    tagged = (
        select(_cp.c.consumer_version_id)
        .select_from(tag)
        .join(_cp, and_(_cp.c.consumer_version_id == tag.c.version_id, _cp.c.provider_id == _them, *of_format))
        .where(tag.c.application_id == _me, tag.c.name == bindparam("tag"))
        .order_by(tag.c.version_id.desc())
        .limit(1)
    )
    return newest, untagged, tagged


_NEWEST, _NEWEST_WITH_PACT = _lines(), _lines(_cp.c.format == PACT)
_CONTRACTS = select(_cp.c.content_id, _cp.c.format).where(
    _cp.c.consumer_version_id == bindparam("version"), _cp.c.provider_id == _them
)

_said = latest_verification
_passed = verification.alias("passed")
_judged = content.alias("judged")
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
    .join(_judged, _judged.c.id == _said.c.content_id)
    .where(tag.c.application_id == _them, tag.c.name == bindparam("tag"), _judged.c.format == bindparam("format"))
    .order_by(tag.c.version_id.desc(), case((_said.c.content_id == _asked, 0), else_=1), _said.c.verification_id.desc())
    .limit(1)
)


def newest(db: Connection, consumer_id: int, provider_id: int, line: Line) -> tuple[Contract, ...]:
    """The contracts of a line's newest version; its newest pact stands in where that version has none."""
    values: dict[str, Any] = {"consumer": consumer_id, "provider": provider_id, "tag": line.tag}

    def contracts(lines: tuple[Select[Any], Select[Any], Select[Any]]) -> tuple[Contract, ...]:
        of_all, untagged, tagged = lines
        statement = tagged if line.tag is not None else untagged if line.untagged else of_all
        version = db.execute(statement, values).scalar()
        if version is None:
            return ()
        return tuple(Contract(*row) for row in db.execute(_CONTRACTS, {"version": version, "provider": provider_id}))

    found = contracts(_NEWEST)
    if not found or any(one.format == PACT for one in found):
        return found
    return (*found, *(one for one in contracts(_NEWEST_WITH_PACT) if one.format == PACT))


def status_by_tagged(db: Connection, consumer_id: int, provider_id: int, one: Contract, name: str) -> Status:
    """What the newest provider version with a tag that verified anything of the format says of a contract."""
    content_id, kind = one
    values = {"consumer": consumer_id, "provider": provider_id, "content": content_id, "tag": name, "format": kind}
    row = db.execute(_BY_TAGGED, values).first()
    return Status.NEVER if row is None else status_of(row[1], same_content=row[0] == content_id, ever_passed=row[2])
