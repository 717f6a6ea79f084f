"""What is shown of an interaction that did not pass, in the terminal and in JUnit XML."""

import re

from tests.verifiers.pacts import given, http, v4
from tests.verifiers.pytest_plugin.projects import CONFTEST, NO_ORDER, ORDER, Project, properties


def test_a_failure_tells_states_request_answer_and_what_is_wrong(shop: Project) -> None:
    shop.write("tests/conftest.py", CONFTEST.replace('{"total": total}', '{"total": 13}'))
    shop.write("pyproject.toml", '[tool.troth]\nsource = "pacts"\nengine = "troth"\n')
    ran = shop.run("-m", "troth")
    assert ran.counts == "1 failed, 2 passed, 1 deselected"
    for line in (
        "web → orders: a request for an order",
        '  given     an order exists  {"total": 12}',
        "/orders/4711\n",
        "  received  200",
        "            content-type: application/json",
        '            {"total": 13}',
        "✗ body $.total: ",
        "    expected  12",
        "    actual    13",
    ):
        assert line in ran.text, ran.text
    assert "web → orders: 2 passed, 1 failed" in ran.text
    assert "test_" not in ran.text.partition("FAILURES")[2]  # no traceback of ours


def test_the_summary_tells_each_failure_in_a_line(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("a wrong one", "/orders/1", 201)))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    (line,) = (line for line in ran.text.splitlines() if line.startswith("FAILED"))
    assert line.startswith("FAILED troth::web → orders::a wrong one - status: ")


def test_the_summary_is_the_same_from_another_process(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("a wrong one", "/orders/1", 201)))
    ran = shop.run("--troth", "pacts", "-m", "troth", "-n", "2", "--tb", "line", plugins=("xdist",))
    (line,) = (line for line in ran.text.splitlines() if line.startswith("FAILED"))
    assert line.startswith("FAILED troth::web → orders::a wrong one - status: ")
    assert "\nstatus: Expected the status 201, but it is 404.\n" in ran.text


def test_one_line_for_each_failure_is_enough_where_that_is_asked(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("a wrong one", "/orders/1", 201)))
    ran = shop.run("--troth", "pacts", "-m", "troth", "--tb", "line")
    assert "\nstatus: Expected the status 201, but it is 404.\n" in ran.text


def test_the_status_is_told_before_what_follows_from_it(shop: Project) -> None:
    wrong = http("a wrong one", "/orders/1", 201, body={"total": 12})
    wrong["response"]["headers"] = {"location": ["/orders/1"]}
    shop.write("pacts/web-orders.json", v4(wrong))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    told = [line for line in ran.text.splitlines() if line.startswith("✗")]
    assert [line.split()[1].rstrip(":") for line in told] == ["status", "body", "header"]
    assert "FAILED troth::web → orders::a wrong one - status: " in ran.text


def test_the_command_that_asks_again_is_told(shop: Project) -> None:
    told = {"paths": {"/orders/nothing": {"get": {"responses": {"200": {"description": "an order"}}}}}}
    shop.write("openapi.json", {"openapi": "3.0.3", "info": {"title": "orders", "version": "1"}, **told})
    ran = shop.run("--troth", "openapi.json", "-m", "troth")
    assert ran.code == 1
    assert "  again     curl " in ran.text
    assert "/orders/nothing" in ran.text.partition("  again     curl ")[2].partition("\n")[0]


def test_a_run_that_prints_nothing_ends_as_any_other(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("a wrong one", "/orders/1", 201)))
    ran = shop.run("--troth", "pacts", printing=("-p", "no:terminal"))
    assert ran.code == 1
    assert "Traceback" not in ran.text


def test_what_was_never_sent_is_not_called_sent(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("lost", "/orders/1", 404, providerStates=given("unknown"))))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert "  request   GET /orders/1\n" in ran.text
    assert "  sent" not in ran.text


def test_what_is_missing_is_said_to_be_nothing_and_no_line_is_forged(shop: Project) -> None:
    wrong = http("one\nweb → orders: 9 passed \x1b[2J", "/orders/1", 404)
    wrong["response"]["headers"] = {"x-shelf": ["7"]}
    shop.write("pacts/web-orders.json", v4(wrong))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert "    expected  7\n    actual    (nothing)\n" in ran.text
    assert "web → orders: one\\nweb → orders: 9 passed \\x1b[2J\n" in ran.text


def test_junit_tells_consumer_provider_and_outcome_of_each(shop: Project) -> None:
    wrong, lost = http("wrong", "/orders/1", 201), http("lost", "/orders/1", 404, providerStates=given("unknown"))
    shop.write("pacts/web-orders.json", v4(ORDER, wrong, lost))
    cases = shop.junit("--troth", "pacts", "-m", "troth")
    found = {name: properties(case) for name, case in cases.items()}
    order = "a request for an order (given an order exists)"
    for name, outcome in ((order, "passed"), ("wrong", "failed"), ("lost (given unknown)", "errored")):
        assert found[name] == {"consumer": "web", "provider": "orders", "outcome": outcome}
        assert cases[name].attrib["classname"] == "troth.web → orders"
    (failure,) = cases["wrong"].iter("failure")
    assert failure.attrib["message"].startswith("status: ")
    assert re.search(r"sent      GET http://127\.0\.0\.1:\d+/orders/1$", failure.text or "", re.MULTILINE)
    (error,) = cases["lost (given unknown)"].iter("error")
    assert "Nobody handles the provider state 'unknown'" in error.attrib["message"]


def test_what_the_contract_marks_pending_is_expected_to_fail(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(NO_ORDER, http("wrong", "/orders/1", 201, pending=True)))
    ran = shop.run("--troth", "pacts", "-m", "troth", "-rx")
    assert (ran.counts, ran.code) == ("1 passed, 1 deselected, 1 xfailed", 0)
    assert "wrong - the contract marks this interaction pending: status: " in ran.text
