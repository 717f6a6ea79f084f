"""A WSGI application on a port of its own, in threads."""

import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from socketserver import ThreadingMixIn
from typing import Any, TypeAlias
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

Application: TypeAlias = Callable[[dict[str, Any], Any], Iterable[bytes]]


class WsgiServer:
    """Serves an application; `raised` is what it raised while answering."""

    def __init__(self, app: Application) -> None:
        self.raised: list[BaseException] = []

        def noting(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
            try:
                return _Noting(app(environ, start_response), self.raised)
            except Exception as error:  # noqa: BLE001 - an application may raise anything; the report shows it
                self.raised.append(error)
                start_response("500 Internal Server Error", [("Content-Type", "text/plain")], sys.exc_info())
                return [b"Internal Server Error"]

        self._server = make_server("127.0.0.1", 0, noting, server_class=_Threads, handler_class=_Quiet)
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,), name="troth-wsgi", daemon=True)

    def start(self) -> str:
        """Listen; gives the URL."""
        self._thread.start()
        return f"http://127.0.0.1:{self._server.server_port}"

    def stop(self) -> None:
        """Listen no longer."""
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


class _Noting:
    """The parts of an answer; notes what the application raises while it makes them."""

    def __init__(self, parts: Iterable[bytes], raised: list[BaseException]) -> None:
        self._parts = parts
        self._raised = raised

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._parts
        except Exception as error:
            self._raised.append(error)
            raise

    def close(self) -> None:
        """Let the application know that nobody wants more."""
        getattr(self._parts, "close", lambda: None)()


class _Threads(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Quiet(WSGIRequestHandler):
    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name that the base class gives it
        """Say nothing of each request."""
