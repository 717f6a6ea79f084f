"""From the broker's documents to values; what a document lacks is left out, never guessed."""

import base64
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from troth_broker.client.errors import NotABroker
from troth_broker.client.links import embedded, href, links
from troth_broker.client.values import (
    Application,
    ConsumerContract,
    Deployment,
    Document,
    Environment,
    Notice,
    Pact,
    PactLink,
    VerificationResult,
    Version,
)

WORDS = {"openapi": "oas", "jsonschema": "json-schema"}
"""What the wire calls a format, where it has another name there."""


def text(document: Document, key: str) -> str:
    """A member that every such document has; `NotABroker` where it is missing."""
    value = document.get(key)
    if not isinstance(value, str):
        raise NotABroker(f"the broker's answer has no {key!r} where it should")
    return value


def notices(document: Document, key: str = "notices", kind: str = "type") -> tuple[Notice, ...]:
    """The notices of an answer, in its order."""
    found = document.get(key)
    return tuple(
        Notice(str(item.get(kind, "")), str(item.get("text", "")))
        for item in (found if isinstance(found, list) else ())
        if isinstance(item, Mapping)
    )


def environment(document: Document) -> Environment:
    """An environment's resource."""
    found = document.get("contacts")
    contacts = (
        (str(item.get("name", "")), _details(item.get("details")))
        for item in (found if isinstance(found, list) else ())
        if isinstance(item, Mapping)
    )
    return Environment(
        uuid=text(document, "uuid"),
        name=text(document, "name"),
        display_name=document.get("displayName"),
        production=document.get("production") is True,
        contacts=tuple(contacts),
        document=document,
    )


def application(document: Document) -> Application:
    """A pacticipant's resource."""
    return Application(
        name=text(document, "name"),
        display_name=document.get("displayName"),
        main_branch=document.get("mainBranch"),
        repository_url=document.get("repositoryUrl"),
        document=document,
    )


def version(document: Document, owner: str) -> Version:
    """A pacticipant version's resource."""
    return Version(
        application=owner,
        number=text(document, "number"),
        branches=_names(embedded(document, "branchVersions")),
        tags=_names(embedded(document, "tags")),
        build_url=document.get("buildUrl"),
        deployed_to=_places(document, "pb:deployed-environments", "currently_deployed"),
        released_to=_places(document, "pb:released-environments", "currently_supported"),
        document=document,
    )


def deployment(document: Document, owner: str, place: str, current: str, number: str | None = None) -> Deployment:
    """A deployed or released version's resource; lists of them leave out the environment, and some the version."""
    held = document.get("_embedded")
    within = held if isinstance(held, Mapping) else {}
    return Deployment(
        uuid=text(document, "uuid"),
        application=_inner(within, "pacticipant", "name") or owner,
        version=_inner(within, "version", "number") or number or "",
        environment=_inner(within, "environment", "name") or place,
        current=document.get(current) is True,
        instance=document.get("applicationInstance"),
        document=document,
    )


def pact_links(document: Document) -> tuple[PactLink, ...]:
    """The pacts that a for-verification answer lists, in its order."""
    return tuple(_pact_link(item) for item in embedded(document, "pacts"))


def pact(document: Document, url: str, content: bytes) -> Pact:
    """A pact's resource."""
    return Pact(
        consumer=_inner(document, "consumer", "name") or _link_name(document, "pb:consumer") or "",
        provider=_inner(document, "provider", "name") or _link_name(document, "pb:provider") or "",
        consumer_version=_consumer_version(document),
        url=href(document, "self") or url,
        results_url=href(document, "pb:publish-verification-results"),
        content=content,
        document=document,
    )


def contract_links(document: Document) -> tuple[PactLink, ...]:
    """The contracts of other formats that a for-verification answer lists, in its order."""
    return tuple(
        replace(_pact_link(item), format=format_named(text(item, "format"))) for item in embedded(document, "contracts")
    )


def format_named(word: str) -> str:
    """What a format that answers call so is called here."""
    return next((name for name, other in WORDS.items() if other == word), word)


def consumer_contract(document: Document, url: str) -> ConsumerContract:
    """A consumer's contract of another format than pact, with its documents."""
    held = document.get("_embedded")
    within: Mapping[str, Any] = held if isinstance(held, Mapping) else {}
    listed = document.get("files")
    files = {
        text(one, "name"): base64.b64decode(text(one, "content"))
        for one in (listed if isinstance(listed, list) else ())
        if isinstance(one, Mapping)
    }
    root = text(document, "root")
    if root not in files:
        raise NotABroker(f"the contract at {url} comes without its document {root}")
    return ConsumerContract(
        consumer=_inner(within, "consumer", "name") or "",
        provider=_inner(within, "provider", "name") or "",
        consumer_version=_inner(within, "version", "number"),
        format=format_named(text(document, "format")),
        url=href(document, "self") or url,
        results_url=href(document, "pb:publish-verification-results"),
        root=root,
        files=files,
        document=document,
        partial_replays_url=href(document, "pb:publish-partial-replay"),
    )


def verification_result(document: Document) -> VerificationResult:
    """A verification result's resource."""
    return VerificationResult(
        provider_version=text(document, "providerApplicationVersion"),
        success=document.get("success") is True,
        test_results=document.get("testResults"),
        document=document,
    )


def _pact_link(item: Document) -> PactLink:
    found = item.get("verificationProperties")
    properties: Mapping[str, Any] = found if isinstance(found, Mapping) else {}
    url = href(item, "self")
    if url is None:
        raise NotABroker("the broker lists a pact for verification without a link to it")
    return PactLink(
        url=url,
        name=_link_name(item, "self") or url,
        short_description=str(item.get("shortDescription", "")),
        pending=properties.get("pending") is True,
        wip=properties.get("wip") is True,
        notices=notices(properties, kind="when"),
    )


def _consumer_version(document: Document) -> str | None:
    """The version that the pact was handed out for; its content may belong to newer ones as well."""
    newest = _link_name(document, "pb:consumer-version")
    asked = [link["name"] for link in links(document, "pb:consumer-versions") if isinstance(link.get("name"), str)]
    return newest if newest in asked or not asked else str(asked[-1])


def _details(found: object) -> str:
    if isinstance(found, Mapping):
        return ", ".join(f"{key}: {value}" for key, value in found.items())
    return "" if found is None else str(found)


def _names(items: Iterable[Mapping[str, Any]]) -> tuple[str, ...]:
    return tuple(str(item["name"]) for item in items if "name" in item)


def _places(document: Document, relation: str, current: str) -> tuple[str, ...]:
    return tuple(str(link.get("name", "")) for link in links(document, relation) if link.get(current) is not False)


def _link_name(document: Document, relation: str) -> str | None:
    name = next((link.get("name") for link in links(document, relation)), None)
    return name if isinstance(name, str) else None


def _inner(document: Mapping[str, Any], outer: str, key: str) -> str | None:
    found = document.get(outer)
    value = found.get(key) if isinstance(found, Mapping) else None
    return value if isinstance(value, str) else None
