"""A store from before it was known which of two versions is the older keeps what it knew."""

import contextlib
import hashlib
from typing import Any

import pytest
from alembic import command
from sqlalchemy import Connection, text

from troth_broker.core.facts import Evolution, Meeting
from troth_broker.store import evolutions
from troth_broker.store.comparing import Outcome
from troth_broker.store.engine import Store
from troth_broker.store.migrate import HEAD, alembic_config, migrate, revision

_STAMPS = {"created_at": 1}
_TIMES = {"happened_at": 5, "recorded_at": 6}
_COUNTS = {"breaking": 1, "judged": 2, "not_covered": 0}


def _row(db: Connection, table: str, row: dict[str, Any]) -> None:
    marks = ", ".join(f":{name}" for name in row)
    db.execute(text(f"INSERT INTO {table} ({', '.join(row)}) VALUES ({marks})"), row)


def _populate(db: Connection) -> None:
    """A provider with two documents, compared as a new reader with an old writer; a later comparison was deleted."""
    _row(db, "application", {"id": 1, "name": "orders", **_STAMPS, "updated_at": 1})
    _row(db, "body", {"id": 1, "sha256": hashlib.sha256(b"x").digest(), "content": b"x"})
    for key in (1, 2):
        about = {"provider_id": 1, "format": "protobuf", "sha": str(key), "root": "a.proto"}
        _row(db, "provider_content", {"id": key, **about, **_STAMPS})
    said = {"reader_id": 2, "writer_id": 1, "success": False, **_COUNTS, **_TIMES}
    for key, checker in enumerate("12345", 1):
        _row(db, "evolution", {"id": key, "checker": checker, **said})
    if db.dialect.name == "postgresql":
        db.execute(text("SELECT setval(pg_get_serial_sequence('evolution', 'id'), 5)"))
    db.execute(text("DELETE FROM evolution WHERE id > 1"))


@pytest.fixture
def store(empty_database_url: str) -> Any:
    """A store as the release before left it."""
    with contextlib.closing(Store(empty_database_url)) as store:
        store.write(lambda db: command.upgrade(alembic_config(db), "0006"))
        store.write(_populate)
        yield store


def test_what_was_known_of_a_new_reader_is_kept_and_of_an_old_one_nothing_is(store: Store) -> None:
    assert migrate(store) == "0006"
    assert store.read(revision) == HEAD
    assert store.read(evolutions.between, [1, 2]) == (
        Evolution(1, 2, 1, "writer", success=False, breaking=1, checker="1"),
    )


def test_the_same_two_are_kept_in_both_directions_and_no_number_is_given_twice(store: Store) -> None:
    migrate(store)
    for older in ("reader", "writer", "reader"):
        store.write(evolutions.add, Meeting(2, 1, older), "1", Outcome(True), 7)
    found = store.read(evolutions.between, [1, 2])
    assert [(one.older, one.success) for one in sorted(found, key=lambda one: one.id)] == [
        ("writer", False),
        ("reader", True),
    ]
    assert max(one.id for one in found) > 5
