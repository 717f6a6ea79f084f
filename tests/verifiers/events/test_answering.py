"""What an application sends and is answered: the contract's reply goes to it, and what it did with that is asked."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from tests.verifiers.events.conftest import EXAMPLE, Place, placed, running
from troth_verifiers import Contract, Message, Outcome, Report, Target, verify
from troth_verifiers.files import contract_in


@contextmanager
def buying(at: Place, broken: str = "") -> Iterator[str]:
    """The example's application in a process of its own; gives its address."""
    channel = at.channel.replace("/#", "/asked")
    with running("buying.py", "--broker", at.url, "--channel", channel, "--broken", broken) as url:
        yield url


def document(at: Place, where: str = "replyTo") -> Contract:
    contract = contract_in(EXAMPLE / "buying.asyncapi.yaml")
    content = contract.content.replace(b"quotes.asked", at.channel.replace("/#", "/asked").encode())
    content = content.replace(b"header#/replyTo}", f"header#/{where}}}".encode())
    return replace(contract, content=content)


def bought(at: Place, broken: str = "", *, timeout: float = 60.0, asked: bool = True, where: str = "replyTo") -> Report:
    with buying(at, broken) as url:
        others = {"messages": at.url, "outcomes": url} if asked else {"messages": at.url}
        target = Target(others=others, timeout=timeout)
        return verify(document(at, where), target, states=url, handler_timeout=60)


def test_an_application_that_takes_its_reply_passes_on_every_broker(place: Place) -> None:
    report = bought(place)
    assert report.ok, report.to_text()
    asks, takes = report.results
    assert asks.interaction.description == "ask for a quote sends quoteAsked"
    assert takes.interaction.description == "ask for a quote sends quoteAsked and takes the reply quoteTold"
    request, reply = takes.exchanges[0], takes.exchanges[-1]
    assert request.received is not None
    assert json.loads(request.received.body) == {"sku": "A1", "quantity": 3}
    assert reply.sent is not None
    assert json.loads(reply.sent.body) == {"sku": "A1", "price": 30}
    identity = dict(request.received.headers)["correlationId"]
    assert ("correlationId", identity) in reply.sent.headers
    assert reply.received is not None
    assert json.loads(reply.received.body) == {"sku": "A1", "price": 30}


def test_an_application_that_is_deaf_to_its_reply_fails(on_redis: Place) -> None:
    asks, takes = bought(on_redis, "deaf", timeout=3).results
    assert asks.outcome is Outcome.PASSED
    assert takes.outcome is Outcome.FAILED
    assert "did not deal with the message within 3 s" in takes.mismatches[0].text


def test_a_request_that_is_wrong_is_not_answered(on_redis: Place) -> None:
    for result in bought(on_redis, "request", timeout=3).results:
        assert result.outcome is Outcome.FAILED
        assert "/quantity" in result.mismatches[0].text


def test_a_reply_that_nobody_could_see_taken_is_skipped(on_redis: Place) -> None:
    asks, takes = bought(on_redis, asked=False).results
    assert asks.outcome is Outcome.PASSED
    assert takes.outcome is Outcome.SKIPPED
    assert takes.cause is not None
    assert takes.cause.text.startswith("Not replayed: nothing is described that comes of the reply, so that only")
    request = Message(b'{"sku": "A1", "quantity": 3}', "application/json", {"correlationId": "1"})
    handled = verify(document(on_redis), messages=lambda: request).results
    assert [one.outcome for one in handled] == [Outcome.PASSED, Outcome.SKIPPED], handled


def test_a_reply_whose_place_nobody_tells_is_an_error(mqtt_url: str) -> None:
    with placed("mqtt", mqtt_url) as at:
        _, takes = bought(at, where="nowhere").results
    assert takes.cause is not None
    assert takes.cause.text == (
        "The request says nowhere where its reply goes: there is nothing at $message.header#/nowhere."
    )
