"""Official clients against a running broker; a story asks for `cli` and runs with the Rust and the Ruby one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.brokers import Broker
from tests.support.clients import Client, client
from tests.support.providers import Provider, provider
from tests.support.services import Missing, skip_or_fail

CLIS = {"rust": ("pact", ("broker",)), "ruby": ("pact-broker", ())}


def _found(name: str, program: str, prefix: tuple[str, ...], folder: Path) -> Client:
    try:
        return client(name, program, prefix, folder)
    except Missing as missing:
        skip_or_fail(missing)


@pytest.fixture(params=CLIS)
def cli(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    """The command line of the Rust client, then of the Ruby client."""
    return _found(request.param, *CLIS[request.param], tmp_path / "work")


@pytest.fixture
def rust_cli(tmp_path: Path) -> Client:
    """The Rust client's `pact broker`, for what the Ruby one cannot do."""
    return _found("rust", *CLIS["rust"], tmp_path / "work")


@pytest.fixture
def rust_verifier(tmp_path: Path) -> Client:
    """The Rust client's `pact verifier`."""
    return _found("rust", "pact", ("verifier",), tmp_path / "work")


@pytest.fixture
def at(broker: Broker) -> tuple[str, str]:
    """The flag that tells a client where the broker is."""
    return ("--broker-base-url", broker.url)


@pytest.fixture
def a_provider() -> Iterator[Provider]:
    """A provider that answers 200 to everything until the test says otherwise."""
    with provider() as running:
        yield running
