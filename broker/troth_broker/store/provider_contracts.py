"""What providers published about themselves: documents by version, of which the last revision counts."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, exists, func, insert, select, union_all

from troth_broker.core.pages import Paged, Window
from troth_broker.core.provider_contracts import NewProviderContract, SelfVerification
from troth_broker.store import pact_deletes
from troth_broker.store.publications import ensure_body
from troth_broker.store.tables import application, body, provider_contract, version


@dataclass(frozen=True, slots=True)
class Heading:
    """A document of a provider's version, without its bytes."""

    provider: str
    version: str
    specification: str
    revision: int
    content_type: str
    success: bool | None
    verifier: str | None
    created_at: int


@dataclass(frozen=True, slots=True)
class ProviderContract:
    """A document of a provider's version with its exact bytes, and its provider's own test of it."""

    heading: Heading
    body: bytes
    verification: SelfVerification


pc = provider_contract
_results = body.alias("results")
_later = pc.alias("later")
_counts = ~exists(
    select(_later.c.id).where(
        _later.c.provider_version_id == pc.c.provider_version_id,
        _later.c.specification == pc.c.specification,
        _later.c.revision > pc.c.revision,
    )
)
_HEADING = (
    application.c.name,
    version.c.number,
    pc.c.specification,
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


_OF_VERSION = (
    _shown(body.c.content, _results.c.content, pc.c.results_content_type, pc.c.results_format, pc.c.verifier_version)
    .join(body, body.c.id == pc.c.body_id)
    .outerjoin(_results, _results.c.id == pc.c.results_body_id)
    .where(pc.c.provider_version_id == bindparam("version"))
    .order_by(pc.c.specification, pc.c.revision.desc())
    .limit(1)
)
_mine = pc.c.provider_id == bindparam("provider")
_PAGE = _shown().where(_mine, _counts).order_by(pc.c.id.desc()).limit(bindparam("limit")).offset(bindparam("offset"))
_COUNT = select(func.count()).select_from(pc).where(_mine, _counts)
_NEW = insert(pc)
_DELETE = delete(pc).where(pc.c.provider_version_id == bindparam("version"))


def _bodies(of: Any) -> Any:
    return union_all(
        select(pc.c.body_id).where(of), select(pc.c.results_body_id).where(of, pc.c.results_body_id.is_not(None))
    )


_BODIES_OF_VERSION = _bodies(pc.c.provider_version_id == bindparam("version"))
_BODIES_OF_PROVIDER = _bodies(pc.c.provider_id == bindparam("provider"))


def of_version(db: Connection, version_id: int) -> ProviderContract | None:
    """The document of a version as it was published last."""
    row = db.execute(_OF_VERSION, {"version": version_id}).first()
    if row is None:
        return None
    heading, (exact, results, results_type, results_format, verifier_version) = Heading(*row[:8]), row[8:]
    told = SelfVerification(heading.success, results, results_type, results_format, heading.verifier, verifier_version)
    return ProviderContract(heading, exact, told)


def page(db: Connection, provider_id: int, window: Window) -> Paged[Heading]:
    """The documents of a provider, those published last first."""
    values = {"provider": provider_id, "limit": window.limit, "offset": window.offset}
    found = tuple(Heading(*row) for row in db.execute(_PAGE, values))
    return Paged.of(found, window, lambda: db.execute(_COUNT, {"provider": provider_id}).scalar_one())


def add(
    db: Connection, new: NewProviderContract, *, provider_id: int, version_id: int, revision: int, now: int
) -> None:
    """Append a document with its provider's own test of it."""
    told = new.verification
    db.execute(
        _NEW,
        {
            "provider_id": provider_id,
            "provider_version_id": version_id,
            "specification": new.specification,
            "revision": revision,
            "content_type": new.content_type,
            "body_id": ensure_body(db, new.body),
            "success": told.success,
            "results_body_id": None if told.content is None else ensure_body(db, told.content),
            "results_content_type": told.content_type,
            "results_format": told.format,
            "verifier": told.verifier,
            "verifier_version": told.verifier_version,
            "happened_at": now,
            "recorded_at": now,
        },
    )


def bodies_of_version(db: Connection, version_id: int) -> set[int]:
    """The bodies that go with a version, unless others use them."""
    return set(db.execute(_BODIES_OF_VERSION, {"version": version_id}).scalars())


def bodies_of_provider(db: Connection, provider_id: int) -> set[int]:
    """The bodies that go with a provider, unless others use them."""
    return set(db.execute(_BODIES_OF_PROVIDER, {"provider": provider_id}).scalars())


def remove(db: Connection, version_id: int) -> None:
    """Delete every revision of a version's document."""
    bodies = bodies_of_version(db, version_id)
    db.execute(_DELETE, {"version": version_id})
    pact_deletes.orphans(db, set(), bodies)
