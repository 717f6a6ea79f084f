"""Both kinds of evidence as clients see them: on the wire, on the command line and on the pages."""

import contextlib
import json
import zlib
from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import Connection, update

from tests.broker.matrix_facts import record
from tests.support.brokers import Broker
from tests.support.cli import troth
from troth_broker.core.facts import (
    Application,
    Comparison,
    Evolution,
    Facts,
    Integration,
    Placed,
    Provided,
    Publication,
    Result,
    Version,
)
from troth_broker.core.policy import Policy, Rules
from troth_broker.store.engine import Store
from troth_broker.store.tables import comparison

FACTS = Facts(
    (Application(1, "web"), Application(2, "orders")),
    (Version(1, 1, "1"), Version(2, 2, "5"), Version(3, 2, "6"), Version(4, 2, "7")),
    placed=(Placed(2, 2, "live"),),
    integrations=(Integration(1, 2),),
    publications=(Publication(1, 1, 1, 2, 1),),
    environments=frozenset({"live"}),
    provided=(Provided(2, 2, 1),),
)
PASSES = Comparison(1, 1, 1, "troth/1", success=True, judged=2)
BREAKS = Comparison(1, 1, 1, "troth/1", success=False, judged=2, breaking=3, risky=1)
GAPS = Comparison(1, 1, 1, "troth/1", success=None, judged=1, partial=1, unjudged=("get a thing",))
REPLAYED = Result(1, 1, 2, success=True, at=5)
SENTENCE = "GET /orders/{id}: the provider never sends price"


def recorded(broker: Broker, facts: Facts) -> Broker:
    """The broker, with these facts in its store and a report of each comparison."""
    report = {"findings": [{"message": SENTENCE}, {"message": "another"}], "not_covered": []}

    def write(db: Connection) -> None:
        record(db, facts)
        db.execute(update(comparison).values(report=zlib.compress(json.dumps(report).encode())))

    with contextlib.closing(Store(broker.database_url)) as store:
        store.write(write)
    return broker


def gate(broker: Broker) -> Any:
    return broker.read("/can-i-deploy?pacticipant=web&version=1&environment=live")


def test_a_comparison_decides_where_nothing_was_replayed_and_has_a_row(broker: Broker) -> None:
    document = gate(recorded(broker, FACTS.with_(comparisons=[PASSES])))
    assert document["summary"]["deployable"] is True
    assert (document["summary"]["success"], document["summary"]["unknown"]) == (1, 0)
    [row] = document["matrix"]
    assert row["provider"]["version"]["number"] == "5"
    assert row["verificationResult"]["success"] is True
    assert broker.read(row["verificationResult"]["_links"]["self"]["href"])["checker"] == "troth/1"
    [told] = row["troth"]["evidence"]
    assert (told["kind"], told["success"], told["breaking"], told["not_covered"]) == ("comparison", True, 0, 0)
    assert "disputed" not in row["troth"]


def test_a_comparison_that_breaks_is_a_no_in_the_words_of_its_first_finding(broker: Broker) -> None:
    document = gate(recorded(broker, FACTS.with_(comparisons=[BREAKS])))
    own = document["summary"]["troth"]
    assert document["summary"]["deployable"] is False
    assert "breaks when it is compared" in document["summary"]["reason"]
    assert (own["class"], own["waiting_helps"]) == ("incompatible", False)
    assert own["reasons"][0]["text"] == f"{SENTENCE} (and 2 more)"
    assert own["evidence"][0]["kind"] == "comparison"
    assert [one["text"] for one in own["actions"]] == ["publish a contract of orders 5 that keeps what web 1 uses"]
    assert own["hints"] == [
        "A replay outranks a comparison: if orders 5 does serve web 1, verify it, and mend what it publishes."
    ]
    assert document["matrix"][0]["verificationResult"]["success"] is False


def test_where_the_two_disagree_it_is_a_yes_with_a_warning(broker: Broker) -> None:
    document = gate(recorded(broker, FACTS.with_(comparisons=[BREAKS], results=[REPLAYED])))
    assert document["summary"]["deployable"] is True
    [warning] = document["summary"]["troth"]["warnings"]
    assert (warning["class"], warning["consumer"], warning["provider_version"]) == ("disputed", "web", "5")
    assert [one["type"] for one in document["notices"]] == ["warning", "success"]
    own = document["matrix"][0]["troth"]
    assert own["disputed"] is True
    assert [(one["kind"], one["success"]) for one in own["evidence"]] == [("replay", True), ("comparison", False)]
    assert own["evidence"][1]["text"] == SENTENCE


def test_both_are_shown_in_whole_histories_too(broker: Broker) -> None:
    recorded(broker, FACTS.with_(comparisons=[BREAKS], results=[REPLAYED]))
    document = broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv")
    own = document["matrix"][0]["troth"]
    assert own["disputed"] is True
    assert [one["kind"] for one in own["evidence"]] == ["replay", "comparison"]


HISTORIES = "/matrix?q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv"


def test_what_was_only_compared_is_shown_in_whole_histories_and_decides_nothing_there(broker: Broker) -> None:
    newer = Provided(4, 2, 1)  # says the same as version 5
    recorded(broker, FACTS.with_(comparisons=[BREAKS], provided=[newer]))
    document = broker.read(HISTORIES)
    assert (document["summary"]["deployable"], document["summary"]["unknown"]) == (None, 1)
    [row] = document["matrix"]
    assert (row["provider"]["version"], row["verificationResult"]) == (None, None)
    assert row["troth"]["comparison"] == {"success": False, "provider_version": "7"}
    assert [(one["kind"], one["text"]) for one in row["troth"]["evidence"]] == [("comparison", SENTENCE)]
    page = broker.client.get(HISTORIES, headers={"Accept": "text/html"}).text
    assert "breaks" in page
    assert ">7</a>" in page
    of_version = broker.read(f"{HISTORIES.partition('&latestby')[0]}&q[][version]=5&latestby=cvpv")
    assert of_version["matrix"][0]["troth"]["comparison"] == {"success": False, "provider_version": "5"}


@pytest.mark.parametrize(
    ("facts", "cells"),
    [
        (FACTS.with_(comparisons=[BREAKS]), ["web", "1", "orders", "5", "false", "", "false"]),
        (FACTS.with_(comparisons=[PASSES]), ["web", "1", "orders", "5", "true", "", "true"]),
        (FACTS.with_(comparisons=[GAPS]), ["web", "1", "orders", "5", "???", "", "???"]),
        (FACTS.with_(comparisons=[BREAKS], results=[REPLAYED]), ["web", "1", "orders", "5", "true", "true", "false"]),
        (FACTS, ["web", "1", "orders", "???", "???"]),
    ],
)
def test_the_command_line_shows_both_kinds_side_by_side(sqlite_broker: Broker, facts: Facts, cells: list[str]) -> None:
    recorded(sqlite_broker, facts)
    head, _, row, *_ = run(sqlite_broker, "matrix", "-a", "web", "-a", "orders", code=0).splitlines()
    assert [cell.strip() for cell in row.split("|")] == cells
    assert len(head.split("|")) == len(cells)


@pytest.mark.parametrize(
    ("said", "kind", "waits", "text"),
    [
        (GAPS, "not-covered", False, "the comparison could not judge 2 things"),
        (
            Comparison(1, 1, 1, "troth/1", success=None, unjudged=("*",), error="line 3 is no YAML"),
            *("errored", False, "the comparison could not be made: line 3 is no YAML"),
        ),
        (
            Comparison(1, 1, 1, "troth/1", success=None, unjudged=("*",)),
            *("not-covered", False, "the comparison could not judge anything"),
        ),
    ],
)
def test_what_a_comparison_cannot_tell_is_unknown(
    broker: Broker, said: Comparison, kind: str, waits: bool, text: str
) -> None:
    summary = gate(recorded(broker, FACTS.with_(comparisons=[said])))["summary"]
    assert summary["deployable"] is None
    own = summary["troth"]
    assert (own["class"], own["waiting_helps"], own["reasons"][0]["text"]) == (kind, waits, text)
    assert [one["text"] for one in own["actions"]] == ["verify orders 5 against the contract of web 1"]


def test_a_comparison_that_is_due_is_waited_for(broker: Broker) -> None:
    document = gate(recorded(broker, FACTS))
    own = document["summary"]["troth"]
    assert (own["class"], own["waiting_helps"]) == ("awaiting-verification", True)
    assert own["reasons"][0]["text"] == "the comparison is due"
    assert [(one["kind"], one["text"]) for one in own["actions"]] == [
        ("await-comparison", "wait until what orders 5 publishes is compared with the contract of web 1")
    ]
    assert document["matrix"][0]["troth"]["evidence"] == [{"kind": "comparison", "success": None, "due": True}]


@pytest.mark.parametrize(
    ("said", "kind", "text"),
    [
        ((), "awaiting-verification", "its openapi document is still to be compared with orders 5's"),
        (
            (Evolution(1, 2, 1, "writer", success=None),),
            *("not-covered", "its openapi document could not be compared with orders 5's in full"),
        ),
        (
            (Evolution(1, 2, 1, "writer", success=False, breaking=2),),
            *("incompatible", "its openapi document breaks BACKWARD compatibility with orders 5"),
        ),
    ],
)
def test_what_a_document_owes_to_its_past_is_told(
    broker: Broker, said: tuple[Evolution, ...], kind: str, text: str
) -> None:
    facts = replace(
        FACTS,
        integrations=(),
        publications=(),
        provided=(Provided(2, 2, 1), Provided(3, 2, 2)),
        evolutions=said,
        policies=(Policy(1, Rules(evolution="BACKWARD"), environment="live"),),
    )
    recorded(broker, facts)
    own = broker.read("/can-i-deploy?pacticipant=orders&version=6&environment=live")["summary"]["troth"]
    assert (own["class"], own["reasons"][0]["text"]) == (kind, text)
    assert [one["kind"] for one in own["actions"]] == ["keep-compatible"]


def test_another_version_that_fits_may_be_deployed_instead(broker: Broker) -> None:
    fits = Comparison(2, 1, 2, "troth/1", success=True, judged=2)
    facts = FACTS.with_(comparisons=[BREAKS, fits], provided=[Provided(3, 2, 2)])
    [action] = gate(recorded(broker, facts))["summary"]["troth"]["actions"]
    assert action["text"] == "deploy orders 6 to live in place of 5"


def test_a_stale_replay_is_no_proof(broker: Broker) -> None:
    policy = Policy(1, Rules(max_age_days=30), environment="live")
    facts = replace(FACTS, provided=(), results=(REPLAYED,), policies=(policy,))
    own = gate(recorded(broker, facts))["summary"]["troth"]
    assert (own["class"], own["waiting_helps"]) == ("stale", False)
    assert "longer ago than the policy allows" in own["reasons"][0]["text"]
    assert [one["text"] for one in own["actions"]] == ["verify orders 5 against the contract of web 1"]


def test_a_comparison_is_read_with_its_report(broker: Broker) -> None:
    recorded(broker, FACTS.with_(comparisons=[BREAKS]))
    document = broker.read("/comparisons/1")
    assert document["consumer"] == {"name": "web", "format": "pact"}
    assert document["provider"] == {"name": "orders", "format": "openapi"}
    assert document["report"]["findings"][0]["message"] == SENTENCE
    for missing in ("2", "x", "99999999999999999999"):
        assert broker.client.get(f"/comparisons/{missing}").status_code == 404


def run(broker: Broker, *arguments: str, code: int) -> str:
    return troth(*arguments, environment={"PACT_BROKER_BASE_URL": broker.url}, code=code).out


GATE = ("can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "live")


def test_the_command_line_says_which_evidence_decided(sqlite_broker: Broker) -> None:
    recorded(sqlite_broker, FACTS.with_(comparisons=[BREAKS]))
    said = run(sqlite_broker, *GATE, code=1)
    assert f"incompatible  comparison  {SENTENCE} (and 2 more)" in said
    assert "A replay outranks a comparison" in said
    table = run(sqlite_broker, "matrix", "-a", "web", "-e", "1", "-a", "orders", "-e", "5", code=0)
    assert "| SUCCESS? | REPLAY | COMPARISON" in table
    assert "| false    |        | false" in table
    assert SENTENCE in table


def test_the_command_line_marks_what_is_disputed(sqlite_broker: Broker) -> None:
    policy = Policy(4, Rules(not_covered="allows"), environment="live")
    recorded(sqlite_broker, FACTS.with_(comparisons=[BREAKS], results=[REPLAYED], policies=[policy]))
    said = run(sqlite_broker, *GATE, code=0)
    assert f"replay+comparison (disputed)  {SENTENCE}" in said
    assert "Disputed: the contract between version 1 of web" in said
    assert "Judged by policy version 4 for live." in said
    assert SENTENCE in run(sqlite_broker, *GATE, "-o", "table", code=0)


def test_the_pages_show_both_kinds_and_mark_what_is_disputed(broker: Broker) -> None:
    recorded(broker, FACTS.with_(comparisons=[BREAKS], results=[REPLAYED]))
    for path in (
        "/can-i-deploy?pacticipant=web&version=1&environment=live",
        "/matrix?q[][pacticipant]=web&q[][pacticipant]=orders",
        "/matrix/provider/orders/consumer/web",
    ):
        page = broker.client.get(path, headers={"Accept": "text/html"}).text
        for word in ("passed", "breaks", "disputed", "/comparisons/1", SENTENCE.split(":")[1].strip()):
            assert word in page, (path, word)


def test_the_pages_show_a_comparison_that_decided_alone(broker: Broker) -> None:
    recorded(broker, FACTS.with_(comparisons=[GAPS]))
    page = broker.client.get(
        "/can-i-deploy?pacticipant=web&version=1&environment=live", headers={"Accept": "text/html"}
    ).text
    assert "not covered" in page
    assert "could not judge 2 things" in page
