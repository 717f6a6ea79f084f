"""Snapshots of a store: written, and read into another one."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection

from troth_broker.services.world import system_clock
from troth_broker.store.engine import Store
from troth_broker.store.snapshot.export import Exported, export
from troth_broker.store.snapshot.filling import fill, is_empty
from troth_broker.store.snapshot.merging import Conflict, Merged, keep_writers_waiting, merge
from troth_broker.store.snapshot.opening import opened_snapshot

__all__ = ["Conflict", "Exported", "Imported", "export", "load"]


@dataclass(frozen=True, slots=True)
class Imported:
    """What became of a snapshot's rows, by table: added, known already, or older than what is known."""

    added: dict[str, int]
    known: dict[str, int]
    older: dict[str, int]
    conflicts: tuple[Conflict, ...]


class _OnlyTried(Exception):
    """Ends a trial's transaction without a trace."""

    def __init__(self, merged: Merged) -> None:
        super().__init__()
        self.merged = merged


def load(store: Store, file: Path, *, only_try: bool = False) -> Imported:
    """Add what a snapshot holds to a store, all of it or nothing; with `only_try`, just say what would come of it.

    Raises StoreError, also where the file is no snapshot.
    """
    with opened_snapshot(file) as snapshot:
        merged = snapshot.read(_load, store, only_try)
    found = (merged.added, merged.known, merged.older)
    added, known, older = ({name: count for name, count in one.items() if count} for one in found)
    return Imported(added, known, older, tuple(merged.conflicts))


def _load(snapshot: Connection, store: Store, only_try: bool) -> Merged:
    def write(db: Connection) -> Merged:
        keep_writers_waiting(db)
        merged = _filled(db, snapshot) if is_empty(db) else merge(db, snapshot, system_clock())
        if only_try:
            raise _OnlyTried(merged)
        return merged

    try:
        return store.write(write)
    except _OnlyTried as tried:
        return tried.merged


def _filled(db: Connection, snapshot: Connection) -> Merged:
    merged = Merged()
    merged.added.update(fill(db, snapshot))
    return merged
