"""The health of a broker, over HTTP."""

import contextlib

import psycopg
from psycopg import sql

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.databases import PostgresDatabases
from tests.support.golden import same_as_golden

HEARTBEAT, DEPENDENCIES = "/diagnostic/status/heartbeat", "/diagnostic/status/dependencies"


def test_a_healthy_broker_says_so(broker: Broker) -> None:
    same_as_golden("heartbeat", broker.client.get(HEARTBEAT))
    same_as_golden("dependencies", broker.client.get(DEPENDENCIES))


def test_a_broker_whose_store_is_gone_says_so_and_its_heart_beats(
    postgres: str, postgres_databases: PostgresDatabases, start_broker: StartBroker
) -> None:
    with postgres_databases.migrated() as url:
        broker = start_broker(url)
        assert broker.client.get(DEPENDENCIES).status_code == 200
        with contextlib.closing(psycopg.connect(postgres, autocommit=True)) as server:
            server.execute(sql.SQL("DROP DATABASE {} WITH (FORCE)").format(sql.Identifier(url.rpartition("/")[2])))
        gone = broker.client.get(DEPENDENCIES)
        assert gone.status_code == 500
        assert gone.json()["database"]["ok"] is False
        assert "message" in gone.json()["database"]["error"]
        assert broker.client.get("/pacticipants").status_code == 503
        assert broker.client.get(HEARTBEAT).json()["ok"] is True


def test_both_can_be_switched_off(sqlite_url: str, start_broker: StartBroker) -> None:
    broker = start_broker(sqlite_url, enable_diagnostic_endpoints=False)
    assert broker.client.get(HEARTBEAT).status_code == 404
    assert broker.client.get(DEPENDENCIES).status_code == 404
