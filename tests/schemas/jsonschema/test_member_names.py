"""The names of members that witnesses show: a name that is meant by a pattern and that nobody uses otherwise."""

from typing import Any

import pytest

from tests.schemas.jsonschema.asking import ask

S: Any = {"type": "string"}
I: Any = {"type": "integer"}  # noqa: E741  # it stands beside S


def matching(pattern: str, schema: Any, **more: Any) -> dict[str, Any]:
    return {"type": "object", "patternProperties": {pattern: schema}, "additionalProperties": False, **more}


@pytest.mark.parametrize(
    ("pattern", "taken", "shown"),
    [
        ("", (), "other"),
        ("^o", ("other", "other1"), "other_2"),
        ("^a+$", ("a", "aa"), "aaa"),
        ("[0-9]{3}$", (), "000"),
    ],
)
def test_a_name_is_shown_that_neither_side_names(pattern: str, taken: tuple[str, ...], shown: str) -> None:
    named = dict.fromkeys(taken, S)
    answer = ask({"patternProperties": {pattern: I}}, matching(pattern, S, properties=named))
    witnesses = {gap.path: gap.witness for gap in answer.gaps}
    assert witnesses["{}",] == ({shown: ""},)


def test_where_every_name_is_taken_no_other_member_can_differ() -> None:
    writer = matching("^a?$", I, properties={"": S, "a": S})
    assert ask({"patternProperties": {"^a?$": S}}, writer).contained is True


def test_a_pattern_that_nobody_can_take_apart_makes_a_gap_without_a_name_to_show() -> None:
    [gap] = ask({"patternProperties": {"^(?=q)": I}}, matching("^(?=q)", S)).gaps
    assert (gap.axis, gap.path, gap.witness) == ("type", ("{}",), None)
