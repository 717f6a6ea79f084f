"""A file that appears when it is whole: written beside its place, made durable, and renamed."""

import contextlib
import os
import secrets
from collections.abc import Iterator
from pathlib import Path

from troth_broker.store.engine import Store
from troth_broker.store.errors import BadFile


@contextlib.contextmanager
def whole(target: Path, source: Store, *, force: bool = False) -> Iterator[Path]:
    """The path to write to; it takes the place of `target` when the block ends well, and goes away when it does not."""
    if target.is_dir():
        raise BadFile(f"{target} is a folder: name a file")
    if target.exists() and source.is_sqlite and target.samefile(source.url.database or ""):
        raise BadFile(f"{target} is the store itself: name another file")
    if target.exists() and not force:
        raise BadFile(f"{target} exists already: name another file, or overwrite it with --force")
    _refuse_beside_a_journal(target)
    if not target.absolute().parent.is_dir():
        raise BadFile(f"the folder {target.absolute().parent} does not exist")
    part = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        yield part
        with part.open("rb") as written:
            os.fsync(written.fileno())
        part.replace(target)
        folder = os.open(target.absolute().parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    except OSError as problem:
        raise BadFile(f"{target} cannot be written: {problem.strerror or problem}") from problem
    finally:
        for ending in ("", "-wal", "-shm", "-journal"):
            with contextlib.suppress(OSError):
                part.with_name(part.name + ending).unlink()


def _refuse_beside_a_journal(target: Path) -> None:
    """A SQLite journal belongs to the file that is there now: it would be played into the one that takes its place."""
    for ending in ("-wal", "-journal"):
        journal = target.with_name(target.name + ending)
        if _size(journal):
            raise BadFile(
                f"{journal} has changes of another {target.name} that SQLite would write into the new one: a program "
                "has it open, or was killed while it had; name another file"
            )


def _size(file: Path) -> int:
    with contextlib.suppress(OSError):
        return file.stat().st_size
    return 0
