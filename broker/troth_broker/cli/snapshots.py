"""`troth export`, `troth import` and `troth backup`: a store in one file, to keep, to ask offline, to merge."""

import importlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from troth_broker.cli.own_broker import database_address, own_environment, running_a_broker
from troth_broker.cli.stop import bad_input
from troth_broker.cli.tables import boxed

_DATABASE = click.option(
    "-d",
    "--database",
    "database_url",
    metavar="URL",
    help="sqlite:///FILE or postgresql://USER@HOST/NAME. [TROTH_DATABASE_URL; ./troth.db]",
)
_FORCE = click.option("--force", is_flag=True, help="Overwrite the file if it exists.")
_FILE = click.argument("file", type=click.Path(path_type=Path))

_SHOWN = {
    "application": "applications",
    "version": "versions",
    "publication": "contracts",
    "verification": "results",
    "environment": "environments",
    "deployment": "deployments",
    "release": "releases",
    "webhook": "webhooks",
    "provider_contract": "provider contracts",
}
"""What people call the rows of a table; what else there is hangs on these."""


def _run(database_url: str | None, work: Callable[[Any, Any], Any]) -> tuple[Any, str]:
    """Do some work with the settings' store, and name that; what keeps it from being done ends the command."""
    if database_url is not None and database_url.startswith(("http://", "https://")):
        raise bad_input(
            f"{database_url} is a server: this works on its database, so give that (sqlite:///FILE or postgresql://…)"
        )
    with running_a_broker():
        settings = importlib.import_module("troth_broker.settings").Settings.from_environment(
            own_environment(), database_url=database_address(database_url)
        )
        app = importlib.import_module("troth_broker.app.snapshots")
        return work(app, settings), app.name_of_store(settings)


@click.command()
@_FILE
@_DATABASE
@_FORCE
def export(file: Path, database_url: str | None, force: bool) -> None:
    """Write all that a store holds at this moment to FILE, a SQLite database that any tool opens.

    Commands take it as their broker (`--broker FILE`) and answer as the server did; `troth import` loads it. Secrets,
    and webhooks' passwords and tokens, stay behind.
    """
    done, store = _run(database_url, lambda app, settings: app.export_to(settings, file, force=force))
    click.echo(f"Wrote {file} from {store}: {_told(done.rows)}, {_size(done.bytes)}.")


@click.command("import")
@_FILE
@_DATABASE
@click.option("--dry-run", is_flag=True, help="Say what would come of it, and change nothing.")
def import_(file: Path, database_url: str | None, dry_run: bool) -> None:
    """Load the snapshot FILE into a store, empty or living, without duplicates; all of it or nothing.

    What both know stays as it is in the store, and of two facts about the same thing the newer one counts. Webhooks
    come in disabled.
    """
    done, store = _run(database_url, lambda app, settings: app.import_from(settings, file, only_try=dry_run))
    verb = "Would add" if dry_run else "Added"
    click.echo(f"{verb} {_told(done.added)} to {store}; {sum(done.known.values())} rows were known already.")
    if done.older:
        click.echo(f"Left out as older than what the store knows about the same thing: {_told(done.older)}.")
    if done.conflicts:
        rows = [(conflict.what, conflict.name, conflict.outcome) for conflict in done.conflicts]
        click.echo("\n".join(boxed(("WHAT", "NAME", "OUTCOME"), rows)))


@click.command()
@_FILE
@_DATABASE
@_FORCE
def backup(file: Path, database_url: str | None, force: bool) -> None:
    """Copy a SQLite store to FILE, secrets included, while others write; the copy is of one moment, and checked."""
    size, store = _run(database_url, lambda app, settings: app.back_up(settings, file, force=force))
    click.echo(f"Wrote {file} from {store}, {_size(size)}.")
    click.echo(
        "To restore it: stop what uses the store, remove its files (STORE, STORE-wal, STORE-shm), put the copy there."
    )


def _told(counts: dict[str, int]) -> str:
    found = [f"{counts[name]:,} {words}" for name, words in _SHOWN.items() if counts.get(name)]
    return ", ".join(found) or ("nothing of its own" if any(counts.values()) else "nothing")


def _size(count: int) -> str:
    return f"{count / 1e6:,.1f} MB" if count >= 100_000 else f"{count / 1e3:,.1f} kB"
