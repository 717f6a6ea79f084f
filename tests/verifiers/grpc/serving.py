"""gRPC servers for the tests: the example's, and one whose every answer in bytes a test decides; and ways to replay."""

import asyncio
import contextlib
import json
import select
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import grpc

from examples.grpc_orders.service import PROTO, Orders, schema, serve
from tests.verifiers.providing import TLS
from troth_verifiers import Contract, Interaction, Outcome, Result, Target, VerifierError
from troth_verifiers.grpc import GrpcVerifier

KNOWN = schema()
FILES = {"orders.proto": PROTO.read_bytes()}
GET = {"service": "shop.Orders", "method": "GetOrder"}
LIST = {"service": "shop.Orders", "method": "ListOrders"}
ADD = {"service": "shop.Orders", "method": "AddLines"}
QUOTE = {"service": "shop.Orders", "method": "Quote"}


@contextlib.contextmanager
def orders(*, broken: bool = False, secure: bool = False, certificate: str = "certificate.pem") -> Iterator[Any]:
    """The example's service with the order 7, and under ``address`` where it listens."""
    service: Any = Orders(KNOWN, broken=broken)
    service.orders[7] = "Ada"
    credentials = None
    if secure:
        pair = ((TLS / "key.pem").read_bytes(), (TLS / certificate).read_bytes())
        credentials = grpc.ssl_server_credentials([pair])
    server, port = serve(service, KNOWN, credentials=credentials)
    service.address = f"{'grpcs' if secure else 'grpc'}://127.0.0.1:{port}"
    try:
        yield service
    finally:
        server.stop(None).wait()


class Wild(grpc.GenericRpcHandler):
    """Answers each method by a function of the requests' bytes and the context, which yields the answers' bytes."""

    def __init__(self, **methods: Callable[[list[bytes], Any], Iterator[bytes]]) -> None:
        self.methods = methods
        self.metadata: list[dict[str, Any]] = []

    def service(self, details: Any) -> Any:
        answer = self.methods.get(details.method.rpartition("/")[2])
        if answer is None:
            return None

        def handle(requests: Iterator[bytes], context: Any) -> Iterator[bytes]:
            self.metadata.append(dict(context.invocation_metadata()))
            yield from answer(list(requests), context)

        return grpc.stream_stream_rpc_method_handler(handle)


@contextlib.contextmanager
def wild(**methods: Callable[[list[bytes], Any], Iterator[bytes]]) -> Iterator[tuple[str, Wild]]:
    """A server of a test's own: its address, and what it was asked with."""
    handler = Wild(**methods)
    server = grpc.server(ThreadPoolExecutor(4), options=[("grpc.max_send_message_length", -1)])
    server.add_generic_rpc_handlers((handler,))
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    try:
        yield f"127.0.0.1:{port}", handler
    finally:
        server.stop(None).wait()


@contextlib.contextmanager
def listening(talk: Callable[[socket.socket], None]) -> Iterator[str]:
    """An address where each connection is talked to by a function."""
    listener = socket.create_server(("127.0.0.1", 0))
    taken: list[socket.socket] = []

    def accept() -> None:
        while True:
            try:
                connection, _ = listener.accept()
            except OSError:
                return
            taken.append(connection)
            with contextlib.suppress(OSError):
                talk(connection)

    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield f"127.0.0.1:{listener.getsockname()[1]}"
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join()
        for connection in taken:
            connection.close()


@contextlib.contextmanager
def cutting(address: str, after: int) -> Iterator[str]:
    """An address that passes everything on to another, and hangs up once more than so many bytes came back."""
    host, _, port = address.partition(":")

    def talk(connection: socket.socket) -> None:
        with socket.create_connection((host, int(port))) as server:
            came = 0
            while came <= after:
                ready, _, _ = select.select([connection, server], [], [])
                for one in ready:
                    content = one.recv(65536)
                    (connection if one is server else server).sendall(content)
                    came += len(content) if one is server else 0
                    if not content:
                        return
        connection.close()

    with listening(talk) as relay:
        yield relay


def message(kind: str, **members: Any) -> bytes:
    """The bytes of a message of the example."""
    made = KNOWN.pool.new(f"shop.{kind}")
    for name, value in members.items():
        setattr(made, name, value)
    content: bytes = made.SerializeToString()
    return content


def contract(*interactions: Mapping[str, Any], files: Mapping[str, bytes] | None = None, **members: Any) -> Contract:
    """A contract of Troth's own form."""
    given = FILES if files is None else files
    document = {
        "troth": 1,
        "protocol": "grpc",
        "consumer": "web",
        "provider": "orders",
        "schema": list(given),
        "interactions": [{"description": f"call {index}", **one} for index, one in enumerate(interactions)],
        **members,
    }
    return Contract("web", "orders", json.dumps(document).encode(), "web.json", format="grpc", files=given)


def replayed(given: Contract, address: str, **members: Any) -> list[Result]:
    """The results of a contract's interactions, one after the other."""
    return asyncio.run(_replayed(given, Target(others={"grpc": address}, **members)))


async def _replayed(given: Contract, target: Target) -> list[Result]:
    verifier = GrpcVerifier()
    try:
        return [await _one(verifier, one, target) for one in verifier.interactions(given)]
    finally:
        await verifier.aclose()


async def _one(verifier: GrpcVerifier, interaction: Interaction, target: Target) -> Result:
    try:
        return await verifier.verify(interaction, target)
    except VerifierError as error:
        return Result(interaction, Outcome.ERRORED, cause=error.cause)


def one(interaction: Mapping[str, Any], address: str, **members: Any) -> Result:
    """The result of a contract of one interaction."""
    files = members.pop("files", None)
    (result,) = replayed(contract(interaction, files=files), address, **members)
    return result


def told(result: Result) -> list[str]:
    """The sentences of a result: its mismatches, else its cause."""
    return [found.text for found in result.mismatches] or ([result.cause.text] if result.cause else [])
