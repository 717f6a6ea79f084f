"""What one may ask an application over HTTP: a POST with JSON, answered with JSON."""

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


def answering(answer: Callable[[dict[str, Any]], object]) -> str:
    """The address on 127.0.0.1 at which POST is answered by a function, from a thread, until the process ends."""

    class Asked(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            question = self.rfile.read(int(self.headers.get("content-length") or 0))
            body = json.dumps(answer(json.loads(question or b"{}"))).encode()
            self.send_response(200)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Asked)
    Thread(target=server.serve_forever, daemon=True).start()
    return f"http://127.0.0.1:{server.server_address[1]}"
