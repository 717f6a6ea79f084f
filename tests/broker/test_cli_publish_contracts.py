"""`troth publish --role`: contracts of any format, with the documents that they refer to."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.cli import troth

AVRO = '{"type": "record", "name": "Order", "fields": [{"name": "id", "type": "string"}]}'
MONEY = 'syntax = "proto3";\npackage common;\nmessage Money { int64 units = 1; }\n'
ORDERS = """syntax = "proto3";
package orders;
import "common/money.proto";
message Order { string id = 1; common.Money total = 2; }
"""
OPENAPI = """openapi: 3.1.0
info: {title: Orders, version: '1'}
paths:
  /orders:
    get:
      responses:
        '200':
          description: all
          content: {application/json: {schema: {$ref: 'schemas/order.yaml'}}}
"""


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def get(broker: Broker, path: str) -> Any:
    return broker.client.get(path).raise_for_status().json()


def documents(broker: Broker, path: str) -> list[str]:
    return [each["name"] for each in get(broker, path)["documents"]]


def test_a_provider_publishes_its_description_with_the_documents_that_it_refers_to(
    broker: Broker, tmp_path: Path
) -> None:
    write(tmp_path, api__openapi_yaml=OPENAPI, api__schemas__order_yaml="type: object\n")
    run = troth(
        *("publish", "api/openapi.yaml", "--role", "provider", "--provider", "orders", "-a", "1", "--branch", "main"),
        *("--tag", "dev", "--verification-success", "-b", broker.url),
        folder=tmp_path,
        code=0,
    )
    assert "orders: api/openapi.yaml (openapi, with 1 further document)" in run.out
    assert "version 1  (from --provider-app-version)" in run.out
    assert "Provider contract published for orders version 1" in run.out
    assert documents(broker, "/contracts/provider/orders/version/1/format/oas") == [
        "openapi.yaml",
        "schemas/order.yaml",
    ]
    assert get(broker, "/contracts/provider/orders/version/1")["verificationResults"] == {"success": True}
    assert get(broker, "/pacticipants/orders")["mainBranch"] == "main"


def test_a_consumer_publishes_several_contracts_at_once(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path, orders_proto=ORDERS, common__money_proto=MONEY, order_avsc=AVRO)
    run = troth(
        *("publish", "orders.proto", "order.avsc", "--role", "consumer", "--consumer", "shop", "--provider", "orders"),
        *("-a", "7", "-b", sqlite_broker.url),
        folder=tmp_path,
        code=0,
    )
    assert "shop → orders: orders.proto (protobuf, with 1 further document)" in run.out
    at = "/consumer-contracts/provider/orders/consumer/shop/version/7"
    assert documents(sqlite_broker, f"{at}/protobuf") == ["common/money.proto", "orders.proto"]
    assert documents(sqlite_broker, f"{at}/avro") == ["avro.avsc"]


def test_a_document_elsewhere_is_read_from_a_folder_that_is_allowed_and_from_no_other(
    sqlite_broker: Broker, tmp_path: Path
) -> None:
    text = OPENAPI.replace("schemas/order.yaml", "../shared/order.yaml")
    write(tmp_path, api__openapi_yaml=text, shared__order_yaml="type: object\n")
    command = ("publish", "api/openapi.yaml", "--role", "provider", "--provider", "orders", "-b", sqlite_broker.url)
    run = troth(*command, "-a", "1", folder=tmp_path, code=0)
    assert "warning" not in run.err
    assert documents(sqlite_broker, "/contracts/provider/orders/version/1/format/oas") == ["openapi.yaml"]
    troth(*command, "-a", "2", "--allow", "shared", folder=tmp_path, code=0)
    found = documents(sqlite_broker, "/contracts/provider/orders/version/2/format/oas")
    assert found == ["api/openapi.yaml", "shared/order.yaml"]


def test_one_of_several_contracts_of_a_format_has_a_name(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path, order_avsc=AVRO)
    command = ("publish", "order.avsc", "--role", "provider", "--provider", "orders", "-a", "1", "--name", "events")
    run = troth(*command, "-b", sqlite_broker.url, "--output", "json", folder=tmp_path, code=0)
    assert json.loads(run.out)["notices"]
    listed = get(sqlite_broker, "/pacticipants/orders/versions/1/contracts")["_embedded"]["contracts"]
    assert [each["name"] for each in listed] == ["events"]


@pytest.mark.parametrize("side", [("--role", "provider"), ("--role", "consumer", "--consumer", "web")])
def test_two_contracts_of_one_format_do_not_replace_each_other(
    side: tuple[str, ...], sqlite_broker: Broker, tmp_path: Path
) -> None:
    for name in ("placed.avsc", "paid.avsc"):
        (tmp_path / name).write_text('{"type": "record", "name": "Order", "fields": []}')
    command = ("publish", "placed.avsc", "paid.avsc", *side, "--provider", "orders", "-a", "1", "-b", sqlite_broker.url)
    said = troth(*command, folder=tmp_path, code=2).err
    assert "placed.avsc and paid.avsc are both avro" in said
    assert "the second would replace the first" in said
    assert sqlite_broker.client.get("/pacticipants/orders/versions/1").status_code == 404


def test_what_is_published_into_a_file_is_there_without_a_server(tmp_path: Path) -> None:
    write(tmp_path, order_avsc=AVRO)
    command = ("publish", "order.avsc", "--role", "provider", "--provider", "orders", "-a", "1", "-b", "troth.db")
    assert "queued" not in troth(*command, folder=tmp_path, code=0).err
    assert "with no changes" in troth(*command, folder=tmp_path, code=0).out


@pytest.mark.parametrize(
    ("flags", "told"),
    [
        (("--role", "provider"), "needs --provider"),
        (("--role", "consumer"), "needs --provider"),
        (("--role", "consumer", "--provider", "orders"), "needs --consumer"),
        (("--role", "provider", "--provider", "orders", "--consumer", "shop"), "takes no --consumer"),
        (("--provider", "orders"), "go with --role"),
        (("--role", "provider", "--provider", "orders", "other.avsc", "--name", "x"), "names one contract"),
        (("--role", "provider", "--provider", "orders", "web.json"), "without --role"),
        (("--role", "provider", "--provider", "orders", "nothing.avsc"), "no such file"),
    ],
)
def test_options_that_do_not_go_together_are_refused_before_anything_is_sent(
    tmp_path: Path, flags: tuple[str, ...], told: str
) -> None:
    pact = '{"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": []}'
    write(tmp_path, order_avsc=AVRO, other_avsc=AVRO, web_json=pact)
    run = troth("publish", "order.avsc", *flags, "-a", "1", "-b", "http://127.0.0.1:9", folder=tmp_path, code=2)
    assert told in run.err


def test_what_cannot_be_read_is_refused_with_its_place(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path, order_avsc='{"type": ')
    command = ("publish", "order.avsc", "--role", "provider", "--provider", "orders", "-a", "1", "--format", "avro")
    run = troth(*command, "-b", sqlite_broker.url, folder=tmp_path, code=2)
    assert "nothing was published: order.avsc: The document order.avsc is not JSON" in run.err
    assert "at line 1" in run.err


def test_a_file_that_was_cut_off_is_named_as_it_is_called_here(tmp_path: Path) -> None:
    write(tmp_path, cut_yaml=f"{OPENAPI}  components: {{schemas: [")
    told = troth(
        *("publish", "cut.yaml", "--role", "provider", "--provider", "orders", "-a", "1", "-b", "store.db"),
        folder=tmp_path,
        code=2,
    ).err
    assert told.startswith("troth: nothing was published: cut.yaml: The document cut.yaml is not YAML")
    assert not (tmp_path / "store.db").exists()


def test_patterns_stand_for_the_files_that_they_fit(sqlite_broker: Broker, tmp_path: Path) -> None:
    write(tmp_path, a__money_proto=MONEY, a__order_avsc=AVRO)
    publish = ("publish", "--role", "provider", "--provider", "orders", "-a", "1", "-b", sqlite_broker.url)
    run = troth(*publish, "a/*o*r*", folder=tmp_path, code=0)
    assert "orders: a/money.proto (protobuf)\norders: a/order.avsc (avro)\n" in run.out
    assert "b/*.avsc: the pattern fits no file" in troth(*publish, "b/*.avsc", folder=tmp_path, code=2).err


def test_a_contract_that_nothing_compares_on_its_side_is_kept_with_a_word_about_it(tmp_path: Path) -> None:
    write(tmp_path, asked_graphql="{ order }", schema_graphql="type Query { order: Int }")
    to = ("-a", "1", "-b", "store.db")
    run = troth("publish", "asked.graphql", "--role", "provider", "--provider", "a", *to, folder=tmp_path, code=0)
    assert "asked.graphql: nothing compares a provider's graphql-operations" in run.err
    assert "is it a consumer's?" in run.err
    asked = ("publish", "asked.graphql", "--role", "consumer", "--provider", "a", "--consumer", "b")
    assert troth(*asked, *to, folder=tmp_path, code=0).err == ""


def test_options_of_pacts_and_of_other_contracts_are_told_apart_and_so_are_their_files(tmp_path: Path) -> None:
    write(tmp_path, order_avsc=AVRO)
    publish = ("publish", "order.avsc", "-a", "1", "-b", "store.db")
    said = troth(*publish, "--role", "provider", "--provider", "a", "--merge", folder=tmp_path, code=2).err
    assert "--merge is for pacts, which are published without --role" in said
    said = troth(*publish, "--name", "x", "--verification-success", folder=tmp_path, code=2).err
    assert "--name and --verification-success are for contracts that are published with --role" in said
    said = troth(*publish, folder=tmp_path, code=2).err
    assert "order.avsc looks like avro: contracts of other formats need --role consumer or --role provider" in said
