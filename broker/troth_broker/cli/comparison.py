"""What `troth diff` and `troth compare` share: their options, what they print, and their exit code."""

import gc
import importlib
import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any, Final, TypeVar

import click

from troth_broker.cli.contract_files import Given
from troth_broker.cli.stop import NO, YES, bad_input
from troth_schemas.errors import ContractUnreadable, ExtraMissing, FormatUnknown
from troth_schemas.judgement import FailOn, Judgement
from troth_schemas.report import finding_json, report_json

NOT_COVERED: Final = 4
OUTPUTS: Final = ("text", "json", "sarif", "markdown", "junit")
"""Each but json has its module, `report_<name>`, which is loaded when it is asked for."""

_OF_PROTOBUF: Final = frozenset({"protobuf", "asyncapi"})

Command = TypeVar("Command", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Compared:
    """Two contracts, or more, and what was found between them."""

    title: str
    judgement: Judgement
    verdict: bool | None
    given: tuple[Given, ...]
    note: str = ""

    @property
    def paths(self) -> Mapping[str, Path]:
        """Where the documents that findings name lie on disk; of two with one name, the first that was given."""
        found: dict[str, Path] = {}
        for one in reversed(self.given):
            found.update(one.paths)
        return found


def comparison_options(command: Command) -> Command:
    """The options of both commands."""
    for option in (
        click.option(
            *("-o", "--output"), type=click.Choice(OUTPUTS), default="text", show_default=True, help="How to print it."
        ),
        click.option(
            "--fail-on",
            type=click.Choice(["breaking", "risky"]),
            default="breaking",
            show_default=True,
            help="From which severity on the answer is no.",
        ),
        click.option("--allow-not-covered", is_flag=True, help="Leave what cannot be judged out of account."),
        click.option(
            "--config", type=click.Path(path_type=Path), help="Severities and waivers; by default ./troth.toml."
        ),
        click.option(
            "--allow",
            multiple=True,
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            help="A further folder that documents may be read from; may be repeated.",
        ),
    ):
        command = option(command)
    return command


def today() -> date:
    """The day against which sunset dates and waivers are judged."""
    return datetime.now(UTC).date()


@contextmanager
def refusals() -> Iterator[None]:
    """Make sentences of what cannot be read or compared.

    Nothing is collected meanwhile nor on the way out: the command ends soon, and all that it made ends with it.
    """
    gc.disable()
    try:
        yield
        gc.freeze()
    except (ContractUnreadable, ExtraMissing, FormatUnknown) as problem:
        raise bad_input(str(problem)) from None


def refuse_a_second_input(arguments: Sequence[str]) -> None:
    """End the command where standard input is named twice: it can be read once."""
    if arguments.count("-") > 1:
        raise bad_input("standard input can be read once: name the other contracts by their files")


def refuse_an_idle_category(category: str | None, given: Sequence[Given]) -> None:
    """End the command where a category of Protobuf is asked for and nothing that is given can hold any."""
    if category is not None and not any(one.contract.format in _OF_PROTOBUF for one in given):
        formats = " and ".join(sorted({one.contract.format for one in given}))
        raise bad_input(
            f"--category says how strictly Protobuf is compared, and what is given is {formats}: leave it out"
        )


def warn_of_problems(given: Sequence[Given]) -> None:
    """Say on standard error which documents have problems; they are compared as far as they go."""
    for one in given:
        problems = [problem for problem in one.contract.loaded.problems if problem.severity == "error"]
        if problems:
            count = f"{len(problems)} problems" if len(problems) > 1 else "a problem"
            click.echo(f"troth: {one.label} has {count} (troth lint shows all): {problems[0]}", err=True)


def finish(compared: Compared, output: str, fail_on: FailOn) -> int:
    """Print what was found and give the exit code."""
    judgement = compared.judgement
    if output == "json":
        from_json = report_json(judgement.report, compatible=compared.verdict)
        from_json["waived"] = [
            {**finding_json(one), "reason": waiver.reason, "person": waiver.person, "expires": str(waiver.expires)}
            for one, waiver in judgement.waived
        ]
        click.echo(_dumped(from_json))
    else:
        _show(compared, output, fail_on)
    if compared.verdict is None:
        return YES if compared.note else NOT_COVERED
    return YES if compared.verdict else NO


def _show(compared: Compared, output: str, fail_on: FailOn) -> None:
    report: Any = importlib.import_module(f"troth_broker.cli.report_{output}")
    judgement = compared.judgement
    match output:
        case "sarif":
            click.echo(_dumped(report.sarif_of(judgement, compared.paths)))
        case "markdown":
            click.echo(report.markdown_of(compared.title, judgement, compared.verdict))
        case "junit":
            click.echo(report.junit_of(compared.title, judgement, fail_on))
        case _:
            for line in report.text_of(compared.title, judgement, compared.verdict, compared.note):
                click.echo(line)


def _dumped(document: Mapping[str, Any]) -> str:
    return json.dumps(document, ensure_ascii=False, indent=2)
