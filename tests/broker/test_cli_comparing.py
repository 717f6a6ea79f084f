"""`troth diff` and `compare`, as people and pipelines run them."""

import json
import re
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.broker.schema_versions import NEW, OLD, avro, report, versions_in
from tests.support.cli import clean_environment, troth


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return versions_in(tmp_path)


def git(folder: Path, *arguments: str) -> None:
    named = ("-c", "user.name=Ada", "-c", "user.email=ada@example.com")
    subprocess.run(["git", *named, *arguments], cwd=folder, check=True, capture_output=True)


def test_a_change_that_breaks_is_told_with_its_rule_its_places_and_a_proof(folder: Path) -> None:
    told = troth("diff", "old.avsc", "new.avsc", folder=folder, code=1).out
    assert told.startswith("old.avsc → new.avsc (avro, backward): not compatible\n")
    assert "(TYPE_MISMATCH)" in told
    assert re.search(r"reader +new\.avsc:\d+ ", told)
    assert re.search(r"writer +old\.avsc:\d+ ", told)
    assert "proof" in told
    assert re.search(r"waive +[0-9a-f]{16}$", told, re.MULTILINE)
    assert told.splitlines()[-1].endswith("1 breaking")


def test_a_change_that_breaks_nothing_is_compatible(folder: Path) -> None:
    assert "compatible" in troth("diff", "old.avsc", "wider.avsc", folder=folder, code=0).out
    found = report(troth("diff", "old.avsc", "wider.avsc", "--output", "json", folder=folder, code=0))
    assert found["compatible"] is True
    assert found["judged"] > 0


@pytest.mark.parametrize(
    ("mode", "code"), [("none", 0), ("backward", 0), ("forward", 1), ("full", 1), ("full-transitive", 1)]
)
def test_a_mode_says_what_is_owed_to_the_past(folder: Path, mode: str, code: int) -> None:
    troth("diff", "old.avsc", "wider.avsc", "--mode", mode, folder=folder, code=code)


def test_the_transitive_modes_look_at_every_earlier_version(folder: Path) -> None:
    (folder / "string.avsc").write_text(avro(("id", "long"), ("price", "bytes")))
    history = ("old.avsc", "new.avsc", "string.avsc")
    troth("diff", *history, "--mode", "backward", folder=folder, code=0)
    told = troth("diff", *history, "--mode", "backward-transitive", folder=folder, code=1).out
    assert told.startswith("old.avsc, new.avsc → string.avsc (avro, backward-transitive)")


def test_a_category_of_protobuf_is_refused_where_there_is_no_protobuf(folder: Path) -> None:
    for command in ("diff", "compare"):
        told = troth(command, "old.avsc", "new.avsc", "--category", "WIRE", folder=folder, code=2).err
        assert "--category says how strictly Protobuf is compared, and what is given is avro" in told


def test_the_old_version_may_be_a_git_revision(folder: Path) -> None:
    git(folder, "init", "-q", "-b", "main")
    (folder / "schemas").mkdir()
    (folder / "schemas" / "order.avsc").write_text(OLD)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    (folder / "schemas" / "order.avsc").write_text(NEW)
    told = troth("diff", "main:schemas/order.avsc", "schemas/order.avsc", folder=folder, code=1).out
    assert "main:schemas/order.avsc → schemas/order.avsc" in told
    troth("diff", "HEAD:schemas/order.avsc", "main:schemas/order.avsc", folder=folder, code=0)
    inside = troth("diff", "main:order.avsc", "order.avsc", folder=folder / "schemas", code=1)
    assert "not compatible" in inside.out
    assert (
        "git knows none of that name at 'main'" in troth("diff", "main:no.avsc", "old.avsc", folder=folder, code=2).err
    )
    troth("diff", "-x:old.avsc", "old.avsc", folder=folder, code=2)


def test_a_revision_that_cannot_be_read_says_whether_git_the_revision_or_the_file_is_missing(folder: Path) -> None:
    def said(old: str) -> str:
        return troth("diff", old, "old.avsc", folder=folder, code=2).err

    assert "in no git repository" in said("main:old.avsc")
    git(folder, "init", "-q", "-b", "main")
    (folder / "schemas").mkdir()
    (folder / "schemas" / "order.avsc").write_text(OLD)
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "one")
    assert "git knows no revision 'mian'; a shallow clone has to fetch it first" in said("mian:old.avsc")
    assert "git knows none of that name at 'main', neither from the repository's top" in said("main:odl.avsc")
    assert "schemas is no file at 'main'" in said("main:schemas")
    git(folder, "update-index", "--add", "--cacheinfo", "160000,0123456789012345678901234567890123456789,library")
    git(folder, "commit", "-qm", "two")
    assert "library is a submodule, whose files git knows only there" in said("main:library/schemas/order.avsc")


def test_standard_input_is_read_once(folder: Path) -> None:
    for command in ("diff", "compare"):
        assert "standard input can be read once" in troth(command, "-", "-", folder=folder, code=2).err


def test_json_holds_to_the_documented_schema(folder: Path) -> None:
    found = report(troth("diff", "old.avsc", "new.avsc", "--output", "json", folder=folder, code=1))
    assert found["compatible"] is False
    [finding] = found["findings"]
    assert finding["aliases"] == ["TYPE_MISMATCH"]
    assert (finding["reader"]["document"], finding["writer"]["document"]) == ("new.avsc", "old.avsc")
    assert finding["reader"]["line"] >= 1
    assert finding["witness"]["value"] is not None
    assert found["checker"]["name"] == "troth"


def test_sarif_names_the_rule_the_file_and_the_line(folder: Path) -> None:
    found = json.loads(troth("diff", "old.avsc", "new.avsc", "--output", "sarif", folder=folder, code=1).out)
    assert found["version"] == "2.1.0"
    [run] = found["runs"]
    [result] = run["results"]
    rule = run["tool"]["driver"]["rules"][result["ruleIndex"]]
    assert rule["id"] == result["ruleId"]
    assert rule["shortDescription"]["text"].endswith(".")
    assert result["level"] == "error"
    location = result["locations"][0]["physicalLocation"]
    assert location["artifactLocation"]["uri"] == "new.avsc"
    assert location["region"]["startLine"] >= 1
    assert result["relatedLocations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "old.avsc"
    assert len(result["partialFingerprints"]["troth/v1"]) == 16


def test_markdown_is_a_table_with_the_proof_folded_away(folder: Path) -> None:
    told = troth("diff", "old.avsc", "new.avsc", "--output", "markdown", folder=folder, code=1).out
    assert told.startswith("### old.avsc → new.avsc (avro, backward): not compatible")
    assert "| 🛑 breaking | `avro/" in told
    assert "<details>" in told


def test_junit_has_a_failure_for_each_breaking_finding(folder: Path) -> None:
    failed = ElementTree.fromstring(
        troth("diff", "old.avsc", "new.avsc", "--output", "junit", folder=folder, code=1).out
    )
    assert failed.attrib["failures"] == "1"
    assert failed.find("testsuite/testcase/failure") is not None
    passed = ElementTree.fromstring(
        troth("diff", "old.avsc", "old.avsc", "--output", "junit", folder=folder, code=0).out
    )
    assert (passed.attrib["failures"], passed.attrib["errors"]) == ("0", "0")
    assert int(passed.attrib["tests"]) >= 1


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("no.json", None, "no.json: there is no such file or folder"),
        ("", None, "an empty name is given as a file"),
        ("e.json", b"", "What e.json is cannot be told: it is empty"),
        ("e.json", b"{", "The document e.json is not JSON"),
        ("e.json", b'{"a": 1}', "What e.json is cannot be told: it has none of the members"),
        ("e.yaml", b"a: [", "The document e.yaml is not YAML"),
        ("e.avsc", b'{"type": "record", "name": "A"', "The document e.avsc is not JSON"),
        ("e.json", b"\xff\xfe", "is not UTF-8"),
        ("e.json", b"[" * 100_000, "nested too deeply"),
        ("empty/", None, "the folder holds no contract"),
    ],
)
def test_what_cannot_be_read_ends_in_one_sentence(folder: Path, name: str, content: bytes | None, said: str) -> None:
    (folder / "empty").mkdir()
    if content is not None:
        (folder / name).write_bytes(content)
    for command in (("diff", "old.avsc", name), ("compare", name, "old.avsc"), ("lint", name)):
        finished = troth(*command, folder=folder, code=2)
        assert said in finished.err
        assert finished.out == ""


def test_a_diff_of_two_formats_leads_to_compare(folder: Path) -> None:
    (folder / "main.avsc").write_text(OLD)
    (folder / "schema.json").write_text('{"$schema": "https://json-schema.org/draft/2020-12/schema", "type": "object"}')
    assert "troth compare compares" in troth("diff", "main.avsc", "schema.json", folder=folder, code=2).err
    assert "name at least one consumer's contract" in troth("compare", "old.avsc", folder=folder, code=2).err


def test_a_consumers_schema_is_compared_with_the_providers(folder: Path) -> None:
    told = troth("compare", "wider.avsc", "old.avsc", folder=folder, code=0).out
    assert told.startswith("wider.avsc × old.avsc: compatible")
    found = report(troth("compare", "wider.avsc", "new.avsc", "old.avsc", "--output", "json", folder=folder, code=1))
    assert {one["reader"]["document"] for one in found["findings"]} == {"new.avsc"}


def test_a_pair_that_nothing_compares_is_not_covered_and_never_a_pass(folder: Path) -> None:
    (folder / "schema.graphql").write_text("type Query { a: Int }")
    finished = troth("compare", "old.avsc", "schema.graphql", folder=folder, code=4)
    assert "Nothing compares a consumer's avro with a provider's graphql" in finished.out
    found = report(troth("compare", "old.avsc", "schema.graphql", "--output", "json", folder=folder, code=4))
    assert found["compatible"] is None
    assert found["not_covered"][0]["severity"] == "not-covered"
    troth("compare", "old.avsc", "schema.graphql", "--allow-not-covered", folder=folder, code=4)
    more = ("--provider", "old.avsc")
    assert report(troth("compare", "old.avsc", "schema.graphql", *more, "--output", "json", folder=folder, code=0))


def test_sides_that_were_swapped_are_told(folder: Path) -> None:
    (folder / "schema.graphql").write_text("type Query { order: Int }")
    (folder / "asked.graphql").write_text("{ order }")
    told = troth("compare", "schema.graphql", "asked.graphql", folder=folder, code=4).out
    assert "The other way round they are compared" in told
    troth("compare", "asked.graphql", "schema.graphql", "-o", "json", folder=folder, code=0)


def test_a_contract_may_come_from_standard_input(folder: Path) -> None:
    run = subprocess.run(
        ["sh", "-c", "cat new.avsc | python -m troth_broker.cli diff old.avsc -"],
        cwd=folder,
        capture_output=True,
        text=True,
        env=_environment(),
    )
    assert run.returncode == 1, run.stderr
    assert "old.avsc → standard input" in run.stdout


def _environment() -> dict[str, str]:
    made = clean_environment()
    return {**made, "PATH": f"{Path(sys.executable).parent}:{made['PATH']}"}


def test_documents_outside_of_the_contracts_folder_are_read_only_where_they_are_allowed(folder: Path) -> None:
    api = {"openapi": "3.0.3", "info": {"title": "a", "version": "1"}, "paths": {}}
    schemas = {"schemas": {"Money": {"$ref": "../common/money.json"}}}
    (folder / "api").mkdir()
    (folder / "common").mkdir()
    (folder / "api" / "openapi.json").write_text(json.dumps({**api, "components": schemas}))
    (folder / "common" / "money.json").write_text('{"type": "integer"}')
    told = troth("lint", "api/openapi.json", folder=folder, code=1).out
    assert "common/money.json was not given" in told
    troth("lint", "api/openapi.json", "--allow", "common", folder=folder, code=0)
    (folder / "api" / "link.json").symlink_to("/etc/hostname")
    escaping = json.dumps({**api, "components": {"schemas": {"A": {"$ref": "link.json"}}}})
    (folder / "api" / "openapi.json").write_text(escaping)
    assert "link.json was not given" in troth("lint", "api/openapi.json", folder=folder, code=1).out


def test_formats_that_cannot_be_told_may_be_named(folder: Path) -> None:
    (folder / "any.json").write_text('{"fields": [], "name": "Order"}')
    assert "Name its format" in troth("compare", "any.json", "old.avsc", folder=folder, code=2).err
    named = ("--consumer-format", "jsonschema", "--provider-format", "avro")
    finished = troth("compare", "any.json", "old.avsc", *named, folder=folder, code=4)
    assert "Nothing compares a consumer's jsonschema with a provider's avro" in finished.out
