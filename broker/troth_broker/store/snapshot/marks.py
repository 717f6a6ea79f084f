"""The mark of a snapshot: SQLite's `application_id`, which tools such as `file` show as well, and when it was made."""

import sqlite3
import time
from datetime import UTC, datetime
from pathlib import Path

APPLICATION_ID = 0x54524F54
"""The letters TROT, in the four bytes that the file format has for it."""

_OFFSET, _MADE_OFFSET = 68, 60
_MAGIC = b"SQLite format 3\0"


def is_snapshot(file: Path) -> bool:
    """Whether a file is a snapshot; anything that cannot be read is none."""
    return int.from_bytes(_head(file)[_OFFSET : _OFFSET + 4]) == APPLICATION_ID


def made_at(file: Path) -> datetime | None:
    """The minute that a snapshot shows the store at; None for other files, and for one that does not say it."""
    minutes = int.from_bytes(_head(file)[_MADE_OFFSET : _MADE_OFFSET + 4]) if is_snapshot(file) else 0
    return datetime.fromtimestamp(minutes * 60, UTC) if minutes else None


def date(connection: sqlite3.Connection) -> None:
    """Write down that a snapshot is of now: in minutes, for SQLite's `user_version` has 32 bits."""
    connection.execute(f"PRAGMA user_version={int(time.time() // 60):d}")


def _head(file: Path) -> bytes:
    """The beginning of a SQLite file; nothing of anything else, or of what cannot be read."""
    try:
        with file.open("rb") as opened:
            head = opened.read(100)
    except OSError:
        return b""
    return head if head.startswith(_MAGIC) else b""


def mark(connection: sqlite3.Connection, application_id: int = APPLICATION_ID) -> None:
    """Make a database a snapshot; with 0, make it an ordinary one again."""
    connection.execute(f"PRAGMA application_id={application_id:d}")
