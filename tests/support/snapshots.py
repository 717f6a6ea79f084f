"""Snapshots of stores: made, taken in, and what a store holds and answers, to compare two of them."""

import contextlib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
from sqlalchemy import select

from tests.support.lives import NAMES
from troth_broker.services.snapshots import Imported, export, load
from troth_broker.store import tables
from troth_broker.store.engine import Store
from troth_broker.store.migrate import migrate
from troth_broker.store.snapshot.contents import KEPT

UNLIKE = {tables.webhook.name: ("enabled",), tables.triggered_webhook.name: ("status",)}
"""What changes on the way in: nothing is sent twice, and nothing before somebody says so."""


def exported(database_url: str, file: Path) -> Path:
    with contextlib.closing(Store(database_url)) as store:
        export(store, file)
    return file


def imported(database_url: str, file: Path, *, only_try: bool = False) -> Imported:
    with contextlib.closing(Store(database_url)) as store:
        migrate(store)
        return load(store, file, only_try=only_try)


def everything(database_url: str) -> dict[str, list[tuple[Any, ...]]]:
    with contextlib.closing(Store(database_url)) as store:
        return {table.name: _rows(store, table.name) for table in KEPT}


def _rows(store: Store, name: str) -> list[tuple[Any, ...]]:
    table = tables.metadata.tables[name]
    shown = [column for column in table.columns if column.name not in UNLIKE.get(name, ())]
    return [tuple(row) for row in store.read(lambda db: db.execute(select(*shown).order_by(*table.primary_key)).all())]


def questions() -> Iterator[str]:
    for name in NAMES:
        for number in range(6):
            yield f"/can-i-deploy?pacticipant={name}&version={number}&environment=test"
            yield f"/can-i-deploy?pacticipant={name}&version={number}&to=uat"
        yield f"/pacticipants/{name}"
        yield f"/pacts/provider/{name}/for-verification"
        for other in NAMES:
            yield f"/matrix?q[][pacticipant]={name}&q[][pacticipant]={other}&latestby=cvpv"
    yield from ("/integrations", "/environments", "/pacticipants", "/dashboard", "/webhooks")


def answers(client: httpx.Client) -> dict[str, tuple[int, str]]:
    base = str(client.base_url).rstrip("/")
    found = {}
    for path in questions():
        answer = client.get(path)
        found[path] = answer.status_code, answer.text.replace(base, "")
    return found
