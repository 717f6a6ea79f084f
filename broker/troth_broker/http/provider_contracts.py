"""What providers publish about themselves over HTTP (the PactFlow clients' `publish-provider-contract`)."""

from troth_broker.core.errors import NotFound
from troth_broker.core.provider_contracts import read_published, read_put
from troth_broker.http.hal import Body, curies, link, paged
from troth_broker.http.links import BaseLinks
from troth_broker.http.pages import window
from troth_broker.http.provider_contract_view import contract_link, document, entry, publication
from troth_broker.services import provider_contracts
from troth_broker.store.provider_contracts import ProviderContract
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON, TEXT, media_type

_UNKNOWN = "application/octet-stream"
_HARMLESS = frozenset({JSON, TEXT, "application/yaml", "application/yml", "application/x-yaml", "text/yaml"})
"""What a browser shows without running it; anything else is a mere file."""


def publish(call: Call) -> Reply:
    """Record a provider's version, branch, tags and document in one go."""
    new = read_published(call.params["provider"], call.json_object(empty={}))
    return Reply(200, publication(new, provider_contracts.publish(call.world, new, BaseLinks(call.base)), call.base))


def put(call: Call) -> Reply:
    """Record the document of a version."""
    new = read_put(call.params["provider"], call.params["version"], call.json_object())
    done = provider_contracts.publish(call.world, new, BaseLinks(call.base))
    return Reply(201 if done.change == "published" else 200, document(done.contract, call.base))


def _asked(call: Call) -> ProviderContract:
    return provider_contracts.one(call.world, call.params["provider"], call.params["version"])


def get_contract(call: Call) -> Reply:
    """The document of a version with its provider's own test of it."""
    return Reply(200, document(_asked(call), call.base))


def delete_contract(call: Call) -> Reply:
    """Delete the document of a version with all its revisions."""
    provider_contracts.delete(call.world, call.params["provider"], call.params["version"])
    return NO_CONTENT


def get_document(call: Call) -> Reply:
    """The document's exact bytes."""
    found = _asked(call)
    return raw(found.body, found.heading.content_type)


def get_results(call: Call) -> Reply:
    """What the provider's own test printed, as exact bytes."""
    told = _asked(call).verification
    if told.content is None:
        raise NotFound("Nothing was published that the provider's own verification printed", named=True)
    return raw(told.content, told.content_type or _UNKNOWN)


def raw(exact: bytes, content_type: str) -> Reply:
    """Bytes that somebody published, as what a browser shows without running it, or as a mere file."""
    kind = media_type(content_type)
    shown = kind in _HARMLESS or kind.endswith(("+json", "+yaml"))
    return Reply(200, exact, kind if shown else _UNKNOWN, charset=shown)


def list_contracts(call: Call) -> Reply:
    """What a provider's versions said about themselves."""
    name = call.params["provider"]
    found = provider_contracts.of_provider(call.world, name, window(call.page()))
    body: Body = {
        "_embedded": {"providerContracts": [entry(each, call.base) for each in found.entries]},
        "_links": {
            "self": link(call.url, f"All provider contracts of {name}"),
            "pb:provider": link(paths.PACTICIPANT.url(call.base, pacticipant=name), "Provider", name),
            "pb:provider-contracts": [contract_link(call.base, name, each.version) for each in found.entries],
            "curies": curies(call.base, "provider-contracts"),
        },
    }
    return Reply(200, paged(body, call, call.page(), found.total))


ROUTES = (
    Route(
        paths.PUBLISH_PROVIDER_CONTRACT,
        {
            "POST": Action(
                publish,
                "Publish what a provider says about itself, with its version, branch and tags",
                consumes=(JSON,),
                answers={200: "Recorded", 400: "Invalid"},
            )
        },
    ),
    Route(
        paths.PROVIDER_CONTRACTS,
        {"GET": Action(list_contracts, "What versions of a provider said about themselves", query=("page", "size"))},
    ),
    Route(
        paths.PROVIDER_CONTRACT,
        {
            "GET": Action(get_contract, "What a version of a provider says about itself"),
            "PUT": Action(
                put,
                "Publish what a version of a provider says about itself",
                consumes=(JSON,),
                answers={200: "It was revised, or said so already", 201: "It is new", 400: "Invalid"},
            ),
            "DELETE": Action(delete_contract, "Delete it with all its revisions", answers={204: "It is gone"}),
        },
    ),
    Route(
        paths.PROVIDER_CONTRACT_DOCUMENT,
        {"GET": Action(get_document, "The document, exactly as it was published", offers=("*/*",), any_type=True)},
    ),
    Route(
        paths.PROVIDER_CONTRACT_RESULTS,
        {"GET": Action(get_results, "What the provider's own test printed", offers=("*/*",), any_type=True)},
    ),
)
