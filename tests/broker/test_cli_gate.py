"""`troth can-i-deploy`: the answer, its reasons, its exit code, and never a yes out of nothing."""

import asyncio
import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
import pytest

from tests.support.brokers import Broker
from tests.support.cli import Finished, clean_environment, troth
from tests.support.hostile import answer, peer
from tests.support.services import free_port
from tests.support.waiting import until
from troth_broker import client
from troth_broker.cli.decision_text import Told
from troth_broker.cli.mismatches import Failures
from troth_broker.cli.mismatches import summary as summary_of
from troth_broker.client import Selector, Target
from troth_broker.client.decision import decision

Run = Callable[..., Finished]

QUESTION = ("can-i-deploy", "--pacticipant", "web", "--version", "1", "--to-environment", "production")
FAILED = [
    {
        "interactionDescription": "an order",
        "method": "GET",
        "path": "/orders/1",
        "success": False,
        "mismatches": [{"attribute": "body", "identifier": "$.total", "description": "number became string"}],
    }
]


def pact(consumer: str, provider: str) -> client.PactFile:
    interaction = {"description": "an order", "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
    names = {"consumer": {"name": consumer}, "provider": {"name": provider}}
    return client.PactFile(consumer, provider, json.dumps({**names, "interactions": [interaction]}).encode())


async def fill(url: str) -> None:
    """Web 1 needs orders and billing; orders 2 keeps its word and runs in production, orders 3 does not."""
    async with client.Broker(url) as broker:
        await broker.publish([pact("web", "orders"), pact("web", "billing")], version="1", branch="main")
        [link] = await broker.pacts_for_verification("orders")
        found = await broker.pact(link.url)
        await broker.publish_results(found, provider_version="2", success=True, branch="main")
        await broker.publish_results(found, provider_version="3", success=False, test_results=FAILED)
        await broker.create_environment("production", production=True)
        await broker.create_environment("empty")
        await broker.record_deployment("orders", "2", "production")


async def verify_billing(url: str) -> None:
    """Billing 5 keeps its word, too, and runs in production."""
    async with client.Broker(url) as broker:
        [link] = await broker.pacts_for_verification("billing")
        await broker.publish_results(await broker.pact(link.url), provider_version="5", success=True)
        await broker.record_deployment("billing", "5", "production")


@pytest.fixture
def run(sqlite_broker: Broker) -> Run:
    """Run a command against a broker that holds the fleet of `fill`."""
    asyncio.run(fill(sqlite_broker.url))

    def command(*arguments: str, code: int, **environment: str) -> Finished:
        return troth(*arguments, environment={"PACT_BROKER_BASE_URL": sqlite_broker.url, **environment}, code=code)

    return command


def test_a_no_says_what_blocks_of_which_class_on_which_evidence_and_the_way_to_yes(run: Run) -> None:
    said = run(*QUESTION, code=1).out.splitlines()
    assert said[0] == "NO  web 1 → production   1 of 2 pairs blocks"
    assert said[1].split("  ")[0:2] == [" …", "web 1 → billing ???"]
    assert "not-deployed" in said[1]
    assert said[2] == " ✓  web 1 → orders 2  replay"
    assert said[-1].startswith("Waiting will not help. Shortest way to yes: 1) ")


def test_a_failure_is_told_with_what_went_wrong(run: Run) -> None:
    said = run("can-i-deploy", "-a", "orders", "-e", "3", "-a", "web", "-e", "1", code=1).out
    assert said.startswith("NO  orders 3 and web 1   1 of 1 pair blocks\n ✗  web 1 → orders 3  incompatible  replay  ")
    assert "GET /orders/1: $.total: number became string" in said


def test_the_order_of_the_options_makes_the_question(run: Run) -> None:
    yes = run("can-i-deploy", "-a", "web", "-e", "1", "-a", "orders", "-e", "2", code=0)
    assert yes.out == "YES  web 1 and orders 2   1 pair verified\n ✓  web 1 → orders 2  replay\n"
    run("can-i-deploy", "-a", "orders", "--branch", "main", "-a", "web", "--latest", code=0)
    run("can-i-deploy", "-a", "orders", "--latest", "-a", "web", "--main-branch", code=1)


def test_an_ignored_application_is_shown_as_ignored(run: Run) -> None:
    for arguments, environment in (
        (("--ignore", "billing"), {}),
        ((), {"PACT_BROKER_CAN_I_DEPLOY_IGNORE": "billing"}),
    ):
        said = run(*QUESTION, *arguments, code=0, **environment).out
        assert said.startswith("YES  web 1 → production   1 pair verified\n ✓  web 1 → orders 2  replay\n")
        assert " –  web 1 → billing ???  ignored  without a result" in said
        table = run(*QUESTION, *arguments, "-o", "table", code=0, **environment).out.splitlines()
        assert table[0].endswith("| SUCCESS? | IGNORED")
        assert any(line.startswith("web") and line.endswith("| yes") for line in table)


def test_a_table_has_the_columns_that_people_know_and_ends_with_the_sentence(run: Run) -> None:
    said = run(*QUESTION, "--output", "table", code=1).out.splitlines()
    assert said[0] == "CONSUMER | C.VERSION | PROVIDER | P.VERSION | SUCCESS?"
    assert "web      | 1         | billing  | ???       | ???" in said
    assert "web      | 1         | orders   | 2         | true" in said
    assert "NO  web 1 → production   1 of 2 pairs blocks" in said


@pytest.mark.parametrize(("ignore", "code"), [([], 1), (["--ignore", "billing"], 0)])
def test_json_is_the_brokers_answer_and_the_exit_code_is_the_decisions(run: Run, ignore: list[str], code: int) -> None:
    run_ = run(*QUESTION, *ignore, "-o", "json", code=code)
    assert (json.loads(run_.out)["summary"]["deployable"] is True) == (code == 0)


def test_an_empty_answer_is_yes_nothing_to_check_and_no_evidence_where_that_is_required(run: Run) -> None:
    question = ("can-i-deploy", "-a", "orders", "-e", "3", "--to-environment", "empty")
    assert run(*question, code=0).out.startswith("YES  orders 3 → empty   nothing to check\n")
    strict = run(*question, "--require-evidence", code=1).out
    assert strict.startswith("NO  orders 3 → empty   nothing to check, and a result is required\n")
    run("can-i-deploy", "-a", "web", "-e", "1", "-a", "orders", "-e", "2", "--require-evidence", code=0)


def test_an_unknown_version_is_a_no_and_an_unknown_application_bad_input(run: Run) -> None:
    said = run("can-i-deploy", "-a", "web", "-e", "99", "--to-environment", "production", code=1).out
    assert "unknown-version" in said
    unknown = run("can-i-deploy", "-a", "nobody", "-e", "1", "--to-environment", "production", code=2)
    assert "nobody" in unknown.err
    assert unknown.out == ""
    run("can-i-deploy", "-a", "web", "-e", "1", "--to-environment", "nowhere", code=2)
    both = run(*QUESTION, "--to", "prod", code=2)
    assert "--to-environment and --to exclude each other" in both.err


def test_a_question_with_an_empty_variable_in_it_is_no_other_question(run: Run) -> None:
    for option in ("--to-environment", "--to"):
        asked = run("can-i-deploy", "-a", "web", "-e", "1", option, "", code=2)
        assert asked.err == f"troth: {option} is empty: is the variable set that it comes from?\n"
    twice = run("can-i-deploy", "-a", "web", "-e", "1", "-a", "web", "-e", "1", code=2)
    assert "web 1 stands there twice: name it once" in twice.err


def test_a_dry_run_shows_the_answer_and_passes(run: Run) -> None:
    for arguments, environment in ((("--dry-run",), {}), ((), {"PACT_BROKER_CAN_I_DEPLOY_DRY_RUN": "true"})):
        said = run(*QUESTION, *arguments, code=0, **environment)
        assert said.out.startswith("NO  web 1 → production")
        assert "dry run: the exit code is 0 all the same" in said.err
    down = run(*QUESTION, "--dry-run", "--broker", f"http://127.0.0.1:{free_port()}", code=0)
    assert "YES" not in down.said
    assert "there is no answer" in down.err


def test_can_i_merge_asks_about_the_main_branches(run: Run) -> None:
    said = run("can-i-merge", "-a", "web", "-e", "1", "--ignore", "billing", code=0).out
    assert said.startswith("YES  web 1 → main branches")


def test_the_matrix_is_a_table_or_json(run: Run) -> None:
    said = run("matrix", "-a", "web", "-a", "orders", code=0).out.splitlines()
    assert [line.split(" | ")[-1] for line in said[2:]] == ["false", "true"]
    assert len(run("matrix", "-a", "web", "-a", "orders", "--limit", "1", code=0).out.splitlines()) == 3
    every = run("matrix", "-a", "web", "-a", "orders", "--every-result", "-o", "json", code=0)
    assert len(json.loads(every.out)["matrix"]) == 2
    assert (
        run("matrix", "-a", "orders", "-a", "billing", code=0).out == "No contract between these versions is known.\n"
    )


def test_a_gate_needs_no_server(tmp_path: Path) -> None:
    asyncio.run(fill(str(tmp_path / "troth.db")))
    asyncio.run(verify_billing(str(tmp_path / "troth.db")))
    assert troth(*QUESTION, "--broker", "troth.db", folder=tmp_path, code=0).out.startswith("YES")


@pytest.mark.parametrize(
    "reply",
    [
        answer("500 Internal Server Error", b'{"error": {"message": "the store is away"}}'),
        answer("503 Service Unavailable", b"", media="text/plain"),
        answer("200 OK", b"<html>Welcome</html>", media="text/html"),
        answer("200 OK", b'{"summary": {"deployable": true, "success": 1'),
        answer("200 OK", b'{"summary": {"deployable": true}, "matrix": []}', cut=3),
        answer("200 OK", b'{"deployable": true}'),
        answer("302 Found", headers="Location: https://login.example/\r\n"),
    ],
)
@pytest.mark.parametrize("output", ["text", "json"])
def test_a_broker_that_fails_is_never_a_yes(reply: bytes, output: str) -> None:
    with peer(reply) as server:
        run = troth(*QUESTION, "--broker", server.url, "-o", output, code=3)
    assert run.out == ""
    assert run.err.startswith("troth: ")


def test_a_network_failure_says_that_it_is_one() -> None:
    refused = troth(*QUESTION, "--broker", f"http://127.0.0.1:{free_port()}", code=3)
    assert "connection refused" in refused.err
    unknown = troth(*QUESTION, "--broker", "http://broker.invalid", code=3)
    assert "cannot be resolved" in unknown.err
    with peer(None) as silent:
        assert "did not answer within 0.3 s" in troth(*QUESTION, "-b", silent.url, "--timeout", "0.3", code=3).err


def summary(deployable: bool | None, *, failed: int = 0, unknown: int = 0, rows: tuple[Any, ...] = ()) -> bytes:
    counts = {"success": len(rows) - failed - unknown, "failed": failed, "unknown": unknown}
    document = {"summary": {"deployable": deployable, "reason": "as it is", **counts}, "matrix": list(rows)}
    return answer("200 OK", json.dumps(document).encode())


def row(success: bool | None, **more: Any) -> dict[str, Any]:
    result = None if success is None else {"success": success, "_links": {"self": {"href": "http://b/r/1"}}}
    provider = {"name": "orders", "version": None if success is None else {"number": "2"}}
    return {"consumer": {"name": "web", "version": {"number": "1"}}, "provider": provider} | {
        "verificationResult": result,
        **more,
    }


def test_it_asks_again_while_results_are_missing() -> None:
    missing, there = summary(None, unknown=1, rows=(row(None),)), summary(True, rows=(row(True),))
    patient = ("--retry-while-unknown", "3", "--retry-interval", "0")
    with peer(missing, missing, there) as server:
        run = troth(*QUESTION, *patient, "--broker", server.url, code=0)
    assert "1 missing; asking again in 0 s (2 of 3)" in run.err
    with peer(missing) as server:
        troth(*QUESTION, *patient, "--broker", server.url, code=1)
        assert len(server.requests) == 4


def test_it_does_not_wait_for_what_waiting_cannot_mend() -> None:
    with peer(summary(None, failed=1, unknown=1, rows=(row(None), row(False)))) as server:
        run = troth(*QUESTION, "--retry-while-unknown", "5", "--retry-interval", "60", "-b", server.url, code=1)
    assert "asking again" not in run.err


def test_the_answer_of_another_broker_is_told_as_far_as_it_goes() -> None:
    with peer(summary(None, failed=1, unknown=1, rows=(row(None), row(False), row(True, ignored=True)))) as server:
        said = troth(*QUESTION, "--broker", server.url, code=1).out.splitlines()
    assert said[:4] == [
        "NO  web 1 → production   2 of 3 pairs block",
        " …  web 1 → orders ???  unverified    –       there is no verification result",
        " ✗  web 1 → orders 2    incompatible  replay  see http://b/r/1",
        " –  web 1 → orders 2  ignored  which passed",
    ]
    assert said[4:] == ["as it is"]


def test_what_went_wrong_is_read_from_both_layouts_of_results() -> None:
    mismatch = {"attribute": "status", "identifier": "", "description": "200 became 500"}
    failed = {"interactionDescription": "an order", "success": False, "mismatches": [mismatch]}
    assert summary_of([failed, {"success": True}, "odd"]) == "an order: status: 200 became 500"
    assert summary_of({"tests": [failed, failed]}) == "an order: status: 200 became 500 (and 1 more)"
    named = {**failed, "method": "query", "path": "orders"}
    assert summary_of([named]) == "an order: status: 200 became 500"
    assert summary_of([{**failed, "method": "GET", "path": "/"}]) == "GET /: status: 200 became 500"
    assert summary_of([{"success": False}]) == "an interaction"
    assert summary_of([{"success": False, "exceptions": [{"message": "no answer"}]}]) == "an interaction: no answer"
    long = summary_of([{"success": False, "exceptions": [{"message": "x" * 500}]}])
    assert long.endswith("x…")
    assert len(long) < 200
    assert summary_of(None) == summary_of([]) == summary_of("nonsense") == ""


def test_a_result_that_cannot_be_had_leaves_the_answer_as_it_is() -> None:
    first = summary(False, failed=1, rows=(row(False),))
    with peer(first, answer("500 Internal Server Error", b"{}")) as server:
        said = troth(*QUESTION, "--broker", server.url, code=1).out
    assert " ✗  web 1 → orders 2  incompatible  replay  see http://b/r/1" in said


def test_many_pairs_are_summed_up_and_many_obstacles_cut() -> None:
    with peer(summary(True, rows=(row(True),) * 5)) as server:
        said = troth(*QUESTION, "--broker", server.url, code=0).out.splitlines()
    assert said == ["YES  web 1 → production   5 pairs verified", " ✓  5 pairs (5 replay)"]
    with peer(summary(None, unknown=50, rows=(row(None),) * 50)) as server:
        said = troth(*QUESTION, "--broker", server.url, code=1).out.splitlines()
    assert " … and 10 more" in said


def test_versions_that_are_commits_are_shown_short_and_wide_names_keep_the_columns() -> None:
    commit = "4f2c1ab0" * 5
    rows = (row(True), row(True, consumer={"name": "網店", "version": {"number": commit}}))
    question = ("can-i-deploy", "-a", "web", "-e", commit)
    with peer(summary(True, rows=rows)) as server:
        said = troth(*question, "--broker", server.url, code=0).out.splitlines()
    assert said[0].startswith("YES  web 4f2c1ab   2 pairs")
    assert said[1:] == [" ✓  web 1 → orders 2         replay", " ✓  網店 4f2c1ab → orders 2  replay"]


def test_an_interrupt_ends_the_command_at_once_and_is_no_answer() -> None:
    with peer(None) as silent:
        command = [sys.executable, "-m", "troth_broker.cli", *QUESTION, "--broker", silent.url]
        with subprocess.Popen(command, env=clean_environment(), stderr=subprocess.PIPE, text=True) as child:
            until(lambda: silent.requests, what="the question")
            child.send_signal(signal.SIGINT)
            _, said = child.communicate(timeout=100)
    assert child.returncode == 130
    assert said.strip() == "troth: interrupted"


def test_a_reader_that_goes_away_is_no_traceback() -> None:
    with peer(summary(True, rows=(row(True),) * 5)) as server:
        command = [sys.executable, "-m", "troth_broker.cli", *QUESTION, "--broker", server.url, "-v"]
        with subprocess.Popen(
            command, env=clean_environment(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as child:
            assert child.stdout is not None
            child.stdout.close()
            _, said = child.communicate(timeout=100)
    assert b"Traceback" not in said
    assert b"BrokenPipe" not in said
    assert child.returncode != 0


def test_what_a_comparison_found_is_told_in_its_own_words_beside_what_a_replay_showed() -> None:
    words = {"consumer": "web", "consumer_version": "1", "provider": "orders", "provider_version": "2"}
    told = {"class": "incompatible", "waiting_helps": False, **words}
    document = {
        "summary": {
            "deployable": False,
            "failed": 1,
            "troth": {
                "reasons": [{**told, "text": "it failed"}, {**told, "text": "it is not described", "format": "avro"}],
                "evidence": [{"kind": "replay"}, {"kind": "comparison"}],
                "actions": [{"text": "mend it"}, {"text": "mend it"}],
            },
        },
        "matrix": [],
    }
    answer = decision(document, "")
    failures: Failures = {("web", "orders", "2"): "GET /: no"}
    lines = Told(answer, [Selector("web", version="1")], Target(), failures=failures).lines()
    assert [click.unstyle(line) for line in lines[1:]] == [
        " ✗  web 1 → orders 2         incompatible  replay      GET /: no",
        " ✗  web 1 → orders 2 (avro)  incompatible  comparison  it is not described",
        "Shortest way to yes: 1) mend it",
    ]


def test_the_way_to_yes_tells_a_commit_as_people_write_it() -> None:
    commit = "0123456789abcdef0123456789abcdef01234567"
    summary = {"deployable": False, "failed": 1, "troth": {"actions": [{"text": f"mend web {commit}, and publish it"}]}}
    answer = decision({"summary": summary, "matrix": []}, "")
    assert Told(answer, [], Target()).advice() == ["Shortest way to yes: 1) mend web 0123456, and publish it"]
