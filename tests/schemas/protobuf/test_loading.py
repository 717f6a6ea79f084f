"""Contracts are read from .proto files and descriptor sets, with every problem and its place."""

import base64
from typing import Any

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from troth_schemas.errors import ContractUnreadable
from troth_schemas.finding import Place
from troth_schemas.options import Options
from troth_schemas.protobuf.format import FORMAT
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources, one

ORDER = b"""syntax = "proto3";
package shop.v1;

message Order {
  string id = 1;
  map<string, int32> counts = 2;
  optional int64 total = 3;
  oneof payment {
    string card = 4;
  }
}
"""


def schema(*texts: str, **files: str) -> Schema:
    named = {f"file{index}.proto": text.encode() for index, text in enumerate(texts)} | {
        name.replace("__", "/") + ".proto": text.encode() for name, text in files.items()
    }
    loaded = FORMAT.load(Sources(next(iter(named)), named))
    assert loaded.usable, loaded.problems
    assert isinstance(loaded.document, Schema)
    return loaded.document


def problems(text: str) -> list[tuple[int | None, str]]:
    loaded = FORMAT.load(one("shop.proto", text.encode()))
    assert not loaded.usable
    return [(each.line, each.sentence) for each in loaded.problems]


def test_fields_are_read_with_their_places() -> None:
    loaded = FORMAT.load(one("order.proto", ORDER))
    assert loaded.problems == ()
    fields = loaded.document.messages["shop.v1.Order"].fields()
    assert [(one.name, one.type, one.cardinality) for one in fields.values()] == [
        ("id", "string", "optional with implicit presence"),
        ("counts", "map<string, int32>", "map"),
        ("total", "int64", "optional with explicit presence"),
        ("card", "string", "optional with explicit presence"),
    ]
    assert fields[3].place == Place("/shop.v1.Order/fields/total", 7, "order.proto")
    assert fields[4].oneof == "payment"
    assert fields[3].oneof is None


def test_every_syntax_and_edition_is_read() -> None:
    proto2 = 'syntax = "proto2"; message M { required int32 a = 1; optional group G = 2 { optional int32 b = 1; } }'
    fields = schema(proto2).messages["M"].fields()
    assert (fields[1].cardinality, fields[2].kind) == ("required", "group")
    edition = 'edition = "2023"; message M { int32 a = 1 [features.field_presence = IMPLICIT]; M b = 2; int32 c = 3; }'
    fields = schema(edition).messages["M"].fields()
    assert [one.cardinality for one in fields.values()] == [
        "optional with implicit presence",
        "optional with explicit presence",
        "optional with explicit presence",
    ]
    edition = 'edition = "2024"; package p; option features.message_encoding = DELIMITED; message M { M a = 1; }'
    assert schema(edition).messages["p.M"].fields()[1].kind == "group"


def test_no_syntax_is_proto2_with_a_warning() -> None:
    loaded = FORMAT.load(one("old.proto", b"package shop;\nmessage M { required int32 a = 1; }"))
    assert [(each.severity, each.line, each.sentence.partition(".")[0]) for each in loaded.problems] == [
        ("warning", 1, "No syntax is stated, so it is proto2")
    ]
    assert loaded.document.messages["shop.M"].fields()[1].cardinality == "required"


def test_files_are_found_by_the_names_that_imports_use() -> None:
    money = 'syntax = "proto3"; package shop.v1; message Money { int64 units = 1; }'
    order = 'syntax = "proto3"; package shop.v1; import "shop/v1/money.proto"; message Order { Money price = 1; }'
    for files in (
        {"order.proto": order, "shop/v1/money.proto": money},
        {"order.proto": order, "money.proto": money},
        {"order.proto": order, "../../shop/v1/money.proto": money},
        {"api/shop/v1/order.proto": order, "api/shop/v1/money.proto": money},
    ):
        sources = Sources(next(iter(files)), {name: text.encode() for name, text in files.items()})
        loaded = FORMAT.load(sources)
        assert loaded.problems == (), files
        assert FORMAT.needs(sources) == ()
        place = loaded.document.messages["shop.v1.Money"].place
        assert place.document == list(files)[1], "findings use the name that was given"


def test_what_comes_with_protobuf_and_the_annotations_of_apis_is_there() -> None:
    text = """syntax = "proto3";
import "google/protobuf/timestamp.proto";
import "google/api/annotations.proto";
import "google/rpc/status.proto";
import public "google/type/money.proto";
message Order { google.protobuf.Timestamp at = 1; google.rpc.Status status = 2; google.type.Money price = 3; }
service Orders { rpc Get (Order) returns (Order) { option (google.api.http) = { get: "/orders" }; } }
"""
    found = schema(text)
    assert {"google.rpc.Status", "google.protobuf.Timestamp"} <= found.messages.keys()
    assert [file.name for file in found.files.values()] == ["file0.proto"], "what was not given is not the contract's"


def test_a_missing_import_is_named_with_its_place_and_what_else_is_wrong_is_told_too() -> None:
    text = b'syntax = "proto3";\npackage shop.v1;\nimport "shop/v1/money.proto";\nmessage Order {\n  strin id = 1;\n}\n'
    hint = "Hand it in with the others, named from the include root."
    sources = one("order.proto", text)
    loaded = FORMAT.load(sources)
    assert [(each.line, each.sentence) for each in loaded.problems] == [
        (3, f"The file shop/v1/money.proto is imported but was not given. {hint}"),
        (5, '"strin" is not defined. Did you mean string?'),
    ]  # fmt: skip
    assert FORMAT.needs(sources) == ("shop/v1/money.proto", "money.proto")
    assert loaded.document.refused == ("order.proto",)


@pytest.mark.parametrize(
    ("text", "line", "sentence"),
    [
        ("message A { int number = 1; }", 1, '"int" is not defined. Did you mean int32?'),
        ("message A { Money price = 1; }", 1, '"Money" is not defined. Import the file that defines it.'),
        ("message A { string a = 1;\n string b = 1; }", 2, "Give one of the two another number."),
        ("message A { string a; }", 1, "Write `= N` with a number that no other field has."),
        ("message A {}\nmessage A {}", 2, "Two things in one scope have one name: rename or remove one."),
        ("message A { reserved 1; string a = 1; }", 1, "Take another; it was reserved for what is gone."),
        ("enum E { A = 1; }", 1, "Begin it with a value 0."),
        ("message A {\n string a = 1\n string b = 2; }", 3, "A statement before this place is not closed."),
    ],
)
def test_problems_teach(text: str, line: int, sentence: str) -> None:
    found = problems(f'syntax = "proto3"; {text}')
    assert any(at == line and said.endswith(sentence) for at, said in found), found


def test_one_broken_file_leaves_the_others_to_be_compared() -> None:
    files = {
        "a.proto": b'syntax = "proto3"; message A { int32 a = 1; }',
        "b.proto": b'syntax = "proto3"; import "c.proto"; message B { C c = 1; }',
        "c.proto": b'syntax = "proto3"; message C { strin c = 1; }',
    }
    loaded = FORMAT.load(Sources("a.proto", files))
    assert [(each.document, each.line) for each in loaded.problems if each.severity == "error"] == [("c.proto", 1)]
    assert loaded.document.refused == ("b.proto", "c.proto")
    assert list(loaded.document.messages) == ["A"]


def test_a_missing_import_of_options_is_named_though_protoc_falls_over_it() -> None:
    text = b'edition = "2024"; package shop; import option "options.proto"; message Order {}'
    loaded = FORMAT.load(one("order.proto", text))
    assert [(each.pointer, each.severity) for each in loaded.problems] == [("/options.proto", "error")]
    assert loaded.document.refused == ("order.proto",)


def test_an_unused_import_is_a_warning() -> None:
    files = {
        "a.proto": b'syntax = "proto3"; import "b.proto"; message A { int32 a = 1; }',
        "b.proto": b'syntax = "proto3"; message B { int32 a = 1; }',
    }
    loaded = FORMAT.load(Sources("a.proto", files))
    assert loaded.usable
    assert [(each.severity, each.sentence) for each in loaded.problems] == [
        ("warning", "Import b.proto is unused. Remove the import.")
    ]


def test_a_descriptor_set_is_read_as_it_is() -> None:
    content = schema(ORDER.decode()).descriptors.SerializeToString()
    loaded = FORMAT.load(one("order.binpb", content))
    assert loaded.problems == ()
    assert FORMAT.digest(loaded.document) == FORMAT.digest(schema(ORDER.decode()))
    assert loaded.document.messages["shop.v1.Order"].place == Place("/shop.v1.Order", None, "order.binpb")
    assert FORMAT.needs(one("order.binpb", content)) == ()
    assert FORMAT.load(one("order", content)).usable, "its content shows what it is"


def test_a_descriptor_set_without_its_imports_says_which() -> None:
    whole = schema('syntax = "proto3"; import "google/rpc/status.proto"; message A { google.rpc.Status s = 1; }')
    alone = FileDescriptorSet(file=[file for file in whole.descriptors.file if file.name == "file0.proto"])
    loaded = FORMAT.load(one("a.binpb", alone.SerializeToString()))
    assert [each.sentence.partition(". ")[0] for each in loaded.problems] == [
        "file0.proto imports google/rpc/status.proto, which is not in the set"
    ]


def test_a_descriptor_set_that_contradicts_itself_is_not_compared() -> None:
    made = FileDescriptorSet()
    made.file.add(name="a.proto", syntax="proto3").message_type.add(name="A").field.add(
        name="b", number=1, type=11, type_name=".Gone", label=1
    )
    loaded = FORMAT.load(one("a.binpb", made.SerializeToString()))
    assert not loaded.usable
    assert "do not fit together" in loaded.problems[0].sentence
    assert loaded.document.refused == ("a.proto",)


def test_what_lacks_an_import_is_compared_as_far_as_it_goes_and_never_a_pass() -> None:
    text = 'syntax = "proto3"; import "google/rpc/status.proto"; message A { google.rpc.Status s = 1; int32 x = 2; }'
    enum = " enum E { NONE = 0; ONE = 1; } message B { E e = 1; }"
    loaded = []
    for one_text in (text + enum.replace("ONE = 1;", ""), text.replace("int32", "string") + enum):
        whole = schema(one_text)
        alone = FileDescriptorSet(file=[file for file in whole.descriptors.file if file.name == "file0.proto"])
        loaded.append(FORMAT.load(one("a.binpb", alone.SerializeToString())).document)
    assert FORMAT.compare(loaded[0], loaded[0], Options()).compatible is None
    report = FORMAT.compare(loaded[0], loaded[1], Options())
    assert "protobuf/field-wire-json-compatible-type" in [each.rule for each in report.breaking]
    assert [each.rule for each in report.not_covered] == ["protobuf/file-not-covered"] * 2


@pytest.mark.parametrize("category", ["FILE", "PACKAGE", "WIRE_JSON", "WIRE"])
@pytest.mark.parametrize("older", ["writer", "reader"])
def test_what_stands_in_a_file_that_could_not_be_compiled_is_not_called_gone(category: Any, older: Any) -> None:
    whole = {
        "a.proto": b'syntax = "proto3"; package shop; import "b.proto"; message A { B b = 1; }',
        "b.proto": b'syntax = "proto3"; package shop; message B { int32 b = 1; } service S { rpc F (B) returns (B); }',
    }
    broken = {**whole, "b.proto": whole["b.proto"] + b" message {"}
    old, new = (FORMAT.load(Sources("a.proto", files)).document for files in (whole, broken))
    reader, writer = (new, old) if older == "writer" else (old, new)
    report = FORMAT.compare(reader, writer, Options(category=category, older=older))
    assert report.compatible is None
    assert report.findings == ()
    assert {one.rule for one in report.not_covered} == {"protobuf/file-not-covered"}


def test_the_files_of_a_set_may_stand_in_any_order() -> None:
    whole = schema('syntax = "proto3"; import "google/rpc/status.proto"; message A { google.rpc.Status s = 1; }')
    turned = FileDescriptorSet(file=reversed(whole.descriptors.file))
    loaded = FORMAT.load(one("a.binpb", turned.SerializeToString()))
    assert loaded.problems == ()
    assert loaded.document.pool.knows("A")


@pytest.mark.parametrize("content", [b"", b"\xff" * 40, b"\x0a\x00", b"\x0a\x05ab"])
def test_what_is_no_descriptor_set_is_unreadable(content: bytes) -> None:
    with pytest.raises(ContractUnreadable, match="descriptor set"):
        FORMAT.load(one("a.binpb", content))


def test_comments_and_texts_hide_no_imports_and_make_none() -> None:
    text = """// import "a.proto";
/* import "b.proto"; */
syntax = "proto2";
option java_package = "import \\"c.proto\\";";
import /* here */ 'd.proto';
import
  weak "e.proto";
message A { optional string import = 1 [default = "import 'f.proto';"]; }
"""
    assert FORMAT.needs(one("x.proto", text.encode())) == ("d.proto", "e.proto")
    packaged = text.replace("option", "package shop.v1;\noption", 1)
    assert FORMAT.needs(one("x.proto", packaged.encode()))[:2] == ("d.proto", "../../d.proto")


def test_a_pact_holds_descriptors_in_base64_that_load_too() -> None:
    encoded = base64.b64encode(schema(ORDER.decode()).descriptors.SerializeToString())
    assert FORMAT.load(one("a.desc", base64.b64decode(encoded))).usable
