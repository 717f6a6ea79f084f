"""Brokers over TLS with certificates and passwords, really run; each way that is wrong is told in one sentence."""

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from tests.support.services import Missing, skip_or_fail
from tests.verifiers.events.secure import PASSWORD, USER, Papers, scheme_of, secured
from troth_verifiers.errors import UsageError, VerifierError
from troth_verifiers.events.opening import listening, send
from troth_verifiers.transport import Broker, Event

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("collected"),
]
"""Some of the brokers' libraries leave the socket of a handshake that failed to the garbage collector."""

SECONDS = 60.0
WAITS = 5.0
"""Seconds that are waited for a server which will not answer."""


class Server:
    """A server with TLS: addresses for it that are right, or wrong in one way."""

    def __init__(self, kind: str, at: str, papers: Papers) -> None:
        self.kind, self.at = kind, at
        self.ca, self.own = f"ca={papers.authority}", f"cert={papers.certificate('client')}&key={papers.key('client')}"

    def url(self, *options: str, password: str = PASSWORD, scheme: str = "") -> str:
        """An address with these options."""
        return f"{scheme or scheme_of(self.kind)}://{USER}:{password}@{self.at}/?{'&'.join(options)}".rstrip("?")


@pytest.fixture(params=["amqp", "mqtt", "nats", "redis"], scope="module")
def server(request: pytest.FixtureRequest, papers: Papers) -> Iterator[Server]:
    """A server of each kind."""
    with ExitStack() as held:
        try:
            at = held.enter_context(secured(request.param, papers))
        except Missing as missing:
            skip_or_fail(missing)
        yield Server(request.param, at, papers)


def refusal(url: str, **more: Any) -> VerifierError:
    """What is said where the address does not let us listen."""

    async def work() -> None:
        async with listening(Broker(url, timeout=WAITS, **more), "amq.topic"):
            pass

    with pytest.raises(VerifierError) as caught:
        asyncio.run(work())
    assert PASSWORD not in caught.value.text
    return caught.value


def test_messages_come_over_tls_to_who_shows_certificate_and_password(server: Server) -> None:
    channel = "amq.topic/a" if server.kind == "amqp" else f"troth.{uuid4().hex}"
    broker = Broker(server.url(server.ca, server.own), timeout=SECONDS)

    async def work() -> bytes:
        async with listening(broker, channel) as events, asyncio.timeout(SECONDS):
            await send(broker, Event(channel, b"1"))
            return (await anext(events)).contents

    assert asyncio.run(work()) == b"1"


RUN = """
import sys

from troth_verifiers import Target, verify
from troth_verifiers.events.opening import send
from troth_verifiers.transport import Broker, Event

contract, url, channel = sys.argv[1:]

async def an_order_is_placed():
    await send(Broker(url, timeout=60), Event(channel, b"1"))

report = verify(contract, Target(others={"messages": url}, timeout=60), states={"placed": an_order_is_placed})
print(*(one.outcome.value for one in report.results))
"""


def test_a_run_over_tls_prints_nothing_of_its_own(server: Server, tmp_path: Path) -> None:
    channel = "amq.topic/a" if server.kind == "amqp" else f"troth.{uuid4().hex}"
    file = tmp_path / "a.troth.yaml"
    file.write_text(
        "{troth: 1, protocol: message, consumer: a, provider: b, interactions: "
        f"[{{description: x, channel: {channel}, contents: 1, states: [{{name: placed}}]}}]}}"
    )
    command = [sys.executable, "-c", RUN, str(file), server.url(server.ca, server.own), channel]
    ran = subprocess.run(command, capture_output=True, text=True, check=True, timeout=2 * SECONDS)
    assert (ran.stdout, ran.stderr) == ("passed\n", "")


def test_a_wrong_password_is_refused(server: Server) -> None:
    error = refusal(server.url(server.ca, server.own, password="guessed"))
    assert error.kind == "broker-refused"
    assert "does not let us in" in error.text
    assert "guessed" not in error.text


def test_an_authority_that_nobody_knows_is_told(server: Server) -> None:
    text = refusal(server.url(server.own)).text
    assert text.endswith(
        "cannot be reached: its certificate is signed by nobody who is trusted (by this machine); name the authority "
        "by the option `ca`."
    )


def test_a_certificate_that_is_missing_is_asked_for(server: Server) -> None:
    text = refusal(server.url(server.ca)).text
    assert "it wants a certificate of ours" in text
    assert text.endswith("by the options `cert` and `key`.")


def test_plain_words_to_a_server_with_tls_are_told(server: Server) -> None:
    text = refusal(server.url(scheme=server.kind)).text
    assert text.endswith(f"cannot be reached: it speaks TLS: write {scheme_of(server.kind)}://.")


@pytest.mark.parametrize("kind", ["amqp", "mqtt", "nats", "redis"])
def test_tls_to_a_server_without_is_told(kind: str, request: pytest.FixtureRequest) -> None:
    plain: str = request.getfixturevalue(f"{kind}_url")
    text = refusal(plain.replace(f"{kind}:", f"{scheme_of(kind)}:", 1)).text
    assert text.endswith(f"write {kind}://.")


@pytest.mark.parametrize("scheme", ["amqps", "kafkas", "mqtts", "rediss", "tls"])
def test_files_that_cannot_be_used_are_named(scheme: str, papers: Papers, tmp_path: Path) -> None:
    nowhere = refusal(f"{scheme}://127.0.0.1:1/?ca={tmp_path / 'none.pem'}")
    assert isinstance(nowhere, UsageError)
    assert nowhere.text == f"The certificates in {tmp_path / 'none.pem'} cannot be read: No such file or directory."
    keyless = refusal(f"{scheme}://127.0.0.1:1/?ca={papers.authority}&cert={papers.authority}")
    assert keyless.text.startswith(f"The certificate and key in {papers.authority} cannot be used: ")


@pytest.mark.parametrize("scheme", ["kafkas", "mqtts", "rediss", "tls", "kafka", "redis"])
def test_an_option_that_nobody_knows_is_told(scheme: str) -> None:
    assert "cafile" in refusal(f"{scheme}://127.0.0.1:1/?cafile=ca.pem").text


def test_a_mechanism_that_kafka_does_not_have_is_told() -> None:
    text = refusal("kafka://me:secret@127.0.0.1:1/?sasl=scram").text
    assert text == "SCRAM is no mechanism of Kafka's login; there are PLAIN, SCRAM-SHA-256, SCRAM-SHA-512."


@pytest.mark.parametrize(
    ("url", "shown"),
    [
        ("amqp://me:ab/cret@localhost:5672/v", "amqp://localhost:5672/v"),
        ("redis://:ab?cret@localhost:6379/0", "redis://localhost:6379/0"),
        ("nats://me:ab#cret@localhost:4222", "nats://localhost:4222"),
        ("kafka://me:cret@localhost:port", "kafka://localhost:port"),
        ("amqp://me:[cret@localhost:5672", "amqp://localhost:5672"),
    ],
)
def test_a_password_that_breaks_its_address_is_not_shown(url: str, shown: str) -> None:
    told = refusal(url)
    assert isinstance(told, UsageError)
    assert told.text.startswith(f"The address {shown} cannot be read: ")
    assert "cret" not in told.text
