"""Where a broker is: a server's URL, or a database that the same application serves inside this process."""

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit, urlunsplit

import httpx

from troth_broker.client.errors import BadAddress

IN_PROCESS_URL = "http://localhost:9292"
"""What links say when there is no server: true as soon as `troth serve` runs with its defaults."""

_DATABASES = ("sqlite", "postgresql", "postgres")
_FILE_ENDINGS = (".db", ".sqlite", ".sqlite3")


@dataclass(frozen=True, slots=True)
class Address:
    """A broker's base URL without a trailing slash; `database` is set when no server is asked."""

    url: str
    database: str | None = None
    credentials: tuple[str, str] | None = None

    @property
    def shown(self) -> str:
        """What people are told: the URL without credentials, or the database's file."""
        if self.database is None:
            return self.url
        if self.database.startswith("sqlite:///"):
            return self.database.removeprefix("sqlite:///")
        return urlunsplit(_without_credentials(self.database))

    @property
    def file(self) -> Path | None:
        """The SQLite file that is served in-process, if this is one."""
        if self.database is not None and self.database.startswith("sqlite:///"):
            return Path(self.database.removeprefix("sqlite:///"))
        return None


def parse(text: str) -> Address:
    """The address that a person typed: `https://…`, `sqlite:///…`, `postgresql://…` or a path such as `./troth.db`.

    Raises `BadAddress` when it can be none of these.
    """
    text = text.strip()
    scheme, separator, _ = text.partition("://")
    if separator:
        return _from_url(text, scheme.lower())
    if text.endswith(_FILE_ENDINGS) or Path(text).is_file():
        return Address(IN_PROCESS_URL, database=f"sqlite:///{text}")
    raise BadAddress(_advice(text))


def _from_url(text: str, scheme: str) -> Address:
    if scheme.partition("+")[0] in _DATABASES:
        return Address(IN_PROCESS_URL, database=text)
    try:
        parts = urlsplit(text)
        usable = scheme in {"http", "https"} and bool(httpx.URL(text).host) and parts.port != 0
    except (ValueError, httpx.InvalidURL):  # what IDNA refuses in a host's name is a ValueError too
        usable = False
    if not usable:
        raise BadAddress(f"{text!r} is no address of a broker: it takes http://HOST:PORT or https://HOST")
    credentials = None
    if parts.username is not None:
        credentials = unquote(parts.username), unquote(parts.password or "")
    bare = _without_credentials(text)
    return Address(urlunsplit((bare.scheme, bare.netloc, bare.path.rstrip("/"), "", "")), credentials=credentials)


def _without_credentials(text: str) -> SplitResult:
    parts = urlsplit(text)
    return parts._replace(netloc=parts.netloc.rpartition("@")[2])


def _advice(text: str) -> str:
    if not text:
        return "the broker's address is empty: give a server's URL or a SQLite file, such as ./troth.db"
    return (
        f"{text!r} is neither a URL nor a SQLite file that exists: "
        f"for a server write http://{text}, for a new file a name that ends in .db"
    )
