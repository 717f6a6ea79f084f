"""The child that compares: questions in, answers out, whatever the contracts are, and reports of bounded size."""

import io
import json
import pickle
import resource
from types import SimpleNamespace
from typing import Any

import pytest

from tests.broker.test_comparing import contracts, openapi
from troth_broker.jobs import compare_child
from troth_broker.jobs.compare_child import said_of
from troth_broker.jobs.comparer import outcome_of
from troth_schemas.contract import Contract
from troth_schemas.finding import Finding, Severity
from troth_schemas.report import make_report
from troth_schemas.sources import one


@pytest.fixture
def ask(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Ask a child that runs within this process, without its bound of memory; gives its answers."""

    def run(*questions: tuple[str, Contract, Contract]) -> list[Any]:
        sent = b"".join(len(it).to_bytes(8, "big") + it for it in map(pickle.dumps, questions))
        answers = io.BytesIO()
        monkeypatch.setattr(resource, "setrlimit", lambda *_: None)
        with monkeypatch.context() as streams:
            streams.setattr("sys.stdin", SimpleNamespace(buffer=io.BytesIO(sent)))
            streams.setattr("sys.stdout", SimpleNamespace(buffer=answers))
            compare_child.main()
        answers.seek(0)
        found = []
        while size := int.from_bytes(answers.read(8), "big"):
            found.append(json.loads(answers.read(size)))
        return found

    return run


def finding(number: int, severity: Severity = "breaking", interaction: str = "an order") -> Finding:
    return Finding("a/rule", severity, f"finding {number}", fingerprint=str(number), interaction=interaction)


def test_one_question_after_the_other_is_answered(ask: Any) -> None:
    pact, described = contracts(openapi())
    _, other = contracts(openapi("string"))
    judged, evolved, refuted = ask(
        ("judge", pact, described), ("look back", described, described), ("judge", pact, other)
    )
    assert (judged["success"], evolved["success"], refuted["success"]) == (True, True, False)
    assert judged["report"]["uses"]
    assert "uses" not in evolved["report"]
    assert [severity for severity, _ in refuted["report"]["told"]["findings"]] == ["breaking"]
    assert outcome_of(refuted).breaking == 1


def test_what_cannot_be_compared_ends_in_a_sentence_and_the_next_question_is_answered(ask: Any) -> None:
    pact, described = contracts(openapi())
    broken = Contract("openapi", one("openapi.json", b"{"))
    unknown = Contract("wsdl", one("a.wsdl", b"<a/>"))
    told, failed, fine = ask(("judge", pact, broken), ("look back", unknown, unknown), ("judge", pact, described))
    assert (told["success"], told["unjudged"]) == (None, ["*"])
    assert "is not JSON" in told["error"]
    assert failed["success"] is None
    assert fine["success"] is True


@pytest.mark.parametrize(
    ("failure", "sentence"),
    [
        (MemoryError(), "comparing them takes too much memory"),
        (RecursionError(), "one of them is nested too deeply to be compared"),
        (KeyError("x"), "the checker failed: KeyError: 'x'"),
    ],
)
def test_a_checker_that_fails_is_told_and_never_a_pass(
    ask: Any, monkeypatch: pytest.MonkeyPatch, failure: BaseException, sentence: str
) -> None:
    def fail(*_: object) -> None:
        raise failure

    monkeypatch.setattr(compare_child, "judge", fail)
    [told] = ask(("judge", *contracts(openapi())))
    assert (told["success"], told["error"]) == (None, sentence)


def test_a_report_keeps_so_many_findings_and_says_how_many_it_leaves_out() -> None:
    said = said_of(make_report([finding(number) for number in range(501)], 1, ["an order"]))
    assert (said["breaking"], len(said["report"]["findings"]), said["report"]["findings_left_out"]) == (501, 500, 1)
    assert "not_covered_left_out" not in said["report"]


@pytest.mark.parametrize(
    ("interactions", "unjudged", "partial"),
    [((), (), 1), (("an order",), (), 1), (("an order",), ("an order",), 0), (("a", "b"), ("a",), 1), ((), ("*",), 0)],
)
def test_a_gap_counts_in_what_was_judged_otherwise(
    interactions: tuple[str, ...], unjudged: tuple[str, ...], partial: int
) -> None:
    gap = Finding("a/gap", "not-covered", "a gap", fingerprint="1", where=interactions)
    assert said_of(make_report([gap], 1, ["an order"], unjudged))["partial"] == partial
