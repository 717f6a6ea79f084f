"""What is huge, deep, cyclic or malicious ends in a clear answer, and nothing outside the given files is read."""

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet

from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import Loaded
from troth_schemas.options import Options
from troth_schemas.protobuf import compiler
from troth_schemas.protobuf.compare import compare
from troth_schemas.protobuf.format import FORMAT
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources, one


def load(**files: str) -> Loaded:
    named = {name.replace("__", "/") + ".proto": text.encode() for name, text in files.items()}
    return FORMAT.load(Sources(next(iter(named)), named))


@pytest.mark.parametrize(
    "wanted",
    ["../../etc/passwd", "/etc/passwd", "../secret.proto", "a/../../etc/passwd", "./b.proto", "a//b.proto", "C:\\\\x"],
)
def test_imports_that_lead_elsewhere_read_nothing(wanted: str) -> None:
    loaded = load(a=f'syntax = "proto3"; import "{wanted}"; message A {{ int32 a = 1; }}')
    assert not loaded.usable
    assert "root:" not in str(loaded.problems)
    assert loaded.document.messages == {}
    assert compare(loaded.document, loaded.document, Options()).compatible is None


def test_a_document_never_answers_an_import_that_leads_out_of_the_folder() -> None:
    loaded = load(a='syntax = "proto3"; import "../../../tmp/b.proto";', b='syntax = "proto3"; message B {}')
    assert loaded.document.refused == ("a.proto",)
    assert list(loaded.document.messages) == ["B"]


@pytest.mark.parametrize("name", ["/etc/passwd.proto", "..", "a\\b.proto", "a\nb.proto", "a\0.proto"])
def test_names_that_are_no_relative_paths_are_refused(name: str) -> None:
    with pytest.raises(ContractUnreadable, match="no relative path"):
        FORMAT.load(one(name, b'syntax = "proto3";'))


@pytest.mark.parametrize("name", ["--cpp_out=x.proto", "-Ix.proto", "@x.proto", "../../x.proto", "a b.proto"])
def test_names_that_look_like_something_else_are_names(name: str) -> None:
    loaded = FORMAT.load(one(name, b'syntax = "proto3"; message A { int32 a = 1; }'))
    assert loaded.usable, loaded.problems
    assert "A" in loaded.document.messages


def test_a_file_that_is_a_folder_as_well_is_refused() -> None:
    with pytest.raises(ContractUnreadable, match="different from every folder's"):
        FORMAT.load(Sources("a", {"a": b'syntax = "proto3";', "a/b.proto": b'syntax = "proto3";'}))


def test_imports_in_a_circle_are_told_as_such() -> None:
    loaded = load(a='syntax = "proto3"; import "b.proto";', b='syntax = "proto3"; import "a.proto";')
    assert any("recursively imports itself" in each.sentence for each in loaded.problems)
    assert loaded.document.refused == ("b.proto", "a.proto")


def test_messages_nested_too_deep_are_told_as_such() -> None:
    loaded = load(a='syntax = "proto3"; ' + "message A { " * 5_000 + "}" * 5_000)
    assert any("recursion limit" in each.sentence for each in loaded.problems)
    assert not loaded.usable


def test_garbage_is_a_problem_or_unreadable() -> None:
    for content in (b"\xff\xfe\x00garbage", b"\0" * 1000, b"message {" * 1000):
        assert not FORMAT.load(one("a.proto", content)).usable
    with pytest.raises(ContractUnreadable):
        FORMAT.load(one("a.binpb", b"\xde\xad" * 1000))


def test_a_contract_that_is_too_large_is_refused_before_anything_runs() -> None:
    with pytest.raises(ContractUnreadable, match="bytes in 1 files, more than"):
        FORMAT.load(one("a.proto", b"/" * 33_000_000))


def test_a_compiler_that_takes_too_long_or_too_much_is_ended(monkeypatch: pytest.MonkeyPatch) -> None:
    text = 'syntax = "proto3"; ' + "".join(f"message M{index} {{ int32 a = 1; }}\n" for index in range(50_000))
    monkeypatch.setattr(compiler, "_MEMORY", 60_000_000)
    with pytest.raises(ContractUnreadable, match="crash or take too much"):
        load(a=text)
    monkeypatch.undo()
    monkeypatch.setattr(compiler, "_SECONDS", 0.001)
    with pytest.raises(ContractUnreadable, match="keeps protoc busy"):
        load(a=text)


def test_a_long_chain_of_renamed_types_needs_no_deep_stack() -> None:
    def chain(prefix: str, last: str) -> str:
        links = "".join(f"message {prefix}{at} {{ {prefix}{at + 1} next = 1; }}\n" for at in range(3_000))
        return f'syntax = "proto3"; message A {{ {prefix}0 b = 1; }} {links} message {prefix}3000 {{ {last} x = 1; }}'

    old, new, other = (load(a=chain(*each)).document for each in (("B", "int32"), ("C", "int32"), ("C", "string")))
    assert compare(new, old, Options()).compatible is True
    report = compare(other, old, Options())
    assert [each.rule for each in report.breaking] == ["protobuf/field-wire-json-compatible-type"]


def test_descriptors_that_hold_themselves_end() -> None:
    made = FileDescriptorSet()
    file = made.file.add(name="a.proto", syntax="proto3", package="p")
    for name, other in (("A", "B"), ("B", "A")):
        file.message_type.add(name=name).field.add(name="x", number=1, label=1, type=11, type_name=f".p.{other}")
    turned = FileDescriptorSet.FromString(made.SerializeToString())
    for message in turned.file[0].message_type:
        message.field[0].type_name = f".p.{message.name}"
    assert compare(Schema(turned), Schema(made), Options()).compatible is True


@pytest.mark.parametrize("registry", [False, True])
def test_a_message_of_thousands_of_fields_is_looked_at_once_for_each(registry: bool) -> None:
    def message(kind: str) -> Schema:
        fields = " ".join(f"{kind} f{number} = {number};" for number in range(1, 6000))
        found: Schema = load(a=f'syntax = "proto3"; message A {{ oneof one {{ {fields} }} }}').document
        return found

    report = compare(message("int32"), message("string"), Options(registry=registry))
    assert len(report.breaking) == 5999


def test_an_enum_of_thousands_of_values_is_looked_at_once_for_each() -> None:
    def enum(prefix: str) -> Schema:
        values = " ".join(f"{prefix}{number} = {number};" for number in range(1, 12000))
        found: Schema = load(a=f'syntax = "proto3"; enum E {{ NONE = 0; {values} }}').document
        return found

    report = compare(enum("A"), enum("B"), Options())
    assert len(report.breaking) == 11999


def test_a_chain_of_messages_beyond_python_s_stack_can_be_made() -> None:
    links = [f"message M{n} {{ M{n + 1} next = 1; int32 count = 2; }}" for n in range(1200)]
    loaded = load(a="\n".join(['syntax = "proto3";', *links, "message M1200 {}"]))
    assert loaded.document.pool.new("M0").DESCRIPTOR.name == "M0"
