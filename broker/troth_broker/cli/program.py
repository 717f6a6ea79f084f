"""The entry point: the group of all commands, loaded lazily, and the exit code of each way a command can end."""

import gc
import importlib
import os
import sys
from collections.abc import Sequence
from typing import Any

import click

from troth_broker.cli.commands import ALIASES, COMMANDS, Entry
from troth_broker.cli.stop import BAD_INPUT, Stop

INTERRUPTED = 130


class Commands(click.Group):
    """A group whose commands come from the table, each imported when it is run or asked for its own help."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        """The names in the table's order, which is that of a contract's life."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command; the Pact CLIs' flat names lead to the same ones."""
        if cmd_name in ALIASES:
            group, name = ALIASES[cmd_name]
            found = self.get_command(ctx, group)
            return found.get_command(ctx, name) if isinstance(found, click.Group) else None
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        command = _loaded(entry)
        if not isinstance(command, click.Command):
            raise TypeError(f"{entry.module}.{entry.name} is no command")
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002 - click's
        """List the commands from the table alone, so that help imports none of them."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])


def _loaded(entry: Entry) -> Any:
    """What an entry names. Nothing is collected meanwhile: what is loaded stays as long as the program."""
    gc.disable()
    try:
        return getattr(importlib.import_module(entry.module), entry.name)
    finally:
        gc.enable()


def _show_version(context: click.Context, _: click.Parameter, wanted: bool) -> None:
    if wanted and not context.resilient_parsing:
        metadata = importlib.import_module("importlib.metadata")  # 35 ms, two thirds of `troth --help`
        click.echo(f"troth {metadata.version('troth')}")
        context.exit()


@click.group(
    cls=Commands,
    context_settings={"help_option_names": ["--help"], "max_content_width": 100},
    epilog="Exit codes: 0 yes, 1 no, 2 bad usage or input, 3 the broker or the provider could not be "
    "reached, 4 not all of it could be judged.",
)
@click.option(
    "--version", is_flag=True, is_eager=True, expose_value=False, callback=_show_version, help="Show the version."
)
def program() -> None:
    """Troth, a contract broker: publish, verify, ask, deploy."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command and give its exit code. Nobody ever sees a traceback, unless TROTH_DEBUG is set."""
    # httpx brings its own command line along, and with it rich and pygments: 45 of its 125 ms. Nobody runs it here.
    sys.modules.setdefault("httpx._main", None)  # type: ignore[arg-type]  # None makes an import fail
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")  # a terminal that lacks a sign gets "?", not an error
    try:
        code = program.main(arguments, prog_name="troth", standalone_mode=False)
        if sys.stdout is not None:  # it is, if whoever runs the command has closed it
            sys.stdout.flush()
    except Stop as stop:
        stop.show()
        return stop.code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("troth: interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _discard_output()
        return BAD_INPUT
    except Exception as error:  # the last resort: a sentence and an exit code instead of a traceback
        if os.environ.get("TROTH_DEBUG"):
            raise
        return _failed(error)
    return code if isinstance(code, int) else 0


def _discard_output() -> None:
    """Keep Python from trying once more, on its way out, to write what could not be written."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _failed(error: Exception) -> int:
    """Say what nobody else said, and give its exit code."""
    match error:
        case UnicodeEncodeError():  # bytes of an argument or a variable that are no text in this encoding
            garbled = ascii(error.object[max(error.start - 20, 0) : error.end + 20])
            said = f"{garbled} cannot be sent as {error.encoding} text: is an option, a header or a variable garbled?"
        case OSError(filename=str() | bytes() | os.PathLike()):
            said = f"{os.fsdecode(error.filename)}: {error.strerror}"
        case OSError(errno=int()):
            _discard_output()
            said = f"the system refused what was needed, perhaps the output: {error.strerror}"
        case _:
            said = (
                f"unexpected {type(error).__name__}: {error}\nThis is a fault of Troth; nothing may be concluded "
                "from it. TROTH_DEBUG=1 shows where it happened."
            )
    click.echo(f"troth: {said}", err=True)
    return BAD_INPUT
