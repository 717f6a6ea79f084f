"""`troth can-i-deploy` and `troth can-i-merge`: the gate."""

import asyncio
import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.decision_text import Told, findings, table
from troth_broker.cli.mismatches import Failures, failures
from troth_broker.cli.ordered import OrderedCommand, typed_options
from troth_broker.cli.questions import need_versions, read, selector_options
from troth_broker.cli.stop import NO, YES, Stop, filled
from troth_broker.client import Broker, Decision, Ignore, Selector, Target


@dataclass(frozen=True, slots=True)
class Question:
    """What the gate is asked, and how patiently."""

    selectors: Sequence[Selector]
    target: Target
    ignore: Sequence[Ignore]
    limit: int | None
    tries: int
    interval: float

    async def ask(self, broker: Broker) -> Decision:
        """The answer, asked for again while results are missing and none has failed."""
        answer = await self._once(broker)
        for attempt in range(1, self.tries + 1):
            if answer.deployable is not None or answer.unknown == 0 or answer.failed > 0:
                break
            click.echo(
                f"{answer.unknown} missing; asking again in {self.interval:g} s ({attempt} of {self.tries})",
                err=True,
            )
            await asyncio.sleep(self.interval)
            answer = await self._once(broker)
        return answer

    async def _once(self, broker: Broker) -> Decision:
        return await broker.can_i_deploy(
            *self.selectors,
            to_environment=self.target.environment,
            to_tag=self.target.tag,
            to_main_branch=self.target.main_branch,
            ignore=self.ignore,
            limit=self.limit,
        )


def gate_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that both questions to the gate share."""
    options = (
        click.option(
            "--retry-while-unknown",
            "tries",
            type=click.IntRange(min=0),
            default=0,
            metavar="TIMES",
            help="Ask again while results are missing, so many times.",
        ),
        click.option(
            "--retry-interval",
            "interval",
            type=click.FloatRange(min=0),
            default=10.0,
            show_default=True,
            metavar="SECONDS",
            help="How long to wait in between.",
        ),
        click.option(
            "--dry-run",
            is_flag=True,
            envvar="PACT_BROKER_CAN_I_DEPLOY_DRY_RUN",
            help="Show the answer, and exit with 0 whatever it is. [PACT_BROKER_CAN_I_DEPLOY_DRY_RUN]",
        ),
        click.option("--require-evidence", is_flag=True, help="A yes that rests on no result at all is a no."),
        click.option("--limit", type=click.IntRange(min=1), metavar="ROWS", help="How many rows to show at most."),
        output_option("text", "table", "json"),
        broker_options,
    )
    for option in reversed(options):
        command = option(command)
    return command


@click.command(cls=OrderedCommand)
@selector_options
@click.option(
    "--to-environment", metavar="NAME", callback=filled, help="The environment that the version is meant for."
)
@click.option(
    "--to",
    "to_tag",
    metavar="TAG",
    callback=filled,
    help="Instead of an environment: beside the newest versions with a tag.",
)
@gate_options
def can_i_deploy(connection: Connection, to_environment: str | None, to_tag: str | None, **options: Any) -> int:
    """Ask whether versions may be deployed.

    Each --pacticipant is followed by the version of it that is meant; several are asked about together. Exits with 0
    for yes and 1 for no. A broker that cannot be reached is never a yes.

    \b
      troth can-i-deploy --pacticipant web --version 4f2c1ab --to-environment production
    """
    if to_environment is not None and to_tag is not None:
        raise click.UsageError("--to-environment and --to exclude each other")
    return _gate(connection, Target(environment=to_environment, tag=to_tag), **options)


@click.command(cls=OrderedCommand)
@selector_options
@gate_options
def can_i_merge(connection: Connection, **options: Any) -> int:
    """Ask whether a version works with the newest versions of the main branches of everything it talks to."""
    return _gate(connection, Target(main_branch=True), **options)


def _gate(
    connection: Connection,
    target: Target,
    *,
    tries: int,
    interval: float,
    dry_run: bool,
    require_evidence: bool,
    limit: int | None,
    output: str,
    **_: object,
) -> int:
    typed = typed_options(click.get_current_context())
    selectors, ignore = read(typed, os.environ.get("PACT_BROKER_CAN_I_DEPLOY_IGNORE", ""))
    need_versions(selectors)
    question = Question(selectors, target, ignore, limit, tries, interval)

    async def ask(broker: Broker) -> tuple[Decision, Failures]:
        answer = await question.ask(broker)
        return answer, await failures(broker, answer) if output == "text" and not answer.yes else {}

    def finish(answer: tuple[Decision, Failures]) -> int:
        told = Told(answer[0], selectors, target, require_evidence, answer[1])
        _print(told, output)
        if told.yes or not dry_run:
            return YES if told.yes else NO
        click.echo("dry run: the exit code is 0 all the same", err=True)
        return YES

    try:
        return finish(connection.ask(ask))
    except Stop as stop:
        if not dry_run:
            raise
        stop.show()
        click.echo("dry run: there is no answer, and the exit code is 0 all the same", err=True)
        return YES


def _print(told: Told, output: str) -> None:
    if output == "json":
        click.echo(told.decision.body)
    elif output == "text":
        click.echo("\n".join(told.lines()))
    else:
        click.echo("\n".join([*table(told.decision), *findings(told.decision), told.headline(), *told.advice()]))
