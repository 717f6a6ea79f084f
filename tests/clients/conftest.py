"""Official clients against a running broker; a story asks for `cli` and runs with the Rust and the Ruby one."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.brokers import Broker
from tests.support.clients import RUBY, RUST, Client
from tests.support.providers import Provider, provider

CLIS = {edition.name: edition for edition in (RUST, RUBY)}


@pytest.fixture(params=CLIS)
def cli(request: pytest.FixtureRequest, tmp_path: Path) -> Client:
    """The command line of the Rust client, then of the Ruby client."""
    return CLIS[request.param].client(tmp_path / "work")


@pytest.fixture
def rust_cli(tmp_path: Path) -> Client:
    """The Rust client's `pact broker`, for what the Ruby one cannot do."""
    return RUST.client(tmp_path / "work")


@pytest.fixture
def rust_verifier(tmp_path: Path) -> Client:
    """The Rust client's `pact verifier`."""
    return RUST.program_of("bin/pact", "verifier").client(tmp_path / "work")


@pytest.fixture
def at(broker: Broker) -> tuple[str, str]:
    """The flag that tells a client where the broker is."""
    return ("--broker-base-url", broker.url)


@pytest.fixture
def a_provider() -> Iterator[Provider]:
    """A provider that answers 200 to everything until the test says otherwise."""
    with provider() as running:
        yield running
