"""Contracts as they were published: bodies, contents, publications, and which publication counts."""

import hashlib
from dataclasses import dataclass

from sqlalchemy import Connection, bindparam, insert, select

from troth_broker.store.tables import PACT, body, content, current_publication, publication
from troth_broker.store.upsert import insert_new, put


@dataclass(frozen=True, slots=True)
class Current:
    """The publication that counts for a (consumer version, provider)."""

    publication_id: int
    revision: int
    content_id: int
    sha: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Content:
    """What a contract says, apart from when it was said."""

    id: int
    is_new: bool


_CURRENT = (
    select(
        current_publication.c.publication_id,
        current_publication.c.revision,
        current_publication.c.content_id,
        content.c.sha,
        body.c.content,
    )
    .join(content, content.c.id == current_publication.c.content_id)
    .join(body, body.c.id == current_publication.c.body_id)
    .where(
        current_publication.c.consumer_version_id == bindparam("version"),
        current_publication.c.provider_id == bindparam("provider"),
        current_publication.c.format == bindparam("format"),
    )
)
_BODY = select(body.c.id).where(body.c.sha256 == bindparam("sha256"))
_NEW_BODY = insert_new(body, "sha256")
_CONTENT = select(content.c.id).where(
    content.c.consumer_id == bindparam("consumer"),
    content.c.provider_id == bindparam("provider"),
    content.c.sha == bindparam("sha"),
    content.c.format == bindparam("format"),
)
_NEW_CONTENT = insert_new(content, "consumer_id", "provider_id", "sha", "format")
_NEW = insert(publication).returning(publication.c.id)
_PUT_CURRENT = put(current_publication, "consumer_version_id", "provider_id", "format")


def current(db: Connection, version_id: int, provider_id: int, format_name: str = PACT) -> Current | None:
    """What a consumer version has published for a provider in a format."""
    row = db.execute(_CURRENT, {"version": version_id, "provider": provider_id, "format": format_name}).first()
    return Current(*row) if row else None


def ensure_body(db: Connection, exact: bytes) -> int:
    """The id of these bytes, kept once however often they are published."""
    sha256 = hashlib.sha256(exact).digest()
    key: int | None = db.execute(_BODY, {"sha256": sha256}).scalar()
    if key is None:
        key = _NEW_BODY.run(db, {"sha256": sha256, "content": exact}).scalar()
    return key if key is not None else db.execute(_BODY, {"sha256": sha256}).scalar_one()


def ensure_content(
    db: Connection,
    consumer_id: int,
    provider_id: int,
    sha: str,
    counts: tuple[int, int],
    now: int,
    *,
    format_name: str = PACT,
    root: str | None = None,
) -> Content:
    """The content with this sha between the two; `counts` are its interactions and messages."""
    wanted = {"consumer": consumer_id, "provider": provider_id, "sha": sha, "format": format_name}
    key = db.execute(_CONTENT, wanted).scalar()
    if key is not None:
        return Content(key, is_new=False)
    made = _NEW_CONTENT.run(
        db,
        {
            "consumer_id": consumer_id,
            "provider_id": provider_id,
            "sha": sha,
            "interactions": counts[0],
            "messages": counts[1],
            "format": format_name,
            "root": root,
            "created_at": now,
        },
    ).scalar()
    if made is not None:
        return Content(made, is_new=True)
    return Content(db.execute(_CONTENT, wanted).scalar_one(), is_new=False)


def add(
    db: Connection,
    *,
    version_id: int,
    consumer_id: int,
    provider_id: int,
    revision: int,
    content_id: int,
    body_id: int,
    now: int,
    format_name: str = PACT,
) -> int:
    """Append a publication and let it count; returns its id."""
    fact = {
        "consumer_version_id": version_id,
        "consumer_id": consumer_id,
        "provider_id": provider_id,
        "format": format_name,
        "revision": revision,
        "content_id": content_id,
        "body_id": body_id,
        "happened_at": now,
    }
    key: int = db.execute(_NEW, {**fact, "recorded_at": now}).scalar_one()
    _PUT_CURRENT.run(db, {**fact, "publication_id": key})
    return key
