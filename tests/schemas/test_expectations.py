"""Reading Troth's own form: what interactions share, and what they do not."""

import json
from typing import Any

import pytest

from troth_schemas.expectations import Expectation, read_expectations
from troth_schemas.matching.idle import idle
from troth_schemas.pact.matchers import RuleList


def _read(*rules: Any) -> tuple[Expectation, ...]:
    listed = [{"description": f"call {index}", "service": "a.B", "rules": one} for index, one in enumerate(rules)]
    document = {"troth": 1, "protocol": "grpc", "consumer": "web", "provider": "orders", "interactions": listed}
    return read_expectations("web.json", json.dumps(document).encode())[0].interactions


def _about_the_lines(one: Expectation) -> RuleList | None:
    return one.rules.body.inner["lines"].here


def test_interactions_with_the_same_rules_share_what_was_read_of_them() -> None:
    rule = {"match": "type", "min": 1}
    one, same, other = _read({"$.lines": rule}, {"$.lines": dict(rule)}, {"$.lines": {**rule, "min": 2}})
    assert one.rules is same.rules
    assert _about_the_lines(one) == _about_the_lines(same) != _about_the_lines(other)


def _problems(**says: Any) -> list[str]:
    interaction = {"description": "a call", "service": "a.B", **says}
    document = {"troth": 1, "protocol": "grpc", "consumer": "web", "provider": "orders", "interactions": [interaction]}
    return [one.pointer for one in read_expectations("web.json", json.dumps(document).encode())[1]]


def test_members_that_are_not_of_their_kind_are_problems_and_not_passed_over() -> None:
    no_states: tuple[Any, ...] = (5, [5], [{"params": {}}], [[]], "", [{"name": 1}])
    for states in no_states:
        assert _problems(states=states) == ["/interactions/0/states"], states
    for timeout in ("soon", 0, -1, True, [1]):
        assert _problems(timeout=timeout) == ["/interactions/0/timeout"], timeout
    assert _problems(rules=["$.a"]) == ["/interactions/0/rules"]
    sound: tuple[Any, ...] = (
        None,
        [],
        "a state",
        ["a state"],
        {"name": "a state"},
        [{"name": "a", "params": {"b": 1}}],
    )
    assert [one for one in sound if _problems(states=one, timeout=None, rules=None)] == []
    assert _problems(timeout=0.5) == []


def test_rules_whose_values_are_equal_and_of_other_kinds_are_read_apart() -> None:
    one, other = _read({"$.lines": {"match": "type", "min": 1}}, {"$.lines": {"match": "type", "min": True}})
    assert one.rules is not other.rules


TYPE: dict[str, Any] = {"match": "type"}
EACH: dict[str, Any] = {"match": "eachValue", "rules": [TYPE]}


@pytest.mark.parametrize(
    ("rules", "examples", "lost"),
    [
        ({"$.total": TYPE}, [{"id": 7}], ["$.total"]),
        ({"$.total": TYPE}, [{"id": 7}, {"total": 9}], []),
        ({"$": TYPE, "$.*": TYPE, "$['id']": TYPE}, [{"id": 7}], []),
        ({"$.a[*].b": TYPE, "$.a[5]": TYPE, "$.a.*": TYPE}, [{"a": [{"b": 1}]}], []),
        ({"$.a[*].b": TYPE, "$.a.b": TYPE}, [{"a": []}], ["$.a[*].b", "$.a.b"]),
        ({"$.a[0].b.*": TYPE}, [{"a": 5}], ["$.a[0].b.*"]),
        ({"$.a.b": TYPE}, [{"a": None}], []),
        ({"$.a": EACH, "$.a[*].b": TYPE}, [{"a": []}], []),
        ({"$.a": EACH, "$.a.*.b": TYPE}, [{"a": {}}], []),
        ({"$.a": {"match": "values"}, "$.a.*.b": TYPE}, [{"a": {}}], []),
        ({"$.a": {"match": "values"}, "$.a[*].b": TYPE}, [{"a": []}], ["$.a[*].b"]),
        ({"$.a": TYPE}, [], ["$.a"]),
    ],
    ids=str,
)
def test_rules_that_lead_to_nothing_that_is_expected_are_told(
    rules: dict[str, Any], examples: list[Any], lost: list[str]
) -> None:
    (one,) = _read(rules)
    told = [f"The rule {path} leads to nothing that is expected; write an example of it." for path in lost]
    assert list(idle(one.rules.body, examples)) == told


def test_rules_may_lead_anywhere_in_what_is_to_come() -> None:
    (one,) = _read({"$.a.b": TYPE, "$.c": {"match": "tpye"}})
    told = ["No such matching rule is known: tpye."]
    assert list(idle(one.rules.body, [{"a": "${a}", "c": 1}], lambda value: value == "${a}")) == told
