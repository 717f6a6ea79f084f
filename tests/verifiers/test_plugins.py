"""Plug-ins: the example one, installed and run; and what happens with ones that misbehave."""

import asyncio
import contextlib
import importlib
import json
import os
import re
import sys
import urllib.error
import urllib.request
from collections.abc import AsyncGenerator, Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import pytest

from tests.support.plugging import EXAMPLE, install_example
from tests.verifiers.conftest import Recorder
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import (
    Contract,
    Interaction,
    Mismatch,
    Outcome,
    PluginError,
    Result,
    SourceUnreadable,
    State,
    StateHandlerFailed,
    Target,
    verify,
)


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """A folder on the path in which the example plug-in is installed."""
    folder = tmp_path_factory.mktemp("site")
    install_example(folder)
    with on_the_path(folder):
        yield folder


@contextlib.contextmanager
def on_the_path(folder: Path) -> Iterator[None]:
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    try:
        yield
    finally:
        sys.path.remove(str(folder))
        importlib.invalidate_caches()


def lines(tmp_path: Path, *promises: str) -> str:
    file = tmp_path / "web.txt"
    file.write_text("\n".join(("web relies on orders", *promises)))
    return f"lines://{file}"


def test_the_example_is_found_by_its_scheme_and_verifies_its_own_format(
    installed: Path, provider: Provider, tmp_path: Path, recorder: Recorder
) -> None:
    provider.answers["/1"] = Answer()
    ready: list[str] = []

    def state(state: str) -> Iterator[None]:
        ready.append(f"up {state}")
        yield
        ready.append(f"down {state}")

    address = lines(tmp_path, "GET /1 -> 200", "GET /2 -> 404 given no order", "GET /3 -> 200", "GET /1 -> 201")
    report = verify(address, provider.url, states=state, publish=recorder, provider="orders")
    assert [result.outcome.value for result in report.results] == ["passed", "passed", "failed", "failed"]
    assert ready == ["up no order", "down no order"]
    assert (report.contracts[0].contract.consumer, report.contracts[0].contract.format) == ("web", "lines")
    assert recorder.verdicts[0].test_results[2]["mismatches"] == [
        {"attribute": "status", "description": "Expected 200 but was 404", "expected": "200",
         "actual": "404"}
    ]  # fmt: skip


def test_the_readme_of_the_example_runs(
    installed: Path, provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = (EXAMPLE / "README.md").read_text()
    promises, code = re.findall(r"^```(?:python)?\n(.+?)^```$", page, re.MULTILINE | re.DOTALL)
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "web.txt").write_text(promises)
    monkeypatch.chdir(tmp_path)
    made: list[int] = []
    exec(code.replace("http://127.0.0.1:8000", provider.url), {"make_order": lambda: made.append(1)})
    assert made == [1]
    assert sorted(provider.paths()) == ["/orders/1", "/orders/2"]


def test_the_errors_of_the_example_are_errors_of_the_run(installed: Path, provider: Provider, tmp_path: Path) -> None:
    report = verify(lines(tmp_path, "GET /1 -> 200", "GET 2"), provider.url)
    assert report.exit_code == 2
    assert report.contracts[0].problem is not None
    assert "line 3 is no promise: 'GET 2'" in report.contracts[0].problem.text

    provider.answers["/hang"] = "hang"
    report = verify(lines(tmp_path, "GET /hang -> 200"), Target(provider.url, timeout=1))
    assert report.exit_code == 3

    with pytest.raises(SourceUnreadable, match="cannot be read: No such file"):
        verify("lines://nowhere.txt", provider.url)


def test_an_address_whose_scheme_nothing_reads_is_told(provider: Provider) -> None:
    with pytest.raises(PluginError, match="No installed plug-in reads contracts from pigeon: addresses"):
        verify("pigeon://coop", provider.url)


@pytest.fixture
def plugin(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., None]]:
    """Installs entry points of the group of verifiers: name and value pairs."""
    with on_the_path(tmp_path):

        def install(*entries: tuple[str, str], distribution: str = "odd") -> None:
            folder = tmp_path / f"{distribution}-1.0.dist-info"
            folder.mkdir()
            (folder / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {distribution}\nVersion: 1.0\n")
            written = "\n".join(f"{name} = {value}" for name, value in entries)
            (folder / "entry_points.txt").write_text(f"[troth.verifiers]\n{written}\n")

        yield install


def test_two_plugins_for_one_format_are_refused(plugin: Callable[..., None], provider: Provider) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Odd"))
    plugin(("odd", "tests.verifiers.test_plugins:Other"), distribution="other")
    plugin(("even", "tests.verifiers.test_plugins:Odd"), distribution="same")
    plugin(("even", "tests.verifiers.test_plugins:Odd"), distribution="twice")
    (found,) = verify(contract(v4(http("x")), format="odd"), provider.url).contracts
    assert found.problem is not None
    assert found.problem.text.startswith("More than one installed plug-in verifies contracts of the format 'odd': ")
    (found,) = verify(contract(v4(http("x")), format="even"), provider.url).contracts
    assert found.problem is None


def test_a_plugin_that_is_installed_while_the_program_runs_is_found(
    plugin: Callable[..., None], provider: Provider, tmp_path: Path
) -> None:
    os.utime(tmp_path, (0, 0))  # files have a clock that ticks slowly
    (missing,) = verify(contract(v4(http("x")), format="odd"), provider.url).contracts
    plugin(("odd", "tests.verifiers.test_plugins:Odd"))
    (found,) = verify(contract(v4(http("x")), format="odd"), provider.url).contracts
    assert missing.problem is not None
    assert "No installed plug-in verifies contracts of the format 'odd'" in missing.problem.text
    assert found.problem is None


@pytest.mark.parametrize(
    ("value", "words"),
    [
        ("nowhere_at_all:Verifier", "does not load: No module named 'nowhere_at_all'"),
        ("tests.verifiers.test_plugins:Nothing", "does not load: module"),
        ("builtins:dict", "is no verifier: it lacks `interactions` or `verify`"),
        ("math:pi", "The plug-in math:pi cannot be used: it is nothing that can be called."),
        ("tests.verifiers.test_plugins:raising", "raising cannot be used: it raised RuntimeError: out of ink."),
        ("tests.verifiers.test_plugins:leaving", "leaving cannot be used: it raised SystemExit: 4."),
    ],
)
def test_a_plugin_that_is_none_is_told(value: str, words: str, plugin: Callable[..., None], provider: Provider) -> None:
    plugin(("odd", value))
    (found,) = verify(contract(v4(http("x")), format="odd"), provider.url).contracts
    assert found.problem is not None
    assert words in found.problem.text


def raising(*_: Any, **__: Any) -> Any:
    """What a plug-in may be that cannot be made."""
    raise RuntimeError("out of ink")


def leaving() -> Any:
    """One that would end the program."""
    raise SystemExit(4)


def nothing(*_: Any, **__: Any) -> Any:
    """One that makes nothing."""


@pytest.mark.parametrize(
    ("group", "lacks"), [("states", "handler of states: it lacks `asked`"), ("sources", "source: it lacks `contracts`")]
)
def test_a_plugin_that_cannot_be_made_is_named(group: str, lacks: str, tmp_path: Path, provider: Provider) -> None:
    folder = tmp_path / "odd-1.0.dist-info"
    folder.mkdir()
    (folder / "METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
    module = "tests.verifiers.test_plugins"
    entries = f"[troth.{group}]\nodd = {module}:raising\nnone = {module}:nothing\n"
    (folder / "entry_points.txt").write_text(entries)

    def made(address: str) -> None:
        if group == "states":
            verify(contract(v4(http("x"))), provider.url, states=address)
        else:
            verify(address, provider.url)

    with on_the_path(tmp_path):
        with pytest.raises(PluginError, match=rf"The plug-in {module}:raising cannot be used: it raised RuntimeError"):
            made("odd://x")
        with pytest.raises(PluginError, match=f"The plug-in for 'none' is no {lacks}"):
            made("none://x")


class Odd:
    """A verifier whose every move a contract's content prescribes, by description of the interaction."""

    calls_states = False

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        names = contract.content.decode().split()
        return tuple(
            Interaction(index, name, kind="odd", states=(State("s"),) if name.endswith("!") else ())
            for index, name in enumerate(names)
        )

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        match interaction.description.rstrip("!"):
            case "raises":
                raise RuntimeError("out of order")
            case "refuses":
                raise StateHandlerFailed("s", "not today")
            case "leaves":
                raise SystemExit(4)
            case "other":
                return Result(Interaction(99, "other"), Outcome.PASSED)
            case "nothing":
                return cast("Result", None)
            case "words":
                return Result(interaction, cast("Outcome", "failed"))
            case "both":
                return Result(interaction, Outcome.PASSED, (Mismatch("odd", "$.a", "It is wrong."),))
            case "texts":
                return Result(interaction, Outcome.FAILED, cast("tuple[Mismatch, ...]", ("It is wrong.",)))
            case "waits":
                await asyncio.Event().wait()
        return Result(interaction, Outcome.PASSED)


class Other(Odd):
    """The same with another name, which never has anything to verify."""

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        return ()


class Batch(Odd):
    """One that takes all at once: stops at `stops`, leaves out `left`, says `twice` twice and makes up others."""

    async def verify_all(self, interactions: Sequence[Interaction], target: Target) -> AsyncGenerator[Result, None]:
        for interaction in interactions:
            if interaction.description == "stops":
                raise RuntimeError("out of breath")
            if interaction.description == "nothing":
                yield cast("Result", None)
                continue
            if interaction.description == "made-up":
                yield Result(Interaction(99, "another"), Outcome.PASSED)
            elif interaction.description != "left":
                yield Result(interaction, Outcome.PASSED)
                if interaction.description == "twice":
                    yield Result(interaction, Outcome.FAILED)


class Caller(Odd):
    """One that asks the runner's endpoint for the states itself."""

    calls_states = True
    answers: list[tuple[int, Any]]

    def __init__(self) -> None:
        type(self).answers = []

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        for body in (b'{"state": "s", "action": "setup"}', b"nothing", b'{"action": "teardown"}'):
            self.answers.append(await asyncio.to_thread(post, target.state_url(interaction), body))
        self.answers.append(await asyncio.to_thread(post, f"{target.state_url(interaction)}/not/here", b"{}"))
        self.answers.append(await asyncio.to_thread(post, target.state_url(interaction), None))
        return Result(interaction, Outcome.PASSED)


def post(url: str, body: bytes | None) -> tuple[int, Any]:
    try:
        with urllib.request.urlopen(urllib.request.Request(url, data=body)) as answer:
            return answer.status, json.loads(answer.read())
    except urllib.error.HTTPError as error:
        with error:
            return error.code, json.loads(error.read())


def outcomes(names: str, kind: str, **options: Any) -> list[str]:
    source = Contract("web", "orders", names.encode(), "odd.txt", format=kind)
    report = verify(source, **options)
    return [
        f"{result.outcome.value} {result.cause.text}" if result.cause else result.outcome.value
        for result in report.results
    ]


STATE = {"states": {"s": lambda: None}}


def test_what_a_plugin_raises_errors_one_interaction(plugin: Callable[..., None]) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Odd"))
    assert outcomes("fine raises leaves refuses other nothing words both texts fine", "odd") == [
        "passed",
        "errored The verifier raised RuntimeError: out of order",
        "errored The verifier raised SystemExit: 4",
        "errored not today",
        "errored The verifier gave no result for this interaction.",
        "errored The verifier gave no result for this interaction.",
        "errored The verifier says that this interaction ended as 'failed', which is no outcome.",
        "errored The verifier says that this interaction passed, and that something is wrong: It is wrong.",
        "errored The verifier names something that is no mismatch: 'It is wrong.'.",
        "passed",
    ]
    assert outcomes("fine! raises! other!", "odd", **STATE) == [
        "passed",
        "errored The verifier raised RuntimeError: out of order",
        "errored The verifier gave no result for this interaction.",
    ]


class Listing(Odd):
    """One that lists what the contract says."""

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        match contract.content.decode():
            case "raises":
                raise RuntimeError("out of order")
            case "leaves":
                raise SystemExit(4)
            case "texts":
                return cast("tuple[Interaction, ...]", ["a", "b"])
            case "twice":
                return (Interaction(0, "a", kind="odd"), Interaction(0, "b", kind="odd"))
        return (Interaction(0, "a", kind="odd"),)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("raises", "The verifier raised RuntimeError: out of order"),
        ("leaves", "The verifier raised SystemExit: 4"),
        ("texts", "The verifier of the format 'odd' lists 'a', which is no interaction."),
        ("twice", "The verifier of the format 'odd' lists two interactions with the index 0."),
    ],
)
def test_a_plugin_that_cannot_list_a_contract_spoils_no_other(
    plugin: Callable[..., None], content: str, said: str
) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Listing"))
    source = [Contract("web", "orders", text.encode(), text, format="odd") for text in (content, "fine")]
    report = verify(cast("Any", source))
    assert [one.problem and one.problem.text for one in report.contracts] == [said, None]
    assert [one.outcome for one in report.results] == [Outcome.PASSED]


def test_a_plugin_that_finds_nothing_is_an_error(plugin: Callable[..., None]) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Other"))
    (found,) = verify(Contract("web", "orders", b"x", "odd.txt", format="odd")).contracts
    assert found.problem is not None
    assert found.problem.kind == "nothing-to-verify"


def test_a_plugin_that_never_ends_is_ended_by_the_deadline(plugin: Callable[..., None]) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Odd"))
    for names, options in (("fine waits", {}), ("fine! waits!", STATE)):
        good, late = outcomes(names, "odd", deadline=1.0, **options)
        assert (good, late.partition(" ")[0]) == ("passed", "errored")
        assert "The 1 s for the whole run were over" in late


def test_a_batch_is_believed_only_as_far_as_it_goes(plugin: Callable[..., None]) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Batch"))
    silent = "errored The verifier gave no result for this interaction."
    assert outcomes("fine left twice made-up", "odd") == ["passed", silent, "passed", silent]
    broken = "errored The verifier raised RuntimeError: out of breath"
    assert outcomes("fine left stops fine", "odd") == ["passed", broken, broken, broken]
    assert outcomes("fine nothing fine", "odd") == ["passed", silent, "passed"]


def test_a_plugin_may_call_for_the_states_itself(plugin: Callable[..., None]) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Caller"))
    log: list[str] = []

    def state() -> Iterator[dict[str, int]]:
        log.append("up")
        yield {"id": 1}
        log.append("down")

    assert outcomes("calls!", "odd", states={"s": state}) == ["passed"]
    assert log == ["up", "down"]
    values = (200, {"id": 1})
    missing = (404, {"error": "nothing is asked for here"})
    assert Caller.answers == [values, values, values, missing, (405, {"error": "only POST is answered here"})]


def test_a_state_that_fails_for_such_a_plugin_is_refused_for_good_and_kept(plugin: Callable[..., None]) -> None:
    plugin(("odd", "tests.verifiers.test_plugins:Caller"))
    calls: list[int] = []

    def state() -> None:
        calls.append(1)
        raise OSError("no disk")

    (outcome,) = outcomes("calls!", "odd", states={"s": state})
    reason = "The set-up of the provider state 's' failed: it raised OSError: no disk."
    assert outcome == f"errored {reason}"
    assert Caller.answers[:3] == [(409, {"error": reason})] * 3
    assert calls == [1]


def test_a_target_has_no_endpoint_outside_a_run() -> None:
    with pytest.raises(ValueError, match="only the runner can give it one"):
        Target().state_url(Interaction(0, "x"))
