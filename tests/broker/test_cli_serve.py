"""`troth serve` says in one sentence why it cannot, and serves under the address that it is given."""

import socket
from pathlib import Path

import pytest

from tests.conftest import StartBroker
from tests.support.cli import troth
from tests.support.services import free_port


@pytest.mark.parametrize(
    ("arguments", "environment", "code", "said"),
    [
        (["--database", "mongodb://nowhere"], {}, 2, "no store can be kept at 'mongodb://nowhere'"),
        (["--database", "postgresql://127.0.0.1:1/none"], {}, 3, "127.0.0.1"),
        (["--database", "missing/folder/troth.db"], {}, 3, "missing/folder/troth.db"),
        (["--port", "70000"], {}, 2, "70000"),
        ([], {"PACT_BROKER_PORT": "70000"}, 2, "PACT_BROKER_PORT is 70000, but takes a whole number from 0 to 65535"),
        ([], {"TROTH_DATABASE_MAX_CONNECTIONS": "0"}, 2, "takes a whole number from 1 to 1000"),
        ([], {"TROTH_DATABASE_MAX_CONNECTIONS": "many"}, 2, "TROTH_DATABASE_MAX_CONNECTIONS is 'many'"),
    ],
)
def test_what_cannot_be_served_is_told(
    tmp_path: Path, arguments: list[str], environment: dict[str, str], code: int, said: str
) -> None:
    run = troth("serve", *arguments, "--port", str(free_port()) if "--port" not in arguments else "70000",
                folder=tmp_path, environment=environment, code=code)  # fmt: skip
    assert said in run.err


def test_a_port_that_is_taken_is_told(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        run = troth("serve", "--port", port, folder=tmp_path, code=2)
    assert f"cannot listen on 127.0.0.1:{port}" in run.err


def test_a_clients_address_in_the_environment_is_not_taken_for_the_servers(serve: StartBroker, sqlite_url: str) -> None:
    broker = serve(sqlite_url, environment={"PACT_BROKER_BASE_URL": "troth.db"})
    index = broker.client.get("/").json()
    assert index["_links"]["pb:pacticipants"]["href"] == f"{broker.url}/pacticipants"


def test_links_name_the_base_url_that_was_given(serve: StartBroker, sqlite_url: str) -> None:
    broker = serve(sqlite_url, "--base-url", "https://pacts.example/broker")
    index = broker.client.get("/").json()
    assert index["_links"]["self"]["href"] == "https://pacts.example/broker"
