"""Policies over HTTP and on the command line: said, changed, versioned, and named by every answer of the gate."""

import json
from typing import Any

import pytest
from sqlalchemy import create_engine, text

from tests.broker.gate_fleet import Fleet
from tests.support.brokers import Broker
from tests.support.cli import troth

PAIR = "/integrations/provider/orders/consumer/web/policy"


@pytest.fixture
def fleet(broker: Broker) -> Fleet:
    """Web 1 has a contract with orders 5, which runs in live and has passed it."""
    fleet = Fleet(broker)
    fleet.publish("web", "1", "orders")
    fleet.verify("web", "1", "orders", "5")
    fleet.deploy("orders", "5", "live")
    return fleet


def put(fleet: Fleet, path: str, status: int = 200, **rules: Any) -> Any:
    answer = fleet.client.put(path, json=rules)
    assert answer.status_code == status, answer.text
    return answer.json()


def test_a_policy_says_nothing_until_somebody_does(fleet: Fleet) -> None:
    for path in (PAIR, f"/environments/{fleet.environment('live')}/policy"):
        found = fleet.broker.read(path)
        assert (found["version"], found["policy"]) == (0, {})
        assert "since" not in found
        assert fleet.broker.read(found["_links"]["pb:policy-versions"]["href"])["versions"] == []


def test_each_change_is_a_version_with_a_moment_and_the_same_again_is_none(fleet: Fleet) -> None:
    first = put(fleet, PAIR, needs=["replay"], max_age_days=30)
    assert first["policy"] == {"needs": ["replay"], "max_age_days": 30}
    assert first["since"]
    assert put(fleet, PAIR, max_age_days=30, needs=["replay"], blocks=None)["version"] == first["version"]
    second = put(fleet, PAIR, not_covered="allows", blocks=["risky", "breaking"])
    assert second["policy"] == {"blocks": ["breaking", "risky"], "not_covered": "allows"}
    history = fleet.broker.read(f"{PAIR}/versions")
    assert [one["version"] for one in history["versions"]] == [second["version"], first["version"]]
    assert history["versions"][1]["policy"] == first["policy"]
    assert fleet.broker.read(history["_links"]["pb:policy"]["href"])["version"] == second["version"]


def test_a_change_leaves_a_line_of_who_was_told_what(fleet: Fleet) -> None:
    put(fleet, PAIR, needs=["comparison"])
    engine = create_engine(fleet.broker.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.connect() as db:
        lines = db.execute(text("SELECT subject, action, detail FROM audit WHERE subject LIKE 'policy%'")).all()
    engine.dispose()
    assert [tuple(line) for line in lines] == [("policy of web and orders", "set", '{"needs": ["comparison"]}')]


@pytest.mark.parametrize(
    ("rules", "place"),
    [
        ({"needs": ["proof"]}, "needs"),
        ({"needs": "replay"}, "needs"),
        ({"blocks": []}, "blocks"),
        ({"blocks": ["risky"]}, "blocks"),
        ({"blocks": ["breaking", "safe"]}, "blocks"),
        ({"not_covered": True}, "not_covered"),
        ({"max_age_days": 0}, "max_age_days"),
        ({"max_age_days": True}, "max_age_days"),
        ({"max_age_days": 1.5}, "max_age_days"),
        ({"evolution": "SIDEWAYS"}, "evolution"),
        ({"neds": []}, "neds"),
    ],
)
def test_a_policy_that_cannot_be_meant_is_refused_with_its_place(
    fleet: Fleet, rules: dict[str, Any], place: str
) -> None:
    assert set(put(fleet, PAIR, 400, **rules)["errors"]) == {place}
    assert fleet.broker.read(PAIR)["version"] == 0


@pytest.mark.parametrize(
    "path", ["/integrations/provider/orders/consumer/nobody/policy", "/environments/no-such-one/policy"]
)
def test_a_policy_of_nobody_is_not_found(fleet: Fleet, path: str) -> None:
    assert fleet.client.get(path).status_code == 404
    assert fleet.client.get(f"{path}/versions").status_code == 404
    assert fleet.client.put(path, json={"needs": 1}).status_code == 404


def test_every_answer_names_the_policies_that_it_used(fleet: Fleet) -> None:
    def policies() -> Any:
        return fleet.gate("web", "1", environment="live")["summary"]["troth"]["policies"]

    assert policies() == [{"scope": "default", "version": 0}]
    pair = put(fleet, PAIR, needs=["replay"])["version"]
    environment = put(fleet, f"/environments/{fleet.environment('live')}/policy", max_age_days=9)["version"]
    put(fleet, f"/environments/{fleet.environment('test')}/policy", max_age_days=1)
    assert policies() == [
        {"scope": "environment", "environment": "live", "version": environment},
        {"scope": "integration", "consumer": "web", "provider": "orders", "version": pair},
    ]


def test_an_answer_about_whole_histories_says_that_no_policy_judged_it(fleet: Fleet) -> None:
    put(fleet, PAIR, needs=["replay", "comparison"])
    named = "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=5&latestby=cvpv"
    assert [one["scope"] for one in fleet.matrix(named)["summary"]["troth"]["policies"]] == ["integration"]
    whole = fleet.matrix("q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv")["summary"]
    assert (whole["deployable"], whole["troth"]["policies"]) == (True, [])


def test_a_policy_that_asks_for_more_than_there_is_turns_a_yes_into_unknown(fleet: Fleet) -> None:
    assert fleet.gate("web", "1", environment="live")["summary"]["deployable"] is True
    put(fleet, PAIR, needs=["replay", "comparison"])
    summary = fleet.gate("web", "1", environment="live")["summary"]
    assert summary["deployable"] is None
    assert (summary["success"], summary["unknown"]) == (0, 1)
    assert summary["troth"]["class"] == "unanswerable"
    assert summary["troth"]["reasons"][0]["text"] == (
        "orders 5 publishes nothing that the contract could be compared with"
    )
    assert [one["kind"] for one in summary["troth"]["actions"]] == ["publish-provider-contract"]


def test_a_deleted_environment_and_a_deleted_application_take_their_policies_along(fleet: Fleet) -> None:
    put(fleet, PAIR, needs=["replay"])
    uuid = fleet.environment("test")
    put(fleet, f"/environments/{uuid}/policy", max_age_days=1)
    assert fleet.client.delete(f"/environments/{uuid}").status_code == 204
    assert fleet.client.delete("/pacticipants/orders").status_code == 204
    fleet.version("orders", "6")
    assert fleet.broker.read(PAIR)["version"] == 0


def test_the_command_line_shows_and_changes_what_is_given(sqlite_broker: Broker) -> None:
    Fleet(sqlite_broker).environment("live")

    def run(*arguments: str, code: int = 0) -> str:
        return troth("policy", *arguments, environment={"PACT_BROKER_BASE_URL": sqlite_broker.url}, code=code).said

    live = ("--environment", "live")
    assert run("show", *live) == (
        "Policy for environment live (nothing is set)\n"
        "  needs:        a replay decides where there is one, else a comparison\n"
        "  blocks:       breaking findings\n"
        "  not covered:  blocks a comparison\n"
        "  max age:      any\n"
        "  evolution:    breaking changes are warned of\n"
    )
    run("set", *live, "--needs", "both", "--max-age", "30")
    said = run("set", *live, "--blocks", "risky", "--not-covered", "allows")
    for line in ("a replay and a comparison have to pass", "breaking and risky findings", "allowed", "30 days"):
        assert line in said
    told = json.loads(run("set", *live, "--max-age", "default", "--needs", "either", "-o", "json"))
    assert told["policy"] == {"needs": [], "blocks": ["breaking", "risky"], "not_covered": "allows"}
    Fleet(sqlite_broker).publish("web", "1", "orders")
    pair = ("--provider", "orders", "--consumer", "web")
    assert "Policy for web and orders (version " in run("set", *pair, "--needs", "comparison")


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("show",), "say whose policy"),
        (("show", "--provider", "orders"), "say whose policy"),
        (("set", "--environment", "live"), "say what to change"),
        (("set", "--environment", "live", "--max-age", "soon"), "soon is no number of days"),
        (("show", "--environment", "nowhere"), "there is no environment nowhere"),
    ],
)
def test_the_command_line_says_what_is_wrong(sqlite_broker: Broker, arguments: tuple[str, ...], sentence: str) -> None:
    environment = {"PACT_BROKER_BASE_URL": sqlite_broker.url}
    assert sentence in troth("policy", *arguments, environment=environment, code=2).err
