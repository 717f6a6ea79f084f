"""What providers published about themselves: contracts by version, format and name; the last revision counts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, case, delete, exists, func, insert, select, union_all

from troth_broker.core.pages import Paged, Window
from troth_broker.core.provider_contracts import SelfVerification
from troth_broker.store import pact_deletes
from troth_broker.store.publications import ensure_body
from troth_broker.store.tables import (
    application,
    body,
    current_provider_contract,
    provider_content,
    provider_content_file,
    provider_contract,
    version,
)
from troth_broker.store.upsert import put
from troth_schemas.sources import Sources


@dataclass(frozen=True, slots=True)
class Heading:
    """A document of a provider's version, without its bytes."""

    provider: str
    version: str
    format: str
    name: str
    revision: int
    content_type: str
    success: bool | None
    verifier: str | None
    created_at: int


@dataclass(frozen=True, slots=True)
class NewRevision:
    """A contract to be appended; its content is kept already."""

    format: str
    name: str
    revision: int
    content_type: str
    content_id: int
    sources: Sources


@dataclass(frozen=True, slots=True)
class ProviderContract:
    """A document of a provider's version with its exact bytes, and its provider's own test of it."""

    heading: Heading
    body: bytes
    verification: SelfVerification
    content_id: int
    sha: str
    digest: str | None


_OPENAPI = "openapi"
pc = provider_contract
_results = body.alias("results")
_later = pc.alias("later")
_counts = ~exists(
    select(_later.c.id).where(
        _later.c.provider_version_id == pc.c.provider_version_id,
        _later.c.format == pc.c.format,
        _later.c.name == pc.c.name,
        _later.c.revision > pc.c.revision,
    )
)
_HEADING = (
    application.c.name,
    version.c.number,
    pc.c.format,
    pc.c.name,
    pc.c.revision,
    pc.c.content_type,
    pc.c.success,
    pc.c.verifier,
    pc.c.happened_at,
)


def _shown(*more: Any) -> Select[Any]:
    return (
        select(*_HEADING, *more)
        .select_from(pc)
        .join(version, version.c.id == pc.c.provider_version_id)
        .join(application, application.c.id == pc.c.provider_id)
    )


_ONE = (
    _shown(
        body.c.content,
        _results.c.content,
        pc.c.results_content_type,
        pc.c.results_format,
        pc.c.verifier_version,
        pc.c.provider_content_id,
        provider_content.c.sha,
        provider_content.c.digest,
    )
    .join(body, body.c.id == pc.c.body_id)
    .join(provider_content, provider_content.c.id == pc.c.provider_content_id)
    .outerjoin(_results, _results.c.id == pc.c.results_body_id)
    .where(pc.c.provider_version_id == bindparam("version"))
    .limit(1)
)
# Clients that know of one contract for each version are given its OpenAPI, where it has one.
_OF_VERSION = _ONE.order_by(case((pc.c.format == _OPENAPI, 0), else_=1), pc.c.format, pc.c.name, pc.c.revision.desc())
_NAMED = _ONE.where(pc.c.format == bindparam("format"), pc.c.name == bindparam("name")).order_by(pc.c.revision.desc())
_current = current_provider_contract
_own = _current.alias("own")
_DIGEST = select(provider_content.c.digest).where(provider_content.c.id == bindparam("content"))
_BEFORE = (
    select(_current.c.provider_content_id, provider_content.c.digest)
    .join(provider_content, provider_content.c.id == _current.c.provider_content_id)
    .join(
        _own,
        (_own.c.format == _current.c.format)
        & (_own.c.name == _current.c.name)
        & (_own.c.provider_version_id == bindparam("version"))
        & (_own.c.provider_content_id == bindparam("content")),
    )
    .where(_current.c.provider_id == bindparam("provider"), _current.c.provider_version_id < bindparam("version"))
    .order_by(_current.c.provider_version_id.desc())
    .limit(1)
)
_NEWEST_WITH = (
    select(version.c.id, version.c.number)
    .join(_current, _current.c.provider_version_id == version.c.id)
    .where(_current.c.provider_content_id == bindparam("content"))
    .order_by(version.c.id.desc())
    .limit(1)
)
_mine = pc.c.provider_id == bindparam("provider")
_PAGE = _shown().where(_mine, _counts).order_by(pc.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
_COUNT = select(func.count()).select_from(pc).where(_mine, _counts)
_NEW = insert(pc).returning(pc.c.id)
_PUT_CURRENT = put(current_provider_contract, "provider_version_id", "format", "name")
_DELETE = delete(pc).where(pc.c.provider_version_id == bindparam("version"))


def _bodies(of: Any, *more: Any) -> Any:
    results = select(pc.c.results_body_id).where(of, pc.c.results_body_id.is_not(None))
    return union_all(select(pc.c.body_id).where(of), results, *more)


_BODIES_OF_VERSION = _bodies(pc.c.provider_version_id == bindparam("version"))
_BODIES_OF_PROVIDER = _bodies(
    pc.c.provider_id == bindparam("provider"),
    select(provider_content_file.c.body_id)
    .join(provider_content, provider_content.c.id == provider_content_file.c.provider_content_id)
    .where(provider_content.c.provider_id == bindparam("provider")),
)
_CONTENTS_OF_VERSION = select(pc.c.provider_content_id).where(pc.c.provider_version_id == bindparam("version"))


def of_version(db: Connection, version_id: int) -> ProviderContract | None:
    """The contract of a version as it was published last: its OpenAPI, else the first of its formats."""
    return _found(db, _OF_VERSION, {"version": version_id})


def named(db: Connection, version_id: int, format_name: str, name: str) -> ProviderContract | None:
    """The contract of that format and name of a version as it was published last."""
    return _found(db, _NAMED, {"version": version_id, "format": format_name, "name": name})


def differs(db: Connection, provider_id: int, version_id: int, content_id: int) -> bool:
    """Whether a content says something else than the newest earlier version with a contract of its format and name."""
    values = {"provider": provider_id, "version": version_id, "content": content_id}
    row = db.execute(_BEFORE, values).first()
    if row is None:
        return True
    (id_before, digest_before), digest = row, db.execute(_DIGEST, {"content": content_id}).scalar()
    return id_before != content_id and (digest is None or digest != digest_before)


def newest_with(db: Connection, content_id: int) -> tuple[int, str] | None:
    """The newest version that publishes a content, by id and number."""
    row = db.execute(_NEWEST_WITH, {"content": content_id}).first()
    return (row[0], row[1]) if row else None


def _found(db: Connection, statement: Select[Any], values: dict[str, Any]) -> ProviderContract | None:
    row = db.execute(statement, values).first()
    if row is None:
        return None
    heading, (exact, results, results_type, results_format, verifier_version, *content) = Heading(*row[:9]), row[9:]
    told = SelfVerification(heading.success, results, results_type, results_format, heading.verifier, verifier_version)
    return ProviderContract(heading, exact, told, *content)


def page(db: Connection, provider_id: int, window: Window) -> Paged[Heading]:
    """The documents of a provider, those published last first."""
    values = {"provider": provider_id, "limit": window.limit, "offset": window.offset}
    found = tuple(Heading(*row) for row in db.execute(_PAGE, values))
    return Paged.of(found, window, lambda: db.execute(_COUNT, {"provider": provider_id}).scalar_one())


def add(
    db: Connection, new: NewRevision, told: SelfVerification, *, provider_id: int, version_id: int, now: int
) -> None:
    """Append a contract with its provider's own test of it, and let it count."""
    line = {"provider_version_id": version_id, "format": new.format, "name": new.name}
    key = db.execute(
        _NEW,
        {
            **line,
            "provider_id": provider_id,
            "provider_content_id": new.content_id,
            "revision": new.revision,
            "content_type": new.content_type,
            "body_id": ensure_body(db, new.sources.text),
            "success": told.success,
            "results_body_id": None if told.content is None else ensure_body(db, told.content),
            "results_content_type": told.content_type,
            "results_format": told.format,
            "verifier": told.verifier,
            "verifier_version": told.verifier_version,
            "happened_at": now,
            "recorded_at": now,
        },
    ).scalar_one()
    row = {**line, "provider_contract_id": key, "provider_content_id": new.content_id, "provider_id": provider_id}
    _PUT_CURRENT.run(db, row)


def bodies_of_version(db: Connection, version_id: int) -> set[int]:
    """The bodies that go with a version, unless others use them."""
    return set(db.execute(_BODIES_OF_VERSION, {"version": version_id}).scalars())


def bodies_of_provider(db: Connection, provider_id: int) -> set[int]:
    """The bodies that go with a provider, unless others use them."""
    return set(db.execute(_BODIES_OF_PROVIDER, {"provider": provider_id}).scalars())


def contents_of_version(db: Connection, version_id: int) -> set[int]:
    """The contents that go with a version, unless others publish them."""
    return set(db.execute(_CONTENTS_OF_VERSION, {"version": version_id}).scalars())


def remove(db: Connection, version_id: int) -> None:
    """Delete every revision of a version's documents."""
    bodies, contents = bodies_of_version(db, version_id), contents_of_version(db, version_id)
    db.execute(_DELETE, {"version": version_id})
    pact_deletes.orphans_of_provider(db, contents, bodies)
