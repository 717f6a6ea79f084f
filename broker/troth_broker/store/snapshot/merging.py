"""Merging a snapshot into a store that lives: what is known there stays, what is new comes after it, in order."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Table, bindparam, func, insert, select, text, tuple_, update

from troth_broker.core.deployments import NO_INSTANCE
from troth_broker.store import pointers
from troth_broker.store.snapshot.export import batches
from troth_broker.store.snapshot.identities import IDENTITIES, MERGED, Identity
from troth_broker.store.snapshot.settling import Row, settled
from troth_broker.store.tables import (
    application,
    current_deployment,
    deployment,
    environment,
    integration,
    metadata,
    provider_contract,
    publication,
    registry_schema,
    registry_subject,
    registry_version,
    undeployment,
    version,
)
from troth_broker.store.upsert import count_beyond

_AT_ONCE = 300
"""Rows that are looked up together; each takes a few of the parameters that a statement may have."""

Key = tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Conflict:
    """Two stores say different things about one, and what becomes of it."""

    what: str
    name: str
    outcome: str


@dataclass(slots=True)
class Merged:
    """What became of a snapshot's rows, by table."""

    added: Counter[str] = field(default_factory=Counter)
    known: Counter[str] = field(default_factory=Counter)
    older: Counter[str] = field(default_factory=Counter)
    conflicts: list[Conflict] = field(default_factory=list)


_CONTENTS_OF = {
    publication: (("consumer_version_id", "provider_id", "format"), "content_id", "contract"),
    provider_contract: (("provider_version_id", "format", "name"), "provider_content_id", "provider contract"),
}
"""Facts that have revisions: what they are about, what must be equal for them to be, and what people call them."""


_LOCK = text(f"LOCK TABLE {', '.join(table.name for table in metadata.sorted_tables)} IN SHARE ROW EXCLUSIVE MODE")


def keep_writers_waiting(db: Connection) -> None:
    """Let nobody else write until the transaction ends: a pointer that they move meanwhile would be derived without it.

    Readers do not wait. SQLite has one writer anyway.
    """
    if db.dialect.name == "postgresql":
        db.execute(_LOCK)


def merge(db: Connection, snapshot: Connection, now: int) -> Merged:
    """Add to a store what a snapshot knows and it does not; every pointer is derived anew."""
    merging = _Merging(db, snapshot)
    last = db.execute(select(func.coalesce(func.max(version.c.id), 0))).scalar_one()
    for table in MERGED:
        merging.merge(table)
        if table is undeployment:
            _end_replaced(db, now)
    pointers.rebuild(db)
    merging.merged.conflicts += _overtaken(db, last)
    return merging.merged


_here, _came = version.alias("here"), version.alias("came")
_NEWEST_HERE = (
    select(_here.c.application_id, func.max(_here.c.created_at).label("at"))
    .where(_here.c.id <= bindparam("last"))
    .group_by(_here.c.application_id)
    .subquery()
)
_OVERTAKEN = (
    select(application.c.name, func.count())
    .join(_came, _came.c.application_id == application.c.id)
    .join(_NEWEST_HERE, _NEWEST_HERE.c.application_id == application.c.id)
    .where(_came.c.id > bindparam("last"), _came.c.created_at < _NEWEST_HERE.c.at)
    .group_by(application.c.name)
    .order_by(application.c.name)
)


def _overtaken(db: Connection, last: int) -> list[Conflict]:
    """Applications of which both knew versions: those that came in stand after those that were here, even if older."""
    return [
        Conflict("application", name, f"{count} of its versions that came in are older, and count as later")
        for name, count in db.execute(_OVERTAKEN, {"last": last})
    ]


_TOLD = {
    publication: (
        ("consumer_id", application.c.name),
        ("consumer_version_id", version.c.number),
        ("provider_id", application.c.name),
    ),
    provider_contract: (("provider_id", application.c.name), ("provider_version_id", version.c.number)),
}


class _Merging:
    def __init__(self, db: Connection, snapshot: Connection) -> None:
        self._db = db
        self._snapshot = snapshot
        self._ids: defaultdict[str, dict[int, int]] = defaultdict(dict)
        """Of each table: which id in the store a row of the snapshot has."""
        self._newest: dict[Key, int | None] = {}
        """Of each line that was looked at: when its newest fact happened, before anything was added."""
        self._disputed: set[Key] = set()
        self.merged = Merged()

    def merge(self, table: Table) -> None:
        """Merge one table; its parents are merged already."""
        identity = IDENTITIES[table]
        for rows in batches(self._snapshot, table):
            for some in _split(rows):
                self._merge(table, identity, [dict(zip(table.columns.keys(), row, strict=True)) for row in some])

    def _merge(self, table: Table, identity: Identity, rows: Sequence[Row]) -> None:
        placed = [(row, here) for row in rows if (here := self._placed(table, row)) is not None]
        known = self._known(table, identity, [here for _, here in placed])
        if identity.line:
            self._look_at_lines(table, identity, [here for _, here in placed])
        fresh: list[tuple[Row, Row]] = []
        for row, here in placed:
            found = known.get(_key(identity.columns, here)) or self._otherwise(table, here)
            if found is not None:
                self._meet(table, row, here, found)
            elif self._is_disputed(table, here):
                continue
            elif self._is_older(table, identity, here):
                self.merged.older[table.name] += 1
            else:
                fresh.append((row, here))
        self._add(table, fresh)

    def _placed(self, table: Table, row: Row) -> Row | None:
        """The row with the store's ids of what it points to; None if it hangs on something that did not come along."""
        here = settled(table, dict(row))
        for reference in table.foreign_keys:
            column: Column[Any] = reference.parent
            if here[column.name] is None:
                continue
            moved = self._ids[reference.column.table.name].get(here[column.name])
            if moved is None and not column.nullable:
                return None
            here[column.name] = moved
        return here

    def _known(self, table: Table, identity: Identity, rows: Iterable[Row]) -> dict[Key, Any]:
        """The rows that the store has, by their identity."""
        wanted = list(dict.fromkeys(_key(identity.looked_up, row) for row in rows))
        if not wanted:
            return {}
        found = self._db.execute(select(table).where(tuple_(*identity.looked_up).in_(wanted)))
        return {_key(identity.columns, row._mapping): row for row in found}  # noqa: SLF001 - SQLAlchemy's public name

    def _otherwise(self, table: Table, here: Row) -> Any:
        """A row that is meant although its identity differs: environments are also known by their names."""
        if table is not environment:
            return None
        found = self._db.execute(select(environment).where(environment.c.name == here["name"])).one_or_none()
        if found is not None:
            self.merged.conflicts.append(
                Conflict("environment", here["name"], "has another identifier here, and keeps it")
            )
        return found

    def _meet(self, table: Table, row: Row, here: Row, found: Any) -> None:
        self.merged.known[table.name] += 1
        if "id" in row:
            self._ids[table.name][row["id"]] = found.id
        if table is integration and found.contract_data_updated_at < here["contract_data_updated_at"]:
            moved = update(integration).where(integration.c.id == found.id)
            self._db.execute(moved.values(contract_data_updated_at=here["contract_data_updated_at"]))
        if table is registry_schema and found.id != row["id"]:
            self._renumbered(row["id"], found.id)
        if table is registry_version and found.schema_id != here["schema_id"]:
            name = self._db.execute(select(registry_subject.c.name).where(registry_subject.c.id == here["subject_id"]))
            told = f"{name.scalar()} version {here['version']}"
            self.merged.conflicts.append(Conflict("registry version", told, "has another schema here, and keeps it"))
        if table in _CONTENTS_OF:
            about, content, what = _CONTENTS_OF[table]
            if getattr(found, content) != here[content]:
                self.merged.known[table.name] -= 1
                del self._ids[table.name][row["id"]]
                self._disputed.add((table.name, *(here[name] for name in about)))
                self.merged.conflicts.append(Conflict(what, self._told(table, here), "differs here, and stays so"))

    def _told(self, table: Table, here: Row) -> str:
        sentence = _TOLD[table]
        return " ".join(
            str(self._db.execute(select(column).where(column.table.c.id == here[name])).scalar())
            for name, column in sentence
        )

    def _is_disputed(self, table: Table, here: Row) -> bool:
        if table not in _CONTENTS_OF:
            return False
        about, _, _ = _CONTENTS_OF[table]
        return (table.name, *(here[name] for name in about)) in self._disputed

    def _look_at_lines(self, table: Table, identity: Identity, rows: Iterable[Row]) -> None:
        lines = dict.fromkeys(_key(identity.line, row) for row in rows)
        unseen = [line for line in lines if (table.name, *line) not in self._newest]
        if not unseen:
            return
        sure = [column for column in identity.line if not column.nullable]
        wanted = {
            tuple(part for part, column in zip(line, identity.line, strict=True) if not column.nullable)
            for line in unseen
        }
        newest = select(*identity.line, func.max(table.c.happened_at)).group_by(*identity.line)
        if sure:  # there are few lines of a kind that may lack every part of its name
            newest = newest.where(tuple_(*sure).in_(sorted(wanted)))
        for line in unseen:
            self._newest[table.name, *line] = None
        for row in self._db.execute(newest):
            name = (table.name, *row[:-1])
            if name in self._newest:
                self._newest[name] = row[-1]

    def _is_older(self, table: Table, identity: Identity, here: Row) -> bool:
        if not identity.line:
            return False
        newest = self._newest[table.name, *_key(identity.line, here)]
        return newest is not None and here["happened_at"] <= newest

    def _add(self, table: Table, fresh: Sequence[tuple[Row, Row]]) -> None:
        if not fresh:
            return
        self.merged.added[table.name] += len(fresh)
        if "id" not in table.columns:
            self._db.execute(insert(table), [here for _, here in fresh])
            return
        if table is registry_schema:
            fresh = self._with_their_ids(fresh)
        new = [{name: value for name, value in here.items() if name != "id"} for _, here in fresh]
        if not new:
            return
        made = insert(table).returning(table.c.id, sort_by_parameter_order=True)
        ids = self._db.execute(made, new).scalars()
        for (row, _), number in zip(fresh, ids, strict=True):
            self._ids[table.name][row["id"]] = number
            if table is registry_schema:
                self._renumbered(row["id"], number)

    def _with_their_ids(self, fresh: Sequence[tuple[Row, Row]]) -> list[tuple[Row, Row]]:
        """Add the schemas whose ids are free here, as messages carry them; gives those that need others."""
        wanted = [row["id"] for row, _ in fresh]
        found = self._db.execute(select(registry_schema.c.id).where(registry_schema.c.id.in_(wanted)))
        taken = set(found.scalars())
        kept = [here for row, here in fresh if row["id"] not in taken]
        if kept:
            self._db.execute(insert(registry_schema), kept)
            self._ids[registry_schema.name] |= {here["id"]: here["id"] for here in kept}
            count_beyond(self._db, registry_schema, max(here["id"] for here in kept))
        return [(row, here) for row, here in fresh if row["id"] in taken]

    def _renumbered(self, before: int, here: int) -> None:
        outcome = f"has the id {here} here: messages that were written with {before} are misread"
        self.merged.conflicts.append(Conflict("registry schema", f"id {before}", outcome))


def _split(rows: Sequence[Any]) -> Iterator[Sequence[Any]]:
    return (rows[start : start + _AT_ONCE] for start in range(0, len(rows), _AT_ONCE))


def _key(columns: Iterable[Column[Any]], row: Any) -> Key:
    return tuple(row[column.name] for column in columns)


_SLOT = func.coalesce(deployment.c.instance, NO_INSTANCE)
_REPLACED = (
    select(current_deployment.c.deployment_id, func.min(deployment.c.happened_at).label("at"))
    .join(
        deployment,
        (deployment.c.application_id == current_deployment.c.application_id)
        & (deployment.c.environment_id == current_deployment.c.environment_id)
        & (current_deployment.c.slot == _SLOT)
        & (deployment.c.id > current_deployment.c.deployment_id),
    )
    .outerjoin(undeployment, undeployment.c.deployment_id == current_deployment.c.deployment_id)
    .where(undeployment.c.id.is_(None))
    .group_by(current_deployment.c.deployment_id)
)


def _end_replaced(db: Connection, now: int) -> None:
    """End what ran where something newer came in, unless the snapshot says when it ended."""
    ended = [
        {"deployment_id": row.deployment_id, "replaced": True, "happened_at": row.at, "recorded_at": now}
        for row in db.execute(_REPLACED)
    ]
    if ended:
        db.execute(insert(undeployment), ended)
