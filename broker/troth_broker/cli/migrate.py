"""`troth migrate`: the store brought to this version's tables."""

import importlib

import click

from troth_broker.cli.own_broker import database_address, own_environment, running_a_broker


@click.command()
@click.option(
    "-d",
    "--database",
    "database_url",
    metavar="URL",
    help="sqlite:///FILE or postgresql://USER@HOST/NAME. [TROTH_DATABASE_URL; ./troth.db]",
)
def migrate(database_url: str | None) -> None:
    """Bring a store to this version's tables.

    `troth serve` does it when it starts, unless TROTH_AUTO_MIGRATE_DB is false. Any number of processes may do it at
    once: one migrates, the others wait.
    """
    with running_a_broker():
        settings = importlib.import_module("troth_broker.settings").Settings.from_environment(
            own_environment(), database_url=database_address(database_url)
        )
        done = importlib.import_module("troth_broker.app.migration").bring_up_to_date(settings)
    if done.before == done.now:
        click.echo(f"{done.store} is up to date, at revision {done.now}.")
    elif done.before is None:
        click.echo(f"{done.store} is new, and now at revision {done.now}.")
    else:
        click.echo(f"{done.store} was at revision {done.before}, and is now at {done.now}.")
