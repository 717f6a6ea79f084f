"""The canonical form tells what a contract says, not how it is written."""

import pytest

from tests.schemas.protobuf.test_loading import schema
from troth_schemas.protobuf.canonical import digest

PLAIN = """syntax = "proto3";
package shop;
message Order {
  string id = 1;
  int64 unit_price = 2;
  oneof a { string b = 3; }
  oneof c { string d = 4; string e = 5; }
  reserved 8, 9;
  reserved "x", "y";
  message Line { int32 count = 1; }
}
enum Status { NONE = 0; OPEN = 1; SHUT = 2; }
service Orders { rpc Get (Order) returns (Order); rpc Put (Order) returns (Order); }
"""
REWRITTEN = """
// Everything about orders.
syntax = 'proto3';


package shop;
service Orders {
  // Puts one.
  rpc Put (shop.Order) returns (.shop.Order) {}
  rpc Get (Order) returns (Order);
}
enum Status { NONE = 0; SHUT = 2; OPEN = 1; }
message Order {
  message Line { int32 count = 1; } ;
  reserved "y", "x";
  reserved 8 to 9;
  oneof c { string e = 5; string d = 4; }
  int64 unit_price = 2 [json_name = "unitPrice"];
  oneof a { string b = 3; }
  string id = 1; // the number
}
"""


def test_formatting_comments_and_order_do_not_matter() -> None:
    assert digest(schema(PLAIN)) == digest(schema(REWRITTEN))


def test_reserved_ranges_may_be_written_as_one_or_several() -> None:
    assert digest(schema(PLAIN)) == digest(schema(PLAIN.replace("reserved 8, 9", "reserved 8 to 9")))


def test_a_file_alone_may_have_any_name_and_imports_that_it_does_not_need() -> None:
    assert digest(schema(PLAIN)) == digest(schema(other=PLAIN))
    imported = PLAIN.replace("package", 'import "google/protobuf/any.proto";\npackage')
    assert digest(schema(PLAIN)) == digest(schema(imported))


def test_the_order_of_files_does_not_matter_and_their_names_do() -> None:
    order = 'syntax = "proto3"; message A {}'
    money = 'syntax = "proto3"; message B {}'
    assert digest(schema(a=order, b=money)) == digest(schema(b=money, a=order))
    assert digest(schema(a=order, b=money)) != digest(schema(a=order, c=money))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("string id = 1", "bytes id = 1"),
        ("string id = 1", "string id = 7"),
        ("string id = 1", 'string id = 1 [json_name = "ID"]'),
        ("string id = 1", "string id = 1 [deprecated = true]"),
        ("OPEN = 1", "OPEN = 3"),
        ("rpc Get (Order)", "rpc Get (stream Order)"),
        ("reserved 8, 9", "reserved 8"),
        ("proto3", "proto2"),
        ("string d = 4; string e = 5;", "string d = 4;"),
        ("package shop", "package store"),
    ],
)
def test_what_matters_does(old: str, new: str) -> None:
    text = 'syntax = "proto3"; message A { }' if new == "proto2" else PLAIN
    assert digest(schema(text)) != digest(schema(text.replace(old, new)))


def test_the_first_value_of_an_enum_is_its_default() -> None:
    text = 'syntax = "proto2"; enum E { A = 1; B = 2; C = 3; }'
    assert digest(schema(text)) == digest(schema(text.replace("B = 2; C = 3", "C = 3; B = 2")))
    assert digest(schema(text)) != digest(schema(text.replace("A = 1; B = 2", "B = 2; A = 1")))


def test_custom_options_may_stand_in_any_order() -> None:
    text = """syntax = "proto2";
import "google/protobuf/descriptor.proto";
extend google.protobuf.MessageOptions { optional string a = 50001; optional Inner b = 50002;
  optional fixed32 c = 50003; }
message Inner { optional int32 x = 1; }
message A { OPTIONS }
"""
    one = "option (a) = 'x'; option (b).x = 1; option (c) = 5;"
    other = "option (c) = 5; option (b).x = 1; option (a) = 'x';"
    assert digest(schema(text.replace("OPTIONS", one))) == digest(schema(text.replace("OPTIONS", other)))
    assert digest(schema(text.replace("OPTIONS", one))) != digest(schema(text.replace("OPTIONS", "option (a) = 'y';")))
