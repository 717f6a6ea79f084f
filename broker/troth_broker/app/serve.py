"""Running the broker: one process, one event loop, until it is told to stop."""

import structlog
import uvicorn

from troth_broker.app.build import build
from troth_broker.settings import Settings


def serve(settings: Settings) -> None:
    """Serve until SIGINT or SIGTERM; requests in flight are finished. Raises StoreError before anything is served."""
    api = build(settings)
    structlog.get_logger("troth").info(
        "serving", url=f"http://{settings.host}:{settings.port}", store=api.world.store.name
    )
    try:
        uvicorn.run(
            api,
            host=settings.host,
            port=settings.port,
            log_level="warning",
            access_log=False,
            server_header=False,
            lifespan="off",
            loop="uvloop",
            http="httptools",
            timeout_graceful_shutdown=30,
        )
    finally:
        api.close()
        api.world.store.close()
