"""The catalogue of rules, and the golden cases that each must have."""

import re

import pytest

from tests.schemas.golden_cases import FOLDER, Case, cases, rules_of_formats
from troth_schemas.finding import Found
from troth_schemas.rule import Rule, rule, sections

CASES = list(cases())
RULES = rules_of_formats()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_a_rule_finds_what_its_cases_say(case: Case) -> None:
    found = case.found()
    if case.breaks:
        assert found, f"{case.path}: the rule finds nothing in {case.content.get('title')!r}"
        assert found == case.content["finds"], f"{case.path}: {case.content.get('title')!r}"
    else:
        assert found == [], f"{case.path}: the rule finds something in {case.content.get('title')!r}"


@pytest.mark.parametrize("name", sorted({case.rule for case in CASES}))
def test_every_case_belongs_to_a_rule(name: str) -> None:
    assert name in RULES


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_is_documented_and_has_a_case_that_breaks_and_one_that_is_allowed(name: str) -> None:
    found: Rule = RULES[name]
    assert re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", name)
    assert found.fact.endswith("."), f"{name}: the docstring's first paragraph is the fact"
    assert found.why, f"{name}: say why it breaks"
    assert found.instead, f"{name}: say what to do instead"
    for kind in ("breaks", "allows"):
        path = FOLDER / name / f"{kind}.yaml"
        assert path.exists(), f"{path} is missing"


@pytest.mark.parametrize("name", sorted(RULES))
def test_every_rule_has_a_mirror_or_a_reason_why_not(name: str) -> None:
    mirror = RULES[name].mirror
    assert mirror, f"{name}: name the rule for the other direction, or say why there is none"
    if re.fullmatch(r"[a-z0-9-]+/[a-z0-9-]+", mirror):
        assert mirror in RULES, f"{name}: its mirror {mirror} does not exist"


def test_a_docstring_is_read_by_its_headings() -> None:
    @rule("test/thing-gone", severity="breaking", aliases=("THING_GONE",), mirror="one way only: nobody reads it")
    def thing_gone(_pair: object) -> list[Found]:
        """A thing is gone.

        Why it breaks: somebody
        needs it.
        Instead: keep it.
        """
        return []

    assert (thing_gone.fact, thing_gone.why, thing_gone.instead) == (
        "A thing is gone.",
        "somebody needs it.",
        "keep it.",
    )
    assert thing_gone.format == "test"
    assert list(thing_gone(object())) == []
    assert sections("Only a fact.") == {"": "Only a fact."}
