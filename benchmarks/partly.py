"""Replays of a part for a seeded store: one beside each result, so that their table has a history as long."""

import contextlib

from sqlalchemy import Connection, insert, literal, select, text

from troth_broker.store.engine import Store
from troth_broker.store.tables import partial_replay, verification


def add_parts(database: str) -> int:
    """Let every verification have shown a part as well; how many that are."""
    with contextlib.closing(Store(database)) as store:
        return store.write(_add)


def _add(db: Connection) -> int:
    same = ("content_id", "consumer_id", "provider_id", "provider_version_id", "happened_at", "recorded_at")
    given = {"replayed": literal(3), "skipped": literal(2), "unobserved": literal("[]"), "test_results": literal(b"[]")}
    shown = select(*(verification.c[name] for name in same), *given.values())
    added = db.execute(insert(partial_replay).from_select([*same, *given], shown)).rowcount
    db.execute(text("ANALYZE"))
    return added
