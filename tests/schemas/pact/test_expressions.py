"""What a matching rule's expression matches as a whole, its pattern finds, and nothing else."""

import re

import pytest

from troth_schemas.pact.expressions import whole


@pytest.mark.parametrize(
    ("expression", "pattern"),
    [
        (r"\d+", r"^\d+$"),
        (r"^\d+$", r"^\d+$"),
        (r"^\d+", r"^\d+$"),
        (r"\d+$", r"^\d+$"),
        (r"a\$", r"^a\$$"),
        (r"a\\$", r"^a\\$"),
        (r"a|b", r"^(?:a|b)$"),
        (r"^a|b$", r"^(?:^a|b$)$"),
        (r"(a|b)", r"^(a|b)$"),
        (r"[|]", r"^[|]$"),
        (r"a\|b", r"^a\|b$"),
        ("", "^$"),
    ],
)
def test_a_pattern_finds_what_the_expression_matches_as_a_whole(expression: str, pattern: str) -> None:
    assert whole(expression) == pattern
    for text in ("", "1", "12", "a", "b", "ab", "a1", "x12", "a$", "a\\", "|", "a|b"):
        assert (re.search(pattern, text) is not None) == (re.fullmatch(expression, text) is not None), text
