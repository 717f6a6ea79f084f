"""Real APIs of Google and gRPC, from the packages that the tests stand on: no false alarm, whatever they look like."""

import re
from functools import cache
from importlib.resources import files
from pathlib import Path

import pytest
from google.protobuf.descriptor_pb2 import FileDescriptorSet
from google.rpc import status_pb2  # type: ignore[import-untyped]  # no stubs for these
from grpc_reflection.v1alpha import reflection_pb2  # type: ignore[import-untyped]  # no stubs for this one

from troth_schemas.options import CATEGORIES, Options
from troth_schemas.protobuf.canonical import digest
from troth_schemas.protobuf.compare import compare
from troth_schemas.protobuf.format import FORMAT
from troth_schemas.protobuf.model import Schema
from troth_schemas.sources import Sources, one

COMMON = Path(str(status_pb2.__file__)).parent.parent
PROTOBUF = Path(str(files("grpc_tools"))) / "_proto"


def texts() -> dict[str, bytes]:
    """The protos of googleapis-common-protos: more than fifty files that import each other."""
    return {f"google/{path.relative_to(COMMON)}": path.read_bytes() for path in sorted(COMMON.rglob("*.proto"))}


def schema(named: dict[str, bytes], root: str = "google/rpc/status.proto") -> Schema:
    loaded = FORMAT.load(Sources(root, named))
    assert [each for each in loaded.problems if each.severity == "error"] == []
    assert isinstance(loaded.document, Schema)
    return loaded.document


@cache
def google() -> Schema:
    return schema(texts())


def reformatted(text: bytes) -> bytes:
    """Without comments and indentation, on few and long lines, with the line ends of Windows."""
    bare = re.sub(
        r'("(?:[^"\\\n]|\\.)*")|//[^\n]*|/\*.*?\*/', lambda found: found[1] or " ", text.decode(), flags=re.DOTALL
    )
    joined = " ".join(bare.split())
    return re.sub(r"([;{}]) (?=message|service|enum|rpc)", "\\1\r\n", joined).encode()


def test_the_apis_are_there() -> None:
    assert len(google().files) > 50
    assert len(google().messages) > 100
    assert "google.longrunning.Operations" in google().services


@pytest.mark.parametrize("options", [*(Options(category=one) for one in CATEGORIES), Options(registry=True)], ids=str)
def test_an_api_against_itself_and_against_its_reformatted_copy_finds_nothing(options: Options) -> None:
    copy = schema({name: reformatted(text) for name, text in reversed(texts().items())})
    for report in (compare(google(), google(), options), compare(copy, google(), options)):
        assert report.findings == report.not_covered == ()
        assert report.compatible is True
        assert report.judged > 150
    assert digest(copy) == digest(google())


def test_an_api_as_a_descriptor_set_is_the_same() -> None:
    content = google().descriptors.SerializeToString()
    loaded = FORMAT.load(one("google.binpb", content))
    assert loaded.problems == ()
    assert digest(loaded.document) == digest(google())
    assert compare(loaded.document, google(), Options(category="FILE")).findings == ()


def test_protobufs_own_protos_load_as_a_contract() -> None:
    named = {path.relative_to(PROTOBUF).as_posix(): path.read_bytes() for path in sorted(PROTOBUF.rglob("*.proto"))}
    found = schema(named, "google/protobuf/descriptor.proto")
    assert found.messages["google.protobuf.FileDescriptorProto"].file.name in found.files
    assert compare(found, found, Options(category="FILE")).compatible is True


def test_grpcs_reflection_service_compares_with_itself_and_not_without_its_method() -> None:
    made = FileDescriptorSet()
    reflection_pb2.DESCRIPTOR.CopyToProto(made.file.add())
    whole = Schema(made)
    assert compare(whole, whole, Options(category="FILE")).compatible is True
    changed = FileDescriptorSet.FromString(made.SerializeToString())
    del changed.file[0].service[0].method[0]
    report = compare(Schema(changed), whole, Options())
    assert [each.message for each in report.breaking] == [
        "The reader has no method grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo."
    ]


def test_a_change_deep_in_an_import_is_found_once_with_its_line() -> None:
    changed = dict(texts())
    name = "google/rpc/status.proto"
    changed[name] = changed[name].replace(b"int32 code = 1;", b"string code = 1;")
    report = compare(schema(changed), google(), Options())
    assert [(each.rule, each.element) for each in report.findings] == [
        ("protobuf/field-wire-json-compatible-type", "google.rpc.Status.code")
    ]
    line = texts()[name].decode().splitlines().index("  int32 code = 1;") + 1
    found = report.findings[0].writer
    assert found is not None
    assert (found.document, found.line) == (name, line)
