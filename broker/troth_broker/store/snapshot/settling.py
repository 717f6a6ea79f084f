"""How a row changes when it comes to live in another store."""

from typing import Any

from sqlalchemy import Table

from troth_broker.store.tables import triggered_webhook, webhook

_OPEN = frozenset({"not_run", "retrying"})

Row = dict[str, Any]


def settled(table: Table, row: Row) -> Row:
    """The row as it comes in: no webhook calls anybody before somebody says so, and no call is made twice."""
    if table is webhook:
        return {**row, "enabled": False}
    if table is triggered_webhook and row["status"] in _OPEN:
        return {**row, "status": "failure"}
    return row
