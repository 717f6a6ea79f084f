"""Running the broker: one process, one event loop, until it is told to stop."""

import contextlib
import gc
import os
import signal
import threading
import time
from types import FrameType

import structlog
import uvicorn

from troth_broker.app.build import build
from troth_broker.app.connections import BoundedProtocol
from troth_broker.app.exposure import CannotListen, listener, seen_by, tls
from troth_broker.app.logs import configure_logs
from troth_broker.app.world import workers_of
from troth_broker.jobs.workers import Workers
from troth_broker.settings import Settings
from troth_broker.web.frame import Api

__all__ = ["CannotListen", "serve"]

_GRACE = 5
"""Seconds that a statement may outlast the requests that it was for, before the process ends without it."""


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished, and a second signal ends at once.

    Raises BadSetting, StoreError or CannotListen before anything is served.
    """
    configure_logs()
    with contextlib.ExitStack() as cleaning:
        encryption = tls(settings)
        listening = cleaning.enter_context(listener(settings))
        api = build(settings)
        cleaning.callback(api.world.store.close)
        cleaning.callback(api.close)
        workers = workers_of(api.world, 0 if api.world.store.is_snapshot else settings.webhook_workers)
        cleaning.callback(workers.stop, _GRACE - 1)
        config = uvicorn.Config(
            api,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            loop="uvloop",
            http=BoundedProtocol,
            ws="none",
            timeout_graceful_shutdown=settings.shutdown_timeout,
        )
        config.load()
        config.ssl = encryption
        host, port = listening.getsockname()[:2]
        url = _url("https" if encryption else "http", host, port)
        log = structlog.get_logger("troth")
        log.info(
            "serving", url=url, store=api.world.store.name, open_to=seen_by(settings), workers=settings.webhook_workers
        )
        workers.start()
        _settle()
        _Server(config, api, workers, settings).run(sockets=[listening])
        log.info("stopping: no request is in flight any more")


class _Server(uvicorn.Server):
    """A server that says that it is about to stop before it does, and stops in bounded time."""

    def __init__(self, config: uvicorn.Config, api: Api, workers: Workers, settings: Settings) -> None:
        super().__init__(config)
        self._api, self._workers = api, workers
        self._delay, self._timeout = settings.shutdown_delay, settings.shutdown_timeout
        self._stop_at: float | None = None

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:  # noqa: ARG002 - uvicorn's signature
        """The first signal begins the end, the second one is the end."""
        if self._stop_at is not None:
            signal.signal(sig, signal.SIG_DFL)
            os.kill(os.getpid(), sig)
            return
        self._stop_at = time.monotonic() + self._delay
        self._api.draining = True
        self._workers.finish()
        last = threading.Timer(self._delay + self._timeout + _GRACE, os._exit, (1,))
        last.daemon = True
        last.start()

    async def on_tick(self, counter: int) -> bool:
        """Look, ten times a second, whether it is time to stop."""
        self.should_exit = self._stop_at is not None and time.monotonic() >= self._stop_at
        return await super().on_tick(counter)


def _settle() -> None:
    """Spare the garbage collector what stays for good, and let it come by less often: a tenth of every request."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(10_000, 20, 20)


def _url(scheme: str, host: str, port: int) -> str:
    return f"{scheme}://[{host}]:{port}" if ":" in host else f"{scheme}://{host}:{port}"
