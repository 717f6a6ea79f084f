"""Whom a webhook watches, when it fires and what people call it."""

import pytest

from troth_broker.core.webhooks import EVENTS, Definition, Pair, Party, Request, fires, name_of, watches

REQUEST = Request("POST", "https://user:secret@ci.example.org:8443/x?y")
PAIR = Pair("shop", "billing", ("web",), ("core", "money"))


@pytest.mark.parametrize(
    ("consumer", "provider", "watched"),
    [
        (None, None, True),
        (Party("shop"), None, True),
        (Party("Shop"), None, False),
        (None, Party("billing"), True),
        (Party("billing"), Party("shop"), False),
        (Party("shop"), Party("billing"), True),
        (Party("shop"), Party("other"), False),
        (Party(label="web"), Party(label="money"), True),
        (Party(label="core"), None, False),
        (None, Party(label="none"), False),
        (Party(label="shop"), None, False),
    ],
)
def test_a_webhook_watches_those_whom_both_conditions_mean(
    consumer: Party | None, provider: Party | None, watched: bool
) -> None:
    webhook = Definition(REQUEST, EVENTS, consumer, provider)
    assert watches(webhook, PAIR) is watched
    assert [fires(webhook, event, PAIR) for event in EVENTS] == [watched] * len(EVENTS)


def test_a_webhook_fires_for_its_events_while_it_is_enabled() -> None:
    webhook = Definition(REQUEST, ("contract_published",))
    assert [event for event in EVENTS if fires(webhook, event, PAIR)] == ["contract_published"]
    assert not fires(Definition(REQUEST, EVENTS, enabled=False), "contract_published", PAIR)


def test_a_webhook_is_called_by_its_description_or_else_by_method_and_host() -> None:
    assert name_of(Definition(REQUEST, description="Build it")) == "Build it"
    assert name_of(Definition(REQUEST, description="")) == "POST ci.example.org:8443"
