"""What the fixture `troth_app` gave, as a `Target`: addresses as they are, applications and servers on ports."""

import inspect
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any

from troth_verifiers.api import Target
from troth_verifiers.calling import what_it_raised
from troth_verifiers.errors import TargetIncomplete, VerifierError
from troth_verifiers.plugins import known_protocols
from troth_verifiers.pytest_plugin.asgi import AsgiServer, why_not_started
from troth_verifiers.pytest_plugin.loops import Blocked, Loop
from troth_verifiers.pytest_plugin.wsgi import WsgiServer


@dataclass(slots=True)
class Served:
    """An application that runs here: its addresses by protocol, how it settles and is stopped, and what it raised.

    `failure` is why it does not run after all.
    """

    app: object
    failure: VerifierError | None = None
    urls: dict[str, str] = field(default_factory=dict)
    stops: list[Callable[[], object]] = field(default_factory=list)
    settles: list[Callable[[], object]] = field(default_factory=list)
    raised: list[list[BaseException]] = field(default_factory=list)

    def forget(self) -> None:
        """Begin anew with what it raises."""
        for raised in self.raised:
            raised.clear()

    @property
    def errors(self) -> list[BaseException]:
        """What it raised since `forget`, also after its last answer."""
        with suppress(Blocked):
            for settle in self.settles:
                settle()
        return [error for raised in self.raised for error in raised]


class Provider:
    """Serves one application at a time, for as long as the fixture that gave it.

    `without_http` leaves out what speaks HTTP, as an address was given for that.
    """

    def __init__(self, loop: Loop, *, without_http: bool = False) -> None:
        self._loop = loop
        self._without_http = without_http
        self._served = Served(None)

    @property
    def served(self) -> Served:
        """What is served now."""
        return self._served

    def at(self, app: object, target: Target) -> Target:
        """A target with the addresses of what the fixture gave; starts it if that was not tried yet.

        Raises a `VerifierError` if it does not start.
        """
        if app is None or isinstance(app, Target):
            return app or target
        if self._served.app is not app:
            self.stop()
            self._start(app)
        if self._served.failure is not None:
            raise self._served.failure
        urls = dict(self._served.urls)
        return replace(target, url=urls.pop("http", target.url), others={**target.others, **urls})

    def stop(self) -> None:
        """Let go of the application; one that blocks its event loop ends with the process."""
        served, self._served = self._served, Served(None)
        for stop in reversed(served.stops):
            with suppress(Blocked):
                stop()

    def _start(self, app: object) -> None:
        self._served = Served(app)
        try:
            self._serve("http", app)
        except VerifierError as error:
            failure = error
        except Exception as error:  # noqa: BLE001 - an application may raise anything; the report shows it
            failure = why_not_started(error)
            failure.__cause__ = error
        else:
            return
        self.stop()
        self._served = Served(app, failure)

    def _serve(self, protocol: str, app: Any) -> None:
        served = self._served
        if _is_mapping(app):
            known = ("http", *known_protocols())
            for name, one in app.items():
                if name not in known:
                    raise TargetIncomplete(f"troth_app gave {name!r}, which is no protocol: {', '.join(known)} are.")
                self._serve(name, one)
        elif hasattr(app, "add_insecure_port"):
            self._serve_grpc(app)
        elif self._without_http and protocol == "http":
            return
        elif isinstance(app, str):
            served.urls[protocol] = app
        elif not callable(app):
            raise _no_application(app)
        elif _arguments(app) == 0:
            self._serve(protocol, self._loop.call(_another(app)))
        elif _is_asgi(app):
            server = AsgiServer(app)
            served.raised.append(server.raised)
            served.settles.append(lambda: self._loop.call(server.settle()))
            served.stops.append(lambda: self._loop.call(server.stop()))
            served.urls[protocol] = self._loop.call(server.start())
        else:
            wsgi = WsgiServer(app)
            served.raised.append(wsgi.raised)
            served.urls[protocol] = wsgi.start()
            served.stops.append(wsgi.stop)

    def _serve_grpc(self, server: Any) -> None:
        try:
            port = self._loop.call(_made(partial(server.add_insecure_port, "127.0.0.1:0")))
            self._loop.call(_made(server.start))
        except (RuntimeError, ValueError) as error:
            elsewhere = isinstance(error, RuntimeError) and "different loop" in str(error)
            why = "it was made in another event loop" if elsewhere else what_it_raised(error).rstrip("!.")
            raise TargetIncomplete(
                f"The gRPC server that troth_app gave cannot be started: {why}. Give one that was not started, the "
                "function that makes it, or its address."
            ) from None
        self._served.urls["grpc"] = f"127.0.0.1:{port}"
        self._served.stops.append(lambda: self._loop.call(_stopped(server)))


def _no_application(given: object) -> TargetIncomplete:
    kind = type(given)
    name = kind.__name__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__name__}"
    return TargetIncomplete(
        f"troth_app gave {name}; it should give an ASGI or WSGI application, a gRPC server, a function that makes one "
        "of these, a URL, or a mapping from protocols to them. What is none of these is served by a function that "
        "starts it on a port and gives its URL."
    )


def _is_mapping(app: object) -> bool:
    """Whether it says which protocol is spoken by what; an application may be a mapping too, of its own things."""
    return isinstance(app, Mapping) and not callable(app)


async def _another(make: Callable[[], Any]) -> Any:
    """What a function makes. Raises `TargetIncomplete` where that is itself, as applications of aiohttp do."""
    made = await _made(make)
    if made is make:
        raise _no_application(made)
    return made


async def _made(make: Callable[[], Any]) -> Any:
    made = make()
    return await made if inspect.isawaitable(made) else made


async def _stopped(server: Any) -> None:
    ended = server.stop(None)
    if inspect.isawaitable(ended):
        await ended
    else:
        ended.wait()


def _is_asgi(app: Any) -> bool:
    called = app if inspect.isroutine(app) else type(app).__call__
    return inspect.iscoroutinefunction(called) or _arguments(app) == 3


def _arguments(app: Callable[..., Any]) -> int:
    """How many arguments it cannot do without; 2, as WSGI has, where that is not to be told."""
    if inspect.isclass(app):  # an application class that is made per request, as old WSGI frameworks have it
        return 2
    try:
        parameters = inspect.signature(app).parameters.values()
    except (ValueError, TypeError):
        return 2
    plain = (inspect.Parameter.POSITIONAL_ONLY, inspect.Parameter.POSITIONAL_OR_KEYWORD)
    needed = sum(one.kind in plain and one.default is one.empty for one in parameters)
    anything = any(one.kind is one.VAR_POSITIONAL for one in parameters)
    return 2 if anything and needed == 0 else needed
