"""Filling in a webhook's request: `${pactbroker.NAME}` from the event, `${secret.NAME}` from the broker's secrets.

Names that nobody knows stay as they are written. What is filled in is never looked at again, so a value cannot name
another one.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import quote_plus

from troth_broker.core.calls import OutgoingCall
from troth_broker.core.webhook_context import Context, values_of
from troth_broker.core.webhooks import Request

_TEMPLATE = re.compile(r"\$\{(pactbroker|secret)\.([^{}\s]+)\}")

Fill = Callable[[str], str]


def expand(request: Request, context: Context, secrets: Mapping[str, str]) -> OutgoingCall:
    """The request as it goes out: in the URL values are form-escaped, in a JSON body they stay inside their string."""
    values = {"pactbroker": values_of(context), "secret": secrets}

    def filler(escape: Fill) -> Fill:
        def value(found: re.Match[str]) -> str:
            known = values[found[1]].get(found[2])
            return found[0] if known is None else escape(known)

        return lambda text: _TEMPLATE.sub(value, text)

    fill = filler(str)
    return OutgoingCall(
        method=request.method,
        url=filler(quote_plus)(request.url),
        headers=tuple((name, fill(text)) for name, text in request.headers),
        body=_body(request.body, fill),
        username=None if request.username is None else fill(request.username),
        password=None if request.password is None else fill(request.password),
    )


def _body(body: Any, fill: Fill) -> str | None:
    if body is None:
        return None
    if isinstance(body, str):
        return fill(body)
    return json.dumps(_filled(body, fill), ensure_ascii=False)


def _filled(value: Any, fill: Fill) -> Any:
    match value:
        case str():
            return fill(value)
        case dict():
            return {fill(name): _filled(item, fill) for name, item in value.items()}
        case list():
            return [_filled(item, fill) for item in value]
    return value


def secrets_named(request: Request) -> frozenset[str]:
    """The names of the secrets that a request uses."""
    return frozenset(name for kind, name in _names(request) if kind == "secret")


def parameters_named(request: Request) -> frozenset[str]:
    """The names of the parameters that a request uses."""
    return frozenset(name for kind, name in _names(request) if kind == "pactbroker")


def has_template(text: str) -> bool:
    """Whether anything in a text would be filled in."""
    return _TEMPLATE.search(text) is not None


def without_templates(text: str, placeholder: str) -> str:
    """The text with a placeholder for every template."""
    return _TEMPLATE.sub(placeholder, text)


def _names(request: Request) -> Iterator[tuple[str, str]]:
    for text in _texts(request):
        yield from _TEMPLATE.findall(text)


def _texts(request: Request) -> Iterator[str]:
    yield request.url
    yield from (text for _, text in request.headers)
    yield from (text for text in (request.username, request.password) if text is not None)
    yield from _texts_in(request.body)


def _texts_in(value: Any) -> Iterator[str]:
    match value:
        case str():
            yield value
        case dict():
            for name, item in value.items():
                yield name
                yield from _texts_in(item)
        case list():
            for item in value:
                yield from _texts_in(item)
