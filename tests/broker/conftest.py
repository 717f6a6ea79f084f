"""Fixtures for tests of the broker: one with a past, and a second store beside it."""

from collections.abc import Iterator

import pytest

from tests.support.brokers import Broker
from tests.support.databases import PostgresDatabases, SqliteDatabases
from tests.support.lives import Life


@pytest.fixture(params=[1, 2])
def lived(request: pytest.FixtureRequest, broker: Broker) -> Broker:
    """A broker with a past."""
    life = Life(broker, request.param)
    for _ in range(80):
        life.step()
    return broker


@pytest.fixture
def other_url(databases: PostgresDatabases | SqliteDatabases) -> Iterator[str]:
    """A second store of the same kind, without a table."""
    with databases.empty() as url:
        yield url
