"""Verifying HTTP pacts of every version from outside, against a provider that really listens."""

import json
from pathlib import Path

import pytest

from tests.verifiers.conftest import Recorder
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Mismatch, Outcome, Target, verify

V1 = {
    "consumer": {"name": "web"},
    "provider": {"name": "orders"},
    "interactions": [
        {
            "description": "an order",
            "request": {"method": "get", "path": "/orders/1", "query": "full=yes&lines=2"},
            "response": {"status": 200, "body": {"id": 1}},
        }
    ],
}
V2 = {
    **V1,
    "interactions": [
        {
            **V1["interactions"][0],  # type: ignore[index]
            "response": {
                "status": 200,
                "body": {"id": 7},
                "matchingRules": {"$.body.id": {"match": "type"}},
            },
        }
    ],
    "metadata": {"pactSpecification": {"version": "2.0.0"}},
}
V3 = {
    **V1,
    "interactions": [
        {
            "description": "an order",
            "request": {"method": "GET", "path": "/orders/1", "query": {"full": ["yes"], "lines": ["2"]}},
            "response": {
                "status": 200,
                "body": {"id": 7},
                "matchingRules": {"body": {"$.id": {"matchers": [{"match": "integer"}]}}},
            },
        }
    ],
    "metadata": {"pactSpecification": {"version": "3.0.0"}},
}
V4 = v4(
    http(
        "an order",
        "/orders/1",
        body={"id": 7},
        request={"method": "GET", "path": "/orders/1", "query": {"full": ["yes"], "lines": ["2"]}},
        response={
            "status": 200,
            "body": {"content": {"id": 7}, "contentType": "application/json", "encoded": False},
            "matchingRules": {"body": {"$.id": {"combine": "AND", "matchers": [{"match": "number"}]}}},
        },
    )
)


@pytest.mark.parametrize("pact", [V1, V2, V3, V4], ids=["V1", "V2", "V3", "V4"])
def test_a_pact_of_every_version_passes_and_fails_as_the_provider_does(pact: object, provider: Provider) -> None:
    provider.answers["/orders/1"] = Answer(json={"id": 1, "more": "than asked"})
    assert verify(contract(pact), provider.url).exit_code == 0
    assert provider.asked[0].method == "GET"
    assert provider.paths() == ["/orders/1?full=yes&lines=2"]

    provider.answers["/orders/1"] = Answer(json={"id": "one"})
    assert verify(contract(pact), provider.url).exit_code == 1


def test_a_file_a_folder_and_a_glob_are_verified(provider: Provider, tmp_path: Path) -> None:
    provider.answers["/orders/1"] = Answer(json={"id": 1})
    file = tmp_path / "web-orders.json"
    file.write_text(json.dumps(V1))
    for source in (file, str(file), tmp_path, str(tmp_path), f"{tmp_path}/*.json", f"{tmp_path}/**/web-*.json"):
        (found,) = verify(source, provider.url).contracts
        assert (found.contract.consumer, found.contract.provider) == ("web", "orders")
        assert found.contract.name == str(file)
        assert found.success


def test_each_interaction_passes_or_fails_by_itself(provider: Provider) -> None:
    provider.answers["/1"] = Answer()
    provider.answers["/3"] = Answer()
    report = verify(contract(v4(http("one", "/1"), http("two", "/2"), http("three", "/3"))), provider.url)
    assert [result.outcome for result in report.results] == [Outcome.PASSED, Outcome.FAILED, Outcome.PASSED]
    assert report.totals == {Outcome.PASSED: 2, Outcome.FAILED: 1, Outcome.ERRORED: 0, Outcome.SKIPPED: 0}
    assert report.results[1].mismatches == (
        Mismatch("status", "", "Expected the status 200, but it is 404.", "200", "404"),
    )


def test_every_interaction_keeps_its_identity_though_descriptions_repeat(provider: Provider) -> None:
    provider.answers["/2"] = Answer()
    pact = v4(http("same", "/1", key="k1", _id="a"), http("same", "/2", key="k2", _id="b"), http("same", "/3"))
    results = verify(contract(pact), provider.url).results
    seen = [(r.interaction.index, r.interaction.key, r.interaction.id, r.interaction.path, r.outcome) for r in results]
    assert seen[:2] == [(0, "k1", "a", "/1", Outcome.FAILED), (1, "k2", "b", "/2", Outcome.PASSED)]
    assert (results[2].interaction.method, results[2].outcome) == ("GET", Outcome.FAILED)


def test_many_interactions_are_each_replayed_once_and_reported_in_order(provider: Provider, recorder: Recorder) -> None:
    for number in range(0, 230, 2):
        provider.answers[f"/{number}"] = Answer()
    pact = v4(*(http("again", f"/{number}") for number in range(230)))
    report = verify(contract(pact), provider.url, progress=recorder)
    assert sorted(provider.paths()) == sorted(f"/{number}" for number in range(230))
    assert [result.interaction.index for result in report.results] == list(range(230))
    assert all((result.outcome is Outcome.PASSED) == (result.interaction.index % 2 == 0) for result in report.results)
    assert recorder.started == [("web", 230)]
    assert sorted(result.interaction.index for result in recorder.done) == list(range(230))


def test_one_at_a_time_keeps_the_order_of_the_pact(provider: Provider) -> None:
    pact = v4(*(http("again", f"/{number}") for number in range(60)))
    verify(contract(pact), Target(provider.url, concurrency=1))
    assert provider.paths() == [f"/{number}" for number in range(60)]


def test_all_mismatches_are_named_sorted_and_the_same_every_time(provider: Provider) -> None:
    provider.answers["/"] = Answer(201, headers={"X-A": "no"}, json={"a": 2, "b": [1, "2"]})
    wanted = {"a": 1, "b": [1, 2], "c": 3}
    pact = v4(http("all wrong", body=wanted))
    pact["interactions"][0]["response"]["headers"] = {"X-A": ["yes"], "X-B": ["there"]}
    runs = {verify(contract(pact), provider.url).results[0].mismatches for _ in range(4)}
    (mismatches,) = runs
    assert [(mismatch.kind, mismatch.place) for mismatch in mismatches] == [
        ("body", "$"),
        ("body", "$.a"),
        ("body", "$.b[1]"),
        ("header", "X-A"),
        ("header", "X-B"),
        ("status", ""),
    ]
    assert (mismatches[1].expected, mismatches[1].actual) == ("1", "2")


def test_a_huge_difference_is_cut_to_a_readable_length(provider: Provider) -> None:
    provider.answers["/"] = Answer(json={"a": "x" * 1_000_000, **{f"n{i}": 1 for i in range(300)}})
    pact = v4(http("huge", body={"a": "y", **{f"n{i}": 2 for i in range(300)}}))
    (result,) = verify(contract(pact), provider.url).results
    assert len(result.mismatches) == 101
    assert result.mismatches[-1].text == "… and 201 more mismatches"
    assert max(len(mismatch.actual) for mismatch in result.mismatches) < 3_000
    (text,) = (mismatch for mismatch in result.mismatches if mismatch.place == "$.a")
    assert "1000002 characters" in text.actual


def test_a_wrong_content_type_is_a_mismatch_of_its_own(provider: Provider) -> None:
    provider.answers["/"] = Answer(headers={"Content-Type": "text/plain"}, body=b"hello")
    (result,) = verify(contract(v4(http("json", body={"a": 1}))), provider.url).results
    assert [mismatch.kind for mismatch in result.mismatches] == ["body-content-type"]


def test_headers_go_with_every_request_and_win_over_the_pacts(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    pact = v4(http("with authorization"))
    pact["interactions"][0]["request"]["headers"] = {"Authorization": ["Bearer example"], "X-Pact": ["stays"]}
    target = Target(provider.url, headers=(("Authorization", "Bearer real"), ("X-Extra", "1")))
    assert verify(contract(pact), target).ok
    assert provider.asked[0].headers["authorization"] == "Bearer real"
    assert (provider.asked[0].headers["x-extra"], provider.asked[0].headers["x-pact"]) == ("1", "stays")


def test_the_path_of_the_base_url_comes_before_every_path(provider: Provider) -> None:
    provider.answers["/api v1/orders"] = Answer()
    provider.answers["/api%20v1/orders"] = Answer()
    assert verify(contract(v4(http("orders", "/orders"))), f"{provider.url}/api%20v1/").ok


def test_a_redirect_is_followed_unless_the_consumer_expects_it(provider: Provider) -> None:
    provider.answers["/old"] = Answer(302, headers={"Location": "/new"})
    provider.answers["/new"] = Answer(json={"a": 1})
    expected, followed = http("the redirect", "/old", 302), http("what is behind it", "/old", body={"a": 1})
    report = verify(contract(v4(expected, followed, expected)), provider.url)
    assert report.ok, report.to_text()

    report = verify(contract(v4(expected, followed)), Target(provider.url, follow_redirects=False))
    assert [result.outcome for result in report.results] == [Outcome.PASSED, Outcome.FAILED]


def test_the_interaction_of_an_unknown_type_errors_alone(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    strange = {"type": "Carrier/Pigeon", "description": "a letter"}
    report = verify(contract(v4(http("one"), strange, 7, http("two"))), provider.url)
    assert [result.outcome.value for result in report.results] == ["passed", "errored", "errored", "passed"]
    assert all(result.cause and result.cause.kind == "interaction-unreadable" for result in report.results[1:3])
    assert report.exit_code == 3


def test_what_the_library_cannot_load_spoils_nothing_else(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    bad = http("a matching rule that is none")
    bad["response"]["matchingRules"] = {"body": {"$.a": {"matchers": 7}}, "header": [1]}
    pact = v4(*(http(f"good {n}") for n in range(6)), bad, *(http(f"better {n}") for n in range(6)))
    report = verify(contract(pact), Target(provider.url, concurrency=1, engine="pact"))
    assert [result.outcome.value for result in report.results] == [*["passed"] * 6, "errored", *["passed"] * 6]
    cause = report.results[6].cause
    assert cause is not None
    assert cause.text == (
        "The pact library gave no result for this interaction. It says: Matching rule JSON [1] is not correctly formed"
    )
    assert len(provider.asked) == 12


def test_nothing_is_printed_by_the_library(provider: Provider, capfd: pytest.CaptureFixture[str]) -> None:
    verify(contract(v4(http("missing"))), provider.url)
    assert capfd.readouterr() == ("", "")
