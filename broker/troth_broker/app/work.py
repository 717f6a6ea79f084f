"""Running workers without a server: one process that makes the calls that are due, until it is told to stop."""

import contextlib
import signal
import threading
from types import FrameType

import structlog

from troth_broker.app.logs import configure_logs
from troth_broker.app.world import workers_of, world_of
from troth_broker.services import deliveries
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.store.migrate import migrate, require_current


def work(settings: Settings, threads: int) -> None:
    """Work until SIGINT or SIGTERM; calls under way may still end. Raises BadSetting or StoreError before any work."""
    configure_logs()
    stop = threading.Event()

    def end(sig: int, _: FrameType | None) -> None:
        """The first signal begins the end, the second one is the end."""
        signal.signal(sig, signal.SIG_DFL)
        stop.set()

    for sig in (signal.SIGINT, signal.SIGTERM):
        signal.signal(sig, end)
    with contextlib.closing(Store(settings.database_url, max(threads, 2))) as store:
        (migrate if settings.auto_migrate_db else require_current)(store)
        world = world_of(store, settings)
        workers = workers_of(world, threads)
        log = structlog.get_logger("troth")
        log.info("working", store=store.name, threads=threads, waiting=deliveries.waiting(world))
        workers.start()
        stop.wait()
        workers.stop(settings.shutdown_timeout)
        log.info("stopped", waiting=deliveries.waiting(world))
