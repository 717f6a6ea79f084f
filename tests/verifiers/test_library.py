"""The public library, used as a provider's team would: from another process, from a loop, and checked for types."""

import asyncio
import subprocess
import sys
import textwrap
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

import troth_verifiers
from tests.verifiers.conftest import Recorder
from tests.verifiers.pacts import contract, given, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import Contract, Source, UsageError, VerifierError, verify, verify_async


def test_in_a_running_loop_verify_refuses_and_its_twin_works() -> None:
    """The provider lives in the same loop, so that any blocking would show."""

    async def run() -> None:
        async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            await reader.readuntil(b"\r\n\r\n")
            writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
            await writer.drain()
            writer.close()

        server = await asyncio.start_server(answer, "127.0.0.1", 0)
        url = f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        with pytest.raises(UsageError, match=r"await verify_async\(\) there"):
            verify(contract(v4(http("one"))), url)
        report = await verify_async(contract(v4(http("one", providerStates=given("s")))), url, states={"s": dict})
        server.close()
        assert report.ok, report.to_text()

    asyncio.run(run())


def test_a_source_of_ones_own_is_enough(provider: Provider) -> None:
    class Mine:
        async def contracts(self) -> AsyncIterator[Contract]:
            yield contract(v4(http("one")), consumer_version="7", name="mine")

    provider.answers["/"] = Answer()
    source: Source = Mine()
    report = verify(source, provider.url)
    assert report.contracts[0].title == "web 7 → orders"
    assert report.ok


def test_contracts_have_the_digest_of_their_bytes() -> None:
    assert contract(b"x").sha == "2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db02258717921a4881"


def test_every_error_is_a_verifier_error_with_a_kind_and_an_exit_code() -> None:
    exported = [getattr(troth_verifiers, name) for name in troth_verifiers.__all__]
    errors = [each for each in exported if isinstance(each, type) and issubclass(each, VerifierError)]
    assert errors == [each for each in exported if isinstance(each, type) and issubclass(each, Exception)]
    assert len({error.kind for error in errors}) == len(errors)
    assert {error.exit_code for error in errors} == {2, 3}
    tree = troth_verifiers.errors.__doc__ or ""
    assert [error.__name__ for error in errors if error.__name__ not in tree] == []


def test_progress_is_told_of_each_contract_and_interaction(provider: Provider, recorder: Recorder) -> None:
    web, app = contract(v4(http("one"), http("two"))), contract(v4(http("three")), consumer="app")
    report = verify([web, app], provider.url, progress=recorder)
    assert recorder.started == [("web", 2), ("app", 1)]
    assert recorder.done == list(report.results)


USER = """
    from pathlib import Path
    from troth_verifiers import Only, Report, State, StateUrl, Target, verify

    def order_exists(total: int) -> dict[str, object]:
        return {"number": total}

    report: Report = verify(
        [Path("pacts"), "more/*.json"],
        Target("http://127.0.0.1:8000", headers=(("Authorization", "Bearer x"),), timeout=1.5),
        states={"an order exists": order_exists},
        messages={"created": lambda: {"a": 1}},
        only=Only(description="x"),
        deadline=60,
    )
    verify("pacts", "http://127.0.0.1:8000", states=StateUrl("http://127.0.0.1:8000/states", tear_down=True)).check()
    reveal_type(report.results[0].mismatches[0].place)
    reveal_type(report.exit_code)
"""


def test_a_users_own_strict_type_check_is_content_and_knows_the_types(tmp_path: Path) -> None:
    script = tmp_path / "user.py"
    script.write_text(textwrap.dedent(USER))
    command = [sys.executable, "-m", "mypy", "--strict", "--cache-dir", str(tmp_path / "cache"), str(script)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=tmp_path)
    assert done.returncode == 0, done.stdout + done.stderr
    assert 'Revealed type is "str"' in done.stdout
    assert 'Revealed type is "int"' in done.stdout
