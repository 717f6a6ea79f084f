"""What the resources of results and of replays of a part have in common."""

import json
from typing import Any

from troth_broker.core.contract_documents import word_of
from troth_broker.core.metadata import Metadata, encode
from troth_broker.http.hal import Body, link, without_nulls
from troth_broker.store.partial_replays import PartialReplay
from troth_broker.store.results import Result
from troth_broker.store.tables import PACT
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply

_DUMPS = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def number_of(call: Call) -> int:
    """The number of the result that the path names."""
    text = call.params["number"]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 19 else 0  # nothing has number 0


def reply(status: int, body: Body, **headers: str) -> Reply:
    """An answer with test results in it, whose numbers are any JSON's: written by the standard library."""
    return Reply(status, _DUMPS(body).encode(), headers=headers)


def verified_by(sent: Any) -> Any:
    """What was sent, and beside its `clientLanguage` the flat names under which the reference shows it."""
    if not isinstance(sent, dict) or not isinstance(sent.get("clientLanguage"), dict):
        return sent
    client = sent["clientLanguage"]
    flat = {
        "client_implementation": client.get("name"),
        "client_version": client.get("version"),
        "client_test_framework": client.get("testFramework"),
    }
    return {**sent, **without_nulls(flat)}


def contract_links(found: Result | PartialReplay, base: str) -> Body:
    """Where what was verified can be read: a pact, or a contract of another format."""
    if found.format == PACT:
        return {"pb:pact-version": _pact_link(found, base)}
    of = {"provider": found.provider, "consumer": found.consumer, "format": word_of(found.format), "sha": found.sha}
    return {"pb:consumer-contract": link(paths.CONTRACT_CONTENT.url(base, **of), "Contract")}


def _pact_link(found: Result | PartialReplay, base: str) -> Body:
    pair = {"provider": found.provider, "consumer": found.consumer}
    if found.consumer_version is None:
        return link(paths.PACT_CONTENT.url(base, **pair, sha=found.sha), "Pact")
    metadata = encode(Metadata(version=found.consumer_version))
    url = paths.PACT_CONTENT_WITH_METADATA.url(base, **pair, sha=found.sha, metadata=metadata)
    name = f"Pact between {found.consumer} ({found.consumer_version}) and {found.provider}"
    return link(url, "Pact", name)
