"""Alternatives of a ``oneOf`` that overlap, against a validator that tries every value of a small world."""

import random
from functools import cache
from itertools import product
from typing import Any, Final

import pytest
from jsonschema import Draft202012Validator

from tests.schemas.openapi.real import of
from troth_schemas.openapi.format import FORMAT
from troth_schemas.options import Options
from troth_schemas.report import Report

_ABSENT: Final = object()
_PARTS: Final = (1, 30, "x", "long enough", None, True)
_INNER: Final[list[dict[str, Any]]] = [
    {"type": "integer"}, {"type": "string"}, {"type": "integer", "maximum": 9}, {"enum": ["x", 1]}, {},
    {"type": "string", "maxLength": 3}, {"type": "null"}, {"enum": ["x"]},
]  # fmt: skip


@cache
def world() -> list[Any]:
    """Objects of up to three members, and what may stand in them."""
    made = [dict(zip("abc", values, strict=True)) for values in product((*_PARTS, _ABSENT), repeat=3)]
    return [*_PARTS, *({name: one for name, one in each.items() if one is not _ABSENT} for each in made)]


def alternative(draw: random.Random) -> dict[str, Any]:
    if draw.random() < 0.2:
        return dict(draw.choice(_INNER))
    names = draw.sample("abc", draw.randint(0, 3))
    made: dict[str, Any] = {"type": "object", "properties": {name: dict(draw.choice(_INNER)) for name in names}}
    made["required"] = [name for name in names if draw.random() < 0.5]
    if draw.random() < 0.3:
        made["additionalProperties"] = False
    if draw.random() < 0.15:
        made["minProperties"] = draw.randint(1, 2)
    return made


def changed(one: dict[str, Any], draw: random.Random) -> dict[str, Any]:
    """The same, loosened or tightened somewhere."""
    made: dict[str, Any] = {**one, "properties": dict(one.get("properties", {}))}
    how = draw.randint(0, 4)
    if "properties" not in one or how == 0:
        return alternative(draw)
    if how == 1:
        made["required"] = one.get("required", [])[1:]
    elif how == 2:
        made.pop("additionalProperties", None)
    elif made["properties"]:
        made["properties"][draw.choice(sorted(made["properties"]))] = dict(draw.choice(_INNER)) if how == 3 else {}
    return made


def compare(old: list[Any], new: list[Any]) -> Report:
    def described(alternatives: list[Any]) -> Any:
        body = {"required": True, "content": {"application/json": {"schema": {"oneOf": alternatives}}}}
        operation = {"requestBody": body, "responses": {"204": {"description": "done"}}}
        info = {"title": "t", "version": "1"}
        return of({"openapi": "3.1.0", "info": info, "paths": {"/": {"post": operation}}})

    return FORMAT.compare(described(new), described(old), Options(open_models="strict"))


@pytest.mark.parametrize("seed", range(3))
def test_what_is_called_compatible_takes_every_value_and_what_is_shown_breaks(seed: int) -> None:
    draw = random.Random(seed)
    undecided = 0
    for _ in range(25):
        old = [alternative(draw) for _ in range(draw.randint(2, 3))]
        new = [changed(one, draw) if draw.random() < 0.6 else one for one in old]
        report = compare(old, new)
        before, after = Draft202012Validator({"oneOf": old}), Draft202012Validator({"oneOf": new})
        refused = [one for one in world() if before.is_valid(one) and not after.is_valid(one)]
        undecided += report.compatible is None
        assert not refused or report.compatible is not True, (old, new, refused[:3])
        for one in report.breaking:
            assert one.witness is not None or "one-of" not in one.rule, (old, new, one.message)
            if one.witness is not None:
                assert isinstance(one.witness.value, dict)
                body = one.witness.value["body"]
                assert before.is_valid(body)
                assert not after.is_valid(body)
    assert undecided <= 2


def test_a_value_that_becomes_valid_for_a_second_alternative_is_shown() -> None:
    card = {"type": "object", "properties": {"card": {"type": "string"}}, "required": ["card"]}
    bank = {"type": "object", "properties": {"iban": {"type": "string", "maxLength": 4}}, "required": ["iban"]}
    wider = {**bank, "properties": {"iban": {"type": "string"}}}
    report = compare([card, bank], [card, wider])
    assert [one.rule for one in report.breaking] == ["openapi/request-body-one-of-narrowed"]
    witness = report.breaking[0].witness
    assert witness is not None
    assert isinstance(witness.value, dict)
    body = witness.value["body"]
    assert isinstance(body, dict)
    assert body.keys() == {"card", "iban"}


def test_alternatives_that_nothing_can_be_valid_for_together_may_take_more() -> None:
    builtin, other = {"enum": ["builtin:api"]}, {"type": "string", "pattern": "^integration:[a-z]+$"}
    assert compare([builtin, other], [{"enum": ["builtin:api", "builtin:mail"]}, other]).compatible is True
