"""Contracts of every format, of either side: published by consumers, listed, read, and compared with other versions."""

from collections.abc import Callable, Iterable
from functools import partial

from troth_broker.core.consumer_contracts import read_consumer_contract
from troth_broker.core.contract_documents import likely_type
from troth_broker.core.errors import NotFound
from troth_broker.http.contract_view import (
    content_document,
    difference,
    difference_text,
    document,
    publication,
    summary,
)
from troth_broker.http.hal import Body, curies, link, paged
from troth_broker.http.links import BaseLinks
from troth_broker.http.pages import window
from troth_broker.http.provider_contracts import raw
from troth_broker.http.results import address_of, format_of
from troth_broker.services import consumer_contracts, contracts
from troth_broker.services.contracts import Find, Whole
from troth_broker.store.contracts import Stated
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, JSON, TEXT
from troth_broker.web.paths import Path

_BY_ENDING = {"json": JSON, "avsc": JSON, "yaml": "application/yaml", "yml": "application/yaml"}


def publish(call: Call) -> Reply:
    """Record a consumer's version, branch, tags and contract in one go."""
    new = read_consumer_contract(*_pair(call), call.json_object(empty={}))
    return Reply(200, publication(new, consumer_contracts.publish(call.world, new, BaseLinks(call.base)), call.base))


def _pair(call: Call) -> tuple[str, str]:
    return call.params["provider"], call.params["consumer"]


def _expected(call: Call) -> Find:
    provider, consumer = _pair(call)
    return contracts.expected(consumer, provider, format_of(call))


def _said(call: Call) -> Find:
    return contracts.said(call.params["provider"], format_of(call), call.parameter("name") or "")


Finder = Callable[[Call], Find]


def _one(find: Finder, call: Call) -> Whole:
    return contracts.one(call.world, find(call), call.params["version"])


def _get(find: Finder, call: Call) -> Reply:
    """A contract with the list of its documents."""
    return Reply(200, document(_one(find, call), call.base))


def _root(find: Finder, call: Call) -> Reply:
    """The root document's exact bytes."""
    found = _one(find, call)
    return _exact(found, found.sources.root)


def _file(find: Finder, call: Call) -> Reply:
    """A document's exact bytes."""
    found, name = _one(find, call), call.params["name"]
    if name not in found.sources.files:
        raise NotFound(f"This contract has no document named {name}", named=True)
    return _exact(found, name)


def _exact(found: Whole, name: str) -> Reply:
    exact = found.sources.files[name]
    told = found.stated.content_type if name == found.sources.root else None
    kind = told or _BY_ENDING.get(name.rpartition(".")[2].lower()) or likely_type(found.stated.format, exact)
    return raw(exact, kind)


def _diff(find: Finder, call: Call) -> Reply:
    """What changed since another version."""
    found = contracts.difference(call.world, find(call), call.params["version"], call.params["comparison"])
    if call.media == TEXT:
        return Reply(200, difference_text(found), TEXT)
    return Reply(200, difference(found, call.url, call.base), call.media)


def delete_expected(call: Call) -> Reply:
    """Delete a consumer's contract with all its revisions."""
    provider, consumer = _pair(call)
    consumer_contracts.delete(call.world, consumer, provider, call.params["version"], format_of(call))
    return NO_CONTENT


def content(call: Call) -> Reply:
    """A contract by its content, with its documents in it; its address may remember how it was selected."""
    found = contracts.content(call.world, address_of(call))
    return Reply(200, content_document(found, call.url, call.params.get("metadata"), call.base))


def of_pair(call: Call) -> Reply:
    """What a consumer expects of a provider, in every format but pact."""
    provider, consumer = _pair(call)
    found = contracts.of_pair(call.world, consumer, provider, window(call.page()))
    body = _list(call, found.entries, f"Contracts between {consumer} and {provider}, but for pacts")
    return Reply(200, paged(body, call, call.page(), found.total))


def of_consumer_version(call: Call) -> Reply:
    """What a version of a consumer expects of a provider, in every format but pact."""
    provider, consumer = _pair(call)
    version = call.params["version"]
    found = contracts.of_consumer_version(call.world, consumer, provider, version)
    return Reply(200, _list(call, found, f"Contracts of {consumer} version {version} with {provider}, but for pacts"))


def of_version(call: Call) -> Reply:
    """Every contract of a version, whichever side it is on."""
    application, version = call.params["pacticipant"], call.params["version"]
    found = contracts.of_version(call.world, application, version)
    return Reply(200, _list(call, found, f"All contracts of {application} version {version}"))


def _list(call: Call, found: Iterable[Stated], title: str) -> Body:
    return {
        "_embedded": {"contracts": [summary(each, call.base) for each in found]},
        "_links": {"self": link(call.url, title), "curies": curies(call.base, "contracts")},
    }


def _routes(
    find: Finder, at: tuple[Path, Path, Path, Path], whose: str, *query: str, **more: Action
) -> tuple[Route, ...]:
    """The resources of one contract of either side: itself, its documents, and what changed."""
    contract, root, file, diff = at
    bytes_of = partial(Action, query=query, offers=("*/*",), any_type=True)
    told = Action(partial(_get, find), f"What {whose}, with the list of its documents", query=query)
    changed = Action(
        partial(_diff, find),
        "What changed since another version, line by line, and what that breaks",
        offers=(TEXT, HAL, JSON),
        query=query,
    )
    return (
        Route(contract, {"GET": told, **more}),
        Route(root, {"GET": bytes_of(partial(_root, find), "The root document, exactly as it was published")}),
        Route(file, {"GET": bytes_of(partial(_file, find), "A document, exactly as it was published")}),
        Route(diff, {"GET": changed}),
    )


_CONTENT = Action(
    content,
    "A consumer's contract but a pact, by its content, with its documents in Base64",
    answers={200: "The contract", 404: "There is none"},
)

ROUTES = (
    Route(paths.CONTRACT_CONTENT, {"GET": _CONTENT}),
    Route(paths.CONTRACT_CONTENT_WITH_METADATA, {"GET": _CONTENT}),
    Route(
        paths.PUBLISH_CONSUMER_CONTRACT,
        {
            "POST": Action(
                publish,
                "Publish what a consumer expects of a provider in another format than pact",
                consumes=(JSON,),
                answers={200: "Recorded", 400: "Invalid"},
            )
        },
    ),
    Route(
        paths.CONSUMER_CONTRACTS,
        {"GET": Action(of_pair, "What a consumer expects of a provider, but for pacts", query=("page", "size"))},
    ),
    Route(
        paths.CONSUMER_VERSION_CONTRACTS,
        {"GET": Action(of_consumer_version, "What a consumer's version expects of a provider, but for pacts")},
    ),
    *_routes(
        _expected,
        (
            paths.CONSUMER_CONTRACT,
            paths.CONSUMER_CONTRACT_DOCUMENT,
            paths.CONSUMER_CONTRACT_FILE,
            paths.CONSUMER_CONTRACT_DIFF,
        ),
        "a version of a consumer expects of a provider in a format",
        DELETE=Action(delete_expected, "Delete it with all its revisions", answers={204: "It is gone"}),
    ),
    *_routes(
        _said,
        (
            paths.PROVIDER_FORMAT_CONTRACT,
            paths.PROVIDER_FORMAT_DOCUMENT,
            paths.PROVIDER_FORMAT_FILE,
            paths.PROVIDER_FORMAT_DIFF,
        ),
        "a version of a provider says about itself in a format",
        "name",
    ),
    Route(
        paths.VERSION_CONTRACTS,
        {"GET": Action(of_version, "Every contract of a version, of any format, whichever side it is on")},
    ),
)
