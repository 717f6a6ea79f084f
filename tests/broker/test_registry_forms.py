"""The forms in which the registry takes and gives schemas."""

import base64
import json
from collections.abc import Iterator

import httpx
import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorProto

from tests.support.brokers import Broker
from tests.support.registry import PROTO, client_of, number, refused, register
from troth_broker.core.registry_avro import avro_text
from troth_schemas.contract import Contract
from troth_schemas.protobuf.printing import plain, printed
from troth_schemas.sources import one

EVERYTHING = r"""syntax = "proto3";
package shop.v1;
import public "google/protobuf/timestamp.proto";
option java_package = "a.b\"c";
option optimize_for = CODE_SIZE;
enum Kind {
  option allow_alias = true;
  UNKNOWN = 0; A = 1 [deprecated = true]; B = 1;
  reserved 5, 7 to 9, 100 to max; reserved "OLD";
}
message Order {
  option deprecated = true;
  reserved 10, 12 to 14; reserved "gone";
  message Inner { int32 a = 1; enum E { Z = 0; } }
  int32 id = 1; optional string note = 2; repeated Inner inners = 3; map<string, Inner> by_name = 4;
  oneof how { string card_no = 5; bytes cash = 6 [json_name = "C"]; }
  google.protobuf.Timestamp at = 7; repeated int32 n = 8 [packed = false]; Kind kind = 9;
}
service Orders {
  option deprecated = true;
  rpc Get (Order) returns (stream Order) { option idempotency_level = NO_SIDE_EFFECTS; }
  rpc Put (stream Order) returns (Order);
}
"""
OLDER = r"""syntax = "proto2";
package p2;
message M {
  required int32 a = 1; optional string s = 2 [default = "h\"i\n"]; optional double d = 3 [default = inf];
  optional bool b = 4 [default = true]; optional bytes y = 5 [default = "\001\"a"]; optional E e = 6 [default = B];
  enum E { A = 0; B = 1; }
  extensions 100 to 199; extensions 1000 to max;
  extend M { optional int32 z = 101; }
}
extend M { optional int32 x = 100; }
"""
NEWER = """edition = "2023";
package ed;
option features.field_presence = IMPLICIT;
message M { int32 a = 1 [features.field_presence = LEGACY_REQUIRED]; M m = 2 [features.message_encoding = DELIMITED]; }
"""


def compiled(text: str) -> FileDescriptorProto:
    contract = Contract("protobuf", one("schema.proto", text.encode()))
    assert not [each for each in contract.loaded.problems if each.severity == "error"], text
    found: FileDescriptorProto
    (found,) = (each for each in contract.loaded.document.descriptors.file if each.name == "schema.proto")
    return found


def sent(file: FileDescriptorProto) -> str:
    return base64.b64encode(plain(file).SerializeToString()).decode()


@pytest.fixture
def registry(broker: Broker) -> Iterator[httpx.Client]:
    with client_of(broker.url) as client:
        yield client


@pytest.mark.parametrize("text", [EVERYTHING, OLDER, NEWER], ids=["proto3", "proto2", "editions"])
def test_a_descriptor_is_printed_so_that_it_compiles_to_itself(text: str) -> None:
    file = compiled(text)
    assert plain(compiled(printed(file))) == plain(file)


def test_a_descriptor_comes_back_as_a_text_and_a_text_as_a_descriptor(registry: httpx.Client) -> None:
    file = compiled(PROTO)
    made = number(register(registry, "orders", sent(file), schemaType="PROTOBUF"))
    shown = registry.get(f"/schemas/ids/{made}").json()
    assert shown["schema"].startswith('syntax = "proto3";\npackage shop;\nmessage Order {')
    for path in (f"/schemas/ids/{made}?format=serialized", "/subjects/orders/versions/1?format=serialized"):
        given = FileDescriptorProto.FromString(base64.b64decode(registry.get(path).json()["schema"]))
        assert plain(given) == plain(file)
    assert registry.get(f"/schemas/ids/{made}/schema").text == shown["schema"]
    assert number(register(registry, "orders", PROTO, schemaType="PROTOBUF")) == made
    asked = {"schema": PROTO, "schemaType": "PROTOBUF"}
    assert registry.post("/subjects/orders", json=asked).json()["version"] == 1
    assert registry.get("/subjects/orders/versions").json() == [1]


def test_a_descriptor_that_no_text_says_in_full_is_kept_as_it_was_sent(registry: httpx.Client) -> None:
    text = 'syntax = "proto2";\npackage p;\nmessage M { repeated group G = 7 { optional int32 z = 1; } }\n'
    binary = sent(compiled(text))
    made = number(register(registry, "groups", binary, schemaType="PROTOBUF"))
    assert registry.get(f"/schemas/ids/{made}").json()["schema"] == binary
    assert registry.get(f"/schemas/ids/{made}?format=serialized").json()["schema"] == binary
    fields = "".join(f"optional int32 field_{each} = {each + 8}; " for each in range(20))
    longer = sent(compiled(text.replace("repeated group", f"{fields} repeated group")))
    number(register(registry, "longer", longer, schemaType="PROTOBUF"))
    nonsense = base64.b64encode(b"\xff\xff\xff").decode()
    assert refused(register(registry, "nonsense", nonsense, schemaType="PROTOBUF"))[1] == 42201


def test_a_primitive_avro_type_may_come_without_quotes(registry: httpx.Client) -> None:
    made = number(register(registry, "names", " string "))
    assert registry.get(f"/schemas/ids/{made}/schema").text == '"string"'
    assert number(register(registry, "names", '"string"')) == made


def test_avro_is_given_with_what_it_stands_on_if_it_is_asked_for(registry: httpx.Client) -> None:
    money = {"type": "record", "name": "Money", "namespace": "shop", "fields": [{"name": "cents", "type": "long"}]}
    number(register(registry, "money", money))
    fields = [{"name": "price", "type": "Money"}, {"name": "paid", "type": ["null", "shop.Money"]}]
    order = {"type": "record", "name": "shop.Order", "fields": fields}
    references = [{"name": "shop.Money", "subject": "money", "version": 1}]
    made = number(register(registry, "orders", order, references=references))
    resolved = json.loads(registry.get(f"/schemas/ids/{made}?format=resolved").json()["schema"])
    whole = {"type": "record", "name": "Money", "fields": [{"name": "cents", "type": "long"}]}
    assert [field["type"] for field in resolved["fields"]] == [whole, ["null", "Money"]]
    kept = json.loads(registry.get(f"/schemas/ids/{made}?format=else").json()["schema"])
    assert kept["fields"][0]["type"] == "Money"


@pytest.mark.parametrize(
    ("schema", "text"),
    [
        ({"type": "int"}, '"int"'),
        ({"logicalType": "date", "type": "int"}, '{"type":"int","logicalType":"date"}'),
        ({"type": {"type": "int"}}, '"int"'),
        ({"items": {"type": "long"}, "type": "array"}, '{"type":"array","items":"long"}'),
        ({"values": "bytes", "x": 1, "type": "map"}, '{"type":"map","values":"bytes","x":1}'),
        (
            {"size": 2, "name": "a.F", "type": "fixed", "aliases": ["G"]},
            '{"type":"fixed","name":"F","namespace":"a","size":2,"aliases":["G"]}',
        ),
        (
            {"symbols": ["A"], "default": "A", "name": "E", "doc": "d", "type": "enum"},
            '{"type":"enum","name":"E","doc":"d","symbols":["A"],"default":"A"}',
        ),
        (
            {
                "fields": [
                    {"type": ["null", "a.R"], "default": None, "order": "ignore", "aliases": ["o"], "name": "next"},
                    {"type": {"type": "enum", "name": "E", "symbols": []}, "name": "e", "order": "ascending"},
                ],
                "name": "R",
                "namespace": "a",
                "type": "record",
            },
            (
                '{"type":"record","name":"R","namespace":"a","fields":[{"name":"next","type":["null","R"],'
                '"default":null,"order":"ignore","aliases":["o"]},'
                '{"name":"e","type":{"type":"enum","name":"E","symbols":[]}}]}'
            ),
        ),
        ({"type": "record", "fields": [{}]}, '{"type":"record","fields":[{}]}'),
        (7, "7"),
    ],
)
def test_avro_has_one_spelling(schema: object, text: str) -> None:
    assert avro_text(schema) == text
