"""A refusal or a failure as a page: what is wrong, and where to go on."""

import json
from typing import Any

from troth_broker.pages.engine import rendered
from troth_broker.web.call import Reply

_TITLES = {
    400: "The question cannot be answered",
    401: "Who are you?",
    403: "You may not do this",
    404: "There is nothing here",
    405: "This cannot be done here",
    406: "There is no page of this",
    408: "It took too long",
    500: "The broker failed",
    503: "The broker's store cannot be used at the moment",
}


def failed(base: str, reply: Reply) -> Reply:
    """The page for an answer that is no success."""
    title = _TITLES.get(reply.status, "This did not work")
    return rendered(base, "failed.html", reply.status, title=title, code=reply.status, sentences=_sentences(reply))


def _sentences(reply: Reply) -> list[str]:
    """What the answer says, each sentence once."""
    body: Any = reply.body
    if isinstance(body, bytes):
        try:
            body = json.loads(body)
        except ValueError:
            return []
    return list(dict.fromkeys(_texts(body)))


def _texts(body: Any) -> list[str]:
    if isinstance(body, str):
        return [body]
    if isinstance(body, list):
        return [text for one in body for text in _texts(one)]
    if not isinstance(body, dict):
        return []
    for name in ("errors", "error", "message", "detail"):
        if name in body:
            found = body[name]
            return (
                [text for one in found.values() for text in _texts(one)]
                if name == "errors" and isinstance(found, dict)
                else _texts(found)
            )
    return []
