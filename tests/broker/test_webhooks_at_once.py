"""Builds that publish and providers that verify the same content at the same moment."""

from concurrent.futures import ThreadPoolExecutor

import httpx

from tests.support.brokers import Broker
from tests.support.pacts import pact, put, version_of
from tests.support.pointers import pointer_differences
from tests.support.stored import stored

EVENTS = ("contract_published", "contract_requiring_verification_published", "provider_verification_published")


def test_what_is_asked_and_answered_at_once_is_never_left_open_or_forgotten(broker: Broker) -> None:
    request = {"method": "POST", "url": "https://example.org"}
    body = {"events": [{"name": name} for name in EVENTS], "request": request}
    broker.client.post("/webhooks", json=body).raise_for_status()
    content = pact("shop", "billing")
    results = broker.read(put(broker, content, "0", branch="main"))["_links"]["pb:publish-verification-results"]["href"]
    version_of(broker, "billing", "b0", branch="main")

    def publish(number: int) -> httpx.Response:
        path = f"/pacts/provider/billing/consumer/shop/version/{number}"
        return broker.client.put(path, json=content)

    def verify(number: int) -> httpx.Response:
        return broker.client.post(results, json={"success": True, "providerApplicationVersion": f"b{number % 3}"})

    with ThreadPoolExecutor(8) as threads:
        answers = [threads.submit(act, number) for number in range(1, 25) for act in (publish, verify)]
        assert {answer.result().status_code for answer in answers} == {201}
    assert pointer_differences(broker.database_url) == ()
    assert stored(broker, "SELECT count(*) FROM open_request") == [(0,)]
    told = stored(broker, "SELECT event_name, count(*) FROM triggered_webhook GROUP BY event_name ORDER BY event_name")
    assert dict(told) | {EVENTS[1]: 0} == {EVENTS[0]: 25, EVENTS[1]: 0, EVENTS[2]: 24}
    assert stored(broker, "SELECT count(*) FROM delivery") == [(sum(count for _, count in told),)]
