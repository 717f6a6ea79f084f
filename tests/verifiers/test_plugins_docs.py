"""What docs/plugins.md shows is what happens, with the example plug-in installed; and what `troth plugins` tells."""

import json
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.support.cli import Finished, troth
from tests.support.console import Session, steps
from tests.support.plugging import EXAMPLE, install_example, write_plugin
from tests.verifiers.providing import Answer, Provider

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "plugins.md").read_text()
CONTRACT = "web relies on orders\nGET /orders/1 -> 200\nGET /orders/2 -> nothing\n"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the example plug-in is installed."""
    folder = tmp_path_factory.mktemp("site")
    install_example(folder)
    return folder


@pytest.fixture
def install(tmp_path: Path) -> Callable[..., Finished]:
    """Runs a command with a distribution installed that has these entry points."""

    def run(group: str, entries: dict[str, str], *arguments: str, code: int) -> Finished:
        write_plugin(tmp_path, "odd", {group: entries})
        (tmp_path / "odd_plugin.py").write_text("raise RuntimeError('the moon is full')\n")
        (tmp_path / "odd_exit.py").write_text("raise SystemExit(0)\n")
        return troth(*arguments, folder=tmp_path, environment={"PYTHONPATH": str(tmp_path)}, code=code)

    return run


def test_the_page_is_true(site: Path, provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "web.txt").write_text(CONTRACT)
    (tmp_path / "states.txt").write_text("no order: POST /tests/no-order\n")
    (tmp_path / "offers.txt").write_text("orders offers\nGET /orders/{id} -> 200\n")
    provider.answers |= {"/orders/1": Answer(), "/tests/no-order": Answer()}
    with Session(tmp_path, 9292) as shell:
        shell.printed_by(f"export PYTHONPATH={site} ORDERS={provider.url}")
        for step in steps(PAGE):
            printed = shell.printed_by(step.command)
            assert step.is_true_of(printed), f"$ {step.command}{printed}"
    assert "/tests/no-order" in provider.paths()


def test_the_page_quotes_the_example() -> None:
    code = "\n".join(path.read_text() for path in (EXAMPLE / "troth_lines").glob("*.py"))
    quoted = re.findall(r"^```(?:python|toml)\n(.+?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert len(quoted) == 8
    assert all(block in code or block in (EXAMPLE / "pyproject.toml").read_text() for block in quoted)


@pytest.mark.parametrize(
    ("group", "name", "value", "why"),
    [
        ("troth.formats", "odd", "odd_plugin:make", "odd_plugin:make does not load: RuntimeError: the moon is full."),
        ("troth.formats", "odd", "builtins:dict", "its plug-in gives {}, and no Format of this name."),
        ("troth.formats", "avro", "builtins:dict", "Troth has a format of this name itself, which goes first."),
        ("troth.formats", "odd", "odd_exit:make", "odd_exit:make does not load: SystemExit: 0."),
        (
            "troth.pairs",
            "pact.avro",
            "builtins:dict",
            "Both formats are Troth's own: it says itself what compares them.",
        ),
        (
            "troth.pairs",
            "graphql.avro",
            "builtins:dict",
            "Both formats are Troth's own: it says itself what compares them.",
        ),
        ("troth.pairs", "odd.avro", "builtins:dict", "a dot and that of the provider's format."),
        ("troth.verifiers", "odd", "odd_plugin:Verifier", "does not load: it raised RuntimeError: the moon is full."),
        ("troth.verifiers", "odd", "builtins:dict", "is no verifier: it lacks `interactions` or `verify`."),
        ("troth.sources", "odd", "no_such_module:make", "No module named 'no_such_module'."),
        ("troth.sinks", "odd", "os:sep", "os:sep is nothing that can be called."),
        ("troth.transports", "odd", "builtins:dict", "is no transport: it lacks `listen` or `send`."),
        ("troth.states", "odd", "odd_plugin:states", "the moon is full."),
        ("troth.states", "odd", "odd_exit:states", "SystemExit: 0."),
    ],
)
def test_a_plugin_that_does_not_load_is_named_with_the_reason(
    group: str, name: str, value: str, why: str, install: Callable[..., Finished]
) -> None:
    run = install(group, {name: value}, "plugins", code=1)
    shown = [line.split() for line in run.out.splitlines()]
    assert ["✗", name, "odd", "1.0", value] in shown
    assert why in run.out
    [broken] = [one for one in _json(install(group, {name: value}, "plugins", "-o", "json", code=1)) if one["why"]]
    assert (broken["group"], broken["state"], broken["distribution"]) == (group, "broken", "odd")
    assert broken["why"].endswith(why)


def _json(run: Finished) -> list[dict[str, str]]:
    found: list[dict[str, str]] = json.loads(run.out)["plugins"]
    return found


@pytest.mark.parametrize(
    ("requirement", "why"),
    [
        ("troth>=9.1; extra == 'broker'", "It needs troth >= 9.1, and "),
        ("troth[server] ~=9.0,<10", "It needs troth ~= 9.0, and "),
        ("troth (>0.1)", None),
        ("troth>=0.1.0,<9", None),
        ("troth-lines>=9", None),
        ("httpx>=99", None),
    ],
)
def test_a_plugin_that_needs_a_newer_troth_is_named(
    requirement: str, why: str | None, install: Callable[..., Finished], tmp_path: Path
) -> None:
    install("troth.sources", {"odd": "builtins:dict"}, "plugins", code=0)
    with (tmp_path / "odd-1.0.dist-info" / "METADATA").open("a") as metadata:
        metadata.write(f"Requires-Dist: {requirement}\n")
    run = troth("plugins", folder=tmp_path, environment={"PYTHONPATH": str(tmp_path)}, code=1 if why else 0)
    assert why is None or why in run.out


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (["odd://x"], "No installed plug-in reads contracts from odd: addresses"),
        (
            ["web.txt", "lines://web.txt"],
            "lines://web.txt is an address that a plug-in reads contracts from: give it alone",
        ),
        (["lines://gone.txt"], "gone.txt cannot be read"),
    ],
)
def test_an_address_that_no_plugin_reads_contracts_from_is_refused(
    site: Path, files: list[str], why: str, tmp_path: Path
) -> None:
    (tmp_path / "web.txt").write_text(CONTRACT)
    verify = ["verify", *files, "--provider-base-url", "http://127.0.0.1:9"]
    run = troth(*verify, folder=tmp_path, environment={"PYTHONPATH": str(site)}, code=2)
    assert why in run.err


def test_two_plugins_of_one_name_are_both_refused(install: Callable[..., Finished], tmp_path: Path) -> None:
    write_plugin(tmp_path, "other", {"troth.formats": {"odd": "builtins:list"}})
    run = install("troth.formats", {"odd": "builtins:dict"}, "plugins", code=1)
    assert run.out.count("more than one plug-in brings it: builtins:dict and builtins:list") == 2


def test_a_format_that_does_not_load_breaks_nothing_else(install: Callable[..., Finished], tmp_path: Path) -> None:
    (tmp_path / "order.avsc").write_text('{"type": "record", "name": "A", "fields": []}')
    (tmp_path / "unknown.txt").write_text("nothing that anybody knows\n")
    broken = {"odd": "odd_plugin:make"}
    assert "nothing is wrong" in install("troth.formats", broken, "lint", "order.avsc", code=0).out
    assert "avro/" in install("troth.formats", broken, "rules", "list", "--format", "avro", code=0).out
    assert "cannot be told" in install("troth.formats", broken, "lint", "unknown.txt", code=2).err
    named = install("troth.formats", broken, "lint", "unknown.txt", "--format", "odd", code=2)
    assert "The contract format 'odd' cannot be used: odd_plugin:make does not load" in named.err


def test_all_that_troth_brings_itself_is_listed(install: Callable[..., Finished]) -> None:
    run = troth("plugins", "-o", "json", code=0)
    found = {(one["group"], one["name"]) for one in _json(run)}
    assert {("troth.verifiers", "pact"), ("troth.verifiers", "grpc"), ("troth.sources", "https")} <= found
    assert {one["state"] for one in _json(run)} == {"ready"}
