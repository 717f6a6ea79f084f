"""The gate over HTTP: `can-i-deploy` in its four forms, its classes and its advice."""

import contextlib
import time
from typing import Any

import pytest

from tests.broker.gate_fleet import Fleet, cells
from tests.broker.matrix_facts import record
from tests.support.brokers import Broker
from troth_broker.core.facts import Application, Facts, Integration, Placed, Publication, Result, Version
from troth_broker.store.engine import Store


@pytest.fixture
def fleet(broker: Broker) -> Fleet:
    return Fleet(broker)


def actions(document: Any) -> list[str]:
    return [action["text"] for action in document["summary"]["troth"]["actions"]]


def deployable(document: Any) -> Any:
    return document["summary"]["deployable"]


def why(document: Any) -> Any:
    return document["summary"]["troth"]["class"]


def test_two_live_provider_versions_one_failing_is_a_no_that_names_the_failing_one(fleet: Fleet) -> None:
    """pact_broker#903."""
    fleet.publish("web", "1", "orders")
    fleet.version("orders", "old")
    fleet.verify("web", "1", "orders", "old", success=False)
    fleet.verify("web", "1", "orders", "new")
    fleet.deploy("orders", "old", "live", "blue")
    fleet.deploy("orders", "new", "live", "green")
    answers = [
        fleet.gate("web", "1", environment="live"),
        fleet.matrix("q[][pacticipant]=web&q[][version]=1&environment=live&latestby=cvp"),
    ]
    for document in answers:
        assert deployable(document) is False
        assert cells(document) == [("web", "1", "orders", "new", True), ("web", "1", "orders", "old", False)]
        assert "old" in document["summary"]["reason"]
        assert "new" not in document["summary"]["reason"]
        assert why(document) == "incompatible"
        assert document["summary"]["troth"]["waiting_helps"] is False
        assert actions(document) == ["deploy orders new to live in place of old"]
    failing = answers[0]["matrix"][1]["troth"]
    assert failing["class"] == "incompatible"
    assert [action["kind"] for action in failing["actions"]] == ["deploy"]
    assert failing["evidence"][0]["kind"] == "replay"
    assert answers[0]["matrix"][0]["troth"]["class"] is None


def test_a_live_version_that_was_never_verified_is_not_hidden_by_one_that_was(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.verify("web", "1", "orders", "new")
    fleet.version("orders", "next")
    fleet.deploy("orders", "new", "live", "blue")
    fleet.deploy("orders", "next", "live", "green")
    document = fleet.gate("web", "1", environment="live")
    assert deployable(document) is None
    assert document["summary"]["unknown"] == 1
    assert actions(document) == ["verify orders next against the contract of web 1"]


def test_nothing_to_compare_is_not_a_plain_yes(fleet: Fleet) -> None:
    fleet.version("tool", "1")
    fleet.environment("live")
    document = fleet.gate("tool", "1", environment="live")
    assert deployable(document) is True
    assert document["matrix"] == []
    assert document["summary"]["troth"]["nothing_to_check"] is True
    assert "nothing had to be checked" in document["summary"]["reason"]
    assert document["summary"]["troth"]["class"] is None


def test_a_version_that_published_no_contract_is_a_yes_with_a_warning(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.version("web", "2")
    fleet.environment("live")
    document = fleet.gate("web", "2", environment="live")
    assert deployable(document) is True
    [warning] = document["summary"]["troth"]["warnings"]
    assert warning["class"] == "not-published"
    assert "web" in warning["text"]


def test_an_ignored_counterpart_is_shown_as_ignored(fleet: Fleet) -> None:
    """pact_broker-client#90."""
    fleet.publish("web", "1", "orders")
    fleet.publish("web", "1", "stock")
    fleet.verify("web", "1", "stock", "7")
    fleet.deploy("stock", "7", "live")
    assert deployable(fleet.gate("web", "1", environment="live")) is None
    for ignore in ("ignore[]=orders", "ignore[][pacticipant]=orders"):
        answer = fleet.client.get(f"/can-i-deploy?pacticipant=web&version=1&environment=live&{ignore}").json()
        assert deployable(answer) is True
        assert answer["summary"]["ignored"] == 1
        assert cells(answer) == [("web", "1", "stock", "7", True), ("web", "1", "orders", None, None)]
        assert [row.get("ignored") for row in answer["matrix"]] == [None, True]
        assert answer["matrix"][1]["troth"]["class"] is None


def test_what_cannot_be_ignored_is_only_warned_of(fleet: Fleet) -> None:
    fleet.version("web", "1")
    fleet.environment("live")
    query = "/can-i-deploy?pacticipant=web&version=1&environment=live&"
    unknown = fleet.client.get(query + "ignore[]=nobody&ignore[][pacticipant]=web&ignore[][version]=77").json()
    assert deployable(unknown) is True
    assert [n["type"] for n in unknown["notices"]] == ["warning", "warning", "success"]
    plain = fleet.client.get(query + "ignore=nobody").json()
    assert "ignored" not in plain["summary"]
    assert fleet.client.get(query + "ignore[][x]=1").status_code == 400


def test_a_regression_and_a_missing_result_get_different_classes_and_advice(fleet: Fleet) -> None:
    """open-bank-oss#2590."""
    fleet.publish("web", "1", "orders", content="a")
    fleet.verify("web", "1", "orders", "5", success=False)
    fleet.publish("app", "1", "orders", content="b")
    fleet.deploy("orders", "5", "live")
    regressed, missing = fleet.gate("web", "1", environment="live"), fleet.gate("app", "1", environment="live")
    assert (deployable(regressed), why(regressed)) == (False, "incompatible")
    assert actions(regressed) == ["mend what fails between web 1 and orders 5, publish it and verify it"]
    assert (deployable(missing), why(missing)) == (None, "nobody-asked")
    assert actions(missing) == ["verify orders 5 against the contract of app 1"]
    [reason] = missing["summary"]["troth"]["reasons"]
    assert reason == {
        "consumer": "app",
        "consumer_version": "1",
        "provider": "orders",
        "provider_version": "5",
        "class": "nobody-asked",
        "waiting_helps": False,
        "text": "no verification was ever triggered",
    }


def test_a_counterpart_that_is_not_deployed_is_to_be_deployed_first(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.environment("live")
    never = fleet.gate("web", "1", environment="live")
    assert (deployable(never), why(never)) == (None, "not-deployed")
    assert actions(never) == [
        "verify a new version of orders against the contract of web 1",
        "deploy a new version of orders to live",
    ]
    fleet.verify("web", "1", "orders", "5")
    fleet.version("orders", "6")
    assert actions(fleet.gate("web", "1", environment="live")) == ["deploy orders 5 to live"]


def test_an_undeployed_consumer_is_no_objection(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.verify("web", "1", "orders", "5", success=False)
    fleet.environment("live")
    assert deployable(fleet.gate("orders", "5", environment="live")) is True
    fleet.deploy("web", "1", "live")
    assert deployable(fleet.gate("orders", "5", environment="live")) is False


def test_releases_count_as_deployments_do(fleet: Fleet) -> None:
    fleet.publish("app", "1", "orders", content="a")
    fleet.publish("app", "2", "orders", content="b")
    fleet.verify("app", "1", "orders", "5", success=False)
    fleet.verify("app", "2", "orders", "5")
    fleet.release("app", "1", "live")
    fleet.release("app", "2", "live")
    document = fleet.gate("orders", "5", environment="live")
    assert cells(document) == [("app", "2", "orders", "5", True), ("app", "1", "orders", "5", False)]
    assert deployable(document) is False


def test_the_store_being_gone_is_never_a_yes(fleet: Fleet) -> None:
    """open-bank-oss#6170."""
    fleet.version("web", "1")
    fleet.environment("live")
    assert deployable(fleet.gate("web", "1", environment="live")) is True
    break_store(fleet.broker)
    for path in ("/can-i-deploy?pacticipant=web&version=1&environment=live", "/matrix?q[][pacticipant]=web"):
        answer = fleet.client.get(path)
        assert answer.status_code >= 500
        assert "summary" not in answer.json()


def break_store(broker: Broker) -> None:
    """Take the tables away under the running broker."""
    from sqlalchemy import create_engine, text

    engine = create_engine(broker.database_url.replace("postgresql://", "postgresql+psycopg://"))
    with engine.begin() as db:
        db.execute(text("ALTER TABLE integration RENAME TO gone"))
        db.execute(text("ALTER TABLE application RENAME TO gone_too"))
    engine.dispose()


def test_to_a_tag_the_latest_version_with_it_counts(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.version("orders", "5", tag="prod")
    fleet.verify("web", "1", "orders", "5")
    fleet.version("orders", "6", tag="dev")
    assert deployable(fleet.gate("web", "1", to="prod")) is True
    dev = fleet.gate("web", "1", to="dev")
    assert (deployable(dev), why(dev)) == (None, "nobody-asked")
    none = fleet.gate("web", "1", to="staging")
    assert (deployable(none), why(none)) == (None, "not-deployed")
    assert actions(none) == ["tag orders 5 with staging"]


def test_an_unknown_version_is_to_be_published(fleet: Fleet) -> None:
    """open-bank-oss#3223: what was never published is not taken as harmless."""
    fleet.publish("web", "1", "orders")
    fleet.environment("live")
    document = fleet.gate("web", "99", environment="live")
    assert (deployable(document), why(document)) == (False, "unknown-version")
    assert actions(document) == ["publish web 99"]
    assert "99" in document["summary"]["reason"]
    fleet.deploy("web", "1", "live")
    of_provider = fleet.gate("orders", "7", environment="live")
    assert actions(of_provider) == ["publish orders 7", "verify orders 7 against the contract of web 1"]
    missing = fleet.client.post(
        f"/pacticipants/web/versions/99/deployed-versions/environment/{fleet.environment('live')}", json={}
    )
    assert missing.status_code == 404


@pytest.mark.parametrize(
    ("query", "errors"),
    [
        ("", {"pacticipant", "version", ""}),
        ("pacticipant=web&version=1", {""}),
        ("pacticipant=web&version=1&to=", {""}),
        ("pacticipant=web&version=1&to=a&environment=live", {""}),
        ("pacticipant=nobody", {"pacticipant", "version", ""}),
        ("pacticipant=nobody&version=1&environment=live", {"pacticipant"}),
        ("pacticipant=web&version=1&environment=nowhere", {"environment"}),
        ("pacticipant=web%00&version=1%00&environment=live%00", {"pacticipant", "version", "environment"}),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_by_field(fleet: Fleet, query: str, errors: set[str]) -> None:
    fleet.version("web", "1")
    fleet.environment("live")
    answer = fleet.client.get(f"/can-i-deploy?{query}")
    assert answer.status_code == 400
    assert set(answer.json()["errors"]) == errors


def test_the_latest_version_with_a_tag_to_a_tag(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders", tags=["dev"])
    fleet.version("orders", "5", tag="prod")
    fleet.verify("web", "1", "orders", "5")
    path = "/pacticipants/web/latest-version/{}/can-i-deploy/to/prod"
    assert deployable(fleet.broker.read(path.format("dev"))) is True
    assert fleet.client.get(path.format("none")).status_code == 404
    assert fleet.client.get("/pacticipants/nobody/latest-version/dev/can-i-deploy/to/prod").status_code == 404


def test_the_head_of_a_branch_to_an_environment(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders", branch="feat/a")
    fleet.verify("web", "1", "orders", "5")
    fleet.deploy("orders", "5", "live")
    path = "/pacticipants/{}/branches/{}/latest-version/can-i-deploy/to-environment/{}"
    good = path.format("web", "feat%2Fa", "live")
    assert deployable(fleet.broker.read(good)) is True
    text = fleet.client.get(good, headers={"Accept": "text/plain"})
    assert text.status_code == 200
    assert "Deployable: true" in text.text
    for missing in (("nobody", "feat%2Fa", "live"), ("web", "none", "live"), ("web", "feat%2Fa", "nowhere")):
        assert fleet.client.get(path.format(*missing)).status_code == 404


def test_the_text_form_says_nil_for_null(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.environment("live")
    url = "/can-i-deploy?pacticipant=web&version=1&environment=live"
    assert "Deployable: nil" in fleet.client.get(url, headers={"Accept": "text/plain"}).text


def test_null_outranks_false_and_every_reason_is_given(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders", content="a")
    fleet.publish("web", "1", "stock", content="b")
    fleet.verify("web", "1", "orders", "5", success=False)
    fleet.deploy("orders", "5", "live")
    fleet.version("stock", "7")
    fleet.deploy("stock", "7", "live")
    document = fleet.gate("web", "1", environment="live")
    assert deployable(document) is None
    assert (document["summary"]["failed"], document["summary"]["unknown"]) == (1, 1)
    assert [n["type"] for n in document["notices"]] == ["error", "error"]
    assert why(document) == "incompatible"
    assert len(actions(document)) == 2


def test_two_applications_at_once_are_judged_together(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.verify("web", "1", "orders", "5")
    fleet.environment("live")
    both = "q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=5&environment=live&latestby=cvpv"
    assert deployable(fleet.matrix(both)) is True


def test_a_question_about_whole_histories_has_no_list_of_actions(fleet: Fleet) -> None:
    fleet.publish("web", "1", "orders")
    fleet.verify("web", "1", "orders", "5", success=False)
    document = fleet.matrix("q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv")
    assert document["summary"]["troth"]["actions"] is None
    assert why(document) == "incompatible"


def test_five_thousand_publications_and_results_of_one_content_answer_within_a_second(sqlite_broker: Broker) -> None:
    """pact_broker#518 and #487: twenty-five million rows of history, a hundred of them shown."""
    count = 5_000
    facts = Facts(
        (Application(1, "web"), Application(2, "orders")),
        tuple(Version(key, 1 + key % 2, str(key)) for key in range(1, 2 * count + 1)),  # odd: the provider's
        placed=(Placed(2 * count - 1, 2, "live"),),
        integrations=(Integration(1, 2),),
        publications=tuple(Publication(key, 2 * key, 1, 2, 1) for key in range(1, count + 1)),
        results=tuple(Result(key, 1, 2 * key - 1, key % 5 > 0) for key in range(1, count + 1)),
        environments=frozenset({"live"}),
    )
    with contextlib.closing(Store(sqlite_broker.database_url)) as store:
        store.write(record, facts)
    fleet = Fleet(sqlite_broker)
    fleet.gate("web", "2", environment="live")  # opens connections, builds statements
    started = time.process_time()
    gate = fleet.gate("web", str(2 * count), environment="live")
    pair = fleet.matrix("q[][pacticipant]=web&q[][pacticipant]=orders")
    latest = fleet.matrix("q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvp")
    assert time.process_time() - started < 1
    assert (deployable(gate), len(gate["matrix"])) == (False, 1)
    assert (pair["summary"]["success"], pair["summary"]["failed"]) == (count * 4_000, count * 1_000)
    assert len(pair["matrix"]) == 100
    assert latest["summary"]["failed"] == count
