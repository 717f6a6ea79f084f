"""`troth serve`: the broker itself."""

import importlib
from typing import Any

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
@click.option("--host", metavar="HOST", help="The address to listen on. [127.0.0.1]")
@click.option("--port", type=click.IntRange(0, 65535), metavar="PORT", help="The port to listen on. [9292]")
@click.option(
    "--base-url",
    "base_urls",
    multiple=True,
    metavar="URL",
    help="The address that links should name, as seen from outside a proxy; may be repeated.",
)
@click.option("--tls-certificate", metavar="FILE", help="Serve HTTPS with this certificate (and its chain), in PEM.")
@click.option("--tls-key", metavar="FILE", help="The key of that certificate, in PEM, without a password.")
@click.option(
    "--allow-open",
    is_flag=True,
    default=None,
    help="Listen beyond this machine without credentials: only where a proxy in front asks for them.",
)
def serve(database_url: str | None, base_urls: tuple[str, ...], **flags: Any) -> None:
    """Run the broker over a SQLite file or a PostgreSQL database.

    Every other setting comes from the environment, as TROTH_<NAME> or PACT_BROKER_<NAME>, or from the file that
    TROTH_<NAME>_FILE names: TROTH_BASIC_AUTH_USERNAME and so on. Without credentials the broker listens on this machine
    only.
    """
    with running_a_broker():
        settings = importlib.import_module("troth_broker.settings").Settings.from_environment(
            own_environment(), database_url=database_address(database_url), base_urls=base_urls or None, **flags
        )
        importlib.import_module("troth_broker.app.serve").serve(settings)
