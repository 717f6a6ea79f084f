"""The mark of a snapshot: SQLite's `application_id`, which tools such as `file` show as well."""

import sqlite3
from pathlib import Path

APPLICATION_ID = 0x54524F54
"""The letters TROT, in the four bytes that the file format has for it."""

_OFFSET = 68
_MAGIC = b"SQLite format 3\0"


def is_snapshot(file: Path) -> bool:
    """Whether a file is a snapshot; anything that cannot be read is none."""
    try:
        with file.open("rb") as opened:
            head = opened.read(100)
    except OSError:
        return False
    return head.startswith(_MAGIC) and int.from_bytes(head[_OFFSET : _OFFSET + 4]) == APPLICATION_ID


def mark(connection: sqlite3.Connection, application_id: int = APPLICATION_ID) -> None:
    """Make a database a snapshot; with 0, make it an ordinary one again."""
    connection.execute(f"PRAGMA application_id={application_id:d}")
