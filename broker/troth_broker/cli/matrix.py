"""`troth matrix`: which versions were verified with which."""

from collections.abc import Awaitable, Sequence

import click

from troth_broker.cli import decision_text
from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.ordered import OrderedCommand, typed_options
from troth_broker.cli.questions import read, selector_options
from troth_broker.client import Broker, Decision


@click.command(cls=OrderedCommand)
@selector_options
@click.option(
    "--latest-by",
    type=click.Choice(["cvpv", "cvp", "cp"]),
    default="cvpv",
    show_default=True,
    help="One row per consumer version and provider version, per consumer version and provider, or per pair.",
)
@click.option("--every-result", is_flag=True, help="A row for every result, also those that newer ones replaced.")
@click.option(
    "--limit", type=click.IntRange(min=1), default=100, show_default=True, metavar="ROWS", help="Rows to show."
)
@output_option("table", "json")
@broker_options
def matrix(
    connection: Connection,
    /,
    latest_by: str,
    every_result: bool,
    limit: int,
    output: str,
    **_: Sequence[str],
) -> None:
    """List which versions of applications were verified with which, newest first.

    \b
      troth matrix --pacticipant web --pacticipant orders
    """
    selectors, ignore = read(typed_options(click.get_current_context()))

    def work(broker: Broker) -> Awaitable[Decision]:
        return broker.matrix(*selectors, latest_by=None if every_result else latest_by, ignore=ignore, limit=limit)

    _show(connection.ask(work), output)


def _show(found: Decision, output: str) -> None:
    if output == "json":
        click.echo(found.body)
        return
    lines = decision_text.table(found) or ["No contract between these versions is known."]
    for line in [*lines, *decision_text.findings(found)]:
        click.echo(line)
