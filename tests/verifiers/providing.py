"""A small provider on a port of its own, whose every answer a test decides, and which remembers what it was asked."""

import contextlib
import json
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

TLS = Path(__file__).with_name("tls")
"""Certificates for localhost with their key and authority, made for these tests and worth nothing elsewhere."""


@dataclass(frozen=True)
class Asked:
    """One request as the provider saw it."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        """The body as JSON."""
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the provider gives back; `json` wins over `body`."""

    status: int = 200
    body: bytes = b""
    headers: dict[str, str] = field(default_factory=dict)
    json: Any = None

    @property
    def rendered(self) -> tuple[bytes, dict[str, str]]:
        """Body and headers."""
        if self.json is None:
            return self.body, self.headers
        return json.dumps(self.json).encode(), {"Content-Type": "application/json", **self.headers}


class Provider:
    """Answers by path without the query: an `Answer`, a function of `Asked`, "hang" or "drop"; else `otherwise`."""

    def __init__(
        self, *, tls: bool = False, certificate: str = "certificate.pem", wants_clients: Path | None = None
    ) -> None:
        self.asked: list[Asked] = []
        self.answers: dict[str, Answer | Callable[[Asked], Answer | str] | str] = {}
        self.otherwise = Answer(404)
        self.released = threading.Event()
        provider = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                body = self.rfile.read(int(self.headers.get("content-length") or 0))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body)
                if self.command != "HEAD":
                    provider.asked.append(asked)
                answer = provider.answers.get(self.path.partition("?")[0], provider.otherwise)
                if callable(answer):
                    answer = answer(asked)
                if answer == "hang":
                    provider.released.wait(60)
                if isinstance(answer, str):
                    self.close_connection = True
                    return
                content, more = answer.rendered
                self.send_response(answer.status)
                for name, value in {**more, "Content-Length": str(len(content))}.items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(content)

            do_GET = do_POST = do_PUT = do_DELETE = do_PATCH = do_HEAD = do_OPTIONS = answer  # noqa: N815 - http.server looks for these names

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if tls:
            context = _context(certificate, wants_clients)
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self.port = self._server.server_address[1]
        self.url = f"http{'s' if tls else ''}://127.0.0.1:{self.port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def stop(self) -> None:
        """Let everything go that hangs, and listen no longer."""
        self.released.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()

    def paths(self) -> list[str]:
        """The paths that were asked for, in order."""
        return [asked.path for asked in self.asked]


def _context(certificate: str, wants_clients: Path | None) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(TLS / certificate, TLS / "key.pem")
    if wants_clients is not None:
        context.verify_mode = ssl.CERT_REQUIRED
        context.load_verify_locations(wants_clients)
    return context


@contextlib.contextmanager
def providing(
    *, tls: bool = False, certificate: str = "certificate.pem", wants_clients: Path | None = None
) -> Iterator[Provider]:
    """A provider that runs until the end of the block; it may want its clients' certificates, of this authority."""
    provider = Provider(tls=tls, certificate=certificate, wants_clients=wants_clients)
    try:
        yield provider
    finally:
        provider.stop()
