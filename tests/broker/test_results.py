"""Verification results over HTTP: published, read in every form, deleted; and what they move."""

import contextlib
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest
from sqlalchemy import Connection, func, select

from tests.broker import test_contracts, test_expectations
from tests.broker.test_for_verification_laws import pointers
from tests.broker.test_publishing import contract, publish
from tests.support.brokers import Broker
from tests.support.pacts import interaction, pact, version_of
from troth_broker.core.metadata import Metadata, SelectedBy, encode
from troth_broker.store.engine import Store
from troth_broker.store.results_pointers import rebuild_pointers
from troth_broker.store.tables import integration, verification, verification_detail

PAIR = "/pacts/provider/orders/consumer/web"
PROBLEM = {"Accept": "application/hal+json, application/problem+json"}


def send(broker: Broker, version: str, path: str, *, provider: str = "orders", **more: Any) -> None:
    document = pact("web", provider, interaction("asks", path))
    answer = publish(broker, version, contract("web", provider, document), **more)
    assert answer.status_code == 200, answer.text


def content(broker: Broker, version: str = "1") -> str:
    """The address of the content that a version published."""
    links = broker.read(f"{PAIR}/version/{version}")["_links"]
    href: str = links["pb:pact-version"]["href"]
    return href.removeprefix(broker.url)


def result(broker: Broker, to: str, version: str, *, success: bool = True, **more: Any) -> httpx.Response:
    body = {"success": success, "providerApplicationVersion": version, **more}
    return broker.client.post(f"{to}/verification-results", json=body)


@pytest.fixture
def web(broker: Broker) -> Broker:
    """web 1 has a pact with orders."""
    send(broker, "1", "/1", branch="main", tags=["prod"])
    return broker


def test_a_published_result_is_answered_whole_and_found_where_it_says(web: Broker) -> None:
    sent: dict[str, Any] = {
        "buildUrl": "http://ci/1",
        "testResults": [{"interactionId": "x", "success": True, "n": [1e20, 10**30, 0.1]}],
        "verifiedBy": {
            "implementation": "Pact-Rust",
            "version": "1.4.7",
            "clientLanguage": {"name": "pact-python", "version": "4", "testFramework": "pytest"},
        },
    }
    answer = result(web, content(web), "p1", **sent)
    assert answer.status_code == 201
    assert answer.headers["content-type"] == "application/hal+json;charset=utf-8"
    body = answer.json()
    assert answer.headers["location"] == body["_links"]["self"]["href"]
    assert body["_links"]["self"]["href"].startswith(f"{web.url}{content(web)}/verification-results/")
    assert (body["providerName"], body["providerApplicationVersion"], body["success"]) == ("orders", "p1", True)
    assert body["verificationDate"].endswith("+00:00")
    assert (body["buildUrl"], body["testResults"]) == (sent["buildUrl"], sent["testResults"])
    assert body["verifiedBy"] == {
        **sent["verifiedBy"],
        "client_implementation": "pact-python",
        "client_version": "4",
        "client_test_framework": "pytest",
    }
    assert web.read(answer.headers["location"]) == body
    about = body["_links"]["pb:pact-version"]
    assert about["name"] == "Pact between web (1) and orders"
    assert about["href"] == f"{web.url}{content(web)}/metadata/{encode(Metadata(version='1'))}"
    assert web.read(about["href"])["interactions"][0]["request"]["path"] == "/1"
    hooks = web.read(body["_links"]["pb:triggered-webhooks"]["href"])
    assert hooks["_embedded"] == {"triggeredWebhooks": []}


def test_what_was_not_sent_is_left_out(web: Broker) -> None:
    body = result(web, content(web), "p1", success=False, buildUrl=None, verifiedBy={"implementation": "x"}).json()
    assert set(body) == {
        "providerName",
        "providerApplicationVersion",
        "success",
        "verificationDate",
        "verifiedBy",
        "_links",
    }
    assert body["verifiedBy"] == {"implementation": "x"}
    assert set(result(web, content(web), "p1").json()).isdisjoint({"verifiedBy", "testResults", "buildUrl"})


def test_numbers_of_results_only_grow_even_after_a_delete(web: Broker) -> None:
    numbers = [int(result(web, content(web), "p1").headers["location"].rpartition("/")[2]) for _ in range(3)]
    assert numbers == sorted(set(numbers))
    last = f"{content(web)}/verification-results/{numbers[-1]}"
    assert web.client.delete(last).status_code == 204
    assert web.client.get(last).status_code == 404
    assert web.client.delete(last).status_code == 404
    assert int(result(web, content(web), "p1").headers["location"].rpartition("/")[2]) > numbers[-1]


@pytest.mark.parametrize(
    ("body", "places"),
    [
        ({}, {"success", "providerApplicationVersion"}),
        ({"success": "true", "providerApplicationVersion": "1"}, {"success"}),
        ({"success": True, "providerApplicationVersion": " "}, {"providerApplicationVersion"}),
        ({"success": True, "providerApplicationVersion": 1}, {"providerApplicationVersion"}),
        ({"success": True, "providerApplicationVersion": "a\nb"}, {"providerApplicationVersion"}),
        ({"success": True, "providerApplicationVersion": "1", "buildUrl": 1}, {"buildUrl"}),
        ({"success": True, "providerApplicationVersion": "1", "verifiedBy": "me"}, {"verifiedBy"}),
        ([], {""}),
    ],
)
def test_a_wrong_result_is_refused_with_every_fault(sqlite_broker: Broker, body: object, places: set[str]) -> None:
    send(sqlite_broker, "1", "/1")
    url = f"{content(sqlite_broker)}/verification-results"
    answer = sqlite_broker.client.post(url, json=body)
    assert (answer.status_code, set(answer.json()["errors"])) == (400, places)
    problem = sqlite_broker.client.post(url, json=body, headers=PROBLEM).json()
    assert len(problem["errors"]) == len(places)


def test_a_body_that_is_no_json_and_a_number_that_json_cannot_hold_are_refused(web: Broker) -> None:
    url = f"{content(web)}/verification-results"
    kind = {"Content-Type": "application/json"}
    assert web.client.post(url, content=b"{", headers=kind).status_code == 400
    huge = b'{"success": true, "providerApplicationVersion": "1", "testResults": [1e400]}'
    assert web.client.post(url, content=huge, headers=kind).status_code == 400
    assert web.client.get(f"{url}/latest").status_code == 404


def test_an_unknown_content_or_number_is_a_404(web: Broker) -> None:
    known = content(web)
    number = result(web, known, "p1").headers["location"].rpartition("/")[2]
    assert result(web, f"{PAIR}/pact-version/abc", "p1").status_code == 404
    send(web, "2", "/2")
    for url in (
        f"{known}/verification-results/abc",
        f"{known}/verification-results/99",
        f"{known}/verification-results/{'9' * 30}",
        f"{content(web, '2')}/verification-results/{number}",
        f"{known}/verification-results/99/triggered-webhooks",
        f"{PAIR}/pact-version/abc/verification-results/latest",
        f"{PAIR}/version/9/verification-results/latest",
        f"{PAIR}/version/2/verification-results/latest",
        f"{PAIR}/latest/none/verification-results/latest",
        "/verification-results/consumer/web/version/9/latest",
        "/verification-results/consumer/nobody/version/1/latest",
    ):
        assert web.client.get(url).status_code == 404, url
    assert web.client.get(f"{known}/metadata/dz10cnVl/verification-results/{number}").status_code == 200
    assert web.client.delete(f"{known}/metadata/dz10cnVl/verification-results/{number}").status_code == 204


def test_the_newest_result_is_found_by_content_by_version_and_by_line(web: Broker) -> None:
    result(web, content(web), "p2")
    result(web, content(web), "p1", success=False)
    send(web, "2", "/1")
    send(web, "3", "/3")
    result(web, content(web, "3"), "p3")
    for url, number in (
        (f"{content(web)}/verification-results/latest", "p1"),
        (f"{PAIR}/version/1/verification-results/latest", "p1"),
        (f"{PAIR}/version/2/verification-results/latest", "p1"),
        (f"{PAIR}/latest/verification-results/latest", "p3"),
        (f"{PAIR}/latest/prod/verification-results/latest", "p1"),
        (web.read(f"{PAIR}/version/2")["_links"]["pb:latest-verification-results"]["href"], "p1"),
    ):
        assert web.read(url)["providerApplicationVersion"] == number


def test_the_results_of_a_consumer_version_name_each_provider_once(web: Broker) -> None:
    send(web, "1", "/stock", provider="stock")
    send(web, "1", "/mail", provider="mail")
    url = "/verification-results/consumer/web/version/1/latest"
    assert web.read(url)["success"] is False
    send(web, "2", "/1")  # shares the content of version 1, and must not be counted twice
    result(web, content(web), "p0", success=False)
    result(web, content(web), "p1")
    stock = web.read("/pacts/provider/stock/consumer/web/version/1")["_links"]["pb:pact-version"]["href"]
    result(web, stock, "s1", success=False)
    body = web.read(url)
    assert body["success"] is False
    assert body["providerSummary"] == {"successful": ["orders"], "failed": ["stock"], "unknown": ["mail"]}
    embedded = body["_embedded"]["verificationResults"]
    assert [(one["providerName"], one["providerApplicationVersion"]) for one in embedded] == [
        ("orders", "p1"),
        ("stock", "s1"),
    ]
    assert web.read("/verification-results/consumer/web/version/2/latest")["success"] is True
    version_of(web, "web", "3", branch="main")
    nothing = web.read("/verification-results/consumer/web/version/3/latest")
    assert (nothing["success"], nothing["_embedded"]) == (False, {"verificationResults": []})


def test_the_results_of_a_consumer_version_are_those_of_every_format(broker: Broker) -> None:
    test_expectations.publish(broker)
    url = "/verification-results/consumer/web/version/1/latest"
    assert broker.read(url)["providerSummary"] == {"successful": [], "failed": [], "unknown": ["orders"]}
    test_expectations.verified(broker, success=True)
    assert broker.read(url)["success"] is True
    send(broker, "1", "/1")  # a pact beside it, which nobody has verified
    assert broker.read(url)["providerSummary"] == {"successful": [], "failed": [], "unknown": ["orders"]}
    result(broker, content(broker), "5", success=False)
    body = broker.read(url)
    assert body["providerSummary"] == {"successful": [], "failed": ["orders"], "unknown": []}
    assert sorted(one["success"] for one in body["_embedded"]["verificationResults"]) == [False, True]


def test_a_comparison_sums_up_for_a_consumer_version_what_nobody_replayed(broker: Broker) -> None:
    reader, writer = test_contracts.AVRO, test_contracts.WITH_TOTAL
    asked = "/matrix?q[][pacticipant]=shop&q[][version]={0}&q[][pacticipant]=orders&q[][version]={0}&latestby=cvpv"
    for number, reads, writes, success in (("a", reader, writer, True), ("b", writer, reader, False)):
        test_contracts.publish(broker, test_contracts.single(reads), number)
        url = f"/verification-results/consumer/shop/version/{number}/latest"
        assert broker.read(url)["providerSummary"]["unknown"] == ["orders"]
        test_contracts.say(broker, test_contracts.single(writes), number)
        broker.read(asked.format(number))
        body = broker.read(url)
        assert (body["success"], body["_embedded"]["verificationResults"]) == (success, [])
        assert body["providerSummary"]["successful" if success else "failed"] == ["orders"]


def rows(broker: Broker, *columns: Any) -> list[tuple[Any, ...]]:
    with contextlib.closing(Store(broker.database_url)) as store:
        return store.read(lambda db: [tuple(row) for row in db.execute(select(*columns).order_by(columns[0]))])


def test_the_address_remembers_work_in_progress_pending_and_consumer_versions(web: Broker) -> None:
    selected = encode(Metadata((SelectedBy("1", branch="main"), SelectedBy("gone")), pending=True))
    version_of(web, "orders", "p1", branch="main", tags=["b", "a"])
    for metadata in (selected, encode(Metadata(wip=True)), "garbage!", encode(Metadata(version="7", wip=True))):
        assert result(web, f"{content(web)}/metadata/{metadata}", "p1").status_code == 201
    assert rows(web, verification.c.id, verification.c.wip, verification.c.pending) == [
        (1, False, True),
        (2, True, None),
        (3, False, None),
        (4, True, None),
    ]
    detail = verification_detail.c
    assert rows(web, detail.verification_id, detail.consumer_versions, detail.provider_tags) == [
        (1, '["1","gone"]', '["a","b"]'),
        (2, None, '["a","b"]'),
        (3, None, '["a","b"]'),
        (4, '["7"]', '["a","b"]'),
    ]


def test_a_result_makes_the_providers_version_and_moves_the_integration(web: Broker) -> None:
    assert web.client.get("/pacticipants/orders/versions/p1").status_code == 404
    ((_, before),) = rows(web, integration.c.id, integration.c.contract_data_updated_at)
    assert result(web, content(web), "p1").status_code == 201
    ((_, after),) = rows(web, integration.c.id, integration.c.contract_data_updated_at)
    assert after > before
    assert web.read("/pacticipants/orders/versions/p1")["number"] == "p1"


def test_a_result_may_belong_to_a_version_that_was_overwritten_since(sqlite_url: str, start_broker: Any) -> None:
    broker = start_broker(sqlite_url, allow_dangerous_contract_modification=True)
    send(broker, "1", "/1")
    old = content(broker)
    send(broker, "1", "/changed")
    body = result(broker, old, "p1").json()
    assert body["_links"]["pb:pact-version"]["name"] == "Pact between web (1) and orders"


def test_deleting_the_newest_result_lets_the_one_before_count_again(web: Broker) -> None:
    version_of(web, "orders", "p1", branch="main")
    result(web, content(web), "p1", success=False)
    newest = result(web, content(web), "p1").headers["location"]
    ask = {"consumerVersionSelectors": [{"latest": True}], "providerVersionBranch": "main"}
    url = "/pacts/provider/orders/for-verification"

    def pending() -> bool:
        (one,) = web.client.post(url, json=ask).json()["_embedded"]["pacts"]
        found: bool = one["verificationProperties"]["pending"]
        return found

    assert not pending()
    web.client.delete(newest)
    assert pending()
    assert web.read(f"{content(web)}/verification-results/latest")["success"] is False


def test_many_builds_at_once_lose_no_result_and_leave_the_pointers_right(web: Broker) -> None:
    """Results, branches and tags reach the same few versions of the provider, and leave them, at the same moments."""
    contents = [content(web)]
    for number in ("2", "3"):
        send(web, number, f"/{number}", branch=f"b{number}")
        contents.append(content(web, number))
    start = threading.Barrier(16)

    def build(number: int) -> list[int]:
        start.wait()
        version = f"p{number % 4}"
        codes = []
        for step in range(4):
            to = contents[(number + step) % 3]
            codes.append(result(web, to, version, success=step % 3 != 2).status_code)
            line = f"/pacticipants/orders/branches/b{(number + step) % 3}/versions/{version}"
            codes.append(web.client.put(line, json={}).status_code)
            tag = f"/pacticipants/orders/versions/{version}/tags/t{step % 2}"
            codes.append(web.client.put(tag, json={}).status_code)
            if number % 5 == 0:
                codes.append(web.client.delete((tag, line, line.partition("/versions")[0])[step % 3]).status_code)
        return codes

    with ThreadPoolExecutor(16) as builds:
        codes = [code for done in builds.map(build, range(16)) for code in done]
    assert set(codes) <= {200, 201, 204, 404}
    with contextlib.closing(Store(web.database_url)) as store:
        assert store.read(_count) == 16 * 4
        moved = store.read(pointers)
        store.write(rebuild_pointers)
        assert moved == store.read(pointers)
        assert len(moved[1]) > 3


def _count(db: Connection) -> int:
    return db.execute(select(func.count()).select_from(verification)).scalar_one()


def test_results_are_kept_as_any_json(web: Broker) -> None:
    kinds: tuple[Any, ...] = ({"tests": [], "summary": {"n": 0}}, [], "text", 7, {"deep": [[[{}]]]}, {"é": "\u2028"})
    for sent in kinds:
        location = result(web, content(web), "p1", testResults=sent).headers["location"]
        assert json.loads(web.client.get(location).content)["testResults"] == sent
