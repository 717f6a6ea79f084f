"""`troth lint FILE…`: whether contracts can be read, and what is wrong with them."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click

from troth_broker.cli.contract_files import Given, read_contract
from troth_broker.cli.format_option import FormatName
from troth_broker.cli.given_twice import given_twice
from troth_broker.cli.printing import print_json
from troth_broker.cli.stop import BAD_INPUT, NO, YES, Stop
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatUnknown
from troth_schemas.problem import Problem, one_line


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--format", "wanted", type=FormatName(), help="What the files are, if it cannot be told.")
@click.option(
    *("-o", "--output"), type=click.Choice(["text", "json"]), default="text", show_default=True, help="How to print it."
)
@click.option("--strict", is_flag=True, help="Let warnings fail, too.")
@click.option(
    "--allow",
    multiple=True,
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A further folder that documents may be read from; may be repeated.",
)
def lint(files: Sequence[str], wanted: str | None, output: str, strict: bool, allow: Sequence[Path]) -> int:
    """Load contracts of any format and report every problem with its place.

    The exit code is 0 where nothing is wrong, 1 where something is, and 2 where a file cannot be read at all.
    """
    code = YES
    shown: list[dict[str, Any]] = []
    for name in files:
        try:
            given = read_contract(name, wanted=wanted, allow=allow)
            problems = [*given.contract.loaded.problems, *given_twice(given.contract.sources)]
        except Stop as stop:
            code = _unreadable(stop.message, name, shown, output)
            continue
        except (ContractUnreadable, ExtraMissing, FormatUnknown) as problem:
            code = _unreadable(str(problem), name, shown, output)
            continue
        shown.append({"file": name, "format": given.contract.format, "problems": [_json(one) for one in problems]})
        if output == "text":
            _print(given, problems)
        if code != BAD_INPUT and any(strict or one.severity == "error" for one in problems):
            code = NO
    if output == "json":
        print_json({"version": 1, "files": shown})
    return code


def _unreadable(message: str, name: str, shown: list[dict[str, Any]], output: str) -> int:
    shown.append({"file": name, "format": None, "unreadable": message, "problems": []})
    if output == "text":
        click.echo(f"troth: {message}", err=True)
    return BAD_INPUT


def _print(given: Given, problems: Sequence[Problem]) -> None:
    if not problems:
        click.echo(f"{given.label}: {given.contract.format}, nothing is wrong")
        return
    errors = sum(one.severity == "error" for one in problems)
    click.echo(
        f"{given.label}: {given.contract.format}, {_count(errors, 'error')}, "
        f"{_count(len(problems) - errors, 'warning')}"
    )
    for one in problems:
        document = one.document or given.contract.sources.root
        place = f"{document}:{one.line}" if one.line is not None else document
        colour = "red" if one.severity == "error" else "yellow"
        click.echo(one_line(f"  {place}  {one.pointer or '/'}"))
        click.echo(f"    {click.style(one.severity, fg=colour)}: {one_line(one.sentence)}")


def _count(number: int, name: str) -> str:
    return f"{number or 'no'} {name}{'' if number == 1 else 's'}"


def _json(one: Problem) -> dict[str, Any]:
    return {
        "severity": one.severity,
        "message": one.sentence,
        "pointer": one.pointer,
        "line": one.line,
        "document": one.document,
    }
