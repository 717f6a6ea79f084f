"""Running the broker: one process, one event loop, until it is told to stop."""

import contextlib
import gc
import signal
import socket
import sys

import structlog
import uvicorn

from troth_broker.app.build import build
from troth_broker.app.logs import configure_logs
from troth_broker.settings import Settings


class CannotListen(OSError):
    """The address is taken, is not this machine's, or may not be used."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished.

    Raises StoreError or CannotListen before anything is served.
    """
    configure_logs()
    with contextlib.ExitStack() as cleaning:
        listener = cleaning.enter_context(_listener(settings.host, settings.port))
        api = build(settings)
        cleaning.callback(api.world.store.close)
        cleaning.callback(api.close)
        host, port = listener.getsockname()[:2]
        config = uvicorn.Config(
            api,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            loop="uvloop",
            http="httptools",
            timeout_graceful_shutdown=30,
        )
        structlog.get_logger("troth").info("serving", url=_url(host, port), store=api.world.store.name)
        _settle()
        # The server hands SIGTERM on when it has finished: leave by the door then, so that the store is closed.
        signal.signal(signal.SIGTERM, lambda _signal, _frame: sys.exit(0))
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(config).run(sockets=[listener])


def _settle() -> None:
    """Spare the garbage collector what stays for good, and let it come by less often: a tenth of every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _listener(host: str, port: int) -> socket.socket:
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as problem:
        # Python adds the address to the system's sentence; ours has it already.
        why = str(problem.strerror or problem).partition(" (while")[0]
        raise CannotListen(f"cannot listen on {host}:{port}: {why}") from problem


def _url(host: str, port: int) -> str:
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"
