"""Kafka over TLS with a login: whom we trust, and that a password goes nowhere but where it is to."""

import asyncio
from collections.abc import Iterator
from uuid import uuid4

import pytest

from tests.verifiers.events.kafka_door import Door, door
from tests.verifiers.events.scram import HASHES
from tests.verifiers.events.secure import PASSWORD, USER, Papers
from troth_verifiers.errors import VerifierError
from troth_verifiers.events.opening import listening, send
from troth_verifiers.transport import Broker, Event

pytestmark = [
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.usefixtures("collected"),
]
"""The library leaves sockets of handshakes that failed to the garbage collector."""

SECONDS = 60.0


@pytest.fixture
def front(kafka_url: str, papers: Papers) -> Iterator[Door]:
    """A door of the test's own before the cluster."""
    with door(kafka_url, papers) as found:
        yield found


def refusal(url: str, timeout: float = 5.0) -> VerifierError:
    """What is said where the address does not let us listen."""

    async def work() -> None:
        async with listening(Broker(url, timeout=timeout), f"troth.{uuid4().hex}"):
            pass

    with pytest.raises(VerifierError) as caught:
        asyncio.run(work())
    assert PASSWORD not in caught.value.text
    return caught.value


def exchanged(broker: Broker, topic: str) -> bytes:
    """What comes over a topic when 1 is sent there."""

    async def work() -> bytes:
        async with listening(broker, topic) as events, asyncio.timeout(SECONDS):
            await send(broker, Event(topic, b"1"))
            return (await anext(events)).contents

    return asyncio.run(work())


def test_messages_come_over_tls_to_who_logs_in(front: Door, papers: Papers) -> None:
    broker = Broker(f"kafkas://{USER}:{PASSWORD}@127.0.0.1:{front.port}/?ca={papers.authority}", timeout=SECONDS)
    assert exchanged(broker, f"troth.{uuid4().hex}") == b"1"
    assert {mechanism for mechanism, _ in front.logins} == {"PLAIN"}
    assert {words.split(b"\0")[-1] for _, words in front.logins} == {PASSWORD.encode()}
    assert not front.early


def test_a_wrong_password_is_refused(front: Door, papers: Papers) -> None:
    error = refusal(f"kafkas://{USER}:guessed@127.0.0.1:{front.port}/?ca={papers.authority}")
    assert error.kind == "broker-refused"
    assert "does not let us in" in error.text
    assert "guessed" not in error.text


def test_another_mechanism_sends_no_password_to_who_knows_it_not(front: Door, papers: Papers) -> None:
    address = f"{USER}:{PASSWORD}@127.0.0.1:{front.port}/?ca={papers.authority}"
    assert refusal(f"kafkas://{address}&sasl=SCRAM-SHA-512").kind == "broker-refused"
    assert front.logins == []


@pytest.mark.parametrize("mechanism", sorted(HASHES))
def test_messages_come_to_who_proves_that_they_know_the_password(
    kafka_url: str, papers: Papers, mechanism: str
) -> None:
    with door(kafka_url, papers, mechanism=mechanism) as front:
        address = f"{USER}:{PASSWORD}@127.0.0.1:{front.port}/?ca={papers.authority}&sasl={mechanism}"
        broker, topic = Broker(f"kafkas://{address}", timeout=SECONDS), f"troth.{uuid4().hex}"
        assert exchanged(broker, topic) == b"1"
    assert {one for one, _ in front.logins} == {mechanism}
    assert not any(PASSWORD.encode() in words for _, words in front.logins)
    assert not front.early


@pytest.mark.parametrize("mechanism", sorted(HASHES))
@pytest.mark.parametrize(("user", "password"), [(USER, "guessed"), ("somebody", PASSWORD)])
@pytest.mark.parametrize("in_scram", [True, False])
def test_who_cannot_prove_it_is_refused(
    kafka_url: str, papers: Papers, mechanism: str, user: str, password: str, *, in_scram: bool
) -> None:
    with door(kafka_url, papers, mechanism=mechanism, in_scram=in_scram) as front:
        error = refusal(f"kafkas://{user}:{password}@127.0.0.1:{front.port}/?ca={papers.authority}&sasl={mechanism}")
    assert error.kind == "broker-refused", error
    assert "does not let us in" in error.text
    assert not front.early


def test_a_cluster_that_cannot_prove_that_it_knows_the_password_is_not_spoken_to(
    kafka_url: str, papers: Papers
) -> None:
    with door(kafka_url, papers, mechanism="SCRAM-SHA-256", impostor=True) as front:
        error = refusal(f"kafkas://{USER}:{PASSWORD}@127.0.0.1:{front.port}/?ca={papers.authority}&sasl=SCRAM-SHA-256")
    assert error.kind == "broker-refused", error
    assert "it cannot prove that it knows the password" in error.text
    assert not front.early


def test_plain_credentials_are_not_given_to_who_wants_a_proof(kafka_url: str, papers: Papers) -> None:
    with door(kafka_url, papers, mechanism="SCRAM-SHA-512") as front:
        error = refusal(f"kafkas://{USER}:{PASSWORD}@127.0.0.1:{front.port}/?ca={papers.authority}")
    assert error.kind == "broker-refused", error
    assert front.logins == []


def test_nobody_logs_in_to_who_shows_a_certificate_of_nobody(front: Door) -> None:
    error = refusal(f"kafkas://{USER}:{PASSWORD}@127.0.0.1:{front.port}")
    assert error.kind == "broker-unreachable"
    assert "its certificate is signed by nobody who is trusted" in error.text
    assert front.logins == []


def test_nobody_logs_in_to_who_shows_a_certificate_for_another_name(kafka_url: str, papers: Papers) -> None:
    with door(kafka_url, papers, "127.0.0.2") as front:
        error = refusal(f"kafkas://{USER}:{PASSWORD}@127.0.0.2:{front.port}/?ca={papers.authority}")
    assert error.kind == "broker-unreachable"
    assert "its certificate is not for 127.0.0.2" in error.text
    assert front.logins == []


def test_without_a_login_nothing_is_let_through(front: Door, papers: Papers) -> None:
    assert refusal(f"kafkas://127.0.0.1:{front.port}/?ca={papers.authority}").kind == "broker-unreachable"
    assert front.logins == []
    assert front.early


def test_plain_words_to_tls_and_tls_to_plain_words_are_told(front: Door, kafka_url: str) -> None:
    plain = refusal(f"kafka://{USER}:{PASSWORD}@127.0.0.1:{front.port}")
    assert plain.text.endswith("it speaks TLS: write kafkas://.")
    tls = refusal(kafka_url.replace("kafka:", "kafkas:", 1))
    assert tls.text.endswith("write kafka://.")
