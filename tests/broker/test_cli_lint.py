"""`troth lint` and `troth rules`, as people and pipelines run them."""

import json
import re
from pathlib import Path

import pytest

from tests.broker.schema_versions import avro, versions_in
from tests.support.cli import troth


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return versions_in(tmp_path)


def test_lint_reports_every_problem_of_every_file(folder: Path) -> None:
    assert troth("lint", "old.avsc", folder=folder, code=0).out == "old.avsc: avro, nothing is wrong\n"
    (folder / "bad.avsc").write_text(avro(("a", "nothing"), ("a", "int")))
    finished = troth("lint", "old.avsc", "bad.avsc", folder=folder, code=1)
    assert "bad.avsc: avro, " in finished.out
    assert re.search(r"bad\.avsc:\d+ ", finished.out)
    found = json.loads(troth("lint", "bad.avsc", "no.avsc", "--output", "json", folder=folder, code=2).out)
    assert [one["file"] for one in found["files"]] == ["bad.avsc", "no.avsc"]
    assert found["files"][0]["problems"][0]["severity"] == "error"
    assert found["files"][1]["unreadable"].startswith("no.avsc")


def test_lint_warns_of_members_that_are_given_twice(folder: Path) -> None:
    twice = '{"type": "record", "name": "A",\n "fields": [\n{"name": "id", "type": "int",\n "type": "long"}]}'
    (folder / "twice.avsc").write_text(twice)
    told = troth("lint", "twice.avsc", folder=folder, code=0).out
    assert "no errors, 1 warning" in told
    assert "/fields/0/type\n    warning: The member is given twice; the last one counts." in told
    troth("lint", "--strict", "twice.avsc", folder=folder, code=1)
    assert "nothing is wrong" in troth("lint", "old.avsc", folder=folder, code=0).out


def test_rules_are_listed_and_explained_by_id_and_by_alias() -> None:
    listed = troth("rules", "list", "--format", "avro", code=0).out
    assert "avro/" in listed
    found = json.loads(troth("rules", "list", "--output", "json", code=0).out)
    assert len(found["rules"]) > 50
    told = troth("rules", "explain", "TYPE_MISMATCH", code=0).out
    assert "also known as TYPE_MISMATCH" in told
    assert "Why: " in told
    assert "Instead: " in told
    assert json.loads(troth("rules", "explain", "TYPE_MISMATCH", "--output", "json", code=0).out)["rules"]
    assert "Did you mean TYPE_MISMATCH" in troth("rules", "explain", "TYPE_MISMATH", code=2).err
    assert "there are no rules of 'wsdl'" in troth("rules", "list", "--format", "wsdl", code=2).err
