"""What could not be compared is a no with a way to yes: `troth recompare` makes it anew."""

import contextlib
from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, func, select, update

from tests.broker.test_comparing import openapi, pact, publish_openapi, publish_pact
from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.waiting import until
from troth_broker.core.facts import Meeting
from troth_broker.store import comparing, evolutions
from troth_broker.store.comparing import Outcome
from troth_broker.store.engine import Store
from troth_broker.store.tables import content, evolution, provider_content
from troth_schemas.report import CHECKER

TIMED_OUT = Outcome(None, error="it took longer than 60 s to compare them")
MENDED = "or publish the document mended that the error names"


def write(broker: Broker, act: Callable[[Connection], object]) -> None:
    with contextlib.closing(Store(broker.database_url, 2)) as store:
        store.write(act)


def environment(broker: Broker, policy: dict[str, Any]) -> str:
    made = broker.client.post("/environments", json={"name": "live", "displayName": "Live", "production": False})
    uuid = str(made.json()["uuid"])
    broker.client.put(f"/environments/{uuid}/policy", json=policy).raise_for_status()
    return uuid


def deploy(broker: Broker, uuid: str, version: str) -> None:
    where = f"/pacticipants/orders/versions/{version}/deployed-versions/environment/{uuid}"
    broker.client.post(where, json={}).raise_for_status()


def gate(broker: Broker, application: str, version: str) -> Any:
    return broker.read(f"/can-i-deploy?pacticipant={application}&version={version}&environment=live")["summary"]


def failed_pair(broker: Broker) -> None:
    """The newest contract was compared, and a comparison of the one before ended with an error."""
    for version in ("1", "2"):
        publish_pact(broker, version, pact(int(version)))
    publish_openapi(broker, "5", openapi())

    def fail(db: Connection) -> None:
        first = db.execute(select(func.min(content.c.id))).scalar_one()
        document = db.execute(select(func.min(provider_content.c.id))).scalar_one()
        comparing.finish(db, (first, document), CHECKER.version, TIMED_OUT, 5)

    write(broker, fail)


def test_a_comparison_that_failed_can_be_made_again_where_one_is_needed(broker: Broker) -> None:
    failed_pair(broker)
    deploy(broker, environment(broker, {"needs": ["comparison"]}), "5")
    summary = gate(broker, "web", "1")
    assert (summary["deployable"], summary["troth"]["class"]) == (None, "errored")
    assert summary["troth"]["reasons"][0]["text"] == f"the comparison could not be made: {TIMED_OUT.error}"
    [action] = summary["troth"]["actions"]
    assert action == {
        "kind": "recompare",
        "text": "compare the contract of web 1 once more with what orders 5 publishes: "
        f"`troth recompare --consumer web --provider orders`, {MENDED}",
        "consumer": "web",
        "consumer_version": "1",
        "provider": "orders",
        "provider_version": "5",
    }
    again = broker.client.post("/comparisons/recompare", json={"consumer": "web", "provider": "orders"})
    assert again.status_code == 202
    assert gate(broker, "web", "1")["deployable"] is True


def test_where_a_replay_would_do_trying_again_is_a_hint(sqlite_broker: Broker) -> None:
    failed_pair(sqlite_broker)
    deploy(sqlite_broker, environment(sqlite_broker, {}), "5")
    own = gate(sqlite_broker, "web", "1")["troth"]
    assert [one["text"] for one in own["actions"]] == ["verify orders 5 against the contract of web 1"]
    assert own["hints"] == [
        (
            "The comparison with the contract of web 1 may be made once more: "
            f"`troth recompare --consumer web --provider orders`, {MENDED}."
        )
    ]


def test_what_a_provider_owes_to_its_past_can_be_looked_at_again(broker: Broker) -> None:
    publish_openapi(broker, "5", openapi())
    publish_openapi(broker, "6", openapi(servers=[{"url": "/"}]))
    deploy(broker, environment(broker, {"evolution": "BACKWARD"}), "5")

    def fail(db: Connection) -> None:
        old, new = db.execute(select(provider_content.c.id).order_by(provider_content.c.id)).scalars()
        evolutions.add(db, Meeting(new, old, "writer"), CHECKER.version, TIMED_OUT, 5)

    write(broker, fail)
    summary = gate(broker, "orders", "6")
    assert (summary["deployable"], summary["troth"]["class"]) == (None, "errored")
    text = f"its openapi document could not be compared with orders 5's: {TIMED_OUT.error}"
    assert summary["troth"]["reasons"][0]["text"] == text
    command = "troth recompare --provider orders"
    assert summary["troth"]["actions"] == [
        {
            "kind": "recompare",
            "text": f"compare what orders 6 publishes once more with what orders 5 publishes: `{command}`, {MENDED}",
            "application": "orders",
            "version": "6",
            "against": "5",
        }
    ]
    assert broker.client.post("/comparisons/recompare", json={"consumer": "orders"}).json()["evolutions"] == 0
    said = troth(*command.split()[1:], "-b", broker.url, code=0).out
    assert said.endswith("1 comparison of a provider's versions is made anew when the gate needs it next.\n")
    assert gate(broker, "orders", "6")["deployable"] is True
    assert troth(*command.split()[1:], "-b", broker.url, code=0).out.count("\n") == 1


def kept(broker: Broker) -> list[tuple[str, str | None, bool]]:
    """What is kept of providers' own versions: by which checker, of which it is asked anew, and what it says."""
    with contextlib.closing(Store(broker.database_url, 2)) as store:
        columns = evolution.c.checker, evolution.c.asked_of, evolution.c.success
        return [tuple(row) for row in store.read(lambda db: db.execute(select(*columns).order_by(evolution.c.id)))]


def compared_by_an_older_checker(broker: Broker) -> None:
    """An older checker, which knew less, said that orders 6 breaks what 5 publishes, and a second one said it again."""
    publish_openapi(broker, "5", openapi())
    publish_openapi(broker, "6", openapi(servers=[{"url": "/"}]))
    deploy(broker, environment(broker, {"evolution": "BACKWARD"}), "5")
    assert gate(broker, "orders", "6")["deployable"] is True
    earlier = {"checker": "0", "success": False, "breaking": 1, "report": None}
    write(broker, lambda db: db.execute(update(evolution).values(earlier)))

    def again(db: Connection) -> None:
        old, new = db.execute(select(provider_content.c.id).order_by(provider_content.c.id)).scalars()
        evolutions.add(db, Meeting(new, old, "writer"), "0.1", Outcome(False, 1), 5)

    write(broker, again)


def test_what_an_older_checker_said_of_a_providers_past_counts_until_it_is_made_anew(broker: Broker) -> None:
    compared_by_an_older_checker(broker)
    summary = gate(broker, "orders", "6")
    assert (summary["deployable"], summary["troth"]["evolution"][0]["checkers"]) == (False, ["0.1"])
    assert broker.client.post("/comparisons/recompare", json={"consumer": "orders"}).json()["evolutions"] == 0
    assert broker.client.post("/comparisons/recompare", json={"provider": "orders"}).json()["evolutions"] == 1
    assert broker.client.post("/comparisons/recompare").json()["evolutions"] == 0  # it is asked for already
    assert kept(broker) == [("0", None, False), ("0.1", CHECKER.version, False)]
    summary = gate(broker, "orders", "6")
    assert (summary["deployable"], summary["troth"]["evolution"][0]["checkers"]) == (True, [CHECKER.version])
    assert kept(broker)[1:] == [("0.1", CHECKER.version, False), (CHECKER.version, None, True)]
    assert broker.client.post("/comparisons/recompare").json()["evolutions"] == 0


def test_a_broker_does_not_make_what_another_version_of_the_checker_is_asked_for(sqlite_broker: Broker) -> None:
    compared_by_an_older_checker(sqlite_broker)
    write(sqlite_broker, lambda db: evolutions.ask_again(db, None, "openapi", "a newer one"))
    assert gate(sqlite_broker, "orders", "6")["deployable"] is False
    assert [checker for checker, _, _ in kept(sqlite_broker)] == ["0", "0.1"]


def test_workers_hold_documents_against_what_runs_before_anybody_asks(serve: StartBroker, database_url: str) -> None:
    broker = serve(database_url)
    publish_openapi(broker, "5", openapi())
    live = environment(broker, {"evolution": "FULL"})
    publish_openapi(broker, "6", openapi(servers=[{"url": "/"}]))
    deploy(broker, live, "5")
    until(lambda: len(kept(broker)) == 2, what="both directions, after a deployment")
    publish_openapi(broker, "7", openapi(servers=[{"url": "/7"}]))
    until(lambda: len(kept(broker)) == 4, what="both directions, after a publication")
    write(broker, lambda db: db.execute(update(evolution).values(checker="0")))
    assert broker.client.post("/comparisons/recompare").json()["evolutions"] == 4
    until(lambda: (CHECKER.version, None, True) in kept(broker), what="what a newer checker says")
