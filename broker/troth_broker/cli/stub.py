"""`troth stub FILE…`: a provider that answers what its contracts say, for the tests of its consumers."""

import asyncio
import errno
import signal
from collections.abc import Callable, Sequence
from typing import Any

import click

from troth_broker.cli.stop import NO, Stop, bad_input
from troth_schemas.protobuf.statuses import CODES
from troth_verifiers import ContractUnreadable, VerifierError
from troth_verifiers.stub import Certificate, Fault, Known, Mailing, Offers, Refused, Sent, Station, opened
from troth_verifiers.stub.opening import PROTOCOLS
from troth_verifiers.transport import Broker


def _options(*options: Callable[[Any], Any]) -> Callable[[Any], Any]:
    def add(command: Any) -> Any:
        for option in reversed(options):
            command = option(command)
        return command

    return add


def _milliseconds(name: str, text: str) -> Any:
    return click.option(name, type=click.IntRange(min=0), metavar="MILLISECONDS", help=text)


_faults = _options(
    _milliseconds("--latency", "Answer so much later."),
    _milliseconds("--jitter", "And up to this, by chance."),
    click.option(
        "--status", type=click.IntRange(200, 599), metavar="STATUS", help="Answer all with this status instead."
    ),
    click.option(
        "--code",
        type=click.Choice(CODES[1:], case_sensitive=False),
        metavar="CODE",
        help="End all calls of gRPC with this status.",
    ),
    click.option("--reset", is_flag=True, help="Cut every connection without an answer; lose every message."),
    click.option("--truncate", type=click.IntRange(min=0), metavar="BYTES", help="Break off after so much of a body."),
    click.option("--drip", type=click.IntRange(min=1), metavar="BYTES", help="Send so many bytes of a body a second."),
    click.option("--duplicate", type=click.IntRange(min=1), metavar="NUMBER", help="Send each message so often more."),
)

_messages = _options(
    click.option(
        "--messages", metavar="URL", help="The message broker that messages are put on, such as amqp://localhost."
    ),
    click.option("--channel", default="", metavar="NAME", help="Put all messages there, whatever their contract says."),
    click.option(
        "--every", type=click.FloatRange(min=0.01), metavar="SECONDS", help="Send all messages again and again."
    ),
    click.option("--on-demand", is_flag=True, help="Send messages only when /_troth/messages asks for them."),
)


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--host", metavar="HOST", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option(
    "-p",
    "--port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=8080,
    show_default=True,
    help="For HTTP; 0 for any.",
)
@click.option(
    "--grpc-port",
    type=click.IntRange(0, 65535),
    metavar="PORT",
    default=50051,
    show_default=True,
    help="For gRPC; 0 for any.",
)
@click.option(
    "--protocol",
    "protocols",
    type=click.Choice(PROTOCOLS),
    multiple=True,
    help="Only what speaks this; may be repeated.",
)
@click.option(
    "--tls-cert", type=click.Path(dir_okay=False), metavar="FILE", help="Speak TLS with this certificate, in PEM."
)
@click.option(
    "--tls-key", type=click.Path(dir_okay=False), metavar="FILE", help="Its key, where it is not in the same file."
)
@click.option("--no-security", is_flag=True, help="Ask nobody for the credentials that OpenAPI asks for.")
@click.option("--cors", is_flag=True, help="Let a browser's pages of any origin ask.")
@click.option("--strict", is_flag=True, help="End with exit code 1 if a request was refused.")
@_messages
@_faults
def stub(
    files: Sequence[str],
    host: str,
    port: int,
    grpc_port: int,
    protocols: Sequence[str],
    tls_cert: str | None,
    tls_key: str | None,
    no_security: bool,
    cors: bool,
    strict: bool,
    messages: str | None,
    channel: str,
    every: float | None,
    on_demand: bool,
    **faults: Any,
) -> None:
    """Serve contracts until Ctrl-C: pacts, OpenAPI, .proto files, GraphQL, AsyncAPI and Troth's own expectations.

    HTTP and GraphQL are answered on one port, gRPC on another, and messages are put on the broker of --messages. What
    no contract knows is refused, with 501 or UNIMPLEMENTED; who brings no credentials where OpenAPI asks for some, with
    401. What was asked stands at /_troth/requests. Faults can be
    changed while it runs: by PUT to /_troth/faults, or for one request by the header X-Troth-Fault, such as
    `latency=200, status=503`.
    """
    if tls_key and not tls_cert:
        raise click.UsageError("--tls-key is the key of a certificate: give --tls-cert FILE too")
    if messages is None and (channel or every or on_demand):
        raise click.UsageError("--channel, --every and --on-demand are about messages: give --messages URL too")
    try:
        offers = asyncio.run(opened(files, protocols or PROTOCOLS, security=not no_security))
        mailing = None if messages is None else Mailing(Broker(messages), channel, every, on_demand)
        if mailing is not None and not offers.messages:
            raise bad_input("these contracts hold no message that could be sent: leave --messages out")
        said = _Said()
        station = Station(
            offers,
            host=host,
            port=port,
            grpc_port=grpc_port,
            mailing=mailing,
            fault=_fault(faults),
            tell=said.tell,
            certificate=Certificate(tls_cert, tls_key or "") if tls_cert else None,
            cors=cors,
        )
        asyncio.run(_serve(station, offers, said))
    except ContractUnreadable as error:
        raise bad_input(f"{error.name} cannot be served: {'; '.join(error.problems)}") from error
    except VerifierError as error:
        raise Stop(error.text, error.exit_code) from error
    except BrokenPipeError:
        raise  # nobody reads what it says any more, such as `head`
    except OSError as error:
        raise bad_input(_unheard(error, host, port)) from None
    if strict and (refused := station.refused.total):
        every = refused + station.answered.total
        raise Stop(f"{refused} of {every} request{'' if every == 1 else 's'} {_was(refused)} refused", NO)


def _fault(faults: dict[str, Any]) -> Fault:
    return Fault().with_({name: value for name, value in faults.items() if value is not None})


def _unheard(error: OSError, host: str, port: int) -> str:
    """Why a port cannot be listened at; an error of ours says it itself."""
    if error.errno is None:
        return str(error)
    why = "its port is taken" if error.errno == errno.EADDRINUSE else error.strerror or error
    return f"{host}:{port} cannot be listened at: {why}"


class _Said:
    """What the command prints while it runs; `unread` is set when nobody reads it any more."""

    def __init__(self) -> None:
        self.unread = asyncio.Event()

    def tell(self, told: Known | Refused | Sent) -> None:
        """Print what became of a request or a message, whose answer does not wait for readers that are gone."""
        try:
            click.echo(_line(told))
        except BrokenPipeError:
            self.unread.set()


async def _serve(station: Station, offers: Offers, said: _Said) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with station:
        for line in _greeting(station, offers):
            click.echo(line)
        waiting = [asyncio.ensure_future(ended.wait()), asyncio.ensure_future(said.unread.wait())]
        if station.publisher is not None:
            waiting.append(asyncio.ensure_future(station.publisher.failed.wait()))
        await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for one in waiting:
            one.cancel()
        if station.publisher is not None and station.publisher.trouble is not None:
            raise station.publisher.trouble
    if said.unread.is_set():
        raise BrokenPipeError


def _greeting(station: Station, offers: Offers) -> list[str]:
    """Where it listens and what for; the first line ends with what ends it."""
    about: Any = station.about()
    lines = [f"Listening at {station.url}: {_count(about['http'])}. Ctrl-C ends it."]
    if "grpc" in about:
        secure = "s" if station.url.startswith("https") else ""
        lines.append(f"Listening at grpc{secure}://{station.grpc}: {_count(about['grpc'])}.")
    if "messages" in about:
        lines.append(f"Messages go to {about['messages']['broker']}: {_count(about['messages'])}.")
    elif offers.messages:
        number = len(offers.messages)
        lines.append(f"{number} message{'' if number == 1 else 's'} not sent: --messages URL says where to.")
    return [*lines, *offers.left_out]


def _was(number: int) -> str:
    return "was" if number == 1 else "were"


def _count(part: dict[str, Any]) -> str:
    number = len(part["interactions"])
    return f"{number} interaction{'' if number == 1 else 's'}"


def _line(told: Known | Refused | Sent) -> str:
    match told:
        case Known():
            return f"✓ {told.asked.told}  {told.interaction}"
        case Refused():
            return f"✗ {told.text}"
    return f"→ {told.channel}  {told.message}{f' ({told.fault})' if told.fault else ''}"
