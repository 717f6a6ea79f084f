"""A version's tags, one at a time."""

from sqlalchemy import Connection, bindparam, select

from troth_broker.store.tables import application, tag, version

_TAGGED_AT = (
    select(tag.c.happened_at)
    .join(version, version.c.id == tag.c.version_id)
    .join(application, application.c.id == version.c.application_id)
    .where(
        application.c.name == bindparam("application"),
        version.c.number == bindparam("number"),
        tag.c.name == bindparam("name"),
    )
)


def tagged_at(db: Connection, application_name: str, number: str, name: str) -> int | None:
    """When a version got a tag; None if it does not carry it."""
    values = {"application": application_name, "number": number, "name": name}
    return db.execute(_TAGGED_AT, values).scalar()
