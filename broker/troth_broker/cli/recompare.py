"""`troth recompare`: comparisons anew, when the checker has learnt something."""

import click

from troth_broker.cli.connection import Connection, broker_options, output_option
from troth_broker.cli.printing import print_json


@click.command()
@click.option("--consumer", metavar="NAME", help="Only the contracts of this consumer.")
@click.option("--provider", metavar="NAME", help="Only the contracts with this provider.")
@output_option("text", "json")
@broker_options
def recompare(connection: Connection, consumer: str | None, provider: str | None, output: str) -> None:
    """Compare contracts anew that this version of the checker has not compared.

    Heads of branches and what runs somewhere are compared at once, the rest when somebody asks. What could
    not be compared is tried once more. So is what a provider owes to its own versions, when the gate needs
    it next. Earlier comparisons stay as they are. The broker's workers make the new ones.
    """
    done = connection.ask(lambda broker: broker.recompare(consumer, provider))
    if output == "json":
        print_json(done)
        return
    queued = done["queued"]
    what = "1 comparison is" if queued == 1 else f"{queued} comparisons are"
    click.echo(f"{what} to be made by checker {done['checker']['name']} {done['checker']['version']}.")
    if again := done.get("evolutions"):
        what = "1 comparison of a provider's versions is" if again == 1 else f"{again} of providers' versions are"
        click.echo(f"{what} made anew when the gate needs it next.")
