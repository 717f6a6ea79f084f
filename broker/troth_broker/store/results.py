"""Verification results: appended to a content, read back by number or as the newest of something."""

import json
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, func, insert, select

from troth_broker.core.results import Circumstances, NewResult
from troth_broker.store import results_pointers
from troth_broker.store.results_pointers import Kind
from troth_broker.store.standing import Contract
from troth_broker.store.tables import (
    PACT,
    application,
    content,
    current_publication,
    publication,
    verification,
    verification_detail,
    version,
)

consumer = application.alias("consumer")
provider = application.alias("provider")
_consumer_version = version.alias("consumer_version")


@dataclass(frozen=True, slots=True)
class Content:
    """A content as an address names it."""

    id: int
    consumer_id: int
    provider_id: int


@dataclass(frozen=True, slots=True)
class Result:
    """One verification result."""

    number: int
    consumer: str
    provider: str
    sha: str
    provider_version: str
    success: bool
    happened_at: int
    build_url: str | None
    test_results: Any
    verified_by: Any
    consumer_version: str | None
    """The newest consumer version with this content."""
    format: str = PACT


_CONTENT = (
    select(content.c.id, content.c.consumer_id, content.c.provider_id)
    .join(consumer, consumer.c.id == content.c.consumer_id)
    .join(provider, provider.c.id == content.c.provider_id)
    .where(
        consumer.c.name == bindparam("consumer"),
        provider.c.name == bindparam("provider"),
        content.c.sha == bindparam("sha"),
        content.c.format == bindparam("format"),
    )
)
_NEW = insert(verification).returning(verification.c.id)
_NEW_DETAIL = insert(verification_detail)
_DELETE = delete(verification).where(verification.c.id == bindparam("number"))


def newest_version(table: Any, of: Any = verification) -> Any:
    """The number of the newest consumer version whose publication in a table has the content that a row is about."""
    return (
        select(_consumer_version.c.number)
        .join(table, table.c.consumer_version_id == _consumer_version.c.id)
        .where(table.c.content_id == of.c.content_id)
        .order_by(table.c.consumer_version_id.desc())
        .limit(1)
        .scalar_subquery()
    )


_RESULT = (
    select(
        verification.c.id,
        consumer.c.name,
        provider.c.name,
        content.c.sha,
        version.c.number,
        verification.c.success,
        verification.c.happened_at,
        verification.c.build_url,
        verification_detail.c.test_results,
        verification_detail.c.verified_by,
        func.coalesce(newest_version(current_publication), newest_version(publication)),
        content.c.format,
    )
    .join(content, content.c.id == verification.c.content_id)
    .join(consumer, consumer.c.id == verification.c.consumer_id)
    .join(provider, provider.c.id == verification.c.provider_id)
    .join(version, version.c.id == verification.c.provider_version_id)
    .outerjoin(verification_detail, verification_detail.c.verification_id == verification.c.id)
)
_BY_NUMBER = _RESULT.where(verification.c.id == bindparam("number"))
_LATEST_OF_CONTENT = (
    _RESULT.where(verification.c.content_id == bindparam("content")).order_by(verification.c.id.desc()).limit(1)
)
_PUBLISHED = (
    select(provider.c.name, current_publication.c.content_id, current_publication.c.format)
    .join(provider, provider.c.id == current_publication.c.provider_id)
    .where(current_publication.c.consumer_version_id == bindparam("version"))
    .order_by(provider.c.name, current_publication.c.format)
)


def find_content(
    db: Connection, provider_name: str, consumer_name: str, sha: str, format_name: str = PACT
) -> Content | None:
    """The content of that format with this sha between the two."""
    named = {"provider": provider_name, "consumer": consumer_name, "sha": sha, "format": format_name}
    row = db.execute(_CONTENT, named).first()
    return Content(*row) if row else None


def add(db: Connection, of: Content, provider_version_id: int, new: NewResult, how: Circumstances, now: int) -> int:
    """Append a result to a content and move the pointers; returns its number."""
    results_pointers.hold_version(db, provider_version_id)
    fact: dict[str, Any] = {
        "content_id": of.id,
        "consumer_id": of.consumer_id,
        "provider_id": of.provider_id,
        "provider_version_id": provider_version_id,
        "success": new.success,
        "wip": how.wip,
        "pending": how.pending,
        "build_url": new.build_url,
        "happened_at": now,
        "recorded_at": now,
    }
    number: int = db.execute(_NEW, fact).scalar_one()
    lines = results_pointers.lines_of(db, provider_version_id)
    tags = [name for kind, name in lines if kind == "tag"]
    detail = {
        "test_results": None if new.test_results is None else written(new.test_results).encode(),
        "verified_by": None if new.verified_by is None else written(new.verified_by),
        "consumer_versions": written(how.consumer_versions) if how.consumer_versions else None,
        "provider_tags": written(tags) if tags else None,
    }
    if any(value is not None for value in detail.values()):
        db.execute(_NEW_DETAIL, {"verification_id": number, **detail})
    results_pointers.moved_by(db, {**fact, "verification_id": number}, lines)
    return number


def written(value: Any) -> str:
    """A value as JSON, with numbers of any size."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def find(db: Connection, number: int) -> Result | None:
    """The result with this number."""
    return _one(db, _BY_NUMBER, {"number": number})


def latest_of_content(db: Connection, content_id: int) -> Result | None:
    """The newest result of a content, whichever provider version it is about."""
    return _one(db, _LATEST_OF_CONTENT, {"content": content_id})


def _one(db: Connection, statement: Select[Any], values: dict[str, Any]) -> Result | None:
    row = db.execute(statement, values).first()
    if row is None:
        return None
    tests, verified_by = row[8], row[9]
    return Result(
        number=row[0],
        consumer=row[1],
        provider=row[2],
        sha=row[3],
        provider_version=row[4],
        success=row[5],
        happened_at=row[6],
        build_url=row[7],
        test_results=None if tests is None else json.loads(tests),
        verified_by=None if verified_by is None else json.loads(verified_by),
        consumer_version=row[10],
        format=row[11],
    )


def published_contents(db: Connection, consumer_version_id: int) -> tuple[tuple[str, Contract], ...]:
    """What a consumer version has published: the provider's name and each contract, by provider."""
    found = db.execute(_PUBLISHED, {"version": consumer_version_id})
    return tuple((name, Contract(key, kind)) for name, key, kind in found)


def remove(db: Connection, number: int, of: Content) -> None:
    """Delete a result of a content; the one before it counts again."""
    results_pointers.hold_provider(db, of.provider_id)
    db.execute(_DELETE, {"number": number})
    results_pointers.rebuild(db, (of.id,))


def on_version_joined_line(db: Connection, version_id: int, kind: Kind, name: str) -> None:
    """Tell the pointers that a version, which may have results already, was given a branch or a tag."""
    results_pointers.version_joined_line(db, version_id, kind, name)
