"""What of a store goes into a snapshot. Every table is in it, but for the few that are named here with a reason."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Select, Table, select

from troth_broker.store.tables import comparison_request, delivery, metadata, secret

LEFT_OUT: Mapping[Table, str] = {
    secret: "a value that was encrypted for one broker is of no use to others, and of none without its key",
    comparison_request: "comparisons that are still to be made are made where they are asked for",
    delivery: "calls that are still to be made are the work of the store that they were asked of, and are made once",
}
KEPT: tuple[Table, ...] = tuple(table for table in metadata.sorted_tables if table not in LEFT_OUT)
"""Parents before their children."""

READ: Mapping[Table, Select[Any]] = {table: select(table).order_by(*table.primary_key.columns) for table in KEPT}
