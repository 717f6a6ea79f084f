"""Each link relation is described where its curie leads, and a failure can be asked for."""

import json
import re
from pathlib import Path

import pytest
import structlog.testing

import troth_broker
from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.golden import same_as_golden
from troth_broker.web.relations import RELATIONS

ROOT = Path(next(iter(troth_broker.__path__)))


def test_a_relation_is_described(sqlite_broker: Broker) -> None:
    same_as_golden("relation", sqlite_broker.client.get("/doc/previous-distinct?context=pact"))
    same_as_golden(
        "relation_text", sqlite_broker.client.get("/doc/previous-distinct", headers={"Accept": "text/plain"})
    )


def test_a_relation_may_be_named_with_its_prefix(sqlite_broker: Broker) -> None:
    assert sqlite_broker.read("/doc/pb:diff")["name"] == "diff"


def test_a_relation_that_no_answer_has_is_not_there(sqlite_broker: Broker) -> None:
    answer = sqlite_broker.client.get("/doc/nonsense")
    assert answer.status_code == 404
    assert "nonsense" in answer.json()["error"]


def test_every_relation_that_is_written_has_a_description() -> None:
    written = {
        name
        for path in ROOT.rglob("http/*.py")
        for name in re.findall(r"\"(?:pb|beta|pf):([a-z-]+)\"", path.read_text())
    }
    assert written
    assert written <= set(RELATIONS)


@pytest.mark.parametrize("accept", ["application/hal+json", "application/problem+json, application/hal+json"])
def test_a_failure_that_was_asked_for_is_answered_and_logged_like_any_other(sqlite_broker: Broker, accept: str) -> None:
    with structlog.testing.capture_logs() as logged:
        answer = sqlite_broker.client.get("/test/error", headers={"Accept": accept})
    assert answer.status_code == 500
    references = [entry["reference"] for entry in logged if entry["event"] == "unhandled failure"]
    assert len(references) == 1
    assert references[0] in json.dumps(answer.json())


def test_nobody_can_ask_for_a_failure_where_the_diagnostic_endpoints_are_off(
    sqlite_url: str, start_broker: StartBroker
) -> None:
    broker = start_broker(sqlite_url, enable_diagnostic_endpoints=False)
    assert broker.client.get("/test/error").status_code == 404
