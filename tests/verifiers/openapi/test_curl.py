"""The command that is told with a failure sends the very request again, pasted into a shell as it is."""

import asyncio
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from troth_verifiers.api import Outgoing, Target
from troth_verifiers.clients import new_client
from troth_verifiers.openapi.curl import curl
from troth_verifiers.pact.own.sending import send

MADE_BY_EACH = ("host", "user-agent", "accept", "accept-encoding", "connection", "content-length")
"""Headers that each client makes itself."""
Seen = list[tuple[str, str, list[tuple[str, str]], bytes]]


@pytest.fixture
def server() -> Iterator[tuple[str, Seen]]:
    """Where a server listens that takes any method, and what it saw."""
    seen: Seen = []

    class Handler(BaseHTTPRequestHandler):
        def handle_one_request(self) -> None:
            self.raw_requestline = self.rfile.readline()
            self.close_connection = True
            if not self.parse_request():
                return
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = ((name.lower(), value) for name, value in self.headers.items())
            kept = sorted(one for one in headers if one[0] not in MADE_BY_EACH)
            seen.append((self.command, self.path, kept, body))
            self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\n")
            self.wfile.write(b"" if self.command == "HEAD" else b"ok")

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as running:
        thread = threading.Thread(target=running.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{running.server_port}", seen
        running.shutdown()
        thread.join()


@pytest.mark.parametrize(
    ("method", "path", "headers", "content"),
    [
        ("GET", "/items?limit=1&name=a%20b%26c", (("X-Name", 'it\'s \\ $HOME `date` "x"!'),), b""),
        ("GET", "/items?filter[a]=1&range={1-3}&b=[1-3]", (), b""),
        ("GET", "/items/%2e/a/../b/./c", (), b""),
        ("GET", "/items/7", (("X-Empty", ""), ("X-Also", "x")), b""),
        ("HEAD", "/items", (), b""),
        ("POST", "/items", (), b'{"name": "no content type"}'),
        ("POST", "/items", (("content-type", "application/json"),), '{"name": "Zoë\'s @file"}'.encode()),
        ("PUT", "/items", (("Content-Type", "text/plain"),), b"@/etc/passwd"),
        ("PUT", "/items", (("Content-Type", "application/octet-stream"),), b"\x00\xff\r\n% 'x'"),
        ("DELETE", "/items", (("Cookie", "a=1; b=2"),), b""),
        ("TRACE", "/items", (("X-Semicolon", ";"), ("X-Colon", ":")), b""),
    ],
)
def test_a_command_sends_what_was_sent(
    server: tuple[str, Seen], method: str, path: str, headers: tuple[tuple[str, str], ...], content: bytes
) -> None:
    url, seen = server
    request = Outgoing(method, f"{url}{path}", headers, content)

    async def sent() -> None:
        async with new_client(ssl.create_default_context, 60) as client:
            await send(client, request, Target(url, timeout=60), follow=False)

    asyncio.run(sent())
    done = subprocess.run(["bash", "-c", f"set -o pipefail; {curl(request)}"], capture_output=True, timeout=120)
    assert done.returncode == 0, done.stderr.decode()
    first, second = seen
    assert second == first, curl(request)
