"""A pact as its document: what was published, with `_id`s, the time and the links (pact_broker resource "pact")."""

import json
from functools import lru_cache
from typing import Any

import orjson

from troth_broker.core.metadata import decode
from troth_broker.core.test_results import with_tests
from troth_broker.core.times import iso
from troth_broker.http.hal import Body, Link, curies, link
from troth_broker.store.pacts import Pact
from troth_broker.web import paths
from troth_broker.web.paths import Var
from troth_schemas.pact import with_ids


def pact_name(consumer: str, version: str, provider: str) -> str:
    """What people call one publication."""
    return f"Pact between {consumer} ({version}) and {provider}"


def pact_document(pact: Pact, base: str, metadata: str | None = None, *, listed: bool = False) -> bytes:
    """The contract's own members, then `createdAt` and `_links`; `listed` among the latter as a list of pacts."""
    members = _remembered_members(pact.body) if len(pact.body) <= _SMALL else _members(pact.body)
    links = _links(pact, base, metadata)
    if listed:
        name = pact_name(pact.consumer, pact.version, pact.provider)
        links["pb:pacts"] = [link(links["self"]["href"], name, pact.consumer)]
    return _joined(members, orjson.dumps({"createdAt": iso(pact.created_at), "_links": links}))


def extended_pact_document(pact: Pact, base: str, test_results: Any, metadata: str | None = None) -> bytes:
    """The pact's document with what its newest verification said about each interaction, under `tests`."""
    ours = orjson.dumps({"createdAt": iso(pact.created_at), "_links": _links(pact, base, metadata)})
    return _joined(_written(with_tests(json.loads(pact.body), test_results)), ours)


def _joined(members: bytes, ours: bytes) -> bytes:
    return members + (b"," + ours[1:] if members != b"{" else ours[1:])


def _members(body: bytes) -> bytes:
    """What a contract says with an `_id` on each interaction, up to its last brace."""
    return _written(with_ids(json.loads(body)))


def _written(document: dict[str, Any]) -> bytes:
    theirs = {name: value for name, value in document.items() if name not in _OURS}
    return _CONTRACT.encode(theirs)[:-1].encode()


# Bytes that never change are read once: every verification of a provider asks for the same few pacts.
_remembered_members = lru_cache(maxsize=256)(_members)
_SMALL = 64 * 1024
"""Larger contracts are not remembered, so that the memory this takes has a bound (some 30 MB)."""
_OURS = ("createdAt", "_links")
_CONTRACT = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":"))
"""Writes what the contract says as it stood there, integers of any size too."""


def _links(pact: Pact, base: str, metadata: str | None) -> Body:
    pair = {"provider": pact.provider, "consumer": pact.consumer}
    of_pair = _links_of_pair(base, pact.provider, pact.consumer)
    of_version = {**pair, "version": pact.version}
    content = paths.PACT_CONTENT.url(base, **pair, sha=pact.sha)
    consumer_version = paths.VERSION.url(base, pacticipant=pact.consumer, version=pact.version)
    tags = {"pacticipant": pact.consumer, "version": pact.version}
    links: Body = {
        "self": link(paths.PACT.url(base, **of_version), "Pact", pact_name(pact.consumer, pact.version, pact.provider)),
        "pb:consumer": of_pair["pb:consumer"],
        "pb:consumer-version": link(consumer_version, "Consumer version", pact.version),
    }
    selected = _consumer_versions(pact, base, metadata)
    if selected:
        links["pb:consumer-versions"] = selected
    links |= {
        "pb:provider": of_pair["pb:provider"],
        "pb:pact-version": link(content, "Pact content version permalink", pact.sha),
        "pb:latest-pact-version": of_pair["pb:latest-pact-version"],
        "pb:all-pact-versions": of_pair["pb:all-pact-versions"],
        "pb:latest-untagged-pact-version": of_pair["pb:latest-untagged-pact-version"],
        "pb:latest-tagged-pact-version": of_pair["pb:latest-tagged-pact-version"],
        "pb:previous-distinct": link(
            paths.PACT_PREVIOUS_DISTINCT.url(base, **of_version), "Previous distinct version of this pact"
        ),
        "pb:diff-previous-distinct": link(
            paths.PACT_DIFF_PREVIOUS_DISTINCT.url(base, **of_version),
            "Diff with previous distinct version of this pact",
        ),
        "pb:diff": link(
            paths.PACT_CONTENT_DIFF.url(base, **pair, sha=pact.sha, comparison=Var("pactVersion")),
            "Diff with another specified version of this pact",
            templated=True,
        ),
        "pb:pact-webhooks": of_pair["pb:pact-webhooks"],
        "pb:consumer-webhooks": of_pair["pb:consumer-webhooks"],
        "pb:tag-prod-version": link(
            paths.VERSION_TAG.url(base, **tags, tag="prod"),
            "PUT to this resource to tag this consumer version as 'prod'",
        ),
        "pb:tag-version": link(
            paths.VERSION_TAG.url(base, **tags, tag=Var("tag")),
            "PUT to this resource to tag this consumer version",
            templated=True,
        ),
        "pb:publish-verification-results": link(
            _results(base, pair, pact.sha, metadata), "Publish verification results"
        ),
    }
    if pact.has_results:
        links["pb:latest-verification-results"] = link(paths.LATEST_RESULT_OF_CONTENT.url(base, **pair, sha=pact.sha))
    links |= {
        "pb:triggered-webhooks": link(
            paths.PACT_TRIGGERED_WEBHOOKS.url(base, **of_version), "Webhooks triggered by the publication of this pact"
        ),
        "pb:matrix-for-consumer-version": link(
            f"{paths.MATRIX.url(base)}?q[][pacticipant]={paths.segment(pact.consumer)}"
            f"&q[][version]={paths.segment(pact.version)}&latestby=cvpv",
            "View matrix rows for the consumer version to which this pact belongs",
        ),
        "curies": curies(base, "pact"),
    }
    return links


@lru_cache(maxsize=1024)
def _links_of_pair(base: str, provider: str, consumer: str) -> Body:
    """The links that all pacts between two have in common; shared, so nobody may change them."""
    pair = {"provider": provider, "consumer": consumer}
    return {
        "pb:consumer": link(paths.PACTICIPANT.url(base, pacticipant=consumer), "Consumer", consumer),
        "pb:provider": link(paths.PACTICIPANT.url(base, pacticipant=provider), "Provider", provider),
        "pb:latest-pact-version": link(paths.LATEST_PACT.url(base, **pair), "Latest version of this pact"),
        "pb:all-pact-versions": link(paths.PACT_VERSIONS.url(base, **pair), "All versions of this pact"),
        "pb:latest-untagged-pact-version": link(
            paths.LATEST_UNTAGGED_PACT.url(base, **pair), "Latest untagged version of this pact"
        ),
        "pb:latest-tagged-pact-version": link(
            paths.LATEST_TAGGED_PACT.url(base, **pair, tag=Var("tag")),
            "Latest tagged version of this pact",
            templated=True,
        ),
        "pb:pact-webhooks": link(paths.PAIR_WEBHOOKS.url(base, **pair), "Webhooks for the pact between the two"),
        "pb:consumer-webhooks": link(
            paths.CONSUMER_WEBHOOKS.url(base, consumer=consumer), "Webhooks for all pacts of the consumer"
        ),
    }


def _results(base: str, pair: dict[str, str], sha: str, metadata: str | None) -> str:
    if metadata is None:
        return paths.RESULTS.url(base, **pair, sha=sha)
    return paths.RESULTS_WITH_METADATA.url(base, **pair, sha=sha, metadata=metadata)


def _consumer_versions(pact: Pact, base: str, metadata: str | None) -> list[Link]:
    """The versions that the selectors in the metadata chose; none without selectors."""
    if metadata is None:
        return []
    numbers = dict.fromkeys(chosen.version for chosen in decode(metadata).selectors if chosen.version)
    return [
        link(paths.VERSION.url(base, pacticipant=pact.consumer, version=number), "Consumer version", number)
        for number in numbers
    ]
