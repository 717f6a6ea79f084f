"""What a plug-in gives is looked at before anything builds on it; one that fails is named, and is never a yes."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from troth_schemas import formats, pairs
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatUnknown, PluginFailed
from troth_schemas.finding import Finding, Place, Witness
from troth_schemas.guard import Guard, checker_word
from troth_schemas.report import CHECKER, Checker, Report
from troth_schemas.rule import Rule

GUARD = Guard("plug-in lines of acme 1.0", ("lines", "lines-offers"))
FINE = Finding("lines/gone", "breaking", "It is gone.", "0123456789abcdef")
GAP = replace(FINE, rule="lines-offers/not-covered", severity="not-covered", fingerprint="f" * 16)
RULE = Rule("lines/gone", "breaking", "It is gone.", "", "")


NUMBER: Any = 1j
"""Nothing that JSON knows."""


def finding(**changes: Any) -> Finding:
    return replace(FINE, **changes)


def report(**members: Any) -> Report:
    return Report(**{"judged": 1, **members})


def gives(found: object) -> Report:
    return GUARD.judging("judge", lambda *_: found, Checker("lines", "7"))("reader", "writer")


def raises(problem: BaseException) -> Callable[..., Any]:
    def function(*_: object) -> None:
        raise problem

    return function


def test_a_report_is_put_in_order_and_says_who_compared() -> None:
    found = gives(Report(findings=(GAP, FINE), judged=3, scope=("a",)))
    assert (found.findings, found.not_covered) == ((FINE,), (GAP,))
    assert (found.checker, found.compatible, found.scope) == (Checker("lines", "7"), False, ("a",))


def test_what_is_not_covered_and_hidden_among_findings_is_no_yes() -> None:
    assert Report(findings=(GAP,), judged=3).compatible is True
    assert gives(Report(findings=(GAP,), judged=3)).compatible is None


@pytest.mark.parametrize(
    ("found", "why"),
    [
        (True, "True is no Report"),
        (report(judged="all"), "`judged` is 'all', and no number of things"),
        (report(judged=-1), "`judged` is -1, and no number of things"),
        (report(scope=["a"]), "are tuples of texts"),
        (report(unjudged=(1,)), "are tuples of texts"),
        (report(findings=("gone",)), "'gone' is no Finding"),
        (report(findings=None), "TypeError"),
        (report(findings=(finding(message=5),)), "is no Finding"),
        (report(findings=(finding(interaction=5),)), "is no Finding"),
        (report(findings=(finding(severity="bad"),)), "is no Finding"),
        (report(findings=(finding(message=""),)), "is no Finding"),
        (report(findings=(finding(fingerprint="gone"),)), "is no Finding"),
        (report(findings=(finding(aliases=["gone"]),)), "is no Finding"),
        (report(findings=(finding(reader="here"),)), "is no Finding"),
        (report(findings=(finding(reader=Place("/", 0)),)), "is no Finding"),
        (report(findings=(finding(writer=Place("/", NUMBER)),)), "is no Finding"),
        (report(findings=(finding(witness="this"),)), "is no Finding"),
        (report(findings=(finding(witness=Witness(NUMBER, 1)),)), "is no Finding"),
        (report(findings=(finding(reader=Place("/", 1), witness=Witness("data", NUMBER)),)), "TypeError"),
        (report(findings=(finding(witness=Witness("data", float("nan"))),)), "ValueError"),
        (
            report(findings=(finding(rule="openapi/gone"),)),
            "'openapi/gone' does not begin with lines/ or lines-offers/",
        ),
        (report(findings=(finding(rule="lines/Gone away"),)), "is not in kebab-case"),
        (report(findings=(finding(rule="troth/no-checker"),)), "does not begin with lines/"),
    ],
)
def test_what_is_no_report_of_its_own_is_told(found: object, why: str) -> None:
    with pytest.raises(PluginFailed) as told:
        gives(found)
    assert str(told.value).startswith("The plug-in lines of acme 1.0 gave a report in `judge` that cannot be used: ")
    assert why in str(told.value)


@pytest.mark.parametrize(
    "problem", [RuntimeError("out of\norder"), SystemExit("out of order"), RecursionError("out of order")]
)
def test_what_it_raises_is_told_in_a_line_with_its_name(problem: BaseException) -> None:
    kind = type(problem).__name__
    with pytest.raises(
        PluginFailed, match=rf"^The plug-in lines of acme 1\.0 failed in `judge`: {kind}: out of order\.$"
    ):
        GUARD.judging("judge", raises(problem), CHECKER)("reader")


@pytest.mark.parametrize(
    "problem",
    [
        ContractUnreadable("the lines", "are none", index=0, place="line 1", fix="Write some."),
        ExtraMissing("lines", "lines", "bells"),
        MemoryError(),
    ],
)
def test_what_is_for_it_to_say_goes_through(problem: BaseException) -> None:
    with pytest.raises(type(problem)) as told:
        GUARD.around("load", raises(problem), bool, "document")()
    assert told.value is problem


def test_an_answer_of_another_kind_is_told() -> None:
    count = GUARD.around("count", len, lambda found: found > 1, "number above 1")
    assert count("ab") == 2
    with pytest.raises(PluginFailed, match="gave 1 in `count`, and no number above 1"):
        count("a")


@pytest.mark.parametrize(
    ("rules", "why"),
    [
        (["lines/gone"], "has 'lines/gone' among its rules"),
        ([RULE, replace(RULE, id="pact/gone")], "has the rule pact/gone: the id 'pact/gone' does not begin with"),
        ([RULE, replace(RULE, severity="safe")], "has two rules called lines/gone"),
    ],
)
def test_rules_that_cannot_be_its_own_are_told(rules: list[Any], why: str) -> None:
    with pytest.raises(PluginFailed, match=why):
        GUARD.rules(rules)
    assert GUARD.rules([RULE]) == (RULE,)


def test_a_checker_goes_by_troths_version_and_its_own_number() -> None:
    assert checker_word("lines", "7") == f"{CHECKER.version}+lines.7"
    assert checker_word("lines", "") == f"{CHECKER.version}+lines"
    assert pairs.checker_of("pact", "openapi") == formats.checker_of("avro") == CHECKER.version


def test_what_nobody_knows_may_be_replayed_and_is_told_apart_from_what_never_is() -> None:
    assert [formats.replayed(name) for name in ("pact", "avro", "nobody-knows-it")] == [True, False, True]
    assert formats.checker_of("nobody-knows-it") == f"{CHECKER.version}+nobody-knows-it"
    assert not pairs.compared("nobody-knows-it", "openapi")
    with pytest.raises(FormatUnknown):
        formats.find("nobody-knows-it")
