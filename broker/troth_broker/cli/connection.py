"""The options that say which broker is meant, and the way from a command into the client and back to an exit code."""

import asyncio
import contextlib
import functools
import importlib
import os
import ssl
import sys
from collections.abc import Awaitable, Callable, Iterator, MutableMapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import click

from troth_broker.cli.stop import BAD_INPUT, UNREACHABLE, Stop, bad_input
from troth_broker.client import Broker, BrokerError, BrokerUnreachable
from troth_broker.client import address as addresses

T = TypeVar("T")
P = ParamSpec("P")


@dataclass(frozen=True, slots=True)
class Connection:
    """Which broker a command speaks to, and with what credentials."""

    address: str | None
    username: str | None
    password: str | None
    token: str | None
    headers: tuple[tuple[str, str], ...]
    certificate: str | None
    skip_tls: bool
    timeout: float
    retries: int
    verbose: bool

    def open(self, *, creates: bool = False) -> Broker:
        """A client of the broker; a database file that does not exist is only made for a command that `creates`."""
        if not self.address:
            raise bad_input(
                "no broker is named: give --broker URL (or a SQLite file such as ./troth.db), or set "
                "PACT_BROKER_BASE_URL"
            )
        file = addresses.parse(self.address).file
        if file is not None and not creates and not file.is_file():
            raise Stop(f"there is no store at {file}: nothing was ever published there", UNREACHABLE)
        if file is not None:
            # structlog would import rich to draw tracebacks, 50 ms that no answer is worth.
            sys.modules.setdefault("rich", None)  # type: ignore[arg-type]  # None makes an import fail, as Python documents
        broker = Broker(
            self.address,
            token=self.token,
            username=self.username,
            password=self.password,
            headers=dict(self.headers),
            verify=self._trust(),
            timeout=self.timeout,
            retries=self.retries,
            trace=_trace if self.verbose else None,
        )
        if broker.address.database is not None:
            _log_to_standard_error()
        return broker

    def ask(self, work: Callable[[Broker], Awaitable[T]], *, creates: bool = False) -> T:
        """Do some work with the broker and give its outcome; whatever stops it ends the command with its sentence."""
        with speaking():
            return asyncio.run(self._ask(work, creates))

    async def _ask(self, work: Callable[[Broker], Awaitable[T]], creates: bool) -> T:
        async with self.open(creates=creates) as broker:
            found = await work(broker)
            if (file := broker.address.file) is not None:
                _say_of_when(file)
            if broker.wire.left_to_do():
                database = broker.address.shown
                click.echo(
                    f"The calls of webhooks are queued in {database}: `troth worker --database {database}`, or "
                    "`troth serve`, makes them.",
                    err=True,
                )
            return found

    def _trust(self) -> ssl.SSLContext | bool:
        if self.skip_tls:
            return False
        if self.certificate is None:
            return True
        try:
            return ssl.create_default_context(cafile=self.certificate)
        except (OSError, ssl.SSLError) as error:
            raise bad_input(f"--ssl-certificate {self.certificate} cannot be used: {error}") from None


@contextlib.contextmanager
def speaking() -> Iterator[None]:
    """A block in which an error of the client ends the command with its sentence and exit code."""
    try:
        yield
    except BrokerError as error:
        raise Stop(str(error), UNREACHABLE if isinstance(error, BrokerUnreachable) else BAD_INPUT) from error


def broker_options(command: Callable[Concatenate[Connection, P], T]) -> Callable[P, T]:
    """Add the options that name the broker; the command takes them as its first argument, one `Connection`."""

    @functools.wraps(command)
    def with_connection(*arguments: P.args, **options: P.kwargs) -> T:
        own = {name: options.pop(f"broker_{name}") for name in _NAMES}
        # click gives each option as its own declaration says, which no type can tell from its name.
        headers = tuple(header(text, "--custom-header") for text in own.pop("headers"))  # type: ignore[attr-defined]
        return command(Connection(headers=headers, **own), *arguments, **options)  # type: ignore[arg-type]

    for option in reversed(_OPTIONS):
        with_connection = option(with_connection)
    return with_connection


def header(text: str, option: str) -> tuple[str, str]:
    """The name and the value of a header written as `Name: value`."""
    name, colon, value = text.partition(":")
    if not colon or not name.strip():
        raise click.BadParameter(f"{text!r} is no header; write 'Name: value'", param_hint=option)
    return name.strip(), value.strip()


def _log_to_standard_error() -> None:
    """Keep what the application logs in this process out of the answer, and its tracebacks out of pipelines' logs."""
    log = importlib.import_module("structlog")
    plain = [
        log.processors.add_log_level,
        log.processors.KeyValueRenderer(key_order=["level", "event"], drop_missing=True),
    ]
    quiet = plain if os.environ.get("TROTH_DEBUG") else [_without_traceback, *plain]
    log.configure(processors=quiet, logger_factory=log.PrintLoggerFactory(sys.stderr))


def _without_traceback(_: object, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    error = event.pop("exc_info", None)
    if isinstance(error, BaseException):
        event["error"] = f"{type(error).__name__}: {error}"
    return event


def _say_of_when(file: Path) -> None:
    """An answer from a snapshot may be an old one, which nobody should have to guess."""
    if made := importlib.import_module("troth_broker.store.snapshot.marks").made_at(file):
        click.echo(f"{file} is a snapshot of {made:%Y-%m-%d %H:%M} UTC; what happened since is not in it.", err=True)


def _trace(line: str) -> None:
    click.echo(f"  {line}", err=True)


def _disabled(_: click.Context, __: click.Parameter, value: bool) -> bool:
    return value or os.environ.get("PACT_BROKER_DISABLE_SSL_VERIFICATION", "").lower() == "true"


_NAMES = (
    "address",
    "username",
    "password",
    "token",
    "headers",
    "certificate",
    "skip_tls",
    "timeout",
    "retries",
    "verbose",
)

_OPTIONS: tuple[Callable[[Any], Any], ...] = (
    click.option(
        "-b",
        "--broker",
        "--broker-base-url",
        "broker_address",
        metavar="URL|FILE",
        envvar="PACT_BROKER_BASE_URL",
        help="The broker: a server's URL, or a SQLite file such as ./troth.db. [PACT_BROKER_BASE_URL]",
    ),
    click.option(
        "-u",
        "--broker-username",
        metavar="NAME",
        envvar="PACT_BROKER_USERNAME",
        help="User name for basic authentication. [PACT_BROKER_USERNAME]",
    ),
    click.option(
        "-p",
        "--broker-password",
        metavar="PASSWORD",
        envvar="PACT_BROKER_PASSWORD",
        help="Password for basic authentication. [PACT_BROKER_PASSWORD]",
    ),
    click.option(
        "-k",
        "--broker-token",
        metavar="TOKEN",
        envvar="PACT_BROKER_TOKEN",
        help="Bearer token; wins over name and password. [PACT_BROKER_TOKEN]",
    ),
    click.option(
        "--custom-header", "broker_headers", multiple=True, metavar="'NAME: VALUE'", help="Sent with every request."
    ),
    click.option(
        "--ssl-certificate",
        "broker_certificate",
        metavar="FILE",
        help="Certificates to trust, in PEM; SSL_CERT_FILE does the same.",
    ),
    click.option(
        "--skip-ssl-verification",
        "broker_skip_tls",
        is_flag=True,
        callback=_disabled,
        help="Trust any certificate. [PACT_BROKER_DISABLE_SSL_VERIFICATION]",
    ),
    click.option(
        "--timeout",
        "broker_timeout",
        type=click.FloatRange(min=0, min_open=True),
        metavar="SECONDS",
        default=30.0,
        show_default=True,
        help="How long to wait for an answer of the broker.",
    ),
    click.option(
        "--retries",
        "broker_retries",
        type=click.IntRange(min=0, max=20),
        metavar="NUMBER",
        default=2,
        show_default=True,
        envvar="PACT_BROKER_HTTP_RETRIES",
        help="Further tries when the broker cannot be reached. [PACT_BROKER_HTTP_RETRIES]",
    ),
    click.option("-v", "--verbose", "broker_verbose", is_flag=True, help="Show every request."),
)


def output_option(*kinds: str) -> Callable[[Any], Any]:
    """The option `-o/--output`; the first kind is the default."""
    return click.option(
        "-o", "--output", type=click.Choice(kinds), default=kinds[0], show_default=True, help="How to print the answer."
    )
