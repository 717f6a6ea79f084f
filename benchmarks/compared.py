"""Comparisons for a seeded store: what counts at once on both sides, each pair compared once, as workers leave it.

Every version of a provider that is a head or runs somewhere publishes a description, the same for five versions in a
row; one comparison in thirty breaks.
"""

import contextlib
import json
import zlib
from dataclasses import dataclass

from sqlalchemy import Connection, insert, select, union

from troth_broker.store import tables as t
from troth_broker.store.engine import Store
from troth_broker.store.upsert import count_beyond

_ALIKE = 5
_BREAKS = 30
_NOW = {"happened_at": 1, "recorded_at": 1}
_FINDING = {"message": "'an order' relies on $.price: it is not described.", "severity": "breaking"}
_REPORTS = {
    broken: zlib.compress(json.dumps({"findings": [_FINDING] * broken, "not_covered": [], "uses": []}).encode())
    for broken in (False, True)
}


@dataclass(frozen=True, slots=True)
class Compared:
    """How much was added."""

    versions: int
    documents: int
    comparisons: int


def add_comparisons(database: str) -> Compared:
    """Let providers publish descriptions, and compare them with what their consumers expect."""
    with contextlib.closing(Store(database)) as store:
        return store.write(_add)


_COUNTS = union(
    select(t.current_deployment.c.version_id),
    select(t.supported_release.c.version_id),
    select(t.branch.c.head_version_id).where(t.branch.c.head_version_id.is_not(None)),
)
_PROVERS = (
    select(t.version.c.application_id, t.version.c.id)
    .where(t.version.c.id.in_(_COUNTS), t.version.c.application_id.in_(select(t.integration.c.provider_id)))
    .order_by(t.version.c.application_id, t.version.c.id)
)
_EXPECTED = (
    select(t.current_publication.c.provider_id, t.current_publication.c.content_id)
    .where(t.current_publication.c.consumer_version_id.in_(_COUNTS))
    .distinct()
)


def _add(db: Connection) -> Compared:
    versions: list[tuple[int, int, int]] = []
    documents: dict[int, list[int]] = {}
    of_provider: dict[int, int] = {}
    for provider, version in db.execute(_PROVERS).all():
        place = of_provider[provider] = of_provider.get(provider, -1) + 1
        mine = documents.setdefault(provider, [])
        if place % _ALIKE == 0:
            mine.append(1 + sum(map(len, documents.values())))
        versions.append((version, provider, mine[-1]))
    _describe(db, versions, documents)
    pairs = [(content, one) for provider, content in db.execute(_EXPECTED) for one in documents.get(provider, ())]
    rows = [_comparison(key, *pair) for key, pair in enumerate(pairs, 1)]
    if rows:
        db.execute(insert(t.comparison), rows)
    done = Compared(len(versions), sum(map(len, documents.values())), len(rows))
    for table, given in (
        (t.provider_content, done.documents),
        (t.provider_contract, done.versions),
        (t.comparison, done.comparisons),
    ):
        count_beyond(db, table, given)
    return done


def _describe(db: Connection, versions: list[tuple[int, int, int]], documents: dict[int, list[int]]) -> None:
    body = db.execute(select(t.body.c.id).limit(1)).scalar_one()
    about = {"format": "openapi", "root": "openapi.yaml", "created_at": 1}
    contents = [
        {"id": key, "provider_id": provider, "sha": f"{key:064x}", **about}
        for provider, mine in documents.items()
        for key in mine
    ]
    db.execute(insert(t.provider_content), contents)
    said = [
        {"provider_version_id": version, "provider_id": provider, "provider_content_id": content, "format": "openapi"}
        for version, provider, content in versions
    ]
    told = {"name": "", "revision": 1, "content_type": "application/yaml", "body_id": body, **_NOW}
    db.execute(insert(t.provider_contract), [{"id": key, **row, **told} for key, row in enumerate(said, 1)])
    pointers = [{"provider_contract_id": key, "name": "", **row} for key, row in enumerate(said, 1)]
    db.execute(insert(t.current_provider_contract), pointers)


def _comparison(key: int, content: int, document: int) -> dict[str, object]:
    broken = key % _BREAKS == 0
    counts = {"breaking": int(broken), "risky": 0, "safe": 0, "partial": 0, "judged": 4, "unjudged": "[]"}
    about = {"id": key, "content_id": content, "provider_content_id": document, "checker": "1"}
    return {**about, "success": not broken, **counts, "report": _REPORTS[broken], **_NOW}
