"""Regular expressions that are only lists."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth_schemas.pact.alternatives import MOST, alternatives


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("^(NEW|PAID)$", ("NEW", "PAID")),
        ("NEW|PAID", ("NEW", "PAID")),
        ("^(?:a|b)c?$", ("ac", "a", "bc", "b")),
        ("[AB]1", ("A1", "B1")),
        (r"^a\.b$", ("a.b",)),
        ("^a|a$", ("a",)),
        ("^A$|^B$", ("A", "B")),
        ("a|a", None),
        ("^a", None),
        ("^(a|b)", None),
        (r"^a\$", None),
        ("", None),
        ("^x(|y)$", ("x", "xy")),
        ("^a+$", None),
        (r"\d", None),
        ("a.", None),
        ("[^a]", None),
        ("[a-z]", None),
        ("[a", None),
        ("(a", None),
        ("(?i)a", None),
        ("(?=a)b", None),
        ("a{2}", None),
        ("a??", None),
        ("a)", None),
        ("a$b", None),
        ("\\", None),
        ("[ab]" * 7, None),
        ("|".join(map(str, range(MOST + 1))), None),
        ("(" * 5000 + "a" + ")" * 5000, None),
    ],
)
def test_a_list_is_told_from_what_matches_more(pattern: str, expected: tuple[str, ...] | None) -> None:
    assert alternatives(pattern) == expected


@given(st.text("ab|()[]?\\.^$", max_size=8))
def test_what_is_listed_is_exactly_what_matches(pattern: str) -> None:
    listed = alternatives(pattern)
    if listed is None:
        return
    compiled = re.compile(f"(?:{pattern.replace('$|^', '|')})")
    assert all(compiled.fullmatch(one) for one in listed)
    others = {text for one in listed for text in (one + "a", one + "b", "a" + one, one[1:], one[:-1])} - {*listed}
    assert not [text for text in others if compiled.fullmatch(text)]
