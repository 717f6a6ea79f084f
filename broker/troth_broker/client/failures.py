"""From what the network or the broker did to the exception that says so."""

import json
import re
import socket
import ssl
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote

import httpx

from troth_broker.client.errors import (
    BrokerError,
    BrokerUnreachable,
    Conflict,
    ConnectionRefused,
    Invalid,
    NameNotFound,
    NotABroker,
    NotFound,
    Refused,
    ServerError,
    TimedOut,
    TlsFailed,
    Unauthorised,
)

_SHOWN_TEXT = 300
_WEBHOOK = re.compile(r"/webhooks/([^/]+)(?:/execute)?$")
_NOT_FOUND = "The requested document was not found on this server."
"""All that the Pact Broker's 404 says, and ours after it."""


def from_network(error: httpx.RequestError, place: str, host: str, timeout: float) -> BrokerUnreachable:
    """The cause of a request that got no answer, told apart by what lies beneath it."""
    causes = list(_causes(error))
    if isinstance(error, httpx.TimeoutException) and not _first(causes, socket.gaierror):
        return TimedOut(f"the broker at {place} did not answer within {timeout:g} s")
    if tls := _first(causes, ssl.SSLError):
        reason = getattr(tls, "verify_message", "") or tls.reason or str(tls)
        if reason == "WRONG_VERSION_NUMBER":
            return TlsFailed(f"what listens at {place} does not speak TLS: is it http:// instead of https://?")
        return TlsFailed(
            f"no trusted TLS connection to {place}: {reason}. If its certificate is your own authority's, "
            "name that authority's file with --ssl-certificate or SSL_CERT_FILE"
        )
    if _first(causes, socket.gaierror):
        return NameNotFound(
            f"the host name {host!r} cannot be resolved: is the broker's address right, and does DNS work here?"
        )
    if _first(causes, ConnectionRefusedError):
        return ConnectionRefused(
            f"nothing listens at {place} (connection refused): is the broker running, and is this its address?"
        )
    if isinstance(error, httpx.ProxyError):
        return BrokerUnreachable(f"the proxy on the way to {place} refused: {error}")
    if isinstance(error, httpx.DecodingError):
        return NotABroker(f"the answer of {place} cannot be unpacked: {error}")
    if isinstance(error, httpx.RemoteProtocolError):
        return NotABroker(f"the answer of {place} breaks off or is not HTTP: {error}")
    if isinstance(error, httpx.ReadError) and not str(error):
        hint = "; it may speak TLS: try https" if place.startswith("http:") else ""
        return BrokerUnreachable(f"{place} closed the connection without an answer{hint}")
    return BrokerUnreachable(f"the connection to {place} failed: {str(error) or type(error).__name__}")


def from_answer(response: httpx.Response, base: str) -> BrokerError:
    """The exception for an answer that is not a success."""
    status, document = response.status_code, _document(response)
    request = f"{response.request.method} {response.request.url.copy_with(query=None)}"
    problems = tuple(_problems(document))
    said = "; ".join(problems)
    if status >= 500 or status == 429:
        return ServerError(f"the broker failed at {request}: it answered {status}{_colon(said)}", status)
    if status in {401, 403, 407}:
        return Unauthorised(_unauthorised(status, base, said), status, problems)
    if 300 <= status < 400:
        return NotABroker(_moved(response, base))
    if document is None and ("html" in response.headers.get("content-type", "") or (status == 404 and response.text)):
        return NotABroker(_not_a_broker(response, base))
    if status == 404 and said == _NOT_FOUND:
        path = unquote(response.request.url.path)
        webhook = _WEBHOOK.search(path)
        what = f"no webhook {webhook[1]}" if webhook else f"nothing at {path}"
        said = f"the broker knows {what}: is every name in it right?"
    kinds: dict[int, type[Refused]] = {404: NotFound, 409: Conflict}
    kind = kinds.get(status, Invalid)
    return kind(said or f"the broker refused {request}: it answered {status}", status, problems)


def json_of(response: httpx.Response, base: str) -> Any:
    """The JSON of a successful answer; `NotABroker` if it is anything else, or only half of it."""
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        raise NotABroker(_not_a_broker(response, base)) from None


def _causes(error: BaseException) -> Iterator[BaseException]:
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop()
        if cause is None or id(cause) in seen:
            continue
        seen.add(id(cause))
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        if isinstance(cause, BaseExceptionGroup):
            waiting += cause.exceptions


def _first(causes: list[BaseException], kind: type[Any]) -> Any:
    return next((cause for cause in causes if isinstance(cause, kind)), None)


def _document(response: httpx.Response) -> Any:
    try:
        return json.loads(response.content)
    except (ValueError, RecursionError):
        return None


def _problems(document: Any) -> Iterator[str]:
    """The sentences of an error document, in each of the shapes in which brokers write them."""
    if not isinstance(document, Mapping):
        return
    notices = [item for item in _list(document.get("notices")) if item.get("type") in {"error", "danger", "info"}]
    errors = document.get("errors")
    if notices:
        yield from (str(notice.get("text", "")) for notice in notices)
    elif isinstance(errors, Mapping):
        for field, texts in errors.items():
            for text in texts if isinstance(texts, list) else [texts]:
                yield f"{field}: {text}" if field else str(text)
    elif isinstance(errors, list) and errors:
        for item in errors:
            yield _problem(item) if isinstance(item, Mapping) else str(item)
    elif isinstance(error := document.get("error"), Mapping):
        yield str(error.get("message", error))
    else:
        yield from (str(text) for text in (error, document.get("detail")) if text)


def _problem(item: Mapping[str, Any]) -> str:
    place, text = item.get("pointer") or item.get("parameter") or "", item.get("detail") or item.get("title") or ""
    words = str(place).strip("/").replace("/", ".")
    return f"{words}: {text}" if words else str(text)


def _list(value: Any) -> list[Mapping[str, Any]]:
    return [item for item in value if isinstance(item, Mapping)] if isinstance(value, list) else []


def _colon(text: str) -> str:
    return f": {text}" if text else ""


def _unauthorised(status: int, base: str, said: str) -> str:
    if status == 401:
        return (
            f"the broker at {base} does not accept these credentials (401{_colon(said)}): "
            "give a token, or a user name and a password"
        )
    return f"the broker at {base} does not allow this with these credentials ({status}{_colon(said)})"


def _moved(response: httpx.Response, base: str) -> str:
    target = response.headers.get("location", "")
    return (
        f"{base} answers {response.status_code} and points to {target or 'nowhere'}: use the address that it points to"
    )


def _not_a_broker(response: httpx.Response, base: str) -> str:
    kind = response.headers.get("content-type", "nothing that says what it is").partition(";")[0]
    start = " ".join(response.text[:_SHOWN_TEXT].split())[:80]
    return (
        f"{response.request.method} {response.request.url} answered {response.status_code} with {kind}, "
        f"which is not a broker's JSON or only a part of it ({start!r}…): is {base} the broker's address?"
    )
