"""Full-text search over what contracts say: one row for each interaction of each content, found by its words."""

import sqlite3
from collections.abc import Iterator
from typing import Any

import sqlite_utils

from troth_schemas.errors import ContractUnreadable
from troth_schemas.pact import Interaction, interactions, parse

TABLE = "interaction"
_SEARCHED = ("consumer", "provider", "description", "states", "asks")
_COLUMNS = {
    "id": int,
    "content_id": int,
    "consumer": str,
    "provider": str,
    "description": str,
    "states": str,
    "asks": str,
}
_CONTENTS = """
    SELECT content.id, consumer.name, provider.name, body.content
    FROM content
    JOIN application AS consumer ON consumer.id = content.consumer_id
    JOIN application AS provider ON provider.id = content.provider_id
    JOIN publication ON publication.id = (SELECT max(id) FROM publication WHERE content_id = content.id)
    JOIN body ON body.id = publication.body_id
    WHERE content.format = 'pact'"""


def add_search(connection: sqlite3.Connection) -> None:
    """Add the table of interactions with its index of words: `SELECT … FROM interaction_fts WHERE … MATCH 'order'`."""
    database = sqlite_utils.Database(connection)
    table = database.table(TABLE)
    table.create(_COLUMNS, pk="id")
    table.insert_all(_rows(connection), batch_size=1000)
    table.enable_fts(_SEARCHED, fts_version="FTS5")


def _rows(connection: sqlite3.Connection) -> Iterator[dict[str, Any]]:
    number = 0
    for content_id, consumer, provider, body in connection.execute(_CONTENTS):
        for one in _interactions(body):
            number += 1
            yield {
                "id": number,
                "content_id": content_id,
                "consumer": consumer,
                "provider": provider,
                "description": one.description,
                "states": ", ".join(state.name for state in one.states),
                "asks": f"{one.method} {one.path}" if one.method else one.kind,
            }


def _interactions(body: bytes) -> tuple[Interaction, ...]:
    try:
        return interactions(parse(body))
    except ContractUnreadable:
        return ()
