"""A relay before a server: it counts the connections that go through it, and can cut them all."""

import contextlib
import socket
import threading
from collections.abc import Iterator
from urllib.parse import urlsplit, urlunsplit


class Relay:
    """Listens on a port of its own and passes on what comes, both ways."""

    def __init__(self, host: str, port: int) -> None:
        self._behind = host, port
        self._listening = socket.create_server(("127.0.0.1", 0))
        self._open: list[socket.socket] = []
        self._guard = threading.Lock()
        self.port: int = self._listening.getsockname()[1]
        self.count = 0
        self._accepting = threading.Thread(target=self._accept, daemon=True)
        self._accepting.start()

    def cut(self) -> None:
        """End every connection, as a server does that goes away."""
        with self._guard:
            gone, self._open = self._open, []
        for one in gone:
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Cut, and listen no longer."""
        with contextlib.suppress(OSError):
            self._listening.shutdown(socket.SHUT_RDWR)
        self._accepting.join()
        self.cut()

    def _accept(self) -> None:
        with self._listening:
            while True:
                try:
                    front, _ = self._listening.accept()
                except OSError:
                    return
                back = socket.create_connection(self._behind)
                with self._guard:
                    self.count += 1
                    self._open += [front, back]
                threading.Thread(target=_joined, args=(front, back), daemon=True).start()


def _joined(front: socket.socket, back: socket.socket) -> None:
    with front, back:
        for one in (front, back):
            one.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        returning = threading.Thread(target=_pass_on, args=(back, front), daemon=True)
        returning.start()
        _pass_on(front, back)
        returning.join()


def _pass_on(one: socket.socket, other: socket.socket) -> None:
    with contextlib.suppress(OSError):
        while data := one.recv(65536):
            other.sendall(data)
    for end in (one, other):
        with contextlib.suppress(OSError):
            end.shutdown(socket.SHUT_RDWR)


@contextlib.contextmanager
def relayed(url: str) -> Iterator[tuple[str, Relay]]:
    """The address of a relay before the server at an address."""
    parts = urlsplit(url)
    relay = Relay(parts.hostname or "", parts.port or 0)
    user, at, _ = parts.netloc.rpartition("@")
    try:
        yield urlunsplit(parts._replace(netloc=f"{user}{at}127.0.0.1:{relay.port}")), relay
    finally:
        relay.close()
