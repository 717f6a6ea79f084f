"""Whether the store answers."""

from sqlalchemy import Connection, literal, select

_ONE = select(literal(1))


def ping(db: Connection) -> bool:
    """True when the database answers a question."""
    return bool(db.execute(_ONE).scalar_one() == 1)
