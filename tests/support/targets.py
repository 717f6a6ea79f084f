"""What webhooks call: a listening target on a port of its own that notes every request and answers as a test says."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

Behaviour = Callable[[socket.socket, threading.Event], None]
"""Answers one request; ends when the event is set."""


@dataclass(frozen=True, slots=True)
class Received:
    """A request as the target read it."""

    line: str
    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Target:
    """Where the target listens, and what it was sent so far."""

    port: int
    behaviour: Behaviour
    received: list[Received] = field(default_factory=list)

    def url(self, path: str = "/hook", host: str = "127.0.0.1", scheme: str = "http") -> str:
        """An address at which it can be called."""
        return f"{scheme}://{host}:{self.port}{path}"


def says(status: str = "200 OK", body: bytes = b"", *headers: str, promised: int | None = None) -> Behaviour:
    """Answer at once; `promised` is the length that is claimed."""
    length = len(body) if promised is None else promised
    head = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {length}", *headers))
    return lambda connection, _: connection.sendall(head.encode() + b"\r\n" + body)


def hangs(connection: socket.socket, stop: threading.Event) -> None:
    """Say nothing, ever."""
    stop.wait()


def endless(connection: socket.socket, stop: threading.Event) -> None:
    """Send a body without end, as fast as it is read."""
    connection.sendall(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n")
    while not stop.is_set():
        connection.sendall(b"10000\r\n" + b"x" * 0x10000 + b"\r\n")


def drips(head: bytes) -> Behaviour:
    """Send a beginning and then a byte now and again, so that no single wait is long."""

    def behave(connection: socket.socket, stop: threading.Event) -> None:
        connection.sendall(head)
        while not stop.wait(0.02):
            connection.sendall(b"x")

    return behave


@contextlib.contextmanager
def target(
    behaviour: Behaviour, *, host: str = "127.0.0.1", certificate: tuple[Path, Path] | None = None
) -> Iterator[Target]:
    """Listen on a free port; the behaviour may be changed at any time."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(*certificate)
    stop = threading.Event()
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.create_server((host, 0), family=family, backlog=256) as listener:
        running = Target(listener.getsockname()[1], behaviour)
        threads: list[threading.Thread] = []

        def serve() -> None:
            while not stop.is_set():
                connection, _ = listener.accept()
                if stop.is_set():
                    connection.close()
                    return
                threads.append(threading.Thread(target=_answer, args=(running, connection, context, stop), daemon=True))
                threads[-1].start()

        accepting = threading.Thread(target=serve, daemon=True)
        accepting.start()
        try:
            yield running
        finally:
            stop.set()
            with contextlib.suppress(OSError), socket.create_connection(listener.getsockname()[:2]):
                pass
            accepting.join(10)
            for thread in threads:
                thread.join(10)


def _answer(running: Target, connection: socket.socket, context: ssl.SSLContext | None, stop: threading.Event) -> None:
    with contextlib.suppress(OSError), contextlib.closing(connection):
        if context is not None:
            connection = context.wrap_socket(connection, server_side=True)
        with contextlib.closing(connection):
            found = _read(connection)
            if found is not None:
                running.received.append(found)
                running.behaviour(connection, stop)


def _read(connection: socket.socket) -> Received | None:
    with connection.makefile("rb") as stream:
        line = stream.readline().decode("latin-1").strip()
        headers: dict[str, str] = {}
        while text := stream.readline().decode("latin-1").strip():
            name, _, value = text.partition(":")
            headers[name.lower()] = value.strip()
        body = stream.read(int(headers.get("content-length", 0)))
    return Received(line, headers, body) if line else None


def certificate_for(folder: Path, *names: str) -> tuple[Path, Path]:
    """A certificate that signs itself for these host names, and its key, as files."""
    key = ec.generate_private_key(ec.SECP256R1())
    subject = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, names[0])])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(name) for name in names]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    files = folder / f"{names[0]}.pem", folder / f"{names[0]}.key"
    files[0].write_bytes(made.public_bytes(serialization.Encoding.PEM))
    files[1].write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return files
