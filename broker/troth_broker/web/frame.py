"""The API as one ASGI application over the route table: match, negotiate, run the handler in a thread, answer."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import Any

from troth_broker.services.world import World
from troth_broker.web.access import SAFE, Access, Asked
from troth_broker.web.bases import base_url
from troth_broker.web.bodies import Gone, Receive, read_body
from troth_broker.web.call import Call, Reply
from troth_broker.web.errors import UnsupportedMediaType, custom_problem, failure, missing, refusal
from troth_broker.web.metrics import Meter
from troth_broker.web.negotiation import HAL, HTML, JSON, PROBLEM, choose, wants_page, wants_problem
from troth_broker.web.origins import Origins
from troth_broker.web.paths import Path
from troth_broker.web.router import BadPath, Match, Router
from troth_broker.web.turns import Turns

Scope = MutableMapping[str, Any]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]
Handler = Callable[[Call], Reply]

REFERENCE_VERSION = "2.120.0"
"""The release of the Pact Broker whose HTTP API this is; clients are told it, as some switch on it."""

_CHARSET = ";charset=utf-8"
_PATIENT = 4
"""How many requests may wait for somebody else at once; the next ones wait for them."""
_FOR_PROGRAMS, _JSON_FIRST = b"format=json", f"{HAL}, {JSON};q=0.9, */*;q=0.1"
"""How a person asks a browser for what programs get; it cannot be told another `Accept`."""


@dataclass(frozen=True, slots=True)
class Action:
    """What one method of a resource does: its handler, what it offers and reads, and its line in the API's document."""

    handler: Handler
    summary: str
    offers: tuple[str, ...] = (HAL,)
    consumes: tuple[str, ...] = ()
    query: tuple[str, ...] = ()
    answers: Mapping[int, str] = field(default_factory=lambda: {200: "OK"})
    any_type: bool = False
    """Answer whatever `Accept` says (resources that give no body)."""
    refuses_in: tuple[str, ...] = ()
    """Media types of refusals that have a form of this resource's own."""
    refused: Callable[[Reply], Reply] | None = None
    """Gives that form to what never reached the handler."""
    in_loop: bool = False
    """Answer in the event loop, without a thread: only for handlers that never wait."""
    waits: bool = False
    """Wait for somebody else: in threads apart, so that no other request waits along."""
    reads: bool = False
    """Ask the store without changing it, though the method is not GET."""


@dataclass(frozen=True, slots=True)
class Route:
    """One path and its methods."""

    path: Path
    actions: Mapping[str, Action]


@dataclass(frozen=True, slots=True)
class Pages:
    """What people see in a browser, beside the API on the same paths."""

    routes: tuple[Route, ...] = ()
    """Paths with an HTML page; each has a GET action that offers HTML."""
    browse: Callable[[Call, Reply], Reply] | None = None
    """Renders the API's answer to a GET as a page, for the paths that have no page of their own."""
    failed: Callable[[str, Reply], Reply] | None = None
    """Renders a refusal or a failure as a page, given the base URL."""


@dataclass(frozen=True, slots=True)
class Resource:
    """What there is on one path: for programs, for people, or for both."""

    path: Path
    actions: Mapping[str, Action]
    page: Mapping[str, Action]


def _resources(routes: Iterable[Route], pages: Iterable[Route]) -> list[Resource]:
    for_programs = {route.path.template_text: route for route in routes}
    for_people = {route.path.template_text: route for route in pages}
    texts = dict.fromkeys((*for_programs, *for_people))
    nothing: Mapping[str, Action] = {}
    return [
        Resource(
            (for_programs.get(text) or for_people[text]).path,
            for_programs[text].actions if text in for_programs else nothing,
            for_people[text].actions if text in for_people else nothing,
        )
        for text in texts
    ]


class Api:
    """The ASGI application of the HTTP API."""

    def __init__(self, world: World, routes: Iterable[Route], pages: Pages = Pages()) -> None:
        self.world = world
        self.routes = tuple(routes)
        self._pages = pages
        self._router: Router[Resource] = Router(
            (resource.path.template_text, resource) for resource in _resources(self.routes, pages.routes)
        )
        at_once = world.settings.database_max_connections
        self._workers = ThreadPoolExecutor(at_once, thread_name_prefix="troth")
        width = 1 if world.store.is_sqlite else at_once
        self._readers, self._writers = Turns(self._workers, width), Turns(self._workers, width)
        self._patient = ThreadPoolExecutor(_PATIENT, thread_name_prefix="troth-waiting")
        self._meter = Meter.of_process()
        self._access, self._origins = Access(world.settings), Origins(world.settings.cors_origins)
        self.draining = False
        """Whether this process is about to end: readiness says no, and connections are not kept."""

    def close(self) -> None:
        """Let running handlers finish, and end their threads and the process that compares for them."""
        self._workers.shutdown(wait=True)
        self._patient.shutdown(wait=True)
        if self.world.comparer is not None:
            self.world.comparer.close()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request (ASGI 3)."""
        if scope["type"] != "http":
            return
        headers = _headers(scope)
        if _FOR_PROGRAMS in scope["query_string"].split(b"&"):
            headers["accept"] = _JSON_FIRST
        base = base_url(self.world.settings.base_urls, scope["scheme"], headers, scope.get("root_path", ""))
        accept = headers.get("accept", "")
        problems, page = wants_problem(accept), wants_page(accept)
        label, match = "none", None
        try:
            match = self._match(scope)
            label = match.route.path.template_text if match else label
            reply = self._preflight(match, scope["method"], headers)
            if reply is None:
                self._let_in(match, scope["method"], headers, base)
                if match is None:
                    reply = _nothing_there(scope, base, problems)
                else:
                    reply = await self._answer(match, scope, headers, base, receive)
        except Gone:
            return
        except BadPath as error:
            reply = _guarded(422, "invalid-path", "Bad path", str(error))
        except Exception as error:  # noqa: BLE001 - the edge: every failure becomes an answer, and is logged
            reply = refusal(error, base, problems) or failure(error, base, problems)
        if reply.status >= 400:
            reply = self._as_read(reply, match, scope["method"], base, page=page)
        if self.draining:
            reply = replace(reply, headers={**reply.headers, "Connection": "close"})
        self._meter.count(scope["method"], label, reply.status)
        await _send(self._origins.marked(reply, headers), send, head=scope["method"] == "HEAD")

    def _as_read(self, reply: Reply, match: Match[Resource] | None, method: str, base: str, *, page: bool) -> Reply:
        """A refusal as who asked can read it: a page for people, the resource's own form for its clients."""
        if page and reply.media not in {HTML, PROBLEM} and self._pages.failed is not None:
            shown = self._pages.failed(base, reply)
            return replace(shown, headers={**reply.headers, **shown.headers})
        actions = match.route.actions if match is not None else {}
        action = actions.get(method) or next(iter(actions.values()), None)
        return reply if action is None or action.refused is None else action.refused(reply)

    def _preflight(self, match: Match[Resource] | None, method: str, headers: Mapping[str, str]) -> Reply | None:
        """The answer to a browser that asks what another site may send; None for every other request."""
        if method != "OPTIONS" or not self._origins.is_preflight(headers):
            return None
        return self._origins.preflight(headers, (*match.route.actions, *match.route.page) if match else ())

    def _let_in(self, match: Match[Resource] | None, method: str, headers: Mapping[str, str], base: str) -> None:
        """Raise what keeps a request out: it is another site's, or its sender may not."""
        if method not in SAFE:
            self._origins.check(headers, base)
        if self._access.is_open:
            return
        action = match.route.actions.get(method) if match else None
        reads = method in SAFE or (action is not None and action.reads)
        template = match.route.path.template_text if match else ""
        self._access.check(Asked(template, reads), headers.get("authorization", ""))

    def _match(self, scope: Scope) -> Match[Resource] | None:
        return self._router.match(_raw_path(scope).decode("ascii", "replace"))

    async def _answer(
        self, match: Match[Resource], scope: Scope, headers: dict[str, str], base: str, receive: Receive
    ) -> Reply:
        method = scope["method"]
        browsing = method in {"GET", "HEAD"} and _browses(match, headers.get("accept", ""))
        actions = (
            match.route.page if match.route.page and (browsing or not match.route.actions) else match.route.actions
        )
        if method == "OPTIONS":
            allowed = ", ".join(dict.fromkeys(("GET", "OPTIONS", *actions)))
            return Reply(200, None, headers={"Access-Control-Allow-Methods": allowed})
        action = actions.get("GET" if method == "HEAD" else method)
        if action is None:
            return Reply(405, None, headers={"Allow": ", ".join((*actions, "OPTIONS"))})
        accept = match.accept or headers.get("accept", "")
        media = choose(accept, action.offers)
        rendered = browsing and HTML not in action.offers and self._pages.browse is not None
        if media is None and (action.any_type or rendered):
            media = action.offers[0]
        if media is None:
            return Reply(406, None)
        call = Call(
            world=self.world,
            method=method,
            path=_raw_path(scope).decode("ascii", "replace"),
            params=match.params,
            query_string=scope["query_string"].decode("latin-1"),
            headers=headers,
            body=b"" if method in SAFE else await read_body(receive, headers, self.world.settings.max_body_bytes),
            base=base,
            media=media,
            draining=self.draining,
        )
        if action.consumes and call.content_type not in action.consumes and (call.content_type or call.body):
            raise UnsupportedMediaType(action.consumes)
        handler = self._browsed(action.handler) if rendered else action.handler
        if action.in_loop:
            return handler(call)
        if action.waits:
            return await asyncio.get_running_loop().run_in_executor(self._patient, handler, call)
        turns = self._readers if action.reads or method in {"GET", "HEAD"} else self._writers
        return await turns.run(handler, call)

    def _browsed(self, handler: Handler) -> Handler:
        browse = self._pages.browse
        assert browse is not None
        return lambda call: browse(call, handler(call))


def _browses(match: Match[Resource], accept: str) -> bool:
    """Whether a page is the answer: a person asks, or HTML is all that somebody takes of what there is."""
    if match.accept is not None:
        return False
    for_programs = match.route.actions.get("GET")
    only_page = for_programs is not None and choose(accept, for_programs.offers) is None
    return wants_page(accept) or (only_page and choose(accept, (HTML,)) is not None)


def _headers(scope: Scope) -> dict[str, str]:
    """Header values by lower-case name; repeated lines are joined with a comma (RFC 9110, section 5.3)."""
    found: dict[str, str] = {}
    for raw_name, raw_value in scope["headers"]:
        name, value = raw_name.decode("latin-1").lower(), raw_value.decode("latin-1")
        found[name] = f"{found[name]}, {value}" if name in found else value
    return found


_NOT_FOUND = "The requested document was not found on this server."


def _guarded(status: int, kind: str, title: str, detail: str) -> Reply:
    """The answer to a path that no resource can have: a problem whatever is accepted, its type without a base."""
    document = custom_problem(status, "", kind, title, detail)
    return Reply(status, document.body, PROBLEM, charset=False)


def _nothing_there(scope: Scope, base: str, problems: bool) -> Reply:
    if b"//" in _raw_path(scope):
        return _guarded(404, "not-found", "Not found", "A part of the path between two slashes is empty.")
    return missing(_NOT_FOUND, base, problems)


def _raw_path(scope: Scope) -> bytes:
    raw: bytes = scope.get("raw_path") or scope["path"].encode()
    return raw


_COMMON = (
    (b"x-pact-broker-version", REFERENCE_VERSION.encode()),
    (b"x-content-type-options", b"nosniff"),
)
_USUAL = (("vary", (b"vary", b"Accept")), ("cache-control", (b"cache-control", b"no-cache")))
"""Headers that a resource may give another value."""


async def _send(reply: Reply, send: Send, *, head: bool) -> None:
    body = reply.encoded()
    own = {name.lower() for name in reply.headers}
    headers = [*_COMMON, *(pair for name, pair in _USUAL if name not in own)]
    if reply.body is not None:
        charset = _CHARSET if reply.charset and not reply.media.startswith("image/") else ""
        headers.append((b"content-type", f"{reply.media}{charset}".encode()))
    headers.append((b"content-length", str(len(body)).encode()))
    headers += [(name.lower().encode(), value.encode("latin-1", "replace")) for name, value in reply.headers.items()]
    if reply.status == 204:
        headers = [pair for pair in headers if pair[0] != b"content-length"]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    await send({"type": "http.response.body", "body": b"" if head else body})
