"""`troth serve`: the broker itself."""

import importlib
import os

import click

from troth_broker.cli.stop import UNREACHABLE, Stop, bad_input


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
def serve(database_url: str | None, host: str | None, port: int | None, base_urls: tuple[str, ...]) -> None:
    """Run the broker over a SQLite file or a PostgreSQL database.

    Every other setting comes from the environment, as TROTH_<NAME> or PACT_BROKER_<NAME>.
    """
    try:
        app = importlib.import_module("troth_broker.app.serve")
        settings_module = importlib.import_module("troth_broker.settings")
        errors = importlib.import_module("troth_broker.store.errors")
    except ModuleNotFoundError as missing:
        raise bad_input(f"the broker needs {missing.name}: pip install 'troth[server]'") from None
    try:
        settings = settings_module.Settings.from_environment(
            _own_environment(), database_url=_database(database_url), host=host, port=port, base_urls=base_urls or None
        )
        app.serve(settings)
    except settings_module.BadSetting as error:
        raise bad_input(str(error)) from None
    except (errors.BadDatabaseUrl, app.CannotListen) as error:
        raise bad_input(str(error)) from None
    except errors.StoreError as error:
        raise Stop(str(error), UNREACHABLE) from None
    except ModuleNotFoundError as missing:
        raise bad_input(f"this database needs {missing.name}: pip install 'troth[server,postgres]'") from None


def _own_environment() -> dict[str, str]:
    """The environment without a PACT_BROKER_BASE_URL that is a file: that tells clients where the broker is."""
    name = "PACT_BROKER_BASE_URL"
    return {key: value for key, value in os.environ.items() if key != name or "://" in value}


def _database(text: str | None) -> str | None:
    """A URL as it is, anything else as the path of a SQLite file."""
    return text if text is None or "://" in text else f"sqlite:///{text}"
