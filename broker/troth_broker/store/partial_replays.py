"""Replays of a part: appended to a content, read back by number, and as the newest of what a decision is about.

They move no pointer, so that nothing that asks whether a contract was verified sees them.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, insert, select

from troth_broker.core.facts import Part, Unobserved
from troth_broker.core.partial_results import NewPart
from troth_broker.store.lists import listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.results import Content, consumer, newest_version, provider, written
from troth_broker.store.tables import content, current_publication, partial_replay, publication, version


@dataclass(frozen=True, slots=True)
class PartialReplay:
    """One replay of a part, as it is read back."""

    number: int
    consumer: str
    provider: str
    sha: str
    format: str
    provider_version: str
    replayed: int
    skipped: int
    unobserved: tuple[Unobserved, ...]
    happened_at: int
    build_url: str | None
    test_results: Any
    verified_by: Any
    consumer_version: str | None
    """The newest consumer version with this content."""

    @property
    def extent(self) -> str:
        """How much passed, such as "3 of 5"."""
        return f"{self.replayed} of {self.replayed + self.skipped}"


_NEW = insert(partial_replay).returning(partial_replay.c.id)
_DELETE = delete(partial_replay).where(partial_replay.c.id == bindparam("number"))
_BY_NUMBER = (
    select(
        partial_replay.c.id,
        consumer.c.name,
        provider.c.name,
        content.c.sha,
        content.c.format,
        version.c.number,
        partial_replay.c.replayed,
        partial_replay.c.skipped,
        partial_replay.c.unobserved,
        partial_replay.c.happened_at,
        partial_replay.c.build_url,
        partial_replay.c.test_results,
        partial_replay.c.verified_by,
        func.coalesce(newest_version(current_publication, partial_replay), newest_version(publication, partial_replay)),
    )
    .join(content, content.c.id == partial_replay.c.content_id)
    .join(consumer, consumer.c.id == partial_replay.c.consumer_id)
    .join(provider, provider.c.id == partial_replay.c.provider_id)
    .join(version, version.c.id == partial_replay.c.provider_version_id)
    .where(partial_replay.c.id == bindparam("number"))
)
_PART = select(
    partial_replay.c.id,
    partial_replay.c.content_id,
    partial_replay.c.provider_version_id,
    partial_replay.c.replayed,
    partial_replay.c.skipped,
    partial_replay.c.unobserved,
    partial_replay.c.happened_at,
)
_newest = select(func.max(partial_replay.c.id)).where(among(partial_replay.c.content_id, "ids"))
_BETWEEN = _PART.where(
    partial_replay.c.id.in_(
        _newest.where(among(partial_replay.c.provider_version_id, "more")).group_by(
            partial_replay.c.content_id, partial_replay.c.provider_version_id
        )
    )
)
_OF_CONTENTS = _PART.where(partial_replay.c.id.in_(_newest.group_by(partial_replay.c.content_id)))


def add(db: Connection, of: Content, provider_version_id: int, new: NewPart, now: int) -> int:
    """Append a replay of a part to a content; returns its number."""
    row = {
        "content_id": of.id,
        "consumer_id": of.consumer_id,
        "provider_id": of.provider_id,
        "provider_version_id": provider_version_id,
        "replayed": new.replayed,
        "skipped": new.skipped,
        "unobserved": written(new.unobserved),
        "build_url": new.build_url,
        "happened_at": now,
        "recorded_at": now,
        "verified_by": None if new.verified_by is None else written(new.verified_by),
        "test_results": written(new.test_results).encode(),
    }
    number: int = db.execute(_NEW, row).scalar_one()
    return number


def find(db: Connection, number: int) -> PartialReplay | None:
    """The replay of a part with this number."""
    row = db.execute(_BY_NUMBER, {"number": number}).first()
    if row is None:
        return None
    return PartialReplay(
        number=row[0],
        consumer=row[1],
        provider=row[2],
        sha=row[3],
        format=row[4],
        provider_version=row[5],
        replayed=row[6],
        skipped=row[7],
        unobserved=_unobserved(row[8]),
        happened_at=row[9],
        build_url=row[10],
        test_results=json.loads(row[11]),
        verified_by=None if row[12] is None else json.loads(row[12]),
        consumer_version=row[13],
    )


def remove(db: Connection, number: int) -> None:
    """Delete a replay of a part."""
    db.execute(_DELETE, {"number": number})


def between(db: Connection, contents: Iterable[int], versions: Iterable[int]) -> tuple[Part, ...]:
    """The newest replay of a part of each of these contents by each of these versions."""
    values = {"ids": listed(sorted(contents)), "more": listed(sorted(versions))}
    return tuple(_part(row) for row in db.execute(_BETWEEN, values).all())


def newest(db: Connection, contents: Iterable[int]) -> Mapping[int, Part]:
    """The newest replay of a part of each of these contents, whoever made it."""
    rows = db.execute(_OF_CONTENTS, {"ids": listed(sorted(contents))}).all()
    return {row[1]: _part(row) for row in rows}


def _part(row: Any) -> Part:
    number, content_id, version_id, replayed, skipped, unobserved, at = row
    return Part(number, content_id, version_id, replayed, skipped, _unobserved(unobserved), at)


def _unobserved(text: str) -> tuple[Unobserved, ...]:
    return tuple(Unobserved(*one) for one in json.loads(text))
