"""What may be published, what is published, and which exit code a run ends with."""

import asyncio
import itertools
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.verifiers.conftest import Recorder
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import (
    Cause,
    Contract,
    ContractReport,
    Interaction,
    Notice,
    Outcome,
    Publication,
    PublishFailed,
    Report,
    Result,
    Target,
    Verdict,
    verify,
)
from troth_verifiers.publishing import published

GOOD, BAD, ODD = http("good", "/good"), http("bad", "/bad"), http("odd", "/", providerStates=[{"name": "unknown"}])


@pytest.fixture(autouse=True)
def _answers(provider: Provider) -> None:
    provider.answers["/good"] = Answer()


def test_a_kept_contract_is_published_with_every_interaction(provider: Provider, recorder: Recorder) -> None:
    source = contract(v4(GOOD, {**GOOD, "description": "better", "_id": "abc", "key": "k"}), ref="a link")
    report = verify(source, provider.url, publish=recorder)
    (verdict,) = recorder.verdicts
    assert verdict.contract.ref == "a link"
    assert verdict.success
    assert [one["success"] for one in verdict.test_results] == [True, True]
    second = dict(verdict.test_results[1])
    assert second.pop("durationMs") in range(60_000)
    assert second == {
        "interactionId": "abc",
        "interactionDescription": "better",
        "success": True,
        "mismatches": [],
        "exceptions": [],
        "interactionIndex": 1,
        "interactionKey": "k",
        "interactionProviderStates": [],
        "method": "GET",
        "path": "/good",
        "pending": False,
        "outcome": "passed",
    }
    assert report.contracts[0].publication == Publication(done=True, text="result 1")
    assert "results published: result 1" in report.to_text()
    assert report.exit_code == 0


def test_a_broken_contract_is_published_as_failed_with_its_mismatches(provider: Provider, recorder: Recorder) -> None:
    report = verify(contract(v4(GOOD, BAD)), provider.url, publish=recorder)
    (verdict,) = recorder.verdicts
    assert not verdict.success
    assert verdict.test_results[1]["mismatches"] == [
        {
            "attribute": "status",
            "description": "Expected the status 200, but it is 404.",
            "expected": "200",
            "actual": "404",
        }
    ]
    assert report.exit_code == 1


def test_a_body_of_the_wrong_type_is_published_as_the_pact_world_writes_it(
    provider: Provider, recorder: Recorder
) -> None:
    provider.answers["/"] = Answer(headers={"Content-Type": "text/plain"}, body=b"hello")
    verify(contract(v4(http("json", body={"a": 1}))), provider.url, publish=recorder)
    mismatches: Any = recorder.verdicts[0].test_results[0]["mismatches"]
    (mismatch,) = mismatches
    assert (mismatch["attribute"], mismatch["identifier"]) == ("body", "$")


def test_a_pending_contract_that_fails_is_published_as_failed_and_the_build_goes_on(
    provider: Provider, recorder: Recorder
) -> None:
    report = verify(contract(v4(BAD), pending=True), provider.url, publish=recorder)
    assert [verdict.success for verdict in recorder.verdicts] == [False]
    assert report.exit_code == 0
    assert not report.contracts[0].success
    assert "[pending: a failure does not fail the build]" in report.to_text()


def test_a_pending_interaction_that_fails_stands_in_the_results_and_does_not_count(
    provider: Provider, recorder: Recorder
) -> None:
    report = verify(contract(v4(GOOD, {**BAD, "pending": True})), provider.url, publish=recorder)
    (verdict,) = recorder.verdicts
    assert verdict.success
    assert [(one["success"], one["pending"]) for one in verdict.test_results] == [(True, False), (False, True)]
    assert report.exit_code == 0
    assert "[pending]" in report.to_text()


@pytest.mark.parametrize("pending", [True, False])
@pytest.mark.parametrize("first", [True, False])
def test_a_contract_with_an_errored_interaction_is_not_published_and_those_that_were_judged_are(
    pending: bool, first: bool, provider: Provider, recorder: Recorder
) -> None:
    errored = contract(v4(BAD, ODD), name="errored", pending=pending)
    kept, broken = contract(v4(GOOD), name="kept"), contract(v4(GOOD, BAD), name="broken")
    every = [errored, kept, broken] if first else [kept, broken, errored]
    report = verify(every, provider.url, publish=recorder)
    assert [(one.contract.name, one.success) for one in recorder.verdicts] == [("kept", True), ("broken", False)]
    assert (report.exit_code, report.unpublished) == (3, None)
    why = "1 of 2 interactions could not be judged"
    text = report.to_text()
    assert f"  results not published: {why}\n" in text
    assert f"\nPublished: the results of 2 of 3 contracts.\nNOT published: web → orders (errored): {why}\n" in text
    page = report.to_html()
    assert f"<p>Results not published: {why}</p>" in page
    assert f"<p><bdi>NOT published: web → orders (errored): {why}</bdi></p>" in page
    suites = ElementTree.fromstring(report.to_junit()).findall("testsuite")
    told = sorted(one.findall("properties/property")[0].attrib["value"] for one in suites)
    assert told == [f"results not published: {why}", "results published: result 1", "results published: result 2"]
    assert sorted(one.attrib["tests"] for one in suites) == ["1", "2", "2"]


def test_where_every_contract_has_an_errored_interaction_nothing_is_published(
    provider: Provider, recorder: Recorder
) -> None:
    report = verify([contract(v4(GOOD, ODD)), contract(v4(ODD))], provider.url, publish=recorder)
    assert (recorder.verdicts, report.exit_code) == ([], 3)
    assert report.unpublished == "nothing was published: 2 interactions could not be judged"
    assert "Nothing was published: 2 interactions could not be judged." in report.to_text()
    assert report.to_junit().count('value="nothing was published: 2 interactions could not be judged"') == 2


MORTAL = """
import os
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

class Mortal(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        if self.path == "/end":
            os._exit(1)
        self.send_response(200 if self.path == "/good" else 404)
        self.send_header("Content-Length", "0")
        self.end_headers()

    do_HEAD = do_GET

server = ThreadingHTTPServer(("127.0.0.1", 0), Mortal)
print(server.server_port, flush=True)
server.serve_forever()
"""


@pytest.fixture
def mortal_url() -> Iterator[str]:
    """A provider in a process of its own, which is gone once somebody asks for ``/end``."""
    with subprocess.Popen([sys.executable, "-c", MORTAL], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        yield f"http://127.0.0.1:{int(process.stdout.readline())}"
        process.kill()


@pytest.mark.parametrize("engine", ["troth", "pact"])
def test_what_a_provider_did_before_it_went_down_is_published_and_nothing_of_what_it_did_not_live_to(
    engine: str, mortal_url: str, recorder: Recorder
) -> None:
    end = http("end", "/end")
    names = ("before", "during", "after", "last")
    pacts = ((GOOD,), (GOOD, end, BAD), (GOOD, BAD), (BAD,))
    every = [contract(v4(*pact), name=name) for name, pact in zip(names, pacts, strict=True)]
    report = verify(every, Target(mortal_url, concurrency=1, engine=engine), publish=recorder)
    assert [one.contract.name for one in recorder.verdicts] == ["before"]
    outcomes = [[result.outcome.value for result in one.results] for one in report.contracts]
    assert outcomes[0] == ["passed"]
    assert outcomes[1:] == [["passed", "errored", "errored"], ["errored", "errored"], ["errored"]]
    assert report.exit_code == 3
    assert report.to_text().count("\nNOT published: ") == 3


def test_what_the_deadline_cut_off_is_not_published_and_what_was_judged_before_is(
    provider: Provider, recorder: Recorder
) -> None:
    provider.answers["/slow"] = "hang"
    early, late = contract(v4(GOOD), name="early"), contract(v4(GOOD, http("slow", "/slow")), name="late")
    report = verify([early, late], Target(provider.url, timeout=60), deadline=3.0, publish=recorder)
    assert [one.contract.name for one in recorder.verdicts] == ["early"]
    assert report.exit_code == 3
    assert "NOT published: web → orders (late): 1 of 2 interactions could not be judged" in report.to_text()


def test_of_a_contract_that_cannot_be_read_nothing_is_published_and_the_rest_goes_on(
    provider: Provider, recorder: Recorder
) -> None:
    unmade = replace(contract(v4(GOOD), name="unmade"), unreadable="orders.proto cannot be read.")
    report = verify([contract(b"{"), contract(v4(GOOD)), unmade], provider.url, publish=recorder)
    assert [one.contract.content for one in recorder.verdicts] == [contract(v4(GOOD)).content]
    assert report.exit_code == 2
    assert report.unpublished is None
    text = report.to_text()
    assert text.count("results not published: it could not be verified at all") == 2
    assert "! contract-unreadable: unmade cannot be verified: orders.proto cannot be read." in text
    assert "1 passed, 2 of 3 contracts could not be verified at all" in text
    assert report.to_junit().count('<error type="contract-unreadable"') == 2
    assert report.to_html().count("contract-unreadable") == 2


def test_where_nothing_can_be_read_nothing_is_published(provider: Provider, recorder: Recorder) -> None:
    report = verify([contract(b"{"), contract(b"")], provider.url, publish=recorder)
    assert (recorder.verdicts, report.exit_code) == ([], 2)
    assert report.unpublished == "nothing was published: 2 contracts could not be verified at all"


def test_nothing_is_said_of_publishing_when_it_was_not_asked(provider: Provider) -> None:
    report = verify(contract(v4(ODD)), provider.url)
    assert report.unpublished is None
    assert "published" not in report.to_text()


@pytest.mark.parametrize(
    ("refusal", "words"),
    [(PublishFailed("the broker is away"), "the broker is away"), (OSError("no route"), "OSError: no route")],
)
def test_a_sink_that_fails_ends_the_run_with_3_and_keeps_the_report(
    refusal: Exception, words: str, provider: Provider, recorder: Recorder
) -> None:
    recorder.refusal = refusal
    report = verify(contract(v4(GOOD)), provider.url, publish=recorder)
    assert report.exit_code == 3
    assert report.contracts[0].success
    assert f"! publish-failed: {words}" in report.to_text()


def test_notices_of_the_source_are_shown_when_their_time_has_come(provider: Provider, recorder: Recorder) -> None:
    notices = tuple(
        Notice(f"after_verification:success_{success}_published_{published}", f"{success} and {published}")
        for success, published in itertools.product(("true", "false"), repeat=2)
    )
    good, bad = contract(v4(GOOD), notices=notices), contract(v4(BAD), notices=notices)
    assert verify(good, provider.url).contracts[0].notices == ("true and false",)
    report = verify([good, bad], provider.url, publish=recorder)
    assert [found.notices for found in report.contracts] == [("true and true",), ("false and true",)]
    assert "  false and true\n" in report.to_text()


EXPECTED_EXITS: list[tuple[dict[str, Any], int]] = [
    ({}, 0),
    ({"outcomes": ["passed"]}, 0),
    ({"outcomes": ["passed", "failed"]}, 1),
    ({"outcomes": ["failed"], "pending": True}, 0),
    ({"outcomes": ["failed"], "pending_interaction": True}, 0),
    ({"outcomes": ["errored"], "pending": True}, 3),
    ({"outcomes": ["errored"], "pending_interaction": True}, 3),
    ({"outcomes": ["failed", "errored"]}, 3),
    ({"problem": Cause("contract-unreadable", "no")}, 2),
    ({"problem": Cause("contract-unreadable", "no"), "pending": True}, 2),
    ({"outcomes": ["passed"], "published": True}, 0),
    ({"outcomes": ["passed"], "published": False}, 3),
]


@pytest.mark.parametrize(("case", "code"), EXPECTED_EXITS)
def test_the_exit_code_follows_from_the_results(case: dict[str, Any], code: int) -> None:
    interaction = Interaction(0, "x", pending=case.get("pending_interaction", False))
    results = tuple(Result(interaction, Outcome(outcome)) for outcome in case.get("outcomes", ()))
    published = case.get("published")
    found = ContractReport(
        Contract("web", "orders", b"", "x", pending=case.get("pending", False)),
        results,
        case.get("problem"),
        None if published is None else Publication(published, "there"),
    )
    report = Report((found,))
    assert report.exit_code == code
    assert report.ok == (code == 0)


def test_what_could_not_be_judged_outranks_what_cannot_be_read_and_that_what_failed() -> None:
    interaction = Interaction(0, "x")
    source = Contract("web", "orders", b"", "x")
    errored = ContractReport(source, (Result(interaction, Outcome.ERRORED),))
    failed = ContractReport(source, (Result(interaction, Outcome.FAILED),))
    unreadable = ContractReport(source, problem=Cause("contract-unreadable", "no"))
    for found, code in (((failed, unreadable, errored), 3), ((failed, unreadable), 2), ((failed,), 1)):
        for order in itertools.permutations(found):
            assert Report(order).exit_code == code


class KeepsParts(Recorder):
    """A sink that also keeps replays of a part, unless it says that it does not."""

    takes = True

    async def publish_part(self, verdict: Verdict) -> str | None:
        """Keep it."""
        if self.refusal is not None:
            raise self.refusal
        self.verdicts.append(verdict)
        return "a part" if self.takes else None


def skipping(*outcomes: Outcome) -> ContractReport:
    """What became of a contract whose interactions ended so."""
    cause = Cause("nothing-to-replay", "nobody tells")
    results = (
        Result(Interaction(index, f"call {index}"), outcome, cause=cause if outcome is Outcome.SKIPPED else None)
        for index, outcome in enumerate(outcomes)
    )
    return ContractReport(Contract("web", "orders", b"{}", "web.json"), tuple(results))


PASSES, SKIPS = Outcome.PASSED, Outcome.SKIPPED
WITHHELD = "2 of 3 interactions could not be replayed, so that the rest is no yes to the whole"


def test_a_part_is_handed_to_a_sink_that_keeps_parts_and_its_line_is_no_yes() -> None:
    sink, report = KeepsParts(), skipping(PASSES, SKIPS, SKIPS)
    done = asyncio.run(published(report, sink))
    assert done == Publication(done=True, text="a part", part="1 of 3")
    assert done.line == "results published: a part (replayed in part, 1 of 3: that is no yes to the whole)"
    assert [one["outcome"] for one in sink.verdicts[0].test_results] == ["passed", "skipped", "skipped"]
    whole = Report((replace(report, publication=done),))
    assert (whole.exit_code, done.line in whole.to_text()) == (0, True)
    told = Notice("after_verification:success_false_published_true", "It broke.")
    noted = replace(report, publication=done, contract=replace(report.contract, notices=(told,)))
    assert noted.notices == ()


@pytest.mark.parametrize(
    ("outcomes", "takes", "why"),
    [
        ((PASSES, SKIPS, SKIPS), False, WITHHELD),
        ((SKIPS, SKIPS), True, "2 of 2 interactions could not be replayed, so that the rest is no yes to the whole"),
    ],
)
def test_what_no_sink_takes_for_a_part_is_withheld(outcomes: tuple[Outcome, ...], takes: bool, why: str) -> None:
    sink = KeepsParts()
    sink.takes = takes
    assert asyncio.run(published(skipping(*outcomes), sink)) == Publication(done=False, text=why, withheld=True)
    assert asyncio.run(published(skipping(PASSES, SKIPS, SKIPS), Recorder())).text == WITHHELD


def test_a_part_that_could_not_be_published_errs() -> None:
    sink = KeepsParts()
    sink.refusal = PublishFailed("the broker is gone")
    report = skipping(PASSES, SKIPS)
    done = asyncio.run(published(report, sink))
    assert (done.done, done.withheld, done.text) == (False, False, "publish-failed: the broker is gone")
    assert Report((replace(report, publication=done),)).exit_code == 3
