"""A peer on a real port that answers as no broker should: byte for byte what a test gives it."""

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Peer:
    """Where the peer listens, and what it was sent."""

    url: str
    requests: list[bytes] = field(default_factory=list)


def answer(
    status: str, body: bytes = b"", *, media: str = "application/hal+json", headers: str = "", cut: int = 0
) -> bytes:
    """One HTTP answer; `cut` promises so many bytes more than it sends."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {media}", f"Content-Length: {len(body) + cut}", "Connection: close"]
    return ("\r\n".join(lines) + f"\r\n{headers}\r\n").encode() + body


@contextlib.contextmanager
def peer(*answers: bytes | None, certificate: Path | None = None, key: Path | None = None) -> Iterator[Peer]:
    """Answer connections one after the other, the last answer again and again; None never answers."""
    context = None
    if certificate is not None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        scheme = "http" if context is None else "https"
        found = Peer(f"{scheme}://127.0.0.1:{listener.getsockname()[1]}")
        stop = threading.Event()
        thread = threading.Thread(target=_serve, args=(listener, list(answers), found, stop, context), daemon=True)
        thread.start()
        try:
            yield found
        finally:
            stop.set()
            with contextlib.suppress(OSError), socket.create_connection(listener.getsockname()):
                pass
            thread.join(10)


def _serve(
    listener: socket.socket,
    answers: list[bytes | None],
    found: Peer,
    stop: threading.Event,
    context: ssl.SSLContext | None,
) -> None:
    silent: list[socket.socket] = []
    while not stop.is_set():
        connection, _ = listener.accept()
        if stop.is_set():
            connection.close()
            break
        try:
            if context is not None:
                connection = context.wrap_socket(connection, server_side=True)
            found.requests.append(_read(connection))
            reply = answers[0] if len(answers) == 1 else answers.pop(0)
            if reply is None:
                silent.append(connection)
                continue
            connection.sendall(reply)
            connection.close()
        except OSError:
            connection.close()
    for connection in silent:
        connection.close()


def _read(connection: socket.socket) -> bytes:
    found = b""
    while b"\r\n\r\n" not in found:
        part = connection.recv(65536)
        if not part:
            return found
        found += part
    head, _, body = found.partition(b"\r\n\r\n")
    lengths = (line.split(b":")[1] for line in head.split(b"\r\n") if line.lower().startswith(b"content-length"))
    length = int(next(lengths, b"0"))
    while len(body) < length:
        body += connection.recv(65536)
    return head + b"\r\n\r\n" + body


Serving = Callable[..., contextlib.AbstractContextManager[Peer]]
