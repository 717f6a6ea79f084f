"""Contracts of every format: published by either side, listed, read back to the byte, compared with other versions."""

import base64
import hashlib
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.pacts import pact, put
from tests.support.pointers import pointer_differences
from tests.support.stored import stored
from troth_broker.store.engine import Store
from troth_broker.store.tables import body, content, provider_content

AVRO = b'{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
WITH_TOTAL = AVRO.replace(b'"string"}]', b'"string"}, {"name": "total", "type": "long"}]')
MONEY = b'syntax = "proto3";\npackage common;\nmessage Money { int64 units = 1; }\n'
ORDERS = b"""syntax = "proto3";
package orders;
import "common/money.proto";
message Order { string id = 1; common.Money total = 2; }
"""
AT = "/consumer-contracts/provider/orders/consumer/shop"


def encoded(exact: bytes) -> str:
    return base64.b64encode(exact).decode()


def single(exact: bytes, **more: Any) -> dict[str, Any]:
    return {"content": encoded(exact), **more}


def file(name: str, exact: bytes) -> dict[str, str]:
    return {"name": name, "content": encoded(exact)}


def bundle() -> dict[str, Any]:
    return {"files": [file("orders.proto", ORDERS), file("common/money.proto", MONEY)]}


def publish(broker: Broker, contract: dict[str, Any], number: str = "1", at: str = AT, **more: Any) -> dict[str, Any]:
    answer = broker.client.post(
        f"{at}/publish", json={"pacticipantVersionNumber": number, "contract": contract, **more}
    )
    assert answer.status_code == 200, answer.text
    return dict(answer.json())


def say(broker: Broker, contract: dict[str, Any], number: str = "a", **more: Any) -> dict[str, Any]:
    return publish(broker, contract, number, "/provider-contracts/provider/orders", **more)


def texts(answer: dict[str, Any]) -> str:
    return "\n".join(f"{each['type']}: {each['text']}" for each in answer["notices"])


def rows(broker: Broker) -> tuple[int, ...]:
    """How many contents of consumers, of providers, and bodies the store keeps."""
    store = Store(broker.database_url)
    try:
        tables = (content, provider_content, body)
        return store.read(lambda db: tuple(len(db.execute(table.select()).all()) for table in tables))
    finally:
        store.close()


def test_a_consumer_publishes_what_it_reads_and_the_format_is_told_from_it(broker: Broker) -> None:
    answer = publish(broker, single(AVRO), branch="main", tags=["dev"], buildUrl="https://ci.example/1")
    assert "Consumer contract (avro) published for shop version 1 and provider orders" in texts(answer)
    found = broker.read(answer["_links"]["pb:consumer-contract"]["href"])
    assert (found["role"], found["format"], found["revision"]) == ("consumer", "avro", 1)
    assert [
        branch["name"] for branch in broker.read("/pacticipants/shop/versions/1")["_embedded"]["branchVersions"]
    ] == ["main"]
    raw = broker.client.get(found["_links"]["pb:document"]["href"])
    assert (raw.content, raw.headers["content-type"]) == (AVRO, "application/json;charset=utf-8")


def test_several_documents_are_one_contract_and_each_is_read_back_under_its_name(broker: Broker) -> None:
    publish(broker, bundle())
    found = broker.read(f"{AT}/version/1/protobuf")
    assert found["root"] == "orders.proto"
    assert [(each["name"], each["sha256"]) for each in found["documents"]] == [
        ("common/money.proto", hashlib.sha256(MONEY).hexdigest()),
        ("orders.proto", hashlib.sha256(ORDERS).hexdigest()),
    ]
    for each in found["documents"]:
        assert broker.client.get(each["_links"]["self"]["href"]).content in {MONEY, ORDERS}
    assert broker.client.get(f"{AT}/version/1/protobuf/documents/other.proto").status_code == 404


def test_a_document_that_services_share_is_sent_once_and_named_by_its_digest(broker: Broker) -> None:
    say(broker, bundle())
    shared = {"name": "common/money.proto", "sha256": hashlib.sha256(MONEY).hexdigest()}
    publish(broker, {"files": [file("orders.proto", ORDERS), shared]})
    assert rows(broker) == (1, 1, 2)
    assert broker.client.get(f"{AT}/version/1/grpc/documents/common%2Fmoney.proto").content == MONEY
    unknown = {"name": "common/money.proto", "sha256": "0" * 64}
    sent = {"pacticipantVersionNumber": "2", "contract": {"files": [file("orders.proto", ORDERS), unknown]}}
    refused = broker.client.post(f"{AT}/publish", json=sent)
    assert refused.status_code == 400
    assert "0" * 64 in refused.json()["errors"]["contract.files"][0]
    assert broker.client.get("/pacticipants/shop/versions/2").status_code == 404


def test_the_pact_wire_sees_pacts_and_nothing_else(broker: Broker) -> None:
    put(broker, pact("shop", "orders"), "1")
    before = [broker.read(at) for at in ("/pacts/latest", "/pacts/provider/orders/latest", "/dashboard")]
    publish(broker, single(AVRO), "2")
    assert [broker.read(at) for at in ("/pacts/latest", "/pacts/provider/orders/latest", "/dashboard")] == before
    assert broker.client.get("/pacts/provider/orders/consumer/shop/version/2").status_code == 404
    assert broker.client.get(f"{AT}/version/1/pact").status_code == 404


def test_every_contract_of_a_version_is_listed_whichever_side_it_is_on(broker: Broker) -> None:
    put(broker, pact("orders", "stock"), "a")
    publish(broker, single(AVRO), "a", "/consumer-contracts/provider/stock/consumer/orders")
    say(broker, single(AVRO))
    say(broker, {**bundle(), "name": "events"})
    found = broker.read("/pacticipants/orders/versions/a/contracts")["_embedded"]["contracts"]
    told = [(each["role"], each["format"], each.get("name")) for each in found]
    assert told == [
        ("consumer", "avro", None),
        ("consumer", "pact", None),
        ("provider", "avro", None),
        ("provider", "protobuf", "events"),
    ]
    for each in found:
        assert broker.client.get(each["_links"]["self"]["href"]).status_code == 200
    named = broker.read(found[-1]["_links"]["self"]["href"])
    assert broker.client.get(named["_links"]["pb:document"]["href"]).content == ORDERS
    assert broker.client.get("/contracts/provider/orders/version/a/format/protobuf").status_code == 404


def test_contracts_between_two_are_listed_newest_first_in_pages(broker: Broker) -> None:
    for number in ("1", "2", "3"):
        publish(broker, single(AVRO), number)
    listed = broker.read(f"{AT}?page=1&size=2")
    assert [each["_embedded"]["version"]["number"] for each in listed["_embedded"]["contracts"]] == ["3", "2"]
    assert listed["page"]["totalElements"] == 3
    of_version = broker.read(f"{AT}/version/2")["_embedded"]["contracts"]
    assert [each["format"] for each in of_version] == ["avro"]
    assert broker.client.get("/consumer-contracts/provider/orders/consumer/nobody").status_code == 404


@pytest.mark.parametrize("side", ["consumer", "provider"])
def test_what_changed_between_two_versions_is_told_line_by_line_and_by_what_it_breaks(
    broker: Broker, side: str
) -> None:
    for number, exact in (("1", AVRO), ("2", WITH_TOTAL)):
        (publish if side == "consumer" else say)(broker, single(exact), number)
    where = AT if side == "consumer" else "/contracts/provider/orders"
    at = f"{where}/version/2/{'' if side == 'consumer' else 'format/'}avro/diff/version/1"
    found = broker.client.get(at, headers={"Accept": "application/hal+json"}).json()
    assert "+" in found["text"]
    assert found["report"]["compatible"] is False
    assert [each["severity"] for each in found["report"]["findings"]] == ["breaking"]
    shown = broker.client.get(at, headers={"Accept": "text/plain"}).text
    assert "breaking: " in shown
    assert found["report"]["findings"][0]["rule"] in shown
    same = broker.client.get(at.replace("version/1", "version/2"), headers={"Accept": "text/plain"}).text
    assert "Both are written alike." in same


def test_another_contract_of_a_version_is_a_revision_and_the_same_one_is_not(broker: Broker) -> None:
    publish(broker, single(AVRO))
    assert "with no changes" in texts(publish(broker, single(AVRO)))
    assert "this is revision 2" in texts(publish(broker, single(WITH_TOTAL)))
    assert broker.client.get(f"{AT}/version/1/avro/document").content == WITH_TOTAL
    assert pointer_differences(broker.database_url) == ()


def test_builds_that_publish_one_version_at_once_take_turns(broker: Broker) -> None:
    schemas = [AVRO.replace(b"Order", b"Order%d" % number) for number in range(6)]
    with ThreadPoolExecutor(6) as builds:
        list(builds.map(lambda each: publish(broker, single(each)), schemas))
    assert broker.read(f"{AT}/version/1/avro")["revision"] == 6
    assert pointer_differences(broker.database_url) == ()


def test_deleting_takes_the_documents_that_nobody_else_uses(broker: Broker) -> None:
    publish(broker, bundle())
    publish(broker, single(AVRO))
    say(broker, single(AVRO))
    assert rows(broker) == (2, 1, 3)
    assert broker.client.delete(f"{AT}/version/1/protobuf").status_code == 204
    assert rows(broker) == (1, 1, 1)
    assert broker.client.delete(f"{AT}/version/1/protobuf").status_code == 404
    broker.client.delete("/pacticipants/shop/versions/1").raise_for_status()
    assert rows(broker) == (0, 1, 1)
    broker.client.delete("/contracts/provider/orders/version/a").raise_for_status()
    assert rows(broker) == (0, 0, 0)
    publish(broker, bundle())
    broker.client.delete("/integrations/provider/orders/consumer/shop", headers={"Accept": "*/*"}).raise_for_status()
    assert rows(broker) == (0, 0, 0)
    publish(broker, bundle())
    broker.client.delete("/pacticipants/shop").raise_for_status()
    assert rows(broker) == (0, 0, 0)


def test_what_can_be_read_but_has_problems_is_kept_with_a_warning_for_each(sqlite_broker: Broker) -> None:
    paths = b'{"/a": {"get": {"responses": {"200": {"$ref": "#/nowhere"}}}}}'
    answer = say(
        sqlite_broker, single(b'{"openapi": "3.1.0", "info": {"title": "x", "version": "1"}, "paths": ' + paths + b"}")
    )
    assert "warning:   openapi.json" in texts(answer)
    assert "#/nowhere" in texts(answer)


@pytest.mark.parametrize(
    ("contract", "place", "told"),
    [
        (None, "contract", "must be an object"),
        ({}, "contract.content", "is missing"),
        (single(b"{", specification="avro"), "contract.content", "cannot be read"),
        (
            single(b'{"consumer": {}, "provider": {}, "interactions": []}'),
            "contract.specification",
            "/contracts/publish",
        ),
        (single(AVRO, name="x"), "contract.name", "one contract of each format"),
        ({"files": []}, "contract.files", "1 to 1000"),
        ({"files": [1]}, "contract.files", "must be an object"),
        ({"files": [file("../a.proto", MONEY)]}, "contract.files", "stays in its folder"),
        ({"files": [file("/etc/passwd", MONEY)]}, "contract.files", "stays in its folder"),
        ({"files": [file("a.proto", MONEY), file("a.proto", MONEY)]}, "contract.files", "two documents named a.proto"),
        ({"files": [{"name": "a.proto"}]}, "contract.files", "either content or sha256"),
        ({"files": [{"name": "a.proto", "sha256": "A"}]}, "contract.files", "64 hexadecimal"),
        ({"files": [{"name": "a.proto", "content": "%"}]}, "contract.files", "not Base64"),
        ({"files": [{"name": "a" * 501, "content": ""}]}, "contract.files", "at most 500"),
        ({**bundle(), "content": encoded(MONEY)}, "contract.files", "must not stand beside content"),
    ],
)
def test_a_wrong_contract_is_refused_with_its_place_and_records_nothing(
    sqlite_broker: Broker, contract: Any, place: str, told: str
) -> None:
    sent = {"pacticipantVersionNumber": "1", "contract": contract}
    answer = sqlite_broker.client.post(f"{AT}/publish", json=sent)
    assert answer.status_code == 400
    assert told in answer.json()["errors"][place][0]
    assert sqlite_broker.client.get("/pacticipants/shop").status_code == 404


def test_a_publication_without_a_contract_names_all_that_is_missing(sqlite_broker: Broker) -> None:
    errors = sqlite_broker.client.post(f"{AT}/publish", json={}).json()["errors"]
    assert set(errors) == {"pacticipantVersionNumber", "contract"}


def test_a_version_with_contracts_of_two_formats_is_one_integration_to_people(broker: Broker) -> None:
    put(broker, pact("shop", "orders"), "1", branch="main")
    publish(broker, single(AVRO), "1")
    html = {"Accept": "text/html"}
    link = '/matrix/provider/orders/consumer/shop"'
    both = broker.client.get("/", headers=html).text.count(link)
    broker.client.delete(f"{AT}/version/1/avro").raise_for_status()
    assert both == broker.client.get("/", headers=html).text.count(link) > 0
    publish(broker, single(AVRO), "1")
    for accept in (html, {"Accept": "application/hal+json"}):
        assert broker.client.get("/matrix/provider/orders/consumer/shop", headers=accept).status_code == 200
    assert pointer_differences(broker.database_url) == ()


def test_a_content_knows_how_much_there_is_in_it(broker: Broker) -> None:
    publish(broker, bundle())
    assert stored(broker, "SELECT interactions, messages FROM content") == [(2, 0)]  # its messages
