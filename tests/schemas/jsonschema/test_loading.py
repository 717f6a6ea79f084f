"""Documents: what is wrong with them and where, and where their references lead."""

import json
from typing import Any

import pytest

from troth_schemas.contract import Contract, compare
from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import find
from troth_schemas.jsonschema.format import COVERAGE, load
from troth_schemas.options import Options
from troth_schemas.sources import Sources, one

DRAFT_7 = "http://json-schema.org/draft-07/schema#"


def problems(schema: Any, **files: Any) -> list[tuple[str, str, str, int | None, str]]:
    others = {f"{name}.json": json.dumps(value).encode() for name, value in files.items()}
    sources = Sources("schema.json", {"schema.json": json.dumps(schema, indent=1).encode(), **others})
    return [(each.severity, each.pointer, each.sentence, each.line, each.document) for each in load(sources).problems]


PROBLEMS: list[tuple[str, Any, str, str, str, int]] = [
    ("against the meta-schema", {"type": "object", "properties": {"a": {"minLength": -1}}}, "error",
     "/properties/a/minLength", "-1 is less than the minimum of 0 (draft 2020-12)", 5),
    ("a reference that leads nowhere", {"properties": {"a": {"$ref": "#/$defs/gone"}}}, "error", "/properties/a/$ref",
     "The reference '#/$defs/gone' in schema.json leads nowhere: there is nothing at that place.", 4),
    ("a document that was not given", {"$ref": "common.json#/x"}, "error", "/$ref",
     "The reference 'common.json#/x' in schema.json leads nowhere: the document common.json was not given.", 2),
    ("the network", {"$ref": "https://example.com/x.json"}, "error", "/$ref",
     ("The reference 'https://example.com/x.json' in schema.json leads nowhere: the document"
      " https://example.com/x.json was not given (nothing is read from the network)."), 2),
    ("an anchor that nobody has", {"$ref": "#here"}, "error", "/$ref",
     "The reference '#here' in schema.json leads nowhere: no schema there has the anchor here.", 2),
    ("no expression", {"pattern": "(a"}, "error", "/pattern", "'(a' is no regular expression that ECMA 262 knows.", 2),
    ("no expression of names", {"patternProperties": {"[": {}}}, "error", "/patternProperties/[",
     "'[' is no regular expression that ECMA 262 knows.", 3),
    ("no schema at all", 3, "error", "", "A schema is an object, or true or false.", 1),
]  # fmt: skip


@pytest.mark.parametrize("case", PROBLEMS, ids=[case[0] for case in PROBLEMS])
def test_a_problem_has_its_place_and_its_line(case: Any) -> None:
    _, schema, severity, pointer, sentence, line = case
    assert (severity, pointer, sentence, line, "") in problems(schema)


def test_every_problem_is_told_also_in_other_documents() -> None:
    found = problems(
        {"$schema": DRAFT_7, "properties": {"a": {"$ref": "other.json"}, "b": {"type": "float"}}},
        other={"pattern": "*"},
    )
    assert {(pointer, document) for _, pointer, _, _, document in found} == {
        ("/properties/b/type", ""),
        ("/pattern", "other.json"),
    }


def test_a_dialect_that_nobody_knows_is_a_warning() -> None:
    found = problems({"$schema": "https://example.com/mine", "type": "string"})
    assert [(severity, pointer) for severity, pointer, *_ in found] == [("warning", "/$schema")]
    assert "2020-12" in found[0][2]


def test_a_sound_schema_has_no_problem_in_any_draft() -> None:
    for address in (
        "http://json-schema.org/draft-04/schema#", "http://json-schema.org/draft-06/schema#", DRAFT_7,
        "https://json-schema.org/draft/2019-09/schema", "https://json-schema.org/draft/2020-12/schema",
    ):  # fmt: skip
        assert problems({"$schema": address, "type": "object", "properties": {"a": {"type": "string"}}}) == []
    assert problems(True) == []


def test_what_is_not_json_cannot_be_read() -> None:
    with pytest.raises(ContractUnreadable, match="line 1"):
        load(one("schema.json", b'{"type": }'))


def test_yaml_is_read_too() -> None:
    loaded = load(one("schema.yaml", b"type: object\nproperties:\n  a: {minLength: x}\n"))
    assert [(each.pointer, each.line) for each in loaded.problems] == [("/properties/a/minLength", 3)]


def contract(schema: Any, **files: Any) -> Contract:
    others = {f"{name}.json": json.dumps(value).encode() for name, value in files.items()}
    return Contract("jsonschema", Sources("schema.json", {"schema.json": json.dumps(schema).encode(), **others}))


STRING, NUMBER = {"type": "string"}, {"type": "number"}
LEADS_TO_STRING: list[tuple[str, Any, dict[str, Any]]] = [
    ("a pointer", {"$ref": "#/$defs/a~1b", "$defs": {"a/b": STRING}}, {}),
    ("an anchor", {"$ref": "#it", "$defs": {"x": {"$anchor": "it", **STRING}}}, {}),
    ("a dynamic anchor", {"$dynamicRef": "#it", "$defs": {"x": {"$dynamicAnchor": "it", **STRING}}}, {}),
    ("an old anchor", {"$schema": DRAFT_7, "$ref": "#it", "definitions": {"x": {"$id": "#it", **STRING}}}, {}),
    ("an older anchor", {"$schema": "http://json-schema.org/draft-04/schema#", "allOf": [{"$ref": "#it"}],
                         "definitions": {"x": {"id": "#it", **STRING}}}, {}),
    ("another document", {"$ref": "other.json"}, {"other": STRING}),
    ("a place in another document", {"$ref": "other.json#/$defs/x"}, {"other": {"$defs": {"x": STRING}}}),
    ("an anchor in another document", {"$ref": "other.json#it"},
     {"other": {"$defs": {"x": {"$anchor": "it", **STRING}}}}),
    ("an address", {"$id": "https://example.com/a", "$ref": "b", "$defs": {"x": {"$id": "b", **STRING}}}, {}),
    ("an address of another document", {"$id": "https://example.com/a", "$ref": "b#/$defs/x"},
     {"other": {"$id": "https://example.com/b", "$defs": {"x": STRING}}}),
    ("a pointer inside what has an address", {"$ref": "https://example.com/b", "$defs": {"x": {
        "$id": "https://example.com/b", "$ref": "#/$defs/y", "$defs": {"y": STRING}}}}, {}),
    ("another document in another draft", {"$ref": "other.json"},
     {"other": {"$schema": DRAFT_7, "$ref": "#/definitions/x", "maxLength": 1, "definitions": {"x": STRING}}}),
]  # fmt: skip


@pytest.mark.parametrize("case", LEADS_TO_STRING, ids=[case[0] for case in LEADS_TO_STRING])
def test_a_reference_leads_to(case: Any) -> None:
    _, schema, files = case
    referring = contract(schema, **files)
    assert not referring.loaded.problems
    assert compare(referring, contract(STRING)).compatible is True
    assert compare(contract(STRING), referring).compatible is True
    assert compare(referring, contract(NUMBER)).compatible is False


@pytest.mark.parametrize("naming", ['"$anchor": "it"', r'"$anch\u006fr": "it"', '"id" : "#it"', r'"\u0069d": "#it"'])
def test_a_reference_leads_to_a_name_however_that_is_written(naming: str) -> None:
    old, new = "http://json-schema.org/draft-04/schema#", "https://json-schema.org/draft/2020-12/schema"
    dialect = old if "#" in naming else new
    text = f'{{"$schema": "{dialect}", "allOf": [{{"$ref": "#it"}}], "$defs": {{"x": {{{naming}, "type": "string"}}}}}}'
    referring = Contract("jsonschema", Sources("schema.json", {"schema.json": text.encode()}))
    assert not referring.loaded.problems
    assert compare(referring, contract(NUMBER)).compatible is False


def test_a_dynamic_reference_that_depends_on_the_way_is_not_covered() -> None:
    schema = {
        "$dynamicRef": "#it",
        "$defs": {"x": {"$dynamicAnchor": "it"}, "y": {"$id": "y", "$dynamicAnchor": "it"}},
    }
    report = compare(contract(schema), contract(STRING))
    assert report.compatible is None
    assert report.unjudged == ("schema",)
    assert "several schemas have that dynamic anchor" in report.not_covered[0].message


def test_a_recursive_reference_leads_to_the_root() -> None:
    schema = {
        "$schema": "https://json-schema.org/draft/2019-09/schema", "$recursiveAnchor": True, "type": "object",
        "properties": {"next": {"$recursiveRef": "#"}, "v": {"type": "string"}},
    }  # fmt: skip
    other = {**schema, "properties": {**schema["properties"], "v": {"type": "integer"}}}  # type: ignore[dict-item]  # it is one
    assert compare(contract(schema), contract(schema)).compatible is True
    assert [each.element for each in compare(contract(schema), contract(other)).breaking] == ["/v"]


def test_documents_that_were_not_given_are_named() -> None:
    sources = one(
        "api/schema.json", json.dumps({"$ref": "common/a.json#/x", "not": {"$ref": "https://x.test/"}}).encode()
    )
    assert find("jsonschema").needs(sources) == ("api/common/a.json",)


def test_places_carry_the_document_and_the_line() -> None:
    reader = contract({"properties": {"a": {"$ref": "other.json"}}}, other=STRING)
    writer = contract({"properties": {"a": {"$ref": "other.json"}}}, other=NUMBER)
    finding = compare(reader, writer).breaking[0]
    assert finding.reader is not None
    assert (finding.reader.document, finding.reader.pointer, finding.reader.line) == ("other.json", "", 1)


def test_coverage_is_stated_in_one_of_two_ways() -> None:
    assert all(state == "judged" or state.startswith("not-covered: ") for _, state in COVERAGE)


def test_a_registry_lets_a_model_be_closed_leniently_and_not_strictly() -> None:
    reader = contract({"type": "object", "properties": {"a": STRING}, "additionalProperties": False})
    writer = contract({"type": "object", "properties": {"a": STRING}})
    assert compare(reader, writer, Options(registry=True)).compatible is True
    assert compare(reader, writer, Options(registry=True, open_models="strict")).compatible is False
    assert compare(reader, writer).compatible is False
