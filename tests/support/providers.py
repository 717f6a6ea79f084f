"""A little provider whose behaviour a test decides, and its endpoint for provider states."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.support.brokers import serving


@dataclass(slots=True)
class Provider:
    """A provider that runs: what it answers by path, and the states it was asked for."""

    url: str = ""
    answers: dict[str, int] = field(default_factory=dict)
    states: list[tuple[str, str]] = field(default_factory=list)

    @property
    def states_url(self) -> str:
        """Where provider states are set up and torn down."""
        return f"{self.url}/_states"

    async def answer(self, request: Request) -> Response:
        """The status that the test gave for the path, else 200."""
        return JSONResponse({"path": request.url.path}, self.answers.get(request.url.path, 200))

    async def state(self, request: Request) -> Response:
        """Note the state and its action."""
        asked: dict[str, Any] = await request.json()
        self.states.append((asked["state"], asked.get("action", "setup")))
        return JSONResponse({})


@contextlib.contextmanager
def provider() -> Iterator[Provider]:
    """Run a provider on a free port."""
    running = Provider()
    routes = [Route("/_states", running.state, methods=["POST"]), Route("/{path:path}", running.answer)]
    with serving(Starlette(routes=routes)) as url:
        running.url = url
        yield running
