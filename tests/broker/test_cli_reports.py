"""One comparison with something of everything, in each form that `troth compare` and `troth diff` print."""

import json
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.support.cli import troth

ORDER: dict[str, Any] = {"type": "object", "properties": {"id": {"type": "integer"}, "note": {"type": "string"}}}
ANSWER: dict[str, Any] = {"description": "an order", "content": {"application/json": {"schema": ORDER}}}


def api(paths: dict[str, Any], **more: Any) -> str:
    return json.dumps({"openapi": "3.0.3", "info": {"title": "Orders", "version": "1"}, "paths": paths, **more})


def exchange(description: str, body: Any, status: int = 200, **more: Any) -> dict[str, Any]:
    headers = {"Content-Type": "application/json"}
    return {
        "description": description,
        "request": {"method": "GET", "path": "/orders"},
        "response": {"status": status, "headers": headers, "body": body, **more},
    }


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A pact of which one interaction fits, one breaks, one is risky and one cannot be judged."""
    odd = {"body": {"$.id[": {"matchers": [{"match": "type"}]}}}
    interactions = [
        exchange("an order", {"id": 1}),
        exchange("a price", {"price": "x" * 500}),
        exchange("an error", {"id": 1}, 503),
        exchange("an odd order", {"id": 1}, matchingRules=odd),
    ]
    pact = {
        "consumer": {"name": "Shop"},
        "provider": {"name": "Orders"},
        "interactions": interactions,
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }
    (tmp_path / "pact.json").write_text(json.dumps(pact, indent=1))
    (tmp_path / "api.json").write_text(api({"/orders": {"get": {"responses": {"200": ANSWER, "default": ANSWER}}}}))
    return tmp_path


def told(folder: Path, output: str) -> str:
    return troth("compare", "pact.json", "api.json", "--output", output, folder=folder, code=1).out


def test_junit_has_a_case_for_each_interaction_and_says_what_became_of_it(folder: Path) -> None:
    root = ElementTree.fromstring(told(folder, "junit"))
    counts = [root.attrib[name] for name in ("tests", "failures", "errors", "skipped")]
    assert counts == ["4", "1", "1", "1"]
    what = {case.attrib["name"].partition(" (")[0]: [one.tag for one in case] for case in root.iter("testcase")}
    assert what == {"an order": [], "a price": ["failure"], "an error": ["skipped"], "an odd order": ["error"]}
    strict = troth("compare", "pact.json", "api.json", "--output", "junit", "--fail-on", "risky", folder=folder, code=1)
    assert ElementTree.fromstring(strict.out).attrib["failures"] == "2"


def test_text_names_the_worst_first_each_with_its_interaction(folder: Path) -> None:
    lines = told(folder, "text").splitlines()
    assert [line.split()[0] for line in lines if " pact-openapi/" in line] == ["breaking", "not-covered", "risky"]
    assert "    in       a price (GET /orders)" in lines
    assert lines[-1] == "4 judged: 1 breaking, 1 risky, 1 not covered"


def test_markdown_shows_the_interaction_and_a_proof_only_of_what_fails(folder: Path) -> None:
    text = told(folder, "markdown")
    assert "a price (GET /orders)<br>`pact.json:" in text
    assert text.count("<details>") == 1


def test_sarif_names_the_interaction(folder: Path) -> None:
    [run] = json.loads(told(folder, "sarif"))["runs"]
    levels = {one["ruleId"]: one["level"] for one in run["results"]}
    assert sorted(levels.values()) == ["error", "warning", "warning"]
    places = [one["locations"][0]["logicalLocations"][0]["name"] for one in run["results"]]
    assert "a price (GET /orders)" in places


@pytest.fixture
def versions(tmp_path: Path) -> Path:
    """Two versions of a description in which twenty-one operations answer with one schema that changes."""
    paths = {
        f"/orders{number}": {
            "get": {
                "responses": {
                    "200": {
                        "description": "x",
                        "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Order"}}},
                    }
                }
            }
        }
        for number in range(21)
    }
    listed = {"type": "string", "enum": [f"{number:0100}" for number in range(3)]}
    for name, note in (("old", listed), ("new", {"type": "integer"})):
        order = {**ORDER, "required": ["note"], "properties": {**ORDER["properties"], "note": note}}
        (tmp_path / f"{name}.json").write_text(api(paths, components={"schemas": {"Order": order}}))
    return tmp_path


def test_a_cause_that_is_met_in_many_places_is_told_once_with_the_first_of_them(versions: Path) -> None:
    text = troth("diff", "old.json", "new.json", folder=versions, code=1).out
    assert "and 16 more" in text
    table = troth("diff", "old.json", "new.json", "--output", "markdown", folder=versions, code=1).out
    assert "and 1 more<br>" in table
    failed = troth("diff", "old.json", "new.json", "--output", "junit", folder=versions, code=1).out
    assert failed.count("in GET /orders") == 21


def test_a_long_proof_is_cut_in_a_text_and_whole_in_json(versions: Path) -> None:
    order = json.loads((versions / "old.json").read_text())
    listed = {"type": "string", "minLength": 1_000}
    order["components"]["schemas"]["Order"]["properties"]["note"] = {"type": "string", "maxLength": 10}
    (versions / "short.json").write_text(json.dumps(order))
    order["components"]["schemas"]["Order"]["properties"]["note"] = listed
    (versions / "long.json").write_text(json.dumps(order))
    text = troth("diff", "short.json", "long.json", folder=versions, code=1).out
    [proof] = {line for line in text.splitlines() if line.startswith("    proof")}
    assert "… is refused" in proof
    assert len(proof) < 900
    report = troth("diff", "short.json", "long.json", "--output", "json", folder=versions, code=1).out
    assert len(json.dumps(json.loads(report)["findings"][0]["witness"]["value"])) > 1_000


def test_what_a_contract_lacks_is_told_before_it_is_compared_as_far_as_it_goes(tmp_path: Path) -> None:
    (tmp_path / "one.json").write_text(json.dumps({"properties": {"a": {"$ref": "none.json"}}}))
    (tmp_path / "two.json").write_text(json.dumps({"properties": {"a": {"$ref": "none.json"}, "b": {"type": 7}}}))
    finished = troth("diff", "one.json", "two.json", folder=tmp_path)
    assert "troth: one.json has a problem (troth lint shows all): " in finished.err
    assert "troth: two.json has 2 problems (troth lint shows all): " in finished.err


def test_several_rules_with_one_alias_are_explained_one_after_the_other() -> None:
    explained = troth("rules", "explain", "TYPE_MISMATCH", code=0).out
    assert explained.count("also known as TYPE_MISMATCH") >= 1
    several = troth("rules", "explain", "FIELD_REMOVED", code=0).out
    assert several.count("also known as FIELD_REMOVED") == 2
