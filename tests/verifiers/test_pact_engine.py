"""Around the pact library: its child processes, what they are told and what is made of their answers."""

import asyncio
import os
import signal
import ssl
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.support.waiting import until
from tests.verifiers.pacts import contract, given, http, v4
from tests.verifiers.providing import Answer, Asked, Provider
from tests.verifiers.test_unreachable import children_of
from troth_verifiers import EngineError, Interaction, Outcome, Target, TargetIncomplete, verify
from troth_verifiers.pact import PactVerifier
from troth_verifiers.pact import pool as pool_module
from troth_verifiers.pact.environment import environment
from troth_verifiers.pact.needs import plugin_folder
from troth_verifiers.pact.pieces import injected_names
from troth_verifiers.pact.pool import Pool
from troth_verifiers.pact.prepare import small_pact
from troth_verifiers.pact.replay import job_for, judge
from troth_verifiers.pact.rows import result_of, seconds


def listed(*interactions: Any) -> tuple[Interaction, ...]:
    return PactVerifier().interactions(contract(v4(*interactions)))


def with_pool(target: Target, use: Any) -> Any:
    async def run() -> Any:
        pool = Pool(target)
        try:
            return await use(pool)
        finally:
            await pool.close()

    return asyncio.run(run())


def test_a_child_that_dies_errors_its_interaction_and_the_run_goes_on(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    provider.answers["/hang"] = "hang"
    before = children_of(os.getpid())

    def kill() -> None:
        until(lambda: "/hang" in provider.paths(), what="the request that hangs")
        (child,) = children_of(os.getpid()) - before
        os.kill(child, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    pact = v4(http("one"), http("two", "/hang", providerStates=given("s")), http("three"))
    report = verify(contract(pact), Target(provider.url, timeout=60, engine="pact"), states={"s": lambda: None})
    killer.join()
    assert [result.outcome.value for result in report.results] == ["passed", "errored", "passed"]
    assert report.results[1].cause is not None
    assert report.results[1].cause.text == "The pact library's process ended unexpectedly."


def test_a_child_that_dies_over_several_interactions_does_not_condemn_them_all(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    before = children_of(os.getpid())

    def kill_once(_: Asked) -> Answer:
        if provider.paths().count("/deadly") == 1:
            (child,) = children_of(os.getpid()) - before
            os.kill(child, signal.SIGKILL)
        return Answer()

    provider.answers["/deadly"] = kill_once
    pact = v4(http("one"), http("two"), http("three"), http("four", "/deadly"), http("five"))
    report = verify(contract(pact), Target(provider.url, concurrency=1, engine="pact"))
    assert [result.outcome.value for result in report.results].count("passed") >= 4


def test_a_child_that_stays_silent_is_stopped(provider: Provider) -> None:
    provider.answers["/"] = "hang"
    target = Target(provider.url, timeout=60, engine="pact")

    async def use(pool: Pool) -> None:
        with pytest.raises(EngineError, match=r"did not come back within 0.5 s and was stopped"):
            await pool.run(job_for(listed(http("one")), target), 0.5)

    with_pool(target, use)


def test_a_child_that_cannot_even_begin_leaves_its_last_words(provider: Provider) -> None:
    async def use(pool: Pool) -> None:
        with pytest.raises(EngineError, match="KeyError: 'pact'"):
            await pool.run({}, 20)

    with_pool(Target(provider.url, engine="pact"), use)


def test_a_child_is_used_again(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    target = Target(provider.url, engine="pact")

    async def use(pool: Pool) -> set[int]:
        for _ in range(3):
            await pool.run(job_for(listed(http("one")), target), 20)
        return children_of(os.getpid()) - before

    before = children_of(os.getpid())
    assert len(with_pool(target, use)) == 1
    assert children_of(os.getpid()) <= before


def test_an_idle_child_that_does_not_end_is_made_to(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pool_module, "_PATIENCE", 0.1)
    provider.answers["/"] = Answer()
    target = Target(provider.url, engine="pact")
    before = children_of(os.getpid())

    async def use(pool: Pool) -> None:
        await pool.run(job_for(listed(http("one")), target), 20)
        (child,) = children_of(os.getpid()) - before
        os.kill(child, signal.SIGSTOP)

    with_pool(target, use)
    assert children_of(os.getpid()) <= before


def test_a_closing_that_is_cut_short_kills_the_child(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    target = Target(provider.url, engine="pact")
    before = children_of(os.getpid())

    async def run() -> None:
        pool = Pool(target)
        await pool.run(job_for(listed(http("one")), target), 20)
        (child,) = children_of(os.getpid()) - before
        os.kill(child, signal.SIGSTOP)
        closing = asyncio.create_task(pool.close())
        await asyncio.sleep(0)
        closing.cancel()
        with pytest.raises(asyncio.CancelledError):
            await closing

    asyncio.run(run())
    until(lambda: children_of(os.getpid()) <= before, what="the end of the child")


def test_a_pass_is_not_believed_when_the_library_failed_as_a_whole(provider: Provider) -> None:
    (interaction,) = listed(http("one"))
    row = {"description": "0", "duration": "1ms", "result": "OK"}
    answer: dict[str, Any] = {"failed": False, "rows": [row], "errors": [], "output": []}
    judged = asyncio.run(judge(interaction, row, answer, Target(provider.url, engine="pact")))
    assert judged.outcome is Outcome.PASSED
    judged = asyncio.run(judge(interaction, row, {**answer, "failed": True}, Target(provider.url, engine="pact")))
    assert judged.outcome is Outcome.ERRORED
    assert asyncio.run(judge(interaction, None, answer, Target(provider.url, engine="pact"))).outcome is Outcome.ERRORED


def test_the_child_is_kept_quiet_quick_and_away_from_proxies(tmp_path: Path) -> None:
    inherited = {"HTTP_PROXY": "x", "https_proxy": "x", "PATH": "/bin", "SSL_CERT_FILE": "mine", "NO_PROXY": ""}
    plain = environment(Target("http://x"), tmp_path, inherited)
    assert {name: plain[name] for name in plain if not name.startswith("SSL")} == {
        "PATH": "/bin",
        "PACT_DO_NOT_TRACK": "true",
        "NO_PROXY": "*",
    }
    assert Path(plain["SSL_CERT_FILE"]).read_text().count("BEGIN CERTIFICATE") == 1
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.load_verify_locations(plain["SSL_CERT_FILE"])
    assert list(Path(plain["SSL_CERT_DIR"]).iterdir()) == []
    assert environment(Target("https://x"), tmp_path, inherited)["SSL_CERT_FILE"] == "mine"
    own = environment(Target("https://x", ca_file="ca.pem"), tmp_path, inherited)
    assert own["SSL_CERT_FILE"] == str(Path("ca.pem").resolve())
    insecure = environment(Target("HTTPS://x", insecure=True), tmp_path, inherited)
    assert insecure["SSL_CERT_FILE"] == plain["SSL_CERT_FILE"]


def test_a_proxy_in_the_environment_is_not_asked(provider: Provider, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    provider.answers["/"] = provider.answers["/states"] = Answer()
    source = contract(v4(http("one", providerStates=given("s"))))
    assert verify(source, provider.url, states=f"{provider.url}/states").ok


def test_a_small_pact_names_each_interaction_by_its_index_and_leaves_out_what_is_done() -> None:
    states = given("an order", id=1)
    plain = http("same", providerStates=states, pending=True, key="k", _id="i", comments={"text": ["x"]})
    request = {"method": "GET", "path": "/", "generators": {"path": {"type": "ProviderState", "expression": "${id}"}}}
    injecting = http("same", providerStates=states, request=request)
    text = small_pact(listed(plain, injecting), {})
    assert "an order" not in text
    assert "same" not in text
    assert '"description": "0", "request"' in text.replace('"type": "Synchronous/HTTP", ', "")
    assert text.count("providerStates") == 1
    assert "pending" not in text


def test_names_to_inject_are_found_wherever_a_generator_stands() -> None:
    def from_state(expression: str) -> dict[str, str]:
        return {"type": "ProviderState", "expression": expression}

    generators: Any = {
        "path": from_state("/a/${one}/${two}"),
        "query": {"q": from_state("three")},
        "body": {"$.x": from_state("${one}"), "$.y": {"type": "Uuid"}},
        "list": [from_state("${four}")],
    }
    assert injected_names({"request": {"generators": generators}}) == ("four", "one", "three", "two")
    assert injected_names({"request": {}}) == injected_names({"request": 7}) == injected_names({}) == ()


@pytest.mark.parametrize(
    ("text", "value"), [("29ms", 0.029), ("1.007s", 1.007), ("0ns", 0.0), ("12µs", 12e-6), ("a while", 0.0)]
)
def test_durations_are_read_as_the_library_prints_them(text: str, value: float) -> None:
    assert seconds(text) == pytest.approx(value)


def test_a_failure_without_mismatches_or_words_is_an_error() -> None:
    result = result_of(Interaction(0, "x"), {"duration": "1ms", "result": "Error"})
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.text == "the pact library reported a failure without a reason"


def test_a_mismatch_of_a_kind_that_nobody_knows_is_kept() -> None:
    row = {"duration": "", "result": "Error", "mismatches": [{"type": "MoodMismatch", "mismatch": ""}]}
    (mismatch,) = result_of(Interaction(0, "x"), row).mismatches
    assert (mismatch.kind, mismatch.text) == ("MoodMismatch", "The MoodMismatch is not as promised")


def test_an_address_of_the_newer_internet_is_written_in_brackets() -> None:
    assert job_for(listed(http("x")), Target("https://[::1]/api/"))["host"] == "[::1]"
    job = job_for(listed(http("x")), Target("https://[::1]/api/"))
    assert (job["port"], job["path"]) == (443, "/api")


def test_the_verifier_alone_says_what_it_lacks() -> None:
    async def alone() -> None:
        verifier = PactVerifier()
        try:
            await verifier.verify(listed(http("x"))[0], Target())
        finally:
            await verifier.aclose()

    with pytest.raises(TargetIncomplete):
        asyncio.run(alone())


def test_pact_plugins_are_looked_for_where_the_library_does(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PACT_PLUGIN_DIR", "/somewhere")
    assert plugin_folder() == Path("/somewhere")
    monkeypatch.delenv("PACT_PLUGIN_DIR")
    assert plugin_folder() == Path.home() / ".pact" / "plugins"


def test_a_verifier_serves_several_targets(provider: Provider) -> None:
    provider.answers["/"] = Answer()

    async def run() -> list[str]:
        verifier = PactVerifier()
        (interaction,) = listed(http("x"))
        plain = Target(provider.url, engine="pact")
        targets = (plain, replace(plain, insecure=True), plain)
        found = [(await verifier.verify(interaction, target)).outcome.value for target in targets]
        await verifier.aclose()
        return found

    assert asyncio.run(run()) == ["passed"] * 3
