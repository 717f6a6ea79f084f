"""`troth stub FILE…`: a provider that answers what its contracts say, for the tests of its consumers."""

import asyncio
import signal
from collections.abc import Sequence

import click

from troth_broker.cli.stop import Stop, bad_input
from troth_verifiers import Contract, Files, VerifierError
from troth_verifiers.stub import Fault, Known, Refused, Stub
from troth_verifiers.stub.pacts import PactBook


@click.command()
@click.argument("files", nargs=-1, required=True, metavar="FILE…")
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("-p", "--port", type=click.IntRange(0, 65535), default=8080, show_default=True, help="0 for any.")
@click.option("--latency", type=click.IntRange(min=0), default=0, metavar="MILLISECONDS", help="Answer so much later.")
@click.option(
    "--jitter", type=click.IntRange(min=0), default=0, metavar="MILLISECONDS", help="And up to this, by chance."
)
@click.option("--status", type=click.IntRange(200, 599), metavar="STATUS", help="Answer all with this status instead.")
@click.option("--reset", is_flag=True, help="Cut every connection without an answer.")
@click.option("--truncate", type=click.IntRange(min=0), metavar="BYTES", help="Break off after so much of a body.")
@click.option("--drip", type=click.IntRange(min=1), metavar="BYTES", help="Send so many bytes of a body a second.")
def stub(
    files: Sequence[str],
    host: str,
    port: int,
    latency: int,
    jitter: int,
    status: int | None,
    reset: bool,
    truncate: int | None,
    drip: int | None,
) -> None:
    """Serve the HTTP interactions of pact FILES until Ctrl-C; a request that none of them knows is refused with 501.

    What was asked stands at /_troth/requests. Faults can be changed while it runs: by PUT to /_troth/faults, or for one
    request by the header X-Troth-Fault, such as `latency=200, status=503`.
    """
    fault = Fault(latency, jitter, status or 0, reset, -1 if truncate is None else truncate, drip or 0)
    try:
        book = PactBook(asyncio.run(_contracts(files)))
    except VerifierError as error:
        raise Stop(error.text, error.exit_code) from error
    if not book.titles:
        raise bad_input("there is no HTTP interaction in these pacts, so there is nothing to answer")
    try:
        asyncio.run(_serve(book, host, port, fault))
    except OSError as error:
        raise bad_input(f"{host}:{port} cannot be listened at: {error.strerror or error}") from None


async def _contracts(files: Sequence[str]) -> list[Contract]:
    return [contract async for contract in Files(*files).contracts()]


async def _serve(book: PactBook, host: str, port: int, fault: Fault) -> None:
    ended = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    async with Stub(book, host=host, port=port, fault=fault, tell=_tell) as running:
        count = len(book.titles)
        click.echo(f"Listening at {running.url}: {count} interaction{'' if count == 1 else 's'}. Ctrl-C ends it.")
        await ended.wait()


def _tell(found: Known | Refused) -> None:
    asked = found.asked
    if isinstance(found, Known):
        click.echo(f"✓ {asked.method} {asked.target}  {found.interaction}")
    else:
        click.echo(f"✗ {found.text}")
