"""`troth verify` against a provider that really runs, from files and from a broker."""

import asyncio
import contextlib
import json
import os
import pty
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.support import pacts
from tests.support.brokers import Broker
from tests.support.cli import Finished, troth
from tests.support.hostile import answer, peer
from tests.support.providers import Provider, provider
from tests.support.services import free_port
from troth_broker import client
from troth_broker.client.verification import BrokerSink, BrokerSource, Wanted, source
from troth_verifiers import Contract, PublishFailed, SourceUnreadable, Verdict, verify

Run = Callable[..., Finished]
ORDERS = pacts.pact("web", "orders", pacts.interaction("an order", "/orders/1", state="order 1 exists"))


@pytest.fixture
def running() -> Iterator[Provider]:
    with provider() as found:
        yield found


@pytest.fixture
def pact(tmp_path: Path) -> Path:
    return pacts.write(tmp_path / "pacts", ORDERS)


def where(running: Provider) -> tuple[str, ...]:
    return ("--provider", "orders", "--provider-base-url", running.url, "--state-change-url", running.states_url)


async def publish(url: str, version: str = "1", branch: str = "main") -> None:
    async with client.Broker(url) as broker:
        file = client.PactFile("web", "orders", json.dumps(ORDERS).encode())
        await broker.publish([file], version=version, branch=branch)


def test_files_are_replayed_with_their_states_and_reported(running: Provider, pact: Path, tmp_path: Path) -> None:
    run = troth("verify", pact.parent, *where(running), "--junit", tmp_path / "out" / "junit.xml", code=0)
    assert "✓ an order (given order 1 exists)  GET /orders/1" in run.out
    assert run.out.splitlines()[-1].startswith("YES  1 passed")
    assert "Verifying" in run.err
    assert running.states == [("order 1 exists", "setup")]
    suites = ElementTree.parse(tmp_path / "out" / "junit.xml").getroot()
    assert (suites.get("tests"), suites.get("failures")) == ("1", "0")


@pytest.mark.parametrize("engine", ["troth", "pact"])
def test_either_engine_tells_the_same_and_writes_a_page(
    engine: str, running: Provider, pact: Path, tmp_path: Path
) -> None:
    options = ("--engine", engine, "--workers", "2", "--html", tmp_path / "report.html")
    assert "YES  1 passed" in troth("verify", pact, *where(running), *options, code=0).out
    assert '<details class="passed">' in (tmp_path / "report.html").read_text()


def test_in_a_terminal_a_bar_shows_how_far_it_is(running: Provider, pact: Path) -> None:
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "troth_broker.cli", "verify", str(pact), *where(running)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=theirs) as run:
        os.close(theirs)
        shown = b""
        with contextlib.suppress(OSError):  # how Linux says that the other end is closed
            while piece := os.read(ours, 4096):
                shown += piece
    os.close(ours)
    assert run.returncode == 0
    assert b"Verifying" in shown
    assert b"/1" in shown


def test_a_broken_promise_is_a_no_with_its_mismatch(running: Provider, pact: Path) -> None:
    running.answers["/orders/1"] = 404
    run = troth("verify", pact, *where(running), "--state-change-teardown", code=1)
    assert "✗ an order (given order 1 exists)" in run.out
    assert "404" in run.out
    assert run.out.splitlines()[-1].startswith("NO  1 failed")
    assert running.states == [("order 1 exists", "setup"), ("order 1 exists", "teardown")]


def test_json_output_holds_every_interaction(running: Provider, pact: Path) -> None:
    report = json.loads(troth("verify", pact, *where(running), "-o", "json", code=0).out)
    assert (report["success"], report["exitCode"]) == (True, 0)
    [contract] = report["contracts"]
    [interaction] = contract["testResults"]
    assert (contract["consumer"], interaction["interactionDescription"], interaction["success"]) == (
        "web",
        "an order",
        True,
    )


def test_the_brokers_pacts_are_verified_and_published_with_branch_and_tags(broker: Broker, running: Provider) -> None:
    asyncio.run(publish(broker.url))
    run = troth(
        *("verify", *where(running), "--broker-base-url", broker.url, "--publish"),
        *("--provider-app-version", "2.0", "--provider-version-branch", "main", "--provider-version-tag", "prod"),
        *("--build-url", "https://ci.example/2", "--enable-pending", "--include-wip-pacts-since", "2020-01-01"),
        code=0,
    )
    assert "results published: " in run.out
    assert "version 2.0  (from --provider-app-version)" in run.err
    version = broker.client.get("/pacticipants/orders/versions/2.0").json()
    assert [item["name"] for item in version["_embedded"]["branchVersions"]] == ["main"]
    assert [item["name"] for item in version["_embedded"]["tags"]] == ["prod"]
    pact = broker.client.get("/pacts/provider/orders/consumer/web/latest").json()
    result = broker.client.get(pact["_links"]["pb:latest-verification-results"]["href"]).json()
    assert (result["success"], result["buildUrl"]) == (True, "https://ci.example/2")
    assert result["verifiedBy"]["implementation"] == "Troth"
    assert result["testResults"][0]["interactionId"] == pact["interactions"][0]["_id"]


def test_nothing_is_published_unless_asked(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url))
    run = troth("verify", *where(running), "-b", sqlite_broker.url, code=0)
    assert "published" not in run.out
    pact = sqlite_broker.client.get("/pacts/provider/orders/consumer/web/latest").json()
    assert "pb:latest-verification-results" not in pact["_links"]


def test_a_failing_pending_pact_is_published_as_failed_and_fails_no_build(
    sqlite_broker: Broker, running: Provider
) -> None:
    asyncio.run(publish(sqlite_broker.url))
    running.answers["/orders/1"] = 500
    run = troth(
        *("verify", *where(running), "-b", sqlite_broker.url, "--publish", "--enable-pending"),
        *("--provider-app-version", "2.0", "--provider-version-branch", "main"),
        code=0,
    )
    assert "pending" in run.out
    gate = ("can-i-deploy", "-a", "web", "-e", "1", "-a", "orders", "-e", "2.0", "-b", sqlite_broker.url)
    assert "incompatible" in troth(*gate, code=1).out


def test_selectors_choose_the_consumers_versions(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url, "1", "feat"))
    common = ("verify", *where(running), "-b", sqlite_broker.url)
    branch = ("--consumer-version-selector", '{"branch": "feat"}')
    assert "YES" in troth(*common, *branch, code=0).out
    several = ("--consumer-version-selectors", '[{"branch": "other"}, {"tag": "x", "latest": true}]')
    nothing = troth(*common, *several, code=2)
    assert "There are no contracts to verify" in nothing.err
    troth(*common, *several, "--allow-empty", code=0)
    matching = ("--consumer-version-selector", '{"matchingBranch": true}', "--provider-branch", "feat", "-a", "9")
    assert "YES" in troth(*common, *matching, code=0).out
    assert "There are no contracts" in troth(*common, "--consumer-version-tag", "prod", code=2).err


def test_one_pact_is_verified_by_its_url_as_a_webhook_names_it(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url))
    url = f"{sqlite_broker.url}/pacts/provider/orders/consumer/web/latest"
    target = ("--provider-base-url", running.url, "-s", running.states_url)
    publishing = ("--publish", "--provider-version", "3")
    run = troth("verify", "--pact-url", url, *target, *publishing, "-b", sqlite_broker.url, code=0)
    assert "results published: " in run.out


def test_the_providers_version_comes_from_the_ci_system(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url))
    gitlab = {"GITLAB_CI": "true", "CI_COMMIT_SHA": "4f2c1ab0" * 5, "CI_COMMIT_BRANCH": "main"}
    run = troth("verify", *where(running), "-b", sqlite_broker.url, "--publish", environment=gitlab, code=0)
    assert "branch main  (from CI_COMMIT_BRANCH (GitLab CI))" in run.err
    sqlite_broker.client.get(f"/pacticipants/orders/versions/{'4f2c1ab0' * 5}").raise_for_status()


def test_a_filtered_run_publishes_nothing(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url))
    filtered = ("--publish", "--provider-version", "3", "--filter-description", "an")
    run = troth("verify", *where(running), "-b", sqlite_broker.url, *filtered, code=2)
    assert "only for whole contracts" in run.err


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "there is nothing to verify: give contract FILES, --contract-url, or --broker"),
        (("--broker", "http://127.0.0.1:1"), "--provider NAME is needed"),
        (("--broker", "http://127.0.0.1:1", "--provider", "x", "--consumer-version-selector", "main"), "is not JSON"),
        (("--broker", "http://127.0.0.1:1", "--provider", "x", "--consumer-version-selector", "1"), "takes an object"),
        (("--broker", "http://127.0.0.1:1", "--provider", "x", "--publish"), "provider's version cannot be told"),
        (("--broker", "http://127.0.0.1:1", "--publish", "-a", ""), "--provider-app-version is empty"),
        (("a.json", "--publish"), "have no place in a broker"),
        (("missing.json",), "missing.json does not exist"),
        (("https://a.test/b.json",), "is an address and no file: give it as --contract-url https://a.test/b.json"),
        (("a.json", "--pact-url", "https://a.test/b.json"), "give FILES or --contract-url, not both"),
        (
            ("a.json", "--consumer-version-selector", '{"branch": "x"}', "--enable-pending"),
            "FILES are all verified: leave out --consumer-version-selector, --enable-pending, by which",
        ),
        (
            ("a.json", "--consumer-version-tag", "x", "--include-wip-pacts-since", "2026-01-01"),
            "leave out --consumer-version-tag, --include-wip-pacts-since",
        ),
        (
            ("--contract-url", "ftp://a.test/b.json", "--consumer-version-selector", "{}"),
            "note: --contract-url says which contracts: passed over --consumer-version-selector, by which",
        ),
        (("--contract-url", "https://a.test/b.json", "--publish", "-a", "1"), "--publish needs --broker"),
        (("--contract-url", "ftp://a.test/b.json"), "is no address of a contract: write https://"),
        (("--header", "nonsense", "--broker", "http://127.0.0.1:1"), "is no header"),
    ],
)
def test_a_wish_that_cannot_be_met_is_told(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    assert said in troth("verify", *arguments, folder=tmp_path, code=2).err


def test_a_network_failure_is_told_as_one_and_not_as_no_pacts_found(running: Provider) -> None:
    down = troth("verify", *where(running), "-b", f"http://127.0.0.1:{free_port()}", code=3)
    assert "connection refused" in down.err
    assert "no contracts" not in down.err.lower()
    with peer(answer("200 OK", b"<html>Sign in</html>", media="text/html")) as login:
        assert "text/html" in troth("verify", *where(running), "-b", login.url, code=3).err


def test_an_unknown_provider_is_no_silent_pass(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url))
    run = troth("verify", "--provider", "Orders", "--provider-base-url", running.url, "-b", sqlite_broker.url, code=2)
    assert "knows no provider 'Orders'" in run.err


def test_zero_contracts_and_an_unreadable_one_fail(sqlite_broker: Broker, tmp_path: Path, running: Provider) -> None:
    (tmp_path / "bad.json").write_text('{"a": 1}')
    assert "bad.json" in troth("verify", tmp_path / "bad.json", *where(running), code=2).said
    asyncio.run(publish(sqlite_broker.url))
    none = troth("verify", *where(running), "-b", sqlite_broker.url, "--filter-consumer", "nobody", code=2)
    assert "No contract is of the consumer nobody" in none.err


def test_a_provider_that_is_not_running_and_a_missing_state_are_two_errors(pact: Path, running: Provider) -> None:
    down = troth("verify", pact, "--provider-base-url", f"http://127.0.0.1:{free_port()}", code=3)
    assert "Is the provider running?" in down.err
    missing = troth("verify", pact, "--provider-base-url", running.url, code=3)
    assert "state-handler-missing" in missing.out
    assert "--state-change-url URL says where the provider sets up its provider states." in missing.err
    troth("verify", pact, "--provider-base-url", running.url, "--ignore-missing-states", code=0)


def test_a_report_that_cannot_be_written_is_an_error(pact: Path, running: Provider, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    run = troth("verify", pact, *where(running), "--junit", tmp_path / "file" / "junit.xml", code=2)
    assert "cannot be written" in run.err
    assert running.states == []


def test_a_report_that_does_not_fit_on_the_disk_does_not_swallow_the_answer(pact: Path, running: Provider) -> None:
    run = troth("verify", pact, *where(running), "--junit", "/dev/full", code=2)
    assert run.out.splitlines()[-1].startswith("YES  1 passed")
    assert "--junit /dev/full cannot be written: No space left on device" in run.err


def test_an_empty_variable_is_no_pact_url(running: Provider) -> None:
    run = troth("verify", "--pact-url", "", "-b", "http://127.0.0.1:1", *where(running), code=2)
    assert run.err == "troth: --contract-url is empty: is the variable set that it comes from?\n"


def test_a_broker_is_a_source_for_a_providers_own_test(sqlite_broker: Broker, running: Provider) -> None:
    asyncio.run(publish(sqlite_broker.url))
    report = verify(sqlite_broker.url, running.url, provider="orders", states={"order 1 exists": lambda: None})
    assert report.ok
    assert report.contracts[0].contract.consumer_version == "1"


def test_a_source_tells_why_it_cannot_be_read(sqlite_broker: Broker) -> None:
    async def read(found: BrokerSource) -> None:
        async for _ in found.contracts():
            pass

    with pytest.raises(SourceUnreadable, match="by the provider's name") as unnamed:
        asyncio.run(read(source(sqlite_broker.url, provider=None)))
    assert unnamed.value.exit_code == 2
    with pytest.raises(SourceUnreadable, match="connection refused") as down:
        asyncio.run(read(source(f"http://127.0.0.1:{free_port()}", provider="x")))
    assert down.value.exit_code == 3
    asyncio.run(publish(sqlite_broker.url))
    wanted = Wanted(selectors=({"nonsense": True},))
    with pytest.raises(SourceUnreadable, match="consumerVersionSelectors") as invalid:
        asyncio.run(read(BrokerSource(lambda: client.Broker(sqlite_broker.url), "orders", wanted)))
    assert invalid.value.exit_code == 2


def test_a_sink_tells_why_it_cannot_publish(sqlite_broker: Broker) -> None:
    def broker() -> client.Broker:
        return client.Broker(f"http://127.0.0.1:{free_port()}", retries=0)

    from_file = Contract("web", "orders", b"{}", "a.json")
    with pytest.raises(PublishFailed, match="does not come from a broker"):
        asyncio.run(BrokerSink(broker, "1").publish(Verdict(from_file, success=True, results=(), test_results=())))
    pact = client.Pact("web", "orders", "1", "http://b/p", "http://b/p/results", b"{}", {})
    published = Contract("web", "orders", b"{}", "a pact", ref=pact)
    with pytest.raises(PublishFailed, match="connection refused"):
        asyncio.run(BrokerSink(broker, "1").publish(Verdict(published, success=True, results=(), test_results=())))


def test_a_sink_waits_no_longer_for_a_broker_that_was_away_twice_in_a_row(sqlite_broker: Broker) -> None:
    asyncio.run(publish(sqlite_broker.url))
    away, opened = f"http://127.0.0.1:{free_port()}", []
    turns = iter([away, sqlite_broker.url, away, away])

    def broker() -> client.Broker:
        opened.append(next(turns))
        return client.Broker(opened[-1], retries=0)

    async def run() -> list[str]:
        [found] = [one async for one in source(sqlite_broker.url, provider="orders").contracts()]
        sink, told = BrokerSink(broker, "7"), []
        for _ in range(6):
            try:
                told.append(await sink.publish(Verdict(found, success=True, results=(), test_results=())))
            except PublishFailed as problem:
                told.append(problem.text)
        return told

    told = asyncio.run(run())
    assert opened == [away, sqlite_broker.url, away, away]
    assert told[1].endswith("/verification-results/1")
    assert ["connection refused" in one for one in told] == [True, False, True, True, False, False]
    assert set(told[4:]) == {"not tried, as the broker could not be reached with the results before these"}


def test_two_reports_cannot_be_one_file(running: Provider, pact: Path, tmp_path: Path) -> None:
    twice = ("--junit", tmp_path / "report", "--html", tmp_path / "." / "report")
    run = troth("verify", pact, *where(running), *twice, code=2)
    assert "--junit and --html both name" in run.err
    assert not (tmp_path / "report").exists()
    assert running.states == []


def test_it_verifies_where_nobody_hears_how_far_it_is(running: Provider, pact: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "troth_broker.cli", "verify", str(pact), *where(running)]
    quiet = ["sh", "-c", 'exec "$@" 2>&-', "sh", *command]
    run = subprocess.run(quiet, stdout=subprocess.PIPE, cwd=tmp_path, text=True, check=False)
    assert (run.returncode, run.stdout.splitlines()[-1][:13]) == (0, "YES  1 passed")
