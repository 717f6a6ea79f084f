"""Several clients at once over kept-open connections: small enough that the server is what is measured."""

import socket
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import count

from benchmarks.server import Server


@dataclass(frozen=True, slots=True)
class Request:
    """One request, ready to be sent."""

    raw: bytes

    @classmethod
    def of(cls, method: str, path: str, body: bytes = b"", accept: str = "application/hal+json") -> "Request":
        """A request as Pact clients send it, or as a browser does."""
        lines = [f"{method} {path} HTTP/1.1", "Host: 127.0.0.1", f"Accept: {accept}"]
        if body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(body)}"]
        return cls("\r\n".join((*lines, "", "")).encode() + body)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    body: bytes


@dataclass(frozen=True, slots=True)
class Run:
    """What many requests cost."""

    requests: int
    seconds: float
    cpu_seconds: float
    """Of the server's process."""
    latencies: tuple[float, ...]
    """Sorted."""
    size: int
    """The answer's bytes."""

    @property
    def per_second(self) -> float:
        """Requests per second."""
        return self.requests / self.seconds

    @property
    def cpu_ms(self) -> float:
        """The server's processor time per request in milliseconds."""
        return self.cpu_seconds / self.requests * 1000

    def percentile(self, part: float) -> float:
        """The latency in milliseconds that this part of the requests stayed under."""
        return self.latencies[min(len(self.latencies) - 1, int(len(self.latencies) * part))] * 1000


class Client:
    """One connection."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self._socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def close(self) -> None:
        self._socket.close()

    def ask(self, request: Request) -> Answer:
        """Send a request and read the whole answer."""
        self._socket.sendall(request.raw)
        data = self._socket.recv(262_144)
        while (end := data.find(b"\r\n\r\n")) < 0:
            data += self._more()
        head = data[:end].lower()
        at = head.find(b"content-length:")
        length = int(head[at + 15 : head.find(b"\r\n", at) % (end + 2)]) if at >= 0 else 0
        parts, missing = [data[end + 4 :]], length - len(data) + end + 4
        while missing > 0:
            parts.append(self._more())
            missing -= len(parts[-1])
        return Answer(int(data[9:12]), b"".join(parts))

    def _more(self) -> bytes:
        data = self._socket.recv(262_144)
        if not data:
            raise ConnectionError("the server closed the connection in the middle of an answer")
        return data


def run(server: Server, requests: Sequence[Request], *, clients: int) -> Run:
    """Send all the requests, each once, from several clients at once. Every answer must be a success."""
    latencies: list[float] = []
    sizes: list[int] = []
    failures: list[str] = []
    turn = count()

    def work() -> None:
        client = Client(server.port)
        try:
            while (number := next(turn)) < len(requests) and not failures:
                began = time.perf_counter()
                answer = client.ask(requests[number])
                latencies.append(time.perf_counter() - began)
                sizes.append(len(answer.body))
                if not 200 <= answer.status < 300:
                    failures.append(f"{answer.status} {answer.body[:500]!r} to {requests[number].raw[:200]!r}")
        except OSError as problem:
            failures.append(repr(problem))
        finally:
            client.close()

    threads = [threading.Thread(target=work) for _ in range(clients)]
    cpu, began = server.cpu_seconds(), time.perf_counter()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    seconds, cpu = time.perf_counter() - began, server.cpu_seconds() - cpu
    if failures:
        raise RuntimeError(failures[0])
    return Run(len(latencies), seconds, cpu, tuple(sorted(latencies)), sorted(sizes)[len(sizes) // 2])
