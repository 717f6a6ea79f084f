"""Requests to one broker: credentials, retries, links kept on the broker's own host, failures told apart."""

import asyncio
import importlib
import json
import os
import re
import ssl
from collections.abc import Awaitable, Callable, Mapping, Sequence
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlencode, urlsplit, urlunsplit

import httpx

from troth_broker.client import failures, links
from troth_broker.client.address import Address
from troth_broker.client.errors import (
    BadAddress,
    BrokerUnreachable,
    ConnectionRefused,
    MissingExtra,
    NameNotFound,
    NotABroker,
    TimedOut,
    TlsFailed,
)

_ACCEPT = "application/hal+json, application/problem+json"
_MERGE_PATCH = "application/merge-patch+json"
_PAUSE = 0.5
_LONGEST_PAUSE = 30.0
_WHOLE = 10
"""A whole answer may take so many times as long as its next part."""
_UNTOUCHED = {429, 503}
"""Answers that say "try again" and mean that nothing was done."""
_PASSING = _UNTOUCHED | {502, 504}
"""Answers that come and go; the last two from a proxy in front of a broker that starts or stops."""

Query = Sequence[tuple[str, str]]


class Wire:
    """One broker's HTTP, and nothing of its meaning."""

    def __init__(self, address: Address, client: httpx.AsyncClient, *, retries: int, timeout: float) -> None:
        self.address = address
        self.left_to_do: Callable[[], bool] = lambda: False
        self.compare_next: Callable[[], Any] = lambda: None
        """Whether what was asked has left work for others: calls of webhooks, where no server runs."""
        self._client = client
        self._retries = retries
        self._timeout = timeout
        self._index: Mapping[str, Any] | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._client.aclose()

    async def relation(self, name: str, **variables: str) -> str:
        """The URL of one of the index's relations, its template expanded with these values."""
        template = links.href(await self.index(), name)
        if template is None:
            raise NotABroker(
                f"{self.address.shown} offers no {name}: it is no Pact Broker, or one too old or restricted for this"
            )
        try:
            return links.expand(template, variables)
        except KeyError as missing:
            raise NotABroker(f"{name} of {self.address.shown} asks for {missing}, which no Pact Broker does") from None

    async def index(self) -> Mapping[str, Any]:
        """The broker's index, asked for once."""
        if self._index is None:
            found = await self.get(self.address.url or "/")
            if not isinstance(found.get("_links"), Mapping):
                raise NotABroker(f"{self.address.shown} answers with JSON, but not as a broker does")
            self._index = found
        return self._index

    async def get(self, url: str, query: Query = ()) -> Mapping[str, Any]:
        """The document at a URL."""
        return self.document(await self.send("GET", url, query=query))

    async def post(self, url: str, body: Any, *, reads: bool = False) -> Mapping[str, Any]:
        """What the broker answers to a POST; `reads` says that it changes nothing, so that it may be repeated."""
        return self.document(await self.send("POST", url, body=body, repeatable=reads))

    async def put(self, url: str, body: Any) -> Mapping[str, Any]:
        """What the broker answers to a PUT."""
        return self.document(await self.send("PUT", url, body=body))

    async def patch(self, url: str, body: Any) -> Mapping[str, Any]:
        """What the broker answers to a merge patch."""
        return self.document(await self.send("PATCH", url, body=body, media=_MERGE_PATCH))

    async def delete(self, url: str) -> None:
        """Delete what stands at a URL."""
        await self.send("DELETE", url, accept="*/*")

    def document(self, response: httpx.Response) -> Mapping[str, Any]:
        """The JSON object of an answer."""
        found = failures.json_of(response, self.address.shown)
        if not isinstance(found, Mapping):
            raise NotABroker(f"{response.request.url} answered with JSON that is no object")
        return found

    async def send(
        self,
        method: str,
        url: str,
        *,
        query: Query = (),
        body: Any = None,
        media: str = "application/json",
        accept: str = _ACCEPT,
        repeatable: bool | None = None,
    ) -> httpx.Response:
        """One request with its retries; raises for everything but a success (2xx)."""
        content = None if body is None else json.dumps(body, ensure_ascii=False, allow_nan=False).encode()
        headers = {"Accept": accept} | ({} if content is None else {"Content-Type": media})
        # httpx would group the parameters by name, but in a question to the matrix their order is the meaning.
        asked = f"?{urlencode(query)}" if query else ""
        request = self._client.build_request(method, self._own(url) + asked, content=content, headers=headers)
        again = method != "POST" if repeatable is None else repeatable
        attempt = 0
        while True:
            outcome = await self._try(request)
            pause = _pause(outcome, attempt, again) if attempt < self._retries else None
            if pause is None:
                break
            await asyncio.sleep(pause)
            attempt += 1
        if isinstance(outcome, BrokerUnreachable):
            raise outcome
        if not outcome.is_success:
            raise failures.from_answer(outcome, self.address.shown)
        return outcome

    async def _try(self, request: httpx.Request) -> httpx.Response | BrokerUnreachable:
        # httpx bounds each step, not the whole: an answer that comes in drops would never be given up.
        whole = None if self.address.database else self._timeout * _WHOLE
        try:
            async with asyncio.timeout(whole):
                return await self._client.send(request)
        except TimeoutError:
            return TimedOut(f"the broker at {self.address.shown} did not finish its answer within {whole:g} s")
        except (httpx.TransportError, httpx.DecodingError) as error:
            failure = failures.from_network(error, self.address.shown, request.url.host, self._timeout)
            failure.__cause__ = error
            return failure

    def owns(self, url: str) -> bool:
        """Whether a URL lies below the broker's address, as we know it or as the broker announced it."""
        announced = links.href(self._index, "self") if self._index is not None else None
        return any(_below(url, base.rstrip("/")) for base in (self.address.url, announced) if base)

    def _own(self, url: str) -> str:
        """The URL on the address that we know to work, whatever the broker thinks it is called.

        A broker behind a proxy may announce another host or prefix. Keeping to our own also keeps the credentials.
        """
        base = self.address.url
        if _below(url, base):
            return url
        announced = links.href(self._index, "self") if self._index is not None else None
        if announced and _below(url, announced.rstrip("/")):
            return base + url[len(announced.rstrip("/")) :]
        parts = urlsplit(url)
        return urlunsplit(urlsplit(base)._replace(path=parts.path, query=parts.query))


def connect(
    address: Address,
    *,
    token: str | None = None,
    credentials: tuple[str, str] | None = None,
    headers: Mapping[str, str] | None = None,
    verify: ssl.SSLContext | bool = True,
    timeout: float = 30.0,
    retries: int = 2,
    transport: httpx.AsyncBaseTransport | None = None,
    trace: Callable[[str], None] | None = None,
) -> Wire:
    """The wire to a broker: over the network, or into the application itself when the address is a database."""
    own = {"User-Agent": "troth"} | dict(headers or {})
    if token:
        own["Authorization"] = f"Bearer {token}"
    known = None if token else credentials or address.credentials
    if transport is None and address.database is not None:
        transport = in_process(address.database)
    client = httpx.AsyncClient(
        headers=own,
        auth=httpx.BasicAuth(*known) if known else None,
        timeout=httpx.Timeout(timeout),
        verify=verify if address.url.startswith("https:") else False,
        transport=transport,
        event_hooks={"response": [_tell(trace)]} if trace else None,
    )
    wire = Wire(address, client, retries=0 if address.database else retries, timeout=timeout)
    if isinstance(transport, _InProcess):
        wire.left_to_do = transport.left_to_do
        wire.compare_next = transport.compare_next
    return wire


def _tell(trace: Callable[[str], None]) -> Callable[[httpx.Response], Awaitable[None]]:
    async def tell(response: httpx.Response) -> None:
        trace(f"{response.request.method} {response.request.url} → {response.status_code}")

    return tell


def in_process(database: str) -> httpx.AsyncBaseTransport:
    """A transport into the broker's own application over a database; it needs the server's parts installed."""
    try:
        build = importlib.import_module("troth_broker.app").build
        settings = importlib.import_module("troth_broker.settings")
        errors = importlib.import_module("troth_broker.store.errors")
    except ModuleNotFoundError as missing:
        extras = "server,postgres" if database.startswith("postgres") else "server"
        raise MissingExtra(
            f"{database} needs the broker itself ({missing.name} is missing): pip install 'troth[{extras}]'"
        ) from missing
    try:
        app = build(settings.Settings.from_environment(_without_a_servers_own(), database_url=database))
    except ModuleNotFoundError as missing:
        raise MissingExtra(f"{database} needs {missing.name}: pip install 'troth[server,postgres]'") from missing
    except (settings.BadSetting, errors.BadDatabaseUrl) as error:
        raise BadAddress(str(error)) from error
    except errors.StoreError as error:
        raise BrokerUnreachable(str(error)) from error
    return _InProcess(app)


class _InProcess(httpx.ASGITransport):
    """The way into an application of this process, which ends with the client."""

    def __init__(self, app: Any) -> None:
        super().__init__(app=app, raise_app_exceptions=False)
        self._broker = app

    def left_to_do(self) -> bool:
        """Whether the application has called for workers, and left calls that only they make."""
        world = self._broker.world
        if not world.bell.rings:
            return False
        deliveries = importlib.import_module("troth_broker.services.deliveries")
        return bool(deliveries.waiting(world))

    def compare_next(self) -> Any:
        """Make the comparison that has been due for longest, as workers do; its outcome, None if none is due."""
        return importlib.import_module("troth_broker.services.comparing").make_next(self._broker.world)

    async def aclose(self) -> None:
        """Let the application finish what it does and close its store."""
        self._broker.close()
        self._broker.world.store.close()


_OF_A_SERVER = re.compile(
    r"_(BASE_URLS?|BASIC_AUTH_(READ_ONLY_)?(USERNAME|PASSWORD)|(READ_ONLY_)?BEARER_TOKEN|TLS_(CERTIFICATE|KEY))(_FILE)?$"
)


def _without_a_servers_own() -> dict[str, str]:
    """The environment without a server's address and locks.

    For a client, PACT_BROKER_BASE_URL is where the broker is; and whoever can open a database needs no password to it.
    """
    return {name: value for name, value in os.environ.items() if not _OF_A_SERVER.search(name)}


def _below(url: str, base: str) -> bool:
    return url.startswith(base) and url[len(base) : len(base) + 1] in {"", "/", "?"}


def _pause(outcome: httpx.Response | BrokerUnreachable, attempt: int, repeatable: bool) -> float | None:
    """Seconds until the next try; None when there should be none."""
    usual = _PAUSE * 2.0**attempt
    if isinstance(outcome, BrokerUnreachable):
        never_sent = isinstance(outcome, ConnectionRefused | NameNotFound)
        return usual if never_sent or (repeatable and not isinstance(outcome, TlsFailed)) else None
    if outcome.status_code not in _PASSING or not (repeatable or outcome.status_code in _UNTOUCHED):
        return None
    asked = outcome.headers.get("retry-after", "")
    return min(float(asked), _LONGEST_PAUSE) if asked.isascii() and asked.isdigit() else usual
