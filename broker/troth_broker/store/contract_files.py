"""The documents of contracts: kept once by what they are, whoever publishes them under whatever name."""

from sqlalchemy import Connection, bindparam, insert, select

from troth_broker.store.publications import ensure_body
from troth_broker.store.tables import body, content_file, provider_content_file
from troth_schemas.sources import Sources

_NEW_OF_CONTENT = insert(content_file)
_NEW_OF_PROVIDER_CONTENT = insert(provider_content_file)
_BY_SHA = select(body.c.content).where(body.c.sha256 == bindparam("sha256"))


def keep_of_content(db: Connection, content_id: int, sources: Sources) -> None:
    """Keep the documents of a consumer's content."""
    for name, exact in sorted(sources.files.items()):
        db.execute(_NEW_OF_CONTENT, {"content_id": content_id, "name": name, "body_id": ensure_body(db, exact)})


def keep_of_provider_content(db: Connection, provider_content_id: int, sources: Sources) -> None:
    """Keep the documents of a provider's content."""
    for name, exact in sorted(sources.files.items()):
        row = {"provider_content_id": provider_content_id, "name": name, "body_id": ensure_body(db, exact)}
        db.execute(_NEW_OF_PROVIDER_CONTENT, row)


def by_sha256(db: Connection, sha256: str) -> bytes | None:
    """The document with this digest in hexadecimal digits, whoever published it."""
    exact = db.execute(_BY_SHA, {"sha256": bytes.fromhex(sha256)}).scalar()
    return None if exact is None else bytes(exact)
