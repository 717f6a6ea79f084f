"""Contracts of every format, of either side, as versions publish them: listed, and found by what they are called."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, delete, literal, select

from troth_broker.core.pages import Paged, Window
from troth_broker.store import pact_deletes
from troth_broker.store.pacts import id_of
from troth_broker.store.tables import (
    PACT,
    application,
    content,
    current_provider_contract,
    current_publication,
    provider_content,
    provider_contract,
    publication,
    version,
)


@dataclass(frozen=True, slots=True)
class Stated:
    """A contract of a version: what a consumer expects of a provider, or what a provider says about itself."""

    consumer: str | None
    """None for a provider's."""
    provider: str
    version: str
    format: str
    name: str
    revision: int
    content_id: int
    """Of a consumer's content, or of a provider's."""
    sha: str
    digest: str | None
    created_at: int
    content_type: str | None = None
    """None for a consumer's: each document is what its name says."""


_consumer, _provider = application.alias("consumer"), application.alias("provider")
_cp, _pc, _current = current_publication, provider_contract, current_provider_contract
_nothing: Any = literal(None)

_EXPECTED: Select[Any] = (
    select(
        _consumer.c.name,
        _provider.c.name,
        version.c.number,
        _cp.c.format,
        literal(""),
        _cp.c.revision,
        _cp.c.content_id,
        content.c.sha,
        _nothing,
        _cp.c.happened_at,
        _nothing,
    )
    .select_from(_cp)
    .join(content, content.c.id == _cp.c.content_id)
    .join(version, version.c.id == _cp.c.consumer_version_id)
    .join(_consumer, _consumer.c.id == _cp.c.consumer_id)
    .join(_provider, _provider.c.id == _cp.c.provider_id)
)
_SAID: Select[Any] = (
    select(
        _nothing,
        _provider.c.name,
        version.c.number,
        _pc.c.format,
        _pc.c.name,
        _pc.c.revision,
        _pc.c.provider_content_id,
        provider_content.c.sha,
        provider_content.c.digest,
        _pc.c.happened_at,
        _pc.c.content_type,
    )
    .select_from(_current)
    .join(_pc, _pc.c.id == _current.c.provider_contract_id)
    .join(provider_content, provider_content.c.id == _current.c.provider_content_id)
    .join(version, version.c.id == _current.c.provider_version_id)
    .join(_provider, _provider.c.id == _current.c.provider_id)
)
_of_consumer_version = _cp.c.consumer_version_id == bindparam("version")
_OF_CONSUMER_VERSION = _EXPECTED.where(_of_consumer_version).order_by(_provider.c.name, _cp.c.format)
_OF_PROVIDER_VERSION = _SAID.where(_current.c.provider_version_id == bindparam("version")).order_by(
    _pc.c.format, _pc.c.name
)
_ONE_SAID = _SAID.where(
    _current.c.provider_version_id == bindparam("version"),
    _current.c.format == bindparam("format"),
    _current.c.name == bindparam("name"),
)
_WITH_PROVIDER = _EXPECTED.where(
    _of_consumer_version, _cp.c.provider_id == id_of("provider"), _cp.c.format != PACT
).order_by(_cp.c.format)
_ONE_EXPECTED = _EXPECTED.where(
    _of_consumer_version, _cp.c.provider_id == id_of("provider"), _cp.c.format == bindparam("format")
)
_of_pair = (
    _cp.c.consumer_id == id_of("consumer"),
    _cp.c.provider_id == id_of("provider"),
    _cp.c.format != PACT,
)
_OF_PAIR = (
    _EXPECTED.where(*_of_pair)
    .order_by(_cp.c.consumer_version_id.desc(), _cp.c.format)
    .limit(bindparam("limit"))
    .offset(bindparam("offset"))
)
_ALL_OF_PAIR = select(_cp.c.format).where(*_of_pair)

_revisions = (
    publication.c.consumer_version_id == bindparam("version"),
    publication.c.provider_id == id_of("provider").correlate(None),
    publication.c.format == bindparam("format"),
)
_REVISIONS = select(publication.c.content_id, publication.c.body_id).where(*_revisions)
_DELETE = delete(publication).where(*_revisions)


def of_version(db: Connection, version_id: int) -> tuple[Stated, ...]:
    """Every contract of an application's version: what it expects, by provider, then what it says about itself."""
    rows = [
        row
        for statement in (_OF_CONSUMER_VERSION, _OF_PROVIDER_VERSION)
        for row in db.execute(statement, {"version": version_id}).all()
    ]
    return tuple(Stated(*row) for row in rows)


def said(db: Connection, version_id: int, format_name: str, name: str) -> Stated | None:
    """What a provider's version says about itself, in a format and under a name."""
    row = db.execute(_ONE_SAID, {"version": version_id, "format": format_name, "name": name}).first()
    return Stated(*row) if row else None


def expected(db: Connection, version_id: int, provider: str, format_name: str) -> Stated | None:
    """What a consumer's version expects of a provider, in a format."""
    values = {"version": version_id, "provider": provider, "format": format_name}
    row = db.execute(_ONE_EXPECTED, values).first()
    return Stated(*row) if row else None


def with_provider(db: Connection, version_id: int, provider: str) -> tuple[Stated, ...]:
    """What a consumer's version expects of a provider, in every format but pact."""
    return tuple(Stated(*row) for row in db.execute(_WITH_PROVIDER, {"version": version_id, "provider": provider}))


def of_pair(db: Connection, consumer: str, provider: str, window: Window) -> Paged[Stated]:
    """What versions of a consumer expect of a provider, in every format but pact, newest first."""
    pair = {"consumer": consumer, "provider": provider}
    found = db.execute(_OF_PAIR, {**pair, "limit": window.limit, "offset": window.offset})
    return Paged.of(
        tuple(Stated(*row) for row in found), window, lambda: len(db.execute(_ALL_OF_PAIR, pair).scalars().all())
    )


def remove_expected(db: Connection, version_id: int, provider: str, format_name: str) -> None:
    """Delete every revision of what a consumer's version expects of a provider in a format."""
    values = {"version": version_id, "provider": provider, "format": format_name}
    rows = db.execute(_REVISIONS, values).all()
    db.execute(_DELETE, values)
    pact_deletes.orphans(db, {row[0] for row in rows}, {row[1] for row in rows})
