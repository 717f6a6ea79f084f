"""Who may say later what was changed: a line for each change of a setting."""

from sqlalchemy import Connection, insert

from troth_broker.store.tables import audit

_NEW = insert(audit)


def record(db: Connection, subject: str, action: str, detail: str | None, now: int) -> None:
    """Record a change in the transaction that makes it; `detail` holds no secret."""
    db.execute(_NEW, {"subject": subject, "action": action, "detail": detail, "recorded_at": now})
