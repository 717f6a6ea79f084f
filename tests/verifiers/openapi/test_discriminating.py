"""The discriminator: an object is held against the schema that it names itself, wherever that stands."""

from typing import Any

import pytest

from tests.verifiers.openapi.describing import answers, api, contract
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import described

CAT: dict[str, Any] = {
    "type": "object",
    "required": ["kind", "lives"],
    "properties": {"kind": {"type": "string"}, "lives": {"type": "integer"}},
}
DOG: dict[str, Any] = {"type": "object", "required": ["kind"], "properties": {"kind": {"type": "string"}}}
NAMED: dict[str, Any] = {"propertyName": "kind"}


def faults(schema: Any, body: str, *, schemas: Any = None, version: str = "3.0.3", **files: Any) -> list[str]:
    components = {"schemas": schemas or {"Cat": CAT, "Dog": DOG, "Bird": DOG}}
    document = api({"/a": {"get": {"responses": answers(schema)}}}, version=version, components=components)
    whole = described(contract(document, **files))
    lines = (("Content-Type", "application/json"),)
    return [fault.text for fault in Checker(whole).response(whole.api.operations[0], 200, lines, body.encode())]


def among(*names: str, **mapping: str) -> dict[str, Any]:
    """One of some schemas, told apart by ``kind``."""
    said = NAMED | ({"mapping": mapping} if mapping else {})
    return {"oneOf": [{"$ref": f"#/components/schemas/{name}"} for name in names], "discriminator": said}


@pytest.mark.parametrize("version", ["3.0.3", "3.1.0"])
def test_an_object_is_as_the_schema_that_it_names(version: str) -> None:
    pet = among("Cat", "Dog", mouser="#/components/schemas/Cat")
    told = {text: faults(among("Cat", "Dog"), text, version=version) for text in ('{"kind": "Cat"}', "[]", "{}")}
    assert told == {
        '{"kind": "Cat"}': ["'lives' is a required property."],
        "[]": ["[] is not valid under any of the given schemas."],
        "{}": ["No schema is named by the object, as it has no 'kind'; the names are Cat, Dog."],
    }
    assert faults(pet, '{"kind": "Dog"}', version=version) == []
    assert faults(pet, '{"kind": "mouser"}', version=version) == ["'lives' is a required property."]


@pytest.mark.parametrize("name", ["{}", "[]", "null", "true", '"cow"'])
def test_a_name_of_nothing_is_a_fault_and_stops_nothing(name: str) -> None:
    (why, *_) = faults(among("Cat", "Dog", mouser="Cat"), f'{{"kind": {name}}}')
    assert why.startswith("No schema is named by the object, as its 'kind' is ")


@pytest.mark.parametrize(
    "listed", [{"enum": ["cat"]}, {"const": "cat"}, {"allOf": [{"$ref": "#/components/schemas/Tame"}]}]
)
def test_a_name_that_an_alternative_lists_is_told_apart_by_that_list(listed: dict[str, Any]) -> None:
    cat = CAT | {"properties": CAT["properties"] | {"kind": listed}}
    dog = {"allOf": [DOG, {"properties": {"kind": {"enum": ["dog"]}}}]}
    schemas = {"Cat": cat, "Dog": dog, "Tame": {"enum": ["cat"]}}
    told = [
        faults(among("Cat", "Dog"), f'{{"kind": "{kind}"{more}}}', schemas=schemas, version="3.1.0")
        for kind, more in (("cat", ', "lives": 9'), ("dog", ""), ("cat", ""), ("cow", ""))
    ]
    assert told[:2] == [[], []]
    assert told[2] == ["{'kind': 'cat'} is not valid under any of the given schemas."]
    assert told[3] == ["No schema is named by the object, as its 'kind' is 'cow'; the names are Cat, Dog."]


def test_a_schema_that_is_no_alternative_is_none_whatever_its_name() -> None:
    only_cats = {"oneOf": [{"$ref": "#/components/schemas/Cat"}], "discriminator": NAMED}
    assert faults(only_cats, '{"kind": "Bird"}') == ["{'kind': 'Bird'} is not valid under any of the given schemas."]


def test_schemas_of_another_document_are_named_by_its_addresses_and_by_their_names() -> None:
    pets = {
        "Pet": {
            "oneOf": [{"$ref": "#/Cat"}, {"$ref": "#/Dog"}],
            "discriminator": NAMED | {"mapping": {"cat": "#/Cat", "dog": "pets.json#/Dog"}},
        },
        "Cat": {"allOf": [CAT]},
        "Dog": {"allOf": [DOG], "not": {"required": ["lives"]}},
    }
    pet = {"$ref": "pets.json#/Pet"}
    assert faults(pet, '{"kind": "cat", "lives": 9}', pets=pets) == []
    assert faults(pet, '{"kind": "dog"}', pets=pets) == []
    assert faults(pet, '{"kind": "cat"}', pets=pets) == ["'lives' is a required property."]
    assert faults(pet, '{"kind": "Cat"}', pets=pets) == ["'lives' is a required property."]


def test_a_base_hands_on_to_what_is_made_of_it() -> None:
    base = DOG | {"discriminator": NAMED}
    of_base = {"$ref": "#/components/schemas/Base"}
    schemas = {"Base": base, "Cat": {"allOf": [of_base, {"required": ["lives"]}]}}
    assert faults(of_base, '{"kind": "Cat", "lives": 1}', schemas=schemas) == []
    assert faults(of_base, '{"kind": "Cat"}', schemas=schemas) == ["'lives' is a required property."]
    assert faults(of_base, '{"kind": "nobody"}', schemas=schemas) == []  # nothing says which names there are


def test_alternatives_without_names_are_told_apart_by_themselves() -> None:
    inline = {"oneOf": [CAT, {"$ref": "#/components/schemas/Dog"}], "discriminator": NAMED}
    assert faults(inline, '{"kind": "x"}') == []
