"""`troth recompare`: comparisons anew, when the checker has learnt something."""

import time
from collections import Counter
from collections.abc import Mapping
from typing import Any

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json
from troth_broker.client import Broker

_PAUSE = 5.0
"""Seconds until it is told again how far the work is."""


@click.command()
@click.option("--consumer", metavar="NAME", help="Only the contracts of this consumer.")
@click.option("--provider", metavar="NAME", help="Only the contracts with this provider.")
@output_option("text", "json")
@broker_options
def recompare(connection: Connection, consumer: str | None, provider: str | None, output: str) -> None:
    """Compare contracts anew that this version of the checker has not compared.

    Heads of branches and what runs somewhere are compared at once, the rest when somebody asks. What could
    not be compared is tried once more. So is what a provider owes to its own versions, when the gate needs
    it next. Earlier comparisons stay as they are. A server's workers make the new ones; over a SQLite file or
    another database the command makes them itself, with all others that are due, and ends when they are made.
    """
    done = connection.ask(lambda broker: _recompared(broker, consumer, provider))
    if output == "json":
        print_json(done)
        return
    by = f"by checker {done['checker']['name']} {done['checker']['version']}"
    if "made" in done:
        click.echo(f"{_counted(done['made'], 'was', 'were')} made {by}{_others(done)}.")
    else:
        click.echo(f"{_counted(done['queued'], 'is', 'are')} to be made {by}, by the server's workers.")
    for text, number in done.get("errors", {}).items():
        click.echo(f"{_counted(number, 'was', 'were')} errored: {text}", err=True)
    if again := done.get("evolutions"):
        what = "1 comparison of a provider's versions is" if again == 1 else f"{again} of providers' versions are"
        click.echo(f"{what} made anew when the gate needs it next.")


async def _recompared(broker: Broker, consumer: str | None, provider: str | None) -> dict[str, Any]:
    """What the broker says of it; over a database, where nobody else may be working, with what was made at once."""
    done = dict(await broker.recompare(consumer, provider))
    if broker.address.database is None:
        return done
    made, said = 0, time.monotonic()
    errors: Counter[str] = Counter()
    while (outcome := broker.wire.compare_next()) is not None:
        made += 1
        errors.update([outcome.error] if outcome.error else [])
        if time.monotonic() - said >= _PAUSE:
            said = time.monotonic()
            click.echo(f"  {_counted(made, 'is', 'are')} made", err=True)
    return {**done, "made": made, "errors": dict(errors)}


def _counted(number: int, one: str, several: str) -> str:
    return f"1 comparison {one}" if number == 1 else f"{number} comparisons {several}"


def _others(done: Mapping[str, Any]) -> str:
    """That more was due than was asked for, or that somebody else makes some of it."""
    more = done["made"] - done["queued"]
    if more > 0:
        return f" ({more} of them {'was' if more == 1 else 'were'} due before)"
    return f" ({-more} more by others that work on this store)" if more < 0 else ""
