"""The command line starts fast, lists every command, and fails with a sentence."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from importlib import import_module
from importlib.metadata import version
from pathlib import Path

import click
import pytest

from tests.support.cli import clean_environment, troth
from troth_broker.cli import main
from troth_broker.cli.commands import ALIASES, COMMANDS

SERVER = ("sqlalchemy", "starlette", "uvicorn", "pact", "rich")
HEAVY = (*SERVER, "httpx", "asyncio", "importlib.metadata", "troth_verifiers", "troth_broker.client")


@pytest.mark.parametrize("arguments", [["--help"], ["publish"]])
def test_help_loads_nothing_but_click_and_a_command_only_what_it_needs(arguments: list[str]) -> None:
    heavy = HEAVY if arguments[0].startswith("--") else SERVER
    program = (
        "import sys; from troth_broker.cli import main; main(sys.argv[1:]);"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        env=clean_environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.splitlines()[-1] == "[]"


def test_help_lists_every_command_and_the_exit_codes() -> None:
    said = " ".join(troth("--help", code=0).out.split())
    for name, entry in COMMANDS.items():
        assert f"{name} {entry.help}" in said
    assert "0 yes, 1 no, 2 bad usage or input, 3 the broker or the provider could not be reached" in said


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_in_the_table_exists_and_explains_itself(name: str) -> None:
    entry = COMMANDS[name]
    command = getattr(import_module(entry.module), entry.name)
    assert isinstance(command, click.Command)
    assert command.name == name
    assert command.help


@pytest.mark.parametrize("flat", ALIASES)
def test_the_flat_names_of_the_pact_clis_lead_to_the_same_commands(
    flat: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([flat, "--help"]) == 0
    assert f"Usage: troth {flat} " in capsys.readouterr().out


def test_the_version_of_troth_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--version"]) == 0
    assert capsys.readouterr().out == f"troth {version('troth')}\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["deploy"], "No such command 'deploy'"),
        (["publish"], "Missing argument 'FILES…'"),
        (["record-deployment", "-a", "web"], "Missing option '-e' / '--version'"),
        (["environment", "list"], "no broker is named: give --broker URL"),
        (["environment", "list", "--broker", "localhost:9292"], "write http://localhost:9292"),
        (["environment", "describe", "--broker", "http://127.0.0.1:1"], "either --uuid or --name"),
        (["environment", "list", "--broker", "http://127.0.0.1:1", "--ssl-certificate", "/none"], "cannot be used"),
        (["environment", "list", "--broker", "http://127.0.0.1:1", "--custom-header", "x"], "is no header"),
        (["version", "describe", "-a", "web", "-e", "1", "--latest"], "--version and --latest exclude each other"),
        (["version", "tag", "-a", "web", "-e", "1"], "no tag"),
        (["version", "untag", "-a", "web", "-e", "1"], "no tag"),
    ],
)
def test_bad_usage_is_told_in_a_sentence_with_exit_code_2(arguments: list[str], said: str) -> None:
    assert said in troth(*arguments, code=2).err


def test_an_unexpected_failure_is_a_sentence_too_and_a_traceback_only_on_demand() -> None:
    program = (
        "import sys; from troth_broker.cli import main, program;"
        "program.COMMANDS['demo'] = program.COMMANDS['demo'].__class__('troth_broker.cli.nowhere', 'x', 'y');"
        "sys.exit(main(['demo']))"
    )
    run = [sys.executable, "-c", program]
    quiet = subprocess.run(run, env=clean_environment(), capture_output=True, text=True, check=False)
    assert quiet.returncode == 2
    assert "troth: unexpected ModuleNotFoundError" in quiet.stderr
    assert "Traceback" not in quiet.stderr
    loud = subprocess.run(run, env=clean_environment({"TROTH_DEBUG": "1"}), capture_output=True, text=True, check=False)
    assert "Traceback" in loud.stderr


def test_bytes_that_are_no_text_are_bad_input_and_no_fault_of_ours(tmp_path: Path) -> None:
    asked = ["can-i-deploy", "-a", "web", "-e", "v\udcff", "-b", "http://127.0.0.1:1"]
    assert r"troth: 'v\udcff' cannot be sent as utf-8 text" in troth(*asked, folder=tmp_path, code=2).err


def test_what_the_system_refuses_is_told_with_its_place(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("no folder")
    refused = troth("demo", tmp_path / "file" / "demo", code=2)
    assert refused.err == f"troth: the example cannot be copied to {tmp_path}/file/demo: Not a directory\n"
    long = "x" * 300
    assert f"{long}.db: File name too long" in troth("matrix", "-a", "web", "-b", f"{long}.db", code=2).err


def test_a_full_or_closed_output_is_told_or_left_alone(tmp_path: Path) -> None:
    run = [sys.executable, "-m", "troth_broker.cli", "--help"]
    with Path("/dev/full").open("w") as full:
        told = subprocess.run(run, env=clean_environment(), stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert told.returncode == 2
    assert told.stderr == "troth: the system refused what was needed, perhaps the output: No space left on device\n"
    closed = subprocess.run(
        ["sh", "-c", '"$@" >&-', "sh", *run], env=clean_environment(), capture_output=True, text=True
    )
    assert (closed.returncode, closed.stderr) == (0, "")


def test_a_terminal_without_the_signs_gets_question_marks_and_no_error() -> None:
    run = troth("publish", "--help", environment={"PYTHONIOENCODING": "latin-1"}, code=0)
    assert "FILES?" in run.out


def test_a_missing_store_file_is_no_yes_and_is_not_created(tmp_path: Path) -> None:
    asked = troth("can-i-deploy", "-a", "web", "-e", "1", "--broker", "gone.db", folder=tmp_path, code=3)
    assert "there is no store at gone.db" in asked.err
    assert list(tmp_path.iterdir()) == []


def test_a_store_that_breaks_in_this_process_is_no_answer_and_no_traceback(tmp_path: Path) -> None:
    file = tmp_path / "troth.db"
    troth("application", "create-or-update", "--name", "web", "--broker", file, code=0)
    with closing(sqlite3.connect(file)) as connection:
        connection.execute("ALTER TABLE application RENAME TO elsewhere")
    broken = troth("can-i-deploy", "-a", "web", "-e", "1", "-o", "json", "--broker", file, code=3)
    assert broken.out == ""
    assert "troth: the broker failed at GET http://localhost:9292/matrix" in broken.err


@pytest.mark.parametrize(
    ("missing", "arguments", "said"),
    [
        ("sqlalchemy", ["publish", "pact.json", "-a", "1", "-b", "troth.db"], "pip install 'troth[server]'"),
        (
            "psycopg",
            ["environment", "list", "-b", "postgresql://127.0.0.1/none"],
            "pip install 'troth[server,postgres]'",
        ),
        ("sqlalchemy", ["environment", "list", "-b", "postgresql://127.0.0.1/none"], "'troth[server,postgres]'"),
        ("sqlalchemy", ["serve"], "pip install 'troth[server]'"),
        ("sqlalchemy", ["demo"], "pip install 'troth[server]'"),
        ("psycopg", ["serve", "-d", "postgresql://127.0.0.1/none", "--port", "0"], "'troth[server,postgres]'"),
    ],
)
def test_what_is_not_installed_is_named_with_the_extra_that_brings_it(
    tmp_path: Path, missing: str, arguments: list[str], said: str
) -> None:
    names = {"consumer": {"name": "web"}, "provider": {"name": "orders"}, "interactions": []}
    (tmp_path / "pact.json").write_text(json.dumps(names))
    program = f"import sys; sys.modules[{missing!r}] = None; from troth_broker.cli import main; sys.exit(main())"
    run = subprocess.run(
        [sys.executable, "-c", program, *arguments],
        cwd=tmp_path,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 2
    assert said in run.stderr
    assert missing in run.stderr
    assert not (tmp_path / "troth.db").exists()
