"""What a request says about a webhook, checked and read; and how a webhook is shown, without its secrets (8.1)."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import SplitResult, urlsplit

from troth_broker.core.egress import BadRule, host_matches
from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.header_words import as_object
from troth_broker.core.redaction import HIDDEN, is_sensitive
from troth_broker.core.texts import fault_of_text, faults_of_texts
from troth_broker.core.webhook_templates import has_template, without_templates
from troth_broker.core.webhooks import DEFAULT_EVENT, EVENTS, Definition, Party, Request

_METHODS = ("DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT")
_UUID = re.compile(r"[A-Za-z0-9_\-]{16,200}")
_HEADER_NAME = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_HIDDEN = re.compile(r"\*+")
_FILLER = "x"
"""Stands for the value of a template while a URL is checked."""


@dataclass(frozen=True, slots=True)
class Rules:
    """Where webhooks may go, and how (the settings `webhook_*_whitelist`)."""

    methods: tuple[str, ...] = ("POST",)
    schemes: tuple[str, ...] = ("https",)
    hosts: tuple[str, ...] = ()


def check_uuid(uuid: str) -> None:
    """Refuse a uuid that a client chose badly. Raises Invalid."""
    if not _UUID.fullmatch(uuid):
        raise Invalid.at("uuid", "must have 16 to 200 characters, and only letters, digits, '_' and '-'")


def read_webhook(body: Mapping[str, Any], rules: Rules, before: Definition | None = None) -> Definition:
    """The webhook that a body describes; what it hides with stars is as it was `before`. Raises Invalid."""
    faults = tuple(_faults(body, rules))
    if faults:
        raise Invalid(faults)
    named = tuple(event["name"] for event in body.get("events") or ())
    return Definition(
        request=_request(body["request"], before.request if before else None),
        events=tuple(dict.fromkeys(named)) or (DEFAULT_EVENT,),
        consumer=_party(body.get("consumer")),
        provider=_party(body.get("provider")),
        description=body.get("description"),
        enabled=body.get("enabled") is not False,
    )


def _party(sent: Mapping[str, str] | None) -> Party | None:
    party = Party(sent.get("name"), sent.get("label")) if sent else Party()
    return party if party != Party() else None


def _request(sent: Mapping[str, Any], before: Request | None) -> Request:
    headers: Any = as_object(sent.get("headers"))
    kept = {name.lower(): value for name, value in before.headers} if before else {}
    password = sent.get("password")
    if before is not None and ("password" not in sent or _is_hidden(password)):
        password = before.password
    return Request(
        method=sent["method"].upper(),
        url=sent["url"],
        headers=tuple(
            (name, kept.get(name.lower(), value) if _is_hidden(value) else value)
            for name, value in (headers or {}).items()
        ),
        body=sent.get("body"),
        username=sent.get("username"),
        password=password,
    )


def _is_hidden(value: str | None) -> bool:
    return value is not None and _HIDDEN.fullmatch(value) is not None


def shown_request(request: Request) -> dict[str, Any]:
    """A request as people may see it: its password hidden, and what headers hold that authorise, templates apart."""
    shown: dict[str, Any] = {"method": request.method, "url": request.url}
    if request.headers:
        shown["headers"] = {
            name: HIDDEN if is_sensitive(name) and "${" not in value else value for name, value in request.headers
        }
    if request.body is not None:
        shown["body"] = request.body
    if request.username is not None:
        shown["username"] = request.username
    if request.password is not None:
        shown["password"] = request.password if "${" in request.password else HIDDEN
    return shown


def _faults(body: Mapping[str, Any], rules: Rules) -> Iterator[Fault]:
    yield from faults_of_texts(body, ("description",))
    if not isinstance(body.get("enabled"), bool | None):
        yield Fault("enabled", "must be true or false")
    for role in ("consumer", "provider"):
        yield from _faults_of_party(role, body.get(role))
    yield from _faults_of_events(body.get("events"))
    request = body.get("request")
    if request is None:
        yield Fault("request", "is missing", missing=True)
    elif not isinstance(request, dict):
        yield Fault("request", "must be an object")
    else:
        yield from _faults_of_request(request, rules)


def _faults_of_party(role: str, party: object) -> Iterator[Fault]:
    if party is None:
        return
    if not isinstance(party, dict):
        yield Fault(role, "must be an object with a name or a label")
        return
    for member in ("name", "label"):
        value = party.get(member)
        if (text := fault_of_text(value)) is not None:
            yield Fault(f"{role}.{member}", text)
        elif isinstance(value, str) and not value.strip():
            yield Fault(f"{role}.{member}", "can't be blank")
    if party.get("name") is not None and party.get("label") is not None:
        yield Fault(f"{role}.label", "cannot be given together with a name: leave out one of the two")


def _faults_of_events(events: object) -> Iterator[Fault]:
    if events is None:
        return
    if not isinstance(events, list):
        yield Fault("events", "must be an array of objects with a name")
        return
    for index, event in enumerate(events):
        name = event.get("name") if isinstance(event, dict) else None
        if not isinstance(name, str):
            yield Fault("events", f"must hold objects with a name (at index {index})", inside=(index,))
        elif name not in EVENTS:
            known = ", ".join(EVENTS)
            yield Fault("events", f"{name} is no event; there are {known} (at index {index})", inside=(index, "name"))


def _faults_of_request(request: Mapping[str, Any], rules: Rules) -> Iterator[Fault]:
    yield from _faults_of_method(request.get("method"), rules)
    yield from _faults_of_url(request.get("url"), rules)
    yield from _faults_of_headers(as_object(request.get("headers")))
    for member in ("username", "password"):
        if (text := fault_of_text(request.get(member))) is not None:
            yield Fault(f"request.{member}", text)


def _faults_of_method(method: object, rules: Rules) -> Iterator[Fault]:
    place = "request.method"
    if method is None:
        yield Fault(place, "is missing", missing=True)
    elif not isinstance(method, str) or method.upper() not in _METHODS:
        yield Fault(place, f"must be an HTTP method: {', '.join(_METHODS)}")
    elif method.upper() not in {allowed.upper() for allowed in rules.methods}:
        allowed = ", ".join(rules.methods)
        yield Fault(place, f"must be {allowed} (the setting webhook_http_method_whitelist can allow more)")


def _faults_of_url(url: object, rules: Rules) -> Iterator[Fault]:
    place = "request.url"
    if url is None:
        yield Fault(place, "is missing", missing=True)
    elif not isinstance(url, str):
        yield Fault(place, "must be a string")
    elif not url.strip():
        yield Fault(place, "can't be blank")
    elif (text := _fault_of_url(url, rules)) is not None:
        yield Fault(place, text)


def _fault_of_url(url: str, rules: Rules) -> str | None:
    if has_template(_authority(url)):
        return "must not have a template in its host: where a webhook goes has to be known beforehand"
    parts = _split(without_templates(url, _FILLER))
    if parts is None:
        return "must be a URL such as https://ci.example.org/build (no spaces, a host, a valid port)"
    if parts.scheme not in {allowed.lower() for allowed in rules.schemes}:
        allowed = ", ".join(rules.schemes)
        return f"must have the scheme {allowed} (the setting webhook_scheme_whitelist can allow more)"
    try:
        if rules.hosts and not host_matches(parts.hostname or "", rules.hosts):
            return f"must have a host that the setting webhook_host_whitelist allows: {', '.join(rules.hosts)}"
    except BadRule as problem:
        return f"cannot be checked: {problem}"
    return None


def _authority(url: str) -> str:
    """The host of a URL with its port, as it is written."""
    rest = url.partition("://")[2]
    return re.split(r"[/?#\\]", rest, maxsplit=1)[0].rpartition("@")[2]


def _split(url: str) -> SplitResult | None:
    """A URL's parts; None for a text that is no absolute URL with a host."""
    if any(char.isspace() or not char.isprintable() for char in url) or "\\" in url:
        return None
    try:
        parts = urlsplit(url)
        whole = parts.hostname is not None and parts.port != 0
    except ValueError:
        return None
    return parts if whole else None


def _faults_of_headers(headers: object) -> Iterator[Fault]:
    place = "request.headers"
    if headers is None:
        return
    if not isinstance(headers, dict):
        yield Fault(place, "must be an object")
        return
    for name, value in headers.items():
        if not _HEADER_NAME.fullmatch(name):
            yield Fault(place, f"{name!r} is no name of a header", inside=(name,))
        elif not isinstance(value, str):
            yield Fault(place, f"{name} must be a string", inside=(name,))
        elif any(char in value for char in "\r\n\0"):
            yield Fault(place, f"{name} must be a single line", inside=(name,))
