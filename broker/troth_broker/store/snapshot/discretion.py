"""What a row does not tell outside of its store: passwords and tokens of webhooks."""

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Table

from troth_broker.core.redaction import is_sensitive
from troth_broker.store.tables import webhook


def _webhook(row: Any) -> tuple[Any, ...]:
    hidden = {"password": None, "headers": _headers(row.headers)}
    return tuple(hidden.get(column.name, row[index]) for index, column in enumerate(webhook.columns))


def _headers(text: str | None) -> str | None:
    """Headers without the values that are secret by their name; a `${template}` is none, and stays."""
    if text is None:
        return None
    headers = json.loads(text)
    return json.dumps({name: value for name, value in headers.items() if not _is_secret(name, value)})


def _is_secret(name: str, value: Any) -> bool:
    return is_sensitive(name) and "${" not in str(value)


_DISCREET: Mapping[Table, Callable[[Any], tuple[Any, ...]]] = {webhook: _webhook}


def discreet(table: Table, rows: Sequence[Any]) -> Sequence[Any]:
    """Rows as others may see them."""
    hide = _DISCREET.get(table)
    return rows if hide is None else [hide(row) for row in rows]
