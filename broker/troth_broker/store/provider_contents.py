"""What providers say about themselves, apart from which of their versions says it."""

from sqlalchemy import Connection, bindparam, select

from troth_broker.store import contract_files
from troth_broker.store.tables import provider_content
from troth_broker.store.upsert import insert_new
from troth_schemas.sources import Sources

_KEY = select(provider_content.c.id).where(
    provider_content.c.provider_id == bindparam("provider"),
    provider_content.c.format == bindparam("format"),
    provider_content.c.sha == bindparam("sha"),
)
_NEW = insert_new(provider_content, "provider_id", "format", "sha")


def ensure(
    db: Connection, provider_id: int, format_name: str, sha: str, digest: str | None, sources: Sources, now: int
) -> int:
    """The id of this content of a provider, kept once however many versions publish it."""
    wanted = {"provider": provider_id, "format": format_name, "sha": sha}
    known = db.execute(_KEY, wanted).scalar()
    if known is not None:
        return int(known)
    row = {
        "provider_id": provider_id,
        "format": format_name,
        "sha": sha,
        "digest": digest,
        "root": sources.root,
        "created_at": now,
    }
    made = _NEW.run(db, row).scalar()
    if made is None:
        return int(db.execute(_KEY, wanted).scalar_one())
    contract_files.keep_of_provider_content(db, made, sources)
    return int(made)
