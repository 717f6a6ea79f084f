"""`troth worker`: a process that makes the calls of webhooks, beside any number of others."""

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
@click.option(
    "--threads",
    type=click.IntRange(1, 100),
    default=4,
    show_default=True,
    help="How many calls are made at the same time.",
)
def worker(database_url: str | None, threads: int) -> None:
    """Make the calls of webhooks that are due, and ask again for verifications that never came.

    Any number of workers may share a database; `troth serve` has some of its own (TROTH_WEBHOOK_WORKERS, 2). Settings
    come from the environment, as for `troth serve`.
    """
    with running_a_broker():
        settings_module = importlib.import_module("troth_broker.settings")
        settings = settings_module.Settings.from_environment(
            own_environment(), database_url=database_address(database_url)
        )
        importlib.import_module("troth_broker.app.work").work(settings, threads)
