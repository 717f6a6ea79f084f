"""The report: for people, for CI systems, and as an assertion in a test."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import html5lib
import pytest

from troth_verifiers import (
    Cause,
    Contract,
    ContractReport,
    Exchange,
    Interaction,
    Mismatch,
    Outcome,
    Payload,
    Publication,
    Report,
    Result,
    State,
)

MISMATCH = Mismatch("body", "$.total", "Expected 1 (Integer) to be\nequal to 'a' (String)", "1", '"a"')
AGAIN = Mismatch("openapi", "response status", "It is 500", "below 500", "500", "curl -i -X GET 'http://a.test/<b>'")
PASSED = Result(Interaction(0, "an order", method="GET", path="/orders/1"), Outcome.PASSED, duration=0.0124)
FAILED = Result(Interaction(1, "a total", states=(State("an order"), State("a user"))), Outcome.FAILED, (MISMATCH,))
ERRORED = Result(Interaction(2, "stuck"), Outcome.ERRORED, cause=Cause("state-handler-failed", "it raised \x00"))
PENDING = Result(Interaction(3, "soon", pending=True), Outcome.FAILED, (MISMATCH,))
WEB = Contract("web", "orders", b"", "pacts/web-orders.json", consumer_version="1.2")
APP = Contract("app", "orders", b"", "pacts/app-orders.json", pending=True)


def report(*contracts: ContractReport) -> Report:
    return Report(contracts, duration=1.26)


def test_people_read_what_is_wrong_and_one_line_that_stands_alone() -> None:
    assert report(ContractReport(WEB, (PASSED, FAILED, ERRORED, PENDING))).to_text() == (
        "web 1.2 → orders  (pacts/web-orders.json)\n"
        "  ✓ an order  GET /orders/1  (0.012 s)\n"
        "  ✗ a total (given an order and a user)  (0.000 s)\n"
        "      body $.total: Expected 1 (Integer) to be equal to 'a' (String)\n"
        "  ! stuck  (0.000 s)\n"
        "      state-handler-failed: it raised \\x00\n"
        "  ✗ soon  [pending]  (0.000 s)\n"
        "      body $.total: Expected 1 (Integer) to be equal to 'a' (String)\n"
        "\n"
        "NO  1 passed, 2 failed (1 pending), 1 errored in 1.3 s\n"
    )


def test_a_call_without_a_method_of_http_is_told_by_its_name() -> None:
    call = Result(Interaction(0, "an order", kind="grpc", path="shop.Orders/GetOrder"), Outcome.PASSED)
    told = report(ContractReport(WEB, (call,)))
    assert "  ✓ an order  shop.Orders/GetOrder  (0.000 s)\n" in told.to_text()
    assert "<code>shop.Orders/GetOrder</code>" in told.to_html()


def test_a_commit_is_told_as_people_write_it() -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    web = replace(WEB, consumer_version=commit, name=f"Pact between web ({commit}) and orders")
    told = report(ContractReport(web, (PASSED,)))
    assert told.to_text().startswith("web 0123456 → orders  (Pact between web (0123456) and orders)\n")
    assert f"web {commit} → orders" in told.to_junit()


def test_another_status_is_told_before_what_follows_from_it() -> None:
    status = Mismatch("status", "", "Expected the status 200, but it is 500.", "200", "500")
    whole = report(ContractReport(WEB, (replace(FAILED, mismatches=(MISMATCH, status)),)))
    for text in (whole.to_text(), whole.to_html(), whole.to_junit()):
        assert text.index("Expected the status 200") < text.index("$.total")


def test_a_good_run_is_a_yes() -> None:
    assert (
        report(ContractReport(WEB, (PASSED,)), ContractReport(APP, (FAILED,)))
        .to_text()
        .endswith("YES  1 passed, 1 failed (1 pending) in 1.3 s\n")
    )


def test_many_that_passed_take_one_line_together() -> None:
    many = tuple(Result(Interaction(n, f"number {n}"), Outcome.PASSED) for n in range(40))
    text = report(ContractReport(WEB, (*many, FAILED))).to_text()
    assert "  ✓ 40 interactions passed\n" in text
    assert "number 7" not in text
    assert "a total" in text


def test_a_contract_that_cannot_be_read_is_named_with_its_problem() -> None:
    text = report(
        ContractReport(Contract("", "", b"", "x.json"), problem=Cause("contract-unreadable", "why"))
    ).to_text()
    assert text == (
        "unknown consumer → unknown provider  (x.json)\n"
        "  ! contract-unreadable: why\n\n"
        "NO  1 of 1 contracts could not be verified at all in 1.3 s\n"
    )


def test_a_long_line_is_cut() -> None:
    long = Result(Interaction(0, "x"), Outcome.FAILED, (Mismatch("body", "$", "y" * 1000),))
    assert max(len(line) for line in report(ContractReport(WEB, (long,))).to_text().splitlines()) < 320


def test_a_contract_cannot_forge_the_lines_of_a_report() -> None:
    evil = "nice\nYES  9 passed in 0.1 s\r\x1b[2K\u202eevil\ud800"
    forged = Result(Interaction(0, evil, method="GET", path=evil), Outcome.FAILED, (Mismatch("body", evil, evil),))
    named = Contract(evil, "orders", b"", evil)
    whole = ContractReport(named, (forged,), publication=Publication(done=True, text=evil))
    told = report(whole).to_text()
    assert [line for line in told.splitlines() if line.startswith(("YES", "NO"))] == ["NO  1 failed in 1.3 s"]
    assert "nice\\nYES" in told
    assert told.replace("\n", "").isprintable()
    page = report(whole).to_html()
    assert page.encode()
    assert not {"\x1b", "\ud800"} & set(page)


def test_a_template_is_offered_for_the_states_that_nobody_handles() -> None:
    states = (State("an order exists", {"id": 1, "not a name": 2}), State("1st"), State("é"))
    text = Report((), missing_states=states).to_text()
    assert text.endswith(
        "\nNobody handles these provider states; a start:\n"
        "\n"
        "    def an_order_exists(id): ...\n"
        "    def state_1st(): ...\n"
        "    def é(): ...\n"
        "\n"
        "    states = {\n"
        "        'an order exists': an_order_exists,\n"
        "        '1st': state_1st,\n"
        "        'é': é,\n"
        "    }\n"
    )


def test_a_state_without_a_single_letter_gets_a_name_all_the_same() -> None:
    assert "def state(): ..." in Report((), missing_states=(State("!?"),)).to_text()


def test_ci_systems_read_junit() -> None:
    unreadable = ContractReport(Contract("tv", "orders", b"", "tv.json"), problem=Cause("contract-unreadable", "why"))
    text = report(
        ContractReport(WEB, (PASSED, FAILED, ERRORED, PENDING)), ContractReport(APP, (PASSED, FAILED)), unreadable
    ).to_junit()
    assert text.startswith('<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="troth verify" time="1.260"')
    root = ET.fromstring(text.encode())
    assert {name: root.attrib[name] for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "7",
        "failures": "1",
        "errors": "2",
        "skipped": "2",
    }
    web, app, tv = root.findall("testsuite")
    assert (web.attrib["name"], web.attrib["tests"], web.attrib["time"]) == ("web 1.2 → orders", "4", "0.012")
    names = [case.attrib["name"] for case in web.findall("testcase")]
    assert names == ["an order", "a total (given an order and a user)", "stuck", "soon"]
    failure = web.find("testcase/failure")
    assert failure is not None
    assert failure.attrib["message"] == "body $.total: Expected 1 (Integer) to be equal to 'a' (String)"
    error = web.find("testcase/error")
    assert error is not None
    assert (error.attrib["type"], error.text) == ("state-handler-failed", "state-handler-failed: it raised \ufffd")
    skipped = app.find("testcase/skipped")
    assert skipped is not None
    assert skipped.attrib["message"] == "pending, so this failure does not count"
    assert [case.attrib["name"] for case in tv.findall("testcase")] == ["tv.json"]


def test_a_nameless_interaction_still_has_a_name_in_junit() -> None:
    root = ET.fromstring(report(ContractReport(WEB, (Result(Interaction(4, ""), Outcome.ERRORED),))).to_junit())
    (case,) = root.iter("testcase")
    assert case.attrib["name"] == "interaction 4"


def test_check_raises_with_the_whole_report() -> None:
    good = report(ContractReport(WEB, (PASSED,)))
    assert good.check() is good
    with pytest.raises(AssertionError, match=r"does not keep its contracts\n\nweb 1.2 → orders"):
        report(ContractReport(WEB, (FAILED,))).check()


def test_one_page_shows_everything_and_needs_nothing_beside_it() -> None:
    sent = Payload("GET http://x/orders/1", (("Accept", "a/b"),), "", 0)
    came = Payload("200", (("content-type", "text/html"),), "<script>alert(1)</script>", 25)
    exchange = Exchange("http", sent, came, {"answer": 0.0121, "whole": 0.02})
    silent = Exchange("message", None, None)
    passed = replace(PASSED, exchanges=(exchange,))
    failed = replace(FAILED, mismatches=(MISMATCH, AGAIN, AGAIN))
    errored = replace(ERRORED, exchanges=(silent,))
    published = Publication(done=True, text="http://broker/1")
    unreadable = ContractReport(Contract("", "", b"", "x.json"), problem=Cause("contract-unreadable", "<why>"))
    page = Report(
        (ContractReport(WEB, (passed, failed, errored, PENDING), publication=published), unreadable),
        duration=1.26,
        unpublished="<not published>",
    ).to_html()
    document = html5lib.parse(page, namespaceHTMLElements=False)
    assert not document.findall(".//script")
    assert not [one for one in document.iter() if "src" in one.attrib or "href" in one.attrib]
    opened = {one.attrib["class"]: "open" in one.attrib for one in document.findall(".//details")}
    assert opened == {"passed": False, "failed": True, "errored": True}
    text = "".join(document.itertext())
    for words in (
        "NO 1 passed, 2 failed, 1 errored in 1.3 s",
        "<not published>",
        "web 1.2 → orders",
        "Results published: http://broker/1",
        "contract-unreadable: <why>",
        "Received http answer 12 ms, whole 20 ms",
        "200\ncontent-type: text/html\n\n<script>alert(1)</script>",
        "Nothing came back.",
        "body $.total",
        "Only what did not pass",
    ):
        assert words in text
    assert text.count("curl -i -X GET 'http://a.test/<b>'") == 1
