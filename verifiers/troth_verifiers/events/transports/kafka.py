"""Kafka. A channel is a topic; all of its partitions are listened to from their ends, without a consumer group.

The credentials of an address ``kafka://user:password@host:port`` are those of SASL/PLAIN, or of the mechanism
that the option ``sasl`` names; ``kafkas`` is Kafka over TLS.
"""

import asyncio
import logging
from collections.abc import AsyncGenerator, AsyncIterator, Generator
from contextlib import asynccontextmanager, contextmanager, suppress
from typing import Any, Final

from aiokafka import AIOKafkaConsumer, AIOKafkaProducer, ConsumerRecord
from aiokafka.conn import create_conn
from aiokafka.errors import (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    BrokerResponseError,
    InvalidTopicError,
    KafkaConnectionError,
    KafkaError,
    KafkaTimeoutError,
    NodeNotReadyError,
    SaslAuthenticationFailed,
    TopicAuthorizationFailedError,
    UnknownTopicOrPartitionError,
    UnsupportedSaslMechanismError,
)

from troth_verifiers.errors import UsageError
from troth_verifiers.events.errors import BrokerRefused, ChannelMissing
from troth_verifiers.events.keeping import Shared
from troth_verifiers.transport import Broker, Event, said

logging.getLogger("aiokafka").addHandler(logging.NullHandler())  # else it writes tracebacks to who logs nothing

_LARGEST: Final = 128 * 1024 * 1024
_PORT: Final = 9092
_QUIET: Final = 500
"""Milliseconds without a record after which the cluster is asked whether it is still there."""
_MECHANISMS: Final = ("PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512")
_DENIED: Final = (
    AuthenticationFailedError,
    AuthenticationMethodNotSupported,
    SaslAuthenticationFailed,
    UnsupportedSaslMechanismError,
)


class Kafka:
    """The plug-in. One producer sends; each interaction has a consumer of its own, which cannot be shared."""

    wildcard = ""

    def __init__(self) -> None:
        self._producers = Shared(_producing, lambda _: False)  # each opens anew what it lost

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """What is appended to any partition from now on."""
        consumer = AIOKafkaConsumer(
            channel,
            **_options(broker),
            enable_auto_commit=False,
            max_partition_fetch_bytes=_LARGEST,
            fetch_max_bytes=_LARGEST,
        )
        async with _running(consumer, broker, channel):
            for partition, end in (await consumer.end_offsets(list(consumer.assignment()))).items():
                consumer.seek(partition, end)
            yield _events(consumer)

    async def send(self, broker: Broker, event: Event) -> None:
        """Append a record and wait until the partition's leader has it."""
        headers = [(name, value.encode()) for name, value in event.headers]
        for name, text in (
            ("content-type", event.content_type),
            ("id", event.id),
            ("correlation-id", event.correlation_id),
            ("reply-to", event.reply_to),
        ):
            if text:
                headers.append((name, text.encode()))
        producer = await self._producers.to(broker)
        key = None if event.key is None else event.key.encode()
        try:
            await producer.send_and_wait(event.channel, event.contents, key=key, headers=headers)
        except UnknownTopicOrPartitionError:
            raise _missing(broker, event.channel) from None
        except (KafkaConnectionError, KafkaTimeoutError, NodeNotReadyError) as error:
            raise OSError(said(error)) from None
        except BrokerResponseError as error:
            text = f"Kafka at {broker.shown} did not take the message: {said(error)}."
            raise BrokerRefused(broker.shown, text) from None

    async def aclose(self) -> None:
        """Close the connections."""
        await self._producers.aclose()


async def _events(consumer: AIOKafkaConsumer) -> AsyncGenerator[Event]:
    """What comes; raises `KafkaError` once no broker of the cluster answers, as the library itself tries for ever."""
    while True:
        found = await consumer.getmany(timeout_ms=_QUIET)
        for records in found.values():
            for one in records:
                yield _event(one)
        if not found:
            await _is_there(consumer)


async def _is_there(consumer: AIOKafkaConsumer) -> None:
    """Raise `KafkaError` where no broker of the cluster answers."""
    with _told():
        await consumer.topics()


@contextmanager
def _told() -> Generator[None]:
    """Turn a cancellation that nobody asked for, by which the library ends what is lost, into a `KafkaError`."""
    try:
        yield
    except asyncio.CancelledError:
        task = asyncio.current_task()
        if task is not None and task.cancelling():
            raise
        raise KafkaConnectionError("the connection was lost") from None


@asynccontextmanager
async def _producing(broker: Broker) -> AsyncGenerator[AIOKafkaProducer]:
    producer = AIOKafkaProducer(**_options(broker), max_request_size=_LARGEST)
    async with _running(producer, broker, ""):
        yield producer


def _options(broker: Broker) -> dict[str, Any]:
    """What a client of either kind is told of the broker."""
    found: dict[str, Any] = {
        "bootstrap_servers": f"{broker.host}:{broker.port(_PORT)}",
        "request_timeout_ms": max(1000, round(broker.timeout * 1000)),
        "retry_backoff_ms": 50,
    }
    tls = broker.parts.scheme == "kafkas"
    if tls:
        found["ssl_context"] = broker.tls()
    if broker.user is not None:
        mechanism = broker.options.get("sasl", _MECHANISMS[0]).upper()
        if mechanism not in _MECHANISMS:
            raise UsageError(f"{mechanism} is no mechanism of Kafka's login; there are {', '.join(_MECHANISMS)}.")
        found |= {
            "sasl_mechanism": mechanism,
            "sasl_plain_username": broker.user,
            "sasl_plain_password": broker.password,
        }
    found["security_protocol"] = ("SASL_" if broker.user is not None else "") + ("SSL" if tls else "PLAINTEXT")
    return found


@asynccontextmanager
async def _running(client: Any, broker: Broker, channel: str) -> AsyncGenerator[None]:
    """A consumer or producer that is started, and stopped whatever happens."""
    try:
        try:
            await client.start()
        except _DENIED as error:
            raise BrokerRefused(broker.shown, f"Kafka at {broker.shown} does not let us in: {said(error)}.") from None
        except (TopicAuthorizationFailedError, InvalidTopicError) as error:
            raise BrokerRefused(broker.shown, f"Kafka at {broker.shown} refuses {channel!r}: {said(error)}.") from None
        except UnknownTopicOrPartitionError:
            raise _missing(broker, channel) from None
        except KafkaError as error:
            await _logged_in(broker)
            raise OSError(said(error)) from None
        except (LookupError, ValueError) as error:  # what the library makes of SCRAM's proofs that fail
            if broker.user is None:
                raise
            theirs = "it cannot prove that it knows the password"
            why = theirs if isinstance(error, ValueError) else "it does not accept this user and password"
            raise BrokerRefused(broker.shown, f"Kafka at {broker.shown} does not let us in: {why}.") from None
        yield
    finally:
        with suppress(KafkaError), _told():  # it has gone already
            await client.stop()


async def _logged_in(broker: Broker) -> None:
    """Raise `BrokerRefused` where the login is refused, which the library says to nobody but its log."""
    if broker.user is None:
        return
    options = {name: value for name, value in _options(broker).items() if name.startswith(("sasl_", "ssl_", "secur"))}
    try:
        connection = await create_conn(
            broker.host, broker.port(_PORT), request_timeout_ms=max(1000, round(broker.timeout * 1000)), **options
        )
    except _DENIED as error:
        raise BrokerRefused(broker.shown, f"Kafka at {broker.shown} does not let us in: {said(error)}.") from None
    except (KafkaError, OSError):
        return
    await connection.close()


def _missing(broker: Broker, channel: str) -> ChannelMissing:
    return ChannelMissing(broker.shown, f"Kafka at {broker.shown} has no topic {channel!r}, and makes none.")


def _event(one: "ConsumerRecord[bytes, bytes]") -> Event:
    headers = tuple((name, (value or b"").decode("utf-8", "backslashreplace")) for name, value in one.headers)
    known = {name.lower(): value for name, value in headers}
    return Event(
        one.topic,
        one.value or b"",
        known.get("content-type", ""),
        headers,
        None if one.key is None else one.key.decode("utf-8", "backslashreplace"),
        known.get("id") or known.get("ce_id") or known.get("message-id"),
        known.get("correlation-id") or known.get("correlationid"),
        f"partition {one.partition}, offset {one.offset}",
        known.get("reply-to"),
    )
