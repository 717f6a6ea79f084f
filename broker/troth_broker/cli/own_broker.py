"""Commands that run a broker, or a part of one, themselves: their settings, and a sentence for what stops them."""

import contextlib
import importlib
import os
from collections.abc import Iterator

from troth_broker.cli.stop import UNREACHABLE, Stop, bad_input


@contextlib.contextmanager
def running_a_broker() -> Iterator[None]:
    """A block that needs the server's parts; what keeps the broker from running ends the command with its sentence."""
    try:
        settings = importlib.import_module("troth_broker.settings")
        errors = importlib.import_module("troth_broker.store.errors")
        exposure = importlib.import_module("troth_broker.app.exposure")
    except ModuleNotFoundError as missing:
        raise bad_input(f"the broker needs {missing.name}: pip install 'troth[server]'") from None
    try:
        yield
    except (settings.BadSetting, errors.BadDatabaseUrl, errors.BadFile, exposure.CannotListen) as error:
        raise bad_input(str(error)) from None
    except errors.StoreError as error:
        raise Stop(str(error), UNREACHABLE) from None
    except ModuleNotFoundError as missing:
        extras = "server,postgres" if missing.name == "psycopg" else "server"
        raise bad_input(f"this needs {missing.name}: pip install 'troth[{extras}]'") from None


def own_environment() -> dict[str, str]:
    """The environment without a PACT_BROKER_BASE_URL that is a file: that tells clients where the broker is."""
    name = "PACT_BROKER_BASE_URL"
    return {key: value for key, value in os.environ.items() if key != name or "://" in value}


def database_address(text: str | None) -> str | None:
    """A URL as it is, anything else as the path of a SQLite file."""
    return text if text is None or "://" in text else f"sqlite:///{text}"
