"""A pact told for people: each interaction with its states, its request and response or its messages, and its rules."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote_plus

from troth_broker.pages.rules import RuleShown, rules
from troth_schemas.pact import Interaction, interactions

_LONGEST_BODY = 20_000


@dataclass(frozen=True, slots=True)
class Part:
    """A request, a response or a message."""

    title: str
    line: str
    """The request line or the status."""
    headers: tuple[tuple[str, str], ...]
    body: str | None
    note: str
    """What the body is, where it is no plain text."""
    rules: tuple[RuleShown, ...]


@dataclass(frozen=True, slots=True)
class InteractionShown:
    """One interaction as people read it."""

    interaction: Interaction
    states: tuple[tuple[str, str], ...]
    """Names with their parameters."""
    parts: tuple[Part, ...]
    markup: str


def told(document: Mapping[str, Any]) -> tuple[InteractionShown, ...]:
    """Every interaction and message of a pact."""
    return tuple(_shown(one, document[one.section][one.index]) for one in interactions(document))  # type: ignore[arg-type] # parsed JSON


def _shown(one: Interaction, element: Mapping[str, Any]) -> InteractionShown:
    markup = element.get("interactionMarkup")
    return InteractionShown(
        one,
        tuple((state.name, _json(state.params) if state.params else "") for state in one.states),
        tuple(_parts(one, element)),
        str(markup.get("markup", "")) if isinstance(markup, Mapping) else "",
    )


def _parts(one: Interaction, element: Mapping[str, Any]) -> Iterator[Part]:
    if one.kind == "message":
        yield _message("Message", element)
    elif one.kind == "sync-message":
        yield _message("Request", _mapping(element.get("request")))
        responses = element.get("response")
        for response in responses if isinstance(responses, list) else [responses]:
            if isinstance(response, Mapping):
                yield _message("Response", response)
    else:
        request, response = _mapping(element.get("request")), _mapping(element.get("response"))
        yield _http("Request", _request_line(request), request, rules(request))
        status = response.get("status")
        yield _http("Response", str(status) if status is not None else "", response, rules(response))


def _request_line(request: Mapping[str, Any]) -> str:
    method, path = request.get("method"), request.get("path")
    line = f"{str(method or 'GET').upper()} {path if isinstance(path, str) else _json(path)}"
    query = _query(request.get("query"))
    return f"{line}?{query}" if query else line


def _query(query: Any) -> str:
    if isinstance(query, str):
        return unquote_plus(query)
    if isinstance(query, Mapping):
        return "&".join(
            f"{name}={value}"
            for name, values in query.items()
            for value in (values if isinstance(values, list) else [values])
        )
    return ""


def _http(title: str, line: str, part: Mapping[str, Any], found: tuple[RuleShown, ...]) -> Part:
    body, note = _body(part.get("body")) if part.get("body") is not None else (None, "")
    return Part(title, line, _headers(part.get("headers")), body, note, found)


def _message(title: str, part: Mapping[str, Any]) -> Part:
    contents = part.get("contents", part.get("content"))
    body, note = _body(contents) if contents is not None else (None, "")
    metadata = part.get("metadata", part.get("metaData"))
    return Part(title, "", _headers(metadata), body, note, rules(part))


def _headers(found: Any) -> tuple[tuple[str, str], ...]:
    if not isinstance(found, Mapping):
        return ()
    return tuple(
        (str(name), ", ".join(map(_text, value)) if isinstance(value, list) else _text(value))
        for name, value in found.items()
    )


def _body(body: Any) -> tuple[str, str]:
    """The text of a body and what it is; version 4 wraps it with its type and its encoding."""
    if (
        isinstance(body, Mapping)
        and "content" in body
        and body.keys() <= {"content", "contentType", "contentTypeHint", "encoded"}
    ):
        encoded = body.get("encoded")
        note = str(body.get("contentType") or "")
        if encoded:
            note += f" in {encoded if isinstance(encoded, str) else 'base64'}"
        return _cut(_text(body["content"])), note.strip()
    return _cut(_text(body)), ""


def _text(value: Any) -> str:
    return value if isinstance(value, str) else _json(value)


def _json(value: Any) -> str:
    return json.dumps(value, indent=2 if isinstance(value, dict | list) else None, ensure_ascii=False)


def _cut(text: str) -> str:
    return (
        text
        if len(text) <= _LONGEST_BODY
        else f"{text[:_LONGEST_BODY]}\n… and {len(text) - _LONGEST_BODY:,} signs more"
    )


def _mapping(found: Any) -> Mapping[str, Any]:
    return found if isinstance(found, Mapping) else {}
