"""One connection to a broker for a whole run, however many interactions there are; a lost one is opened anew."""

import asyncio
import gc
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from tests.verifiers.events.conftest import KINDS, Place, placed
from tests.verifiers.events.relay import relayed
from tests.verifiers.events.test_transports import SECONDS, results, sendable
from troth_verifiers import Contract, Outcome, Target, plugins, verify
from troth_verifiers.events.opening import Brokers, send
from troth_verifiers.transport import Broker, Event, Transport

WITHOUT_KAFKA = tuple(one for one in KINDS if one != "kafka")
"""Kafka's brokers tell their clients where to connect to, past any relay."""


@pytest.fixture(params=WITHOUT_KAFKA)
def relay_place(request: pytest.FixtureRequest) -> Any:
    """A channel on each broker that can be reached through a relay."""
    with placed(request.param, request.getfixturevalue(f"{request.param}_url")) as found:
        yield found


def sending(at: Place) -> Callable[[], None]:
    """What lets the right message be sent, past the relay."""
    return lambda: asyncio.run(send(Broker(at.url, timeout=SECONDS), Event(sendable(at), b'{"a": 1}')))


def test_many_interactions_need_few_connections(relay_place: Place) -> None:
    with relayed(relay_place.url) as (url, relay):
        found = results(url, *[relay_place.channel] * 25, states=lambda state: sending(relay_place)())
        assert [one.outcome for one in found] == [Outcome.PASSED] * 25
        assert relay.count <= (12 if relay_place.kind == "redis" else 1), relay.count


def test_a_connection_that_is_cut_errs_the_interaction_at_hand_and_is_opened_anew(relay_place: Place) -> None:
    with relayed(relay_place.url) as (url, relay):

        def cut_off() -> None:
            relay.cut()
            if relay_place.kind == "redis":  # whose entries wait for who comes back
                sending(relay_place)()

        acts = iter([sending(relay_place), cut_off, sending(relay_place)])
        first, cut, last = results(url, *[relay_place.channel] * 3, states=lambda state: next(acts)())
    assert first.outcome is Outcome.PASSED, first
    if relay_place.kind != "redis" or cut.outcome is not Outcome.PASSED:
        assert cut.cause is not None
        assert cut.cause.kind == "broker-unreachable"
        assert "broke off while we listened: " in cut.cause.text
    assert last.outcome is Outcome.PASSED, last


def test_interactions_at_once_over_one_connection_hear_each_their_own(place: Place) -> None:
    async def work() -> list[bytes]:
        broker, brokers = Broker(place.url, timeout=SECONDS), Brokers()
        channels = [place.channel.replace("/#", f"/{one}") if "/" in place.channel else place.channel for one in "abab"]

        async def heard(number: int, ready: asyncio.Barrier) -> bytes:
            async with brokers.listening(broker, channels[number]) as events:
                await ready.wait()
                await brokers.send(broker, Event(channels[number], str(number).encode()))
                async for one in events:
                    if one.contents == str(number).encode():
                        return one.contents
            raise AssertionError("the channel ended")

        ready = asyncio.Barrier(4)
        try:
            async with asyncio.timeout(SECONDS):
                return await asyncio.gather(*(heard(one, ready) for one in range(4)))
        finally:
            await brokers.aclose()

    assert asyncio.run(work()) == [b"0", b"1", b"2", b"3"]


def test_what_one_interaction_left_unread_is_nothing_to_the_next_one_on_its_channel(place: Place) -> None:
    async def work() -> list[bytes]:
        broker, brokers, channel = Broker(place.url, timeout=SECONDS), Brokers(), sendable(place)
        found = []
        try:
            for contents in (b"1", b"2", b"3"):
                async with brokers.listening(broker, place.channel) as events, asyncio.timeout(SECONDS):
                    for _ in range(3):
                        await brokers.send(broker, Event(channel, contents))
                    found.append((await anext(events)).contents)
            return found
        finally:
            await brokers.aclose()

    assert asyncio.run(work()) == [b"1", b"2", b"3"]


def test_a_connection_that_is_lost_while_nobody_uses_it_is_nothing_to_the_next_one(relay_place: Place) -> None:
    async def exchanged(brokers: Brokers, broker: Broker, contents: bytes) -> bytes:
        async with brokers.listening(broker, relay_place.channel) as events, asyncio.timeout(SECONDS):
            await brokers.send(broker, Event(sendable(relay_place), contents))
            return (await anext(events)).contents

    async def work(url: str, cut: Callable[[], None]) -> list[bytes]:
        brokers, over, past = Brokers(), Broker(url, timeout=SECONDS), Broker(relay_place.url, timeout=SECONDS)
        asyncio.get_running_loop().set_exception_handler(lambda _, said: complaints.append(said))
        try:
            found = [await exchanged(brokers, over, b"1")]
            cut()
            found.append(await exchanged(brokers, past, b"2"))  # meanwhile the loss is noticed
            found.append(await exchanged(brokers, over, b"3"))
            return found
        finally:
            await brokers.aclose()

    complaints: list[object] = []
    with relayed(relay_place.url) as (url, relay):
        assert asyncio.run(work(url, relay.cut)) == [b"1", b"2", b"3"]
    gc.collect()
    assert complaints == []


class Simple:
    """A transport as a third party may write it, which knows nothing of connections that are kept."""

    wildcard = ""

    @asynccontextmanager
    async def listen(self, broker: Broker, channel: str) -> AsyncGenerator[AsyncIterator[Event]]:
        """Say what the address says, for ever."""

        async def events() -> AsyncIterator[Event]:
            yield Event(channel, broker.host.encode())
            await asyncio.Event().wait()

        yield events()

    async def send(self, broker: Broker, event: Event) -> None:
        """Drop it."""


def test_a_transport_that_keeps_nothing_needs_no_more_than_to_listen_and_to_send(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    made: list[Transport] = []

    def make() -> Transport:
        made.append(Simple())
        return made[-1]

    monkeypatch.setattr(plugins, "transport_maker", lambda scheme: make)
    interactions = "".join(f"\n- {{description: {one}, channel: c, contents: 41}}" for one in "ab")
    text = f"troth: 1\nprotocol: message\nconsumer: a\nprovider: b\ninteractions:{interactions}"
    contract = Contract("a", "b", text.encode(), "x.yaml", format="message")
    found = verify(contract, Target(others={"messages": "simple-once://41"}, timeout=SECONDS)).results
    assert [one.outcome for one in found] == [Outcome.PASSED, Outcome.PASSED], found
    assert len(made) == 1
