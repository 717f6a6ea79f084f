"""What a broker's database holds, for facts that no answer shows."""

import contextlib
from typing import Any

from sqlalchemy import text

from tests.support.brokers import Broker
from troth_broker.store.engine import Store


def stored(broker: Broker, query: str) -> list[tuple[Any, ...]]:
    """The rows of a query."""
    with contextlib.closing(Store(broker.database_url, 1)) as store:
        return store.read(lambda db: [tuple(row) for row in db.execute(text(query))])
