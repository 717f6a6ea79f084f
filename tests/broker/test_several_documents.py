"""A provider's version that publishes several descriptions is judged by all of them together."""

import base64
import json
from typing import Any

from tests.broker.test_comparing import openapi, pact, publish_pact
from tests.support.brokers import Broker
from tests.support.cli import troth

ELSEWHERE: dict[str, Any] = {"paths": {"/health": {"get": {"responses": {"200": {"description": "fine"}}}}}}


def describe(broker: Broker, name: str, document: dict[str, Any]) -> None:
    body = {
        "content": base64.b64encode(json.dumps(document).encode()).decode(),
        "contractType": "openapi",
        "contentType": "application/json",
        "name": name,
    }
    broker.client.put("/contracts/provider/orders/version/1", json=body).raise_for_status()


def summary(broker: Broker) -> Any:
    asked = "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=1&latestby=cvpv"
    return broker.read(asked)["summary"]


def test_what_one_description_does_not_declare_another_may(broker: Broker) -> None:
    publish_pact(broker, "1", pact())
    describe(broker, "health", openapi(**ELSEWHERE))
    assert summary(broker)["deployable"] is False
    describe(broker, "orders", openapi())
    assert summary(broker)["deployable"] is True


def test_what_no_description_declares_breaks_once(broker: Broker) -> None:
    publish_pact(broker, "1", pact())
    describe(broker, "health", openapi(**ELSEWHERE))
    describe(broker, "more", openapi(**ELSEWHERE, info={"title": "More", "version": "2"}))
    [reason] = summary(broker)["troth"]["reasons"]
    assert summary(broker)["deployable"] is False
    assert "more)" not in reason["text"]


def test_a_declared_operation_that_breaks_is_told_and_not_that_others_lack_it(broker: Broker) -> None:
    publish_pact(broker, "1", pact())
    describe(broker, "health", openapi(**ELSEWHERE))
    describe(broker, "orders", openapi("string"))
    found = summary(broker)
    assert found["deployable"] is False
    [reason] = found["troth"]["reasons"]
    assert "price" in reason["text"]
    assert "health" not in reason["text"]


def test_the_command_line_judges_in_the_same_way(tmp_path: Any) -> None:
    for name, document in (("web", pact()), ("orders", openapi()), ("health", openapi(**ELSEWHERE))):
        (tmp_path / f"{name}.json").write_text(json.dumps(document))
    said = troth("compare", "web.json", "health.json", "--provider", "orders.json", folder=tmp_path)
    assert said.code == 0, said.said
    assert troth("compare", "web.json", "health.json", folder=tmp_path).code == 1
