"""Where contracts on the command line come from: folders, revisions of git, what they import, and what is refused."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.cli import clean_environment, troth

MONEY = 'syntax = "proto3";\npackage shop;\nmessage Money { int64 units = 1; }\n'
ORDER = 'syntax = "proto3";\npackage shop;\nimport "money.proto";\nmessage Order { Money total = 1; }\n'
TEXT_MONEY = MONEY.replace("int64", "string")
AVRO = '{"type": "record", "name": "Order", "fields": []}'


def write(folder: Path, **files: str) -> Path:
    """Files by their names; a double underscore in a name is a folder."""
    for name, text in files.items():
        path = folder / name.replace("__", "/").replace("_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


def committed(folder: Path) -> Path:
    """The folder as a repository with one commit, on the branch main."""
    named = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    for arguments in (("init", "-q", "-b", "main"), ("add", "."), ("commit", "-qm", "one")):
        subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)
    return folder


def test_a_folder_is_one_contract_of_many_files(tmp_path: Path) -> None:
    write(tmp_path, old__money_proto=MONEY, old__order_proto=ORDER, new__money_proto=TEXT_MONEY, new__order_proto=ORDER)
    told = troth("diff", "old", "new", folder=tmp_path, code=1).out
    assert told.startswith("old → new (protobuf, backward): not compatible")
    troth("diff", "old", "old", folder=tmp_path, code=0)


def test_a_folder_of_several_formats_is_refused_with_their_names(tmp_path: Path) -> None:
    write(tmp_path, both__money_proto=MONEY, both__order_avsc=AVRO)
    told = troth("lint", "both", folder=tmp_path, code=2).err
    assert told == "troth: both: the folder holds contracts of several formats: avro, protobuf\n"


def test_a_folder_of_too_many_files_is_refused_before_they_are_read(tmp_path: Path) -> None:
    (tmp_path / "many").mkdir()
    for number in range(5_001):
        (tmp_path / "many" / f"{number}.avsc").touch()
    told = troth("lint", "many", folder=tmp_path, code=2).err
    assert told == "troth: many: the folder holds 5,001 contracts; name one of its folders\n"


def test_a_contract_that_refers_to_too_many_documents_is_refused(tmp_path: Path) -> None:
    names = [f"{number}.json" for number in range(5_000)]
    for name in names:
        (tmp_path / name).write_text("{}")
    (tmp_path / "schema.json").write_text(json.dumps({"anyOf": [{"$ref": name} for name in names]}))
    told = troth("lint", "schema.json", folder=tmp_path, code=2).err
    assert told == "troth: schema.json: it refers to more than 5,000 documents\n"


@pytest.mark.parametrize(("cwd", "revision"), [(".", "main:api/order.proto"), ("api", "main:order.proto")])
def test_what_a_contract_of_a_revision_imports_is_read_at_that_revision(
    tmp_path: Path, cwd: str, revision: str
) -> None:
    committed(write(tmp_path, api__money_proto=MONEY, api__order_proto=ORDER))
    write(tmp_path, api__money_proto=TEXT_MONEY)
    now = revision.removeprefix("main:")
    told = troth("diff", revision, now, folder=tmp_path / cwd, code=1).out
    assert told.startswith(f"{revision} → {now} (protobuf, backward): not compatible")
    troth("diff", revision, revision, folder=tmp_path / cwd, code=0)


def test_a_contract_at_the_root_of_a_revision_imports_from_there_wherever_the_command_is_run(tmp_path: Path) -> None:
    committed(write(tmp_path, money_proto=MONEY, order_proto=ORDER))
    (tmp_path / "inside").mkdir()
    troth("lint", "main:order.proto", folder=tmp_path / "inside", code=0)


def test_a_contract_of_a_revision_refers_to_what_stands_in_its_own_folder_and_to_nothing_else(tmp_path: Path) -> None:
    refers = json.dumps({"$id": "x", "properties": {"a": {"$ref": "own.json"}, "b": {"$ref": "../other.json"}}})
    committed(write(tmp_path, other_json="{}", api__order_json=refers, api__own_json='{"type": "integer"}'))
    told = troth("lint", "main:api/order.json", folder=tmp_path, code=1).out
    assert "own.json" not in told
    assert "other.json was not given" in told
    troth("lint", "main:api/order.json", "--allow", "..", folder=tmp_path / "api", code=0)


def test_an_import_from_a_folder_that_is_allowed_is_read_at_the_revision_too(tmp_path: Path) -> None:
    order = ORDER.replace("money.proto", "shop/money.proto")
    committed(write(tmp_path, common__shop__money_proto=MONEY, api__order_proto=order))
    told = troth("lint", "main:api/order.proto", folder=tmp_path, code=1).out
    assert "shop/money.proto is imported but was not given" in told
    for cwd, allowed in ((".", "common"), ("api", "../common")):
        troth("lint", "main:api/order.proto", "--allow", allowed, folder=tmp_path / cwd, code=0)


def test_a_machine_without_git_has_no_earlier_revisions(tmp_path: Path) -> None:
    told = troth("lint", "main:order.proto", folder=tmp_path, environment={"PATH": ""}, code=2).err
    assert told == "troth: git is not installed, so no earlier revision can be read\n"


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    with (tmp_path / "large.avsc").open("wb") as file:
        file.truncate(100_000_001)
    assert troth("lint", "large.avsc", folder=tmp_path, code=2).err == "troth: large.avsc: it is larger than 100 MB\n"


def test_what_is_no_file_cannot_be_read(tmp_path: Path) -> None:
    there = os.open(tmp_path, os.O_RDONLY)
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(f"/proc/self/fd/{there}/door.avsc")  # a socket's path has at most 107 bytes
        told = troth("lint", "door.avsc", folder=tmp_path, code=2).err
    os.close(there)
    assert told.startswith("troth: door.avsc: it cannot be read: ")


@pytest.mark.parametrize(
    ("missing", "name", "text", "extra"),
    [
        ("yaml", "api.yaml", "openapi: 3.1.0\n", "openapi"),
        ("yaml", "any.yaml", "title: of something\n", "openapi"),
        ("graphql", "schema.graphql", "type Query { a: Int }", "graphql"),
        ("google", "order.proto", MONEY, "grpc"),
    ],
)
def test_a_library_that_a_format_needs_is_named_with_the_extra_that_brings_it(
    tmp_path: Path, missing: str, name: str, text: str, extra: str
) -> None:
    (tmp_path / name).write_text(text)
    program = f"import sys; sys.modules[{missing!r}] = None; from troth_broker.cli import main; sys.exit(main())"
    for command in (["lint", name], ["diff", name, name]):
        run = subprocess.run(
            [sys.executable, "-c", program, *command],
            cwd=tmp_path,
            env=clean_environment(),
            capture_output=True,
            text=True,
        )
        assert run.returncode == 2, run.stderr
        assert f"needs the library {missing}" in run.stderr
        assert f"pip install 'troth[{extra}]'" in run.stderr


@pytest.mark.parametrize("asked", [["explain", "avro/name-mismatch"], ["list", "--format", "pact-avro"]])
def test_rules_of_a_format_whose_library_is_missing_are_not_said_to_be_none(tmp_path: Path, asked: list[str]) -> None:
    program = "import sys; sys.modules['fastavro'] = None; from troth_broker.cli import main; sys.exit(main())"
    command = [sys.executable, "-c", program, "rules", *asked]
    run = subprocess.run(command, cwd=tmp_path, env=clean_environment(), capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (2, "troth: avro needs the library fastavro: pip install 'troth[avro]'\n")
