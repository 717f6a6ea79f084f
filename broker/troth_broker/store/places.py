"""How many versions stand in each environment."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy import Connection, Select, func, select

from troth_broker.store.tables import current_deployment, supported_release


def _counted(table: Any) -> Select[Any]:
    return select(table.c.environment_id, func.count()).group_by(table.c.environment_id)


_DEPLOYED, _RELEASED = _counted(current_deployment), _counted(supported_release)


def counts(db: Connection) -> tuple[Mapping[int, int], Mapping[int, int]]:
    """By environment: how many versions are deployed, and how many are released and supported."""
    deployed, released = ({key: count for key, count in db.execute(one)} for one in (_DEPLOYED, _RELEASED))  # noqa: C416 - rows are no pairs to the type checker
    return deployed, released
