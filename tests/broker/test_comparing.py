"""Comparing what consumers expect with what providers publish: queued, made by workers, kept once, in bounded time."""

import base64
import contextlib
import json
import os
import resource
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete, func, select

from tests.support.brokers import Broker
from tests.support.waiting import until
from troth_broker.app import build
from troth_broker.app.world import workers_of, world_of
from troth_broker.core.errors import NotFound
from troth_broker.jobs.comparer import ChildComparer
from troth_broker.services import comparing
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.tables import comparison, comparison_request
from troth_schemas.contract import Contract
from troth_schemas.pairs import table
from troth_schemas.report import Checker
from troth_schemas.sources import one


def openapi(price: str = "integer", **more: Any) -> dict[str, Any]:
    schema = {"type": "object", "properties": {"price": {"type": price}}}
    answer = {"description": "an order", "content": {"application/json": {"schema": schema}}}
    return {
        "openapi": "3.0.3",
        "info": {"title": "Orders", "version": "1"},
        "paths": {"/orders/7": {"get": {"responses": {"200": answer}}}},
        **more,
    }


def pact(price: object = 3) -> dict[str, Any]:
    response = {"status": 200, "headers": {"Content-Type": "application/json"}, "body": {"price": price}}
    return {
        "consumer": {"name": "web"},
        "provider": {"name": "orders"},
        "interactions": [
            {
                "description": "an order",
                "request": {"method": "GET", "path": "/orders/7"},
                "response": {**response, "matchingRules": {"$.body.price": {"match": "type"}}},
            }
        ],
        "metadata": {"pactSpecification": {"version": "2.0.0"}},
    }


def publish_pact(broker: Broker, version: str, document: dict[str, Any], branch: str = "main") -> None:
    contract = {
        "consumerName": "web",
        "providerName": "orders",
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(json.dumps(document).encode()).decode(),
    }
    body = {"pacticipantName": "web", "pacticipantVersionNumber": version, "branch": branch, "contracts": [contract]}
    answer = broker.client.post("/contracts/publish", json=body)
    assert answer.status_code == 200, answer.text


def publish_openapi(broker: Broker, version: str, document: dict[str, Any], branch: str = "main") -> None:
    content = base64.b64encode(json.dumps(document).encode()).decode()
    contract = {
        "content": content,
        "contentType": "application/json",
        "specification": "oas",
        "selfVerificationResults": {"success": True, "verifier": "tests"},
    }
    body = {"pacticipantVersionNumber": version, "branch": branch, "contract": contract}
    answer = broker.client.post("/provider-contracts/provider/orders/publish", json=body)
    assert answer.is_success, answer.text


def made(broker: Broker) -> list[Any]:
    """Every comparison that was made, in order."""
    store = Store(broker.database_url, 2)
    try:
        return list(store.read(lambda db: db.execute(select(comparison).order_by(comparison.c.id)).all()))
    finally:
        store.close()


def waiting(broker: Broker) -> int:
    store = Store(broker.database_url, 2)
    try:
        count = select(func.count()).select_from(comparison_request)
        return int(store.read(lambda db: db.execute(count).scalar_one()))
    finally:
        store.close()


def world(broker: Broker, comparer: ChildComparer) -> World:
    return World(Store(broker.database_url, 4), Settings(), comparer=comparer)


@pytest.fixture
def comparer() -> Any:
    made = ChildComparer()
    yield made
    made.close()


def test_whoever_publishes_last_the_pair_is_compared_once(broker: Broker, comparer: ChildComparer) -> None:
    publish_openapi(broker, "1", openapi())
    publish_pact(broker, "1", pact())
    publish_pact(broker, "2", pact())  # the same content again
    ours = world(broker, comparer)
    until(lambda: comparing.make_due(ours) == 0 and len(made(broker)) == 1, what="a comparison")
    [kept] = made(broker)
    assert (kept.success, kept.breaking, kept.judged, json.loads(kept.unjudged)) == (True, 0, 1, [])
    publish_openapi(broker, "2", openapi("string"))
    until(lambda: comparing.make_due(ours) == 0 and len(made(broker)) == 2, what="a comparison")
    assert made(broker)[1].success is False
    assert waiting(broker) == 0
    ours.store.close()


def test_workers_compare_what_is_published(broker: Broker) -> None:
    publish_openapi(broker, "1", openapi("string"))
    store = Store(broker.database_url, 4)
    workers = workers_of(world_of(store, Settings(database_url=broker.database_url)), 1)
    workers.start()
    try:
        publish_pact(broker, "1", pact())
        until(lambda: len(made(broker)) == 1, what="a comparison")
    finally:
        workers.stop(20)
        store.close()
    assert waiting(broker) == 0


def test_what_was_not_compared_at_publishing_is_compared_when_somebody_asks(broker: Broker) -> None:
    publish_pact(broker, "1", pact(), branch="old")
    publish_pact(broker, "2", pact("three"), branch="old")
    publish_openapi(broker, "1", openapi())
    answer = broker.client.get("/can-i-deploy?pacticipant=web&version=1&to=none", params={})
    assert answer.status_code in (200, 400)
    question = "/matrix?q[][pacticipant]=web&q[][version]=1&q[][pacticipant]=orders&q[][version]=1&latestby=cvpv"
    assert broker.read(question)["summary"]["deployable"] is True
    question = question.replace("[version]=1&q[][pacticipant]=orders", "[version]=2&q[][pacticipant]=orders")
    assert broker.read(question)["summary"]["deployable"] is False


def test_a_document_that_cannot_be_read_is_told_and_never_a_pass(broker: Broker, comparer: ChildComparer) -> None:
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", {"openapi": "3.0.3", "info": {}, "paths": {"/orders/7": {"get": {"$ref": "#/no"}}}})
    ours = world(broker, comparer)
    comparing.make_due(ours)
    for kept in made(broker):
        assert kept.success is not True
    ours.store.close()


def contracts(document: dict[str, Any]) -> tuple[Contract, Contract]:
    return (
        Contract("pact", one("pact.json", json.dumps(pact()).encode())),
        Contract("openapi", one("openapi.json", json.dumps(document).encode())),
    )


def test_a_comparison_that_takes_too_long_is_ended_and_the_next_one_works(comparer: ChildComparer) -> None:
    impatient = ChildComparer(seconds=0.0)
    assert impatient.compare(*contracts(openapi())).error == "it took longer than 0 s to compare them"
    impatient.close()
    assert comparer.compare(*contracts(openapi())).success is True


def test_a_child_that_is_killed_is_replaced(comparer: ChildComparer) -> None:
    assert comparer.compare(*contracts(openapi())).success is True
    child = comparer._child
    assert child is not None
    child.kill()
    child.wait()
    assert comparer.compare(*contracts(openapi("string"))).success is False
    comparer.close()
    assert comparer.compare(*contracts(openapi())).success is True


class _Ending(ChildComparer):
    """A comparer whose child is ended by the system whenever it was asked, so many times."""

    def __init__(self, times: int) -> None:
        super().__init__()
        self.left = times

    def _running(self) -> "subprocess.Popen[bytes]":
        child = super()._running()
        if self.left:
            self.left -= 1
            child.kill()
            child.wait()
        return child


@pytest.mark.parametrize(("times", "success"), [(1, True), (2, None)])
def test_a_child_that_the_system_ends_is_asked_again_once(times: int, success: bool | None) -> None:
    with contextlib.closing(_Ending(times)) as ending:
        outcome = ending.compare(*contracts(openapi()))
    assert (outcome.success, outcome.fleeting, ending.left) == (success, success is None, 0)


def test_a_process_with_a_thousand_open_files_compares(comparer: ChildComparer) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (min(4096, hard), hard) if soft < 4096 else (soft, hard))
    with ExitStack() as opened:
        opened.callback(resource.setrlimit, resource.RLIMIT_NOFILE, (soft, hard))
        while opened.enter_context(Path(os.devnull).open()).fileno() < 1100:
            pass
        assert comparer.compare(*contracts(openapi())).success is True


def test_an_idle_child_ends_by_itself_when_its_comparer_is_closed(comparer: ChildComparer) -> None:
    assert comparer.compare(*contracts(openapi())).success is True
    child = comparer._child
    assert child is not None
    comparer.close()
    assert child.returncode == 0


def test_a_broker_that_ends_ends_what_compares_for_it(sqlite_url: str) -> None:
    api = build(Settings(database_url=sqlite_url))
    with contextlib.closing(api.world.store):
        comparer = api.world.comparer
        assert isinstance(comparer, ChildComparer)
        assert comparer.compare(*contracts(openapi())).success is True
        child = comparer._child
        assert child is not None
        api.close()
        assert child.returncode == 0


def test_an_answer_knows_what_a_worker_compared_in_the_meantime(broker: Broker, comparer: ChildComparer) -> None:
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", openapi())
    ours = world(broker, comparer)
    with contextlib.closing(ours.store):
        taken = comparing.take(ours)
        assert taken is not None
        comparing.finish(ours, taken, comparing.make(ours, taken))
        assert comparing.ensure_compared(ours, [taken.pair]) is True
    assert len(made(broker)) == 1


def test_what_is_too_much_for_one_answer_is_queued_unless_it_is_gone(
    broker: Broker, comparer: ChildComparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", openapi())
    ours = world(broker, comparer)
    with contextlib.closing(ours.store):
        taken = comparing.take(ours)
        assert taken is not None
        ours.store.write(lambda db: db.execute(delete(comparison_request)))
        monkeypatch.setattr(comparing, "_MOST_AT_ONCE", 0)
        assert comparing.ensure_compared(ours, [(taken.pair[0], 999), taken.pair]) is False
        assert waiting(broker) == 1
        assert comparing.make_due(ours) == 1


def test_what_is_deleted_while_it_is_compared_leaves_nothing(broker: Broker, comparer: ChildComparer) -> None:
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", openapi())
    ours = world(broker, comparer)
    with contextlib.closing(ours.store):
        taken = comparing.take(ours)
        assert taken is not None
        outcome = comparing.make(ours, taken)
        broker.client.delete("/pacticipants/orders/versions/1").raise_for_status()
        assert comparing.finish(ours, taken, outcome) is None
    assert (made(broker), waiting(broker)) == ([], 0)


def test_many_threads_share_one_child(comparer: ChildComparer) -> None:
    found: list[bool | None] = []
    threads = [
        threading.Thread(target=lambda: found.append(comparer.compare(*contracts(openapi())).success)) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == [True] * 4


def test_a_broken_contract_ends_in_a_sentence(comparer: ChildComparer) -> None:
    broken = Contract("openapi", one("openapi.json", b"{"))
    said = comparer.compare(contracts(openapi())[0], broken)
    assert said.success is None
    assert said.error is not None
    assert "openapi.json is not JSON" in said.error


def test_a_comparison_that_is_begun_and_never_ended_is_given_up(broker: Broker, comparer: ChildComparer) -> None:
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", openapi())
    clock = [10**18]
    ours = World(Store(broker.database_url, 4), Settings(), clock=lambda: clock[0], comparer=comparer)
    for _ in range(3):
        assert comparing.take(ours) is not None
        assert comparing.take(ours) is None  # held by whoever took it
        clock[0] += 10**12
    assert comparing.take(ours) is None
    [kept] = made(broker)
    assert kept.success is None
    assert kept.error.startswith("the comparison was begun 3 times and never ended")
    ours.store.close()


def test_a_new_checker_compares_anew_what_counts(
    broker: Broker, comparer: ChildComparer, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish_pact(broker, "1", pact())
    publish_openapi(broker, "1", openapi())
    ours = world(broker, comparer)
    comparing.make_due(ours)
    assert comparing.recompare(ours).queued == 0
    monkeypatch.setattr(table, "CHECKER", Checker("troth", "999"))
    assert comparing.recompare(ours, "web", "orders").queued == 1
    assert comparing.recompare(ours).queued == 0  # queued already
    with pytest.raises(NotFound):
        comparing.recompare(ours, "nobody")
    comparing.make_due(ours)
    assert [one.checker for one in made(broker)][-1] == "999"
    ours.store.close()


def test_recomparing_is_asked_for_over_http(broker: Broker) -> None:
    publish_pact(broker, "1", pact())
    answer = broker.client.post("/comparisons/recompare", json={})
    assert (answer.status_code, answer.json()["queued"], answer.json()["evolutions"]) == (202, 0, 0)
    assert broker.client.post("/comparisons/recompare", json={"provider": "nobody"}).status_code == 404
    assert broker.client.post("/comparisons/recompare", json={"provder": "x"}).status_code == 400
