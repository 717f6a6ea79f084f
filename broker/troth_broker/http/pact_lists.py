"""Lists of pacts: of a pair, of a provider, and the newest of every integration."""

from collections.abc import Callable

from troth_broker.core.times import iso
from troth_broker.http.hal import Body, Link, curies, link
from troth_broker.http.pact_view import pact_name
from troth_broker.http.pacts import after_delete
from troth_broker.services import pacts
from troth_broker.store.pact_lists import Listed
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Handler, Route


def _url(base: str, pact: Listed) -> str:
    return paths.PACT.url(base, provider=pact.provider, consumer=pact.consumer, version=pact.version)


def _name(pact: Listed) -> str:
    return pact_name(pact.consumer, pact.version, pact.provider)


def _item(base: str, pact: Listed) -> Body:
    version = paths.VERSION.url(base, pacticipant=pact.consumer, version=pact.version)
    return {
        "createdAt": iso(pact.created_at),
        "_embedded": {"consumerVersion": {"number": pact.version, "_links": {"self": link(version)}}},
        "_links": {"self": link(_url(base, pact), "Pact", _name(pact))},
    }


def _list_entry(base: str, pact: Listed) -> Link:
    return {"href": _url(base, pact), "title": _name(pact), "name": pact.consumer}


def _pair_list(call: Call, found: tuple[Listed, ...], prefix: str = "", *, branch: bool = False) -> Reply:
    consumer, provider = call.params["consumer"], call.params["provider"]
    links: Body = {
        "self": link(call.url, "All versions of the pact between the two"),
        f"{prefix}consumer": link(paths.PACTICIPANT.url(call.base, pacticipant=consumer), "Consumer", consumer),
        f"{prefix}provider": link(paths.PACTICIPANT.url(call.base, pacticipant=provider), "Provider", provider),
        f"{prefix}pact-versions": [link(_url(call.base, pact), "Pact", _name(pact)) for pact in found],
    }
    if branch:
        links["pb:pacts"] = [_list_entry(call.base, pact) for pact in found]  # what `get-pacts` lists and downloads
    return Reply(200, {"_embedded": {"pacts": [_item(call.base, pact) for pact in found]}, "_links": links})


def _pair(call: Call) -> tuple[str, str]:
    return call.params["provider"], call.params["consumer"]


def pair_pacts(call: Call) -> Reply:
    """All pacts of a pair, newest first."""
    return _pair_list(call, pacts.pacts_between(call.world, *_pair(call)))


def pair_tag_pacts(call: Call) -> Reply:
    """A pair's pacts with a tag, newest first."""
    found = pacts.pacts_between(call.world, *_pair(call), tag=call.params["tag"])
    return _pair_list(call, found, prefix="pb:")


def _pair_branch(*, heads: bool) -> Handler:
    def pair_branch_pacts(call: Call) -> Reply:
        """A pair's pacts on a branch (without a name: the main branch), oldest first."""
        branch = call.params.get("branch")
        found = pacts.pacts_between(call.world, *_pair(call), branch=branch, main_branch=branch is None, heads=heads)
        return _pair_list(call, found, branch=True)

    return pair_branch_pacts


def latest_main_branch_pacts(call: Call) -> Reply:
    """The pact of the main branch's head; or all on a branch that is really called "latest"."""
    named = pacts.pacts_between(call.world, *_pair(call), branch=_LATEST)
    found = named or pacts.pacts_between(call.world, *_pair(call), main_branch=True, heads=True)
    return _pair_list(call, found, branch=True)


def delete_latest_branch_pacts(call: Call) -> Reply:
    """Delete a pair's pacts on a branch that is called "latest"."""
    return Reply(200, after_delete(call, pacts.delete_pacts_between(call.world, *_pair(call), branch=_LATEST)))


_LATEST = "latest"


def delete_pair_pacts(call: Call) -> Reply:
    """Delete all pacts of a pair."""
    pacts.delete_pacts_between(call.world, *_pair(call))
    return NO_CONTENT


def delete_pair_line_pacts(call: Call) -> Reply:
    """Delete a pair's pacts with a tag or on a branch."""
    left = pacts.delete_pacts_between(
        call.world, *_pair(call), tag=call.params.get("tag"), branch=call.params.get("branch")
    )
    return Reply(200, after_delete(call, left))


def _provider_list(call: Call, found: tuple[Listed, ...]) -> Reply:
    provider = call.params["provider"]
    own = link(paths.PACTICIPANT.url(call.base, pacticipant=provider), "Provider", provider)
    listed = [_list_entry(call.base, pact) for pact in found]
    return Reply(
        200,
        {
            "_links": {
                "self": link(call.url, f"Pacts of the provider {provider}"),
                "pb:provider": own,
                "pb:pacts": listed,
                "provider": own,
                "pacts": listed,
                "curies": curies(call.base, "provider-pacts"),
            }
        },
    )


def _provider(ask: Callable[[Call], tuple[Listed, ...]]) -> Handler:
    return lambda call: _provider_list(call, ask(call))


def latest_pacts(call: Call) -> Reply:
    """The newest pact of every integration."""
    found = pacts.latest_pacts(call.world)
    own = link(call.url, "Latest pacts")
    return Reply(200, {"pacts": [_latest_item(call.base, pact) for pact in found], "_links": {"self": own}})


def _latest_item(base: str, pact: Listed) -> Body:
    consumer = paths.PACTICIPANT.url(base, pacticipant=pact.consumer)
    provider = paths.PACTICIPANT.url(base, pacticipant=pact.provider)
    version = paths.VERSION.url(base, pacticipant=pact.consumer, version=pact.version)
    latest = paths.LATEST_PACT.url(base, provider=pact.provider, consumer=pact.consumer)
    return {
        "createdAt": iso(pact.created_at),
        "_embedded": {
            "consumer": {
                "name": pact.consumer,
                "_links": {"self": link(consumer)},
                "_embedded": {"version": {"number": pact.version, "_links": {"self": link(version)}}},
            },
            "provider": {"name": pact.provider, "_links": {"self": link(provider)}},
        },
        "_links": {"self": [link(latest), link(_url(base, pact))]},
    }


_LIST = {200: "The list", 404: "A name that nobody uses"}


def _get(handler: Handler, summary: str) -> Action:
    return Action(handler, summary, answers=_LIST)


def _provider_route(path: paths.Path, summary: str, *, main_branch: bool = False, newest: bool = False) -> Route:
    def ask(call: Call) -> tuple[Listed, ...]:
        tag, branch = call.params.get("tag"), call.params.get("branch")
        return pacts.pacts_of_provider(
            call.world, call.params["provider"], tag=tag, branch=branch, main_branch=main_branch, newest=newest
        )

    return Route(path, {"GET": _get(_provider(ask), summary)})


ROUTES = (
    Route(paths.LATEST_PACTS, {"GET": _get(latest_pacts, "The newest pact of every integration")}),
    Route(
        paths.PACT_VERSIONS,
        {
            "GET": _get(pair_pacts, "All pacts of a pair"),
            "DELETE": Action(delete_pair_pacts, "Delete all pacts of a pair", answers={204: "Deleted"}, any_type=True),
        },
    ),
    Route(
        paths.TAGGED_PACT_VERSIONS,
        {
            "GET": _get(pair_tag_pacts, "A pair's pacts with a tag"),
            "DELETE": Action(delete_pair_line_pacts, "Delete a pair's pacts with a tag", any_type=True),
        },
    ),
    Route(
        paths.BRANCH_PACT_VERSIONS,
        {
            "GET": _get(_pair_branch(heads=False), "A pair's pacts on a branch"),
            "DELETE": Action(delete_pair_line_pacts, "Delete a pair's pacts on a branch", any_type=True),
        },
    ),
    Route(
        paths.MAIN_BRANCH_PACTS,
        {"GET": _get(_pair_branch(heads=False), "A pair's pacts on the consumer's main branch")},
    ),
    Route(
        paths.LATEST_MAIN_BRANCH_PACTS,
        {
            "GET": _get(latest_main_branch_pacts, "The pact of the main branch's head, or those on a branch `latest`"),
            "DELETE": Action(delete_latest_branch_pacts, "Delete a pair's pacts on a branch `latest`", any_type=True),
        },
    ),
    Route(
        paths.MAIN_BRANCH_PACT_VERSIONS,
        {"GET": _get(_pair_branch(heads=False), "A pair's pacts on the consumer's main branch")},
    ),
    Route(
        paths.LATEST_BRANCH_PACT_VERSIONS,
        {"GET": _get(_pair_branch(heads=True), "The pact of a branch's head")},
    ),
    Route(
        paths.LATEST_MAIN_BRANCH_PACT_VERSIONS,
        {"GET": _get(_pair_branch(heads=True), "The pact of the main branch's head")},
    ),
    _provider_route(paths.PROVIDER_PACTS, "All pacts of a provider"),
    _provider_route(paths.PROVIDER_PACTS_WITH_TAG, "A provider's pacts with a tag"),
    _provider_route(paths.LATEST_PROVIDER_PACTS, "The newest pact of each consumer", newest=True),
    _provider_route(paths.LATEST_PROVIDER_PACTS_WITH_TAG, "The newest pact of each consumer with a tag", newest=True),
    _provider_route(paths.PROVIDER_PACTS_WITH_MAIN_BRANCH, "Pacts from the consumers' main branches", main_branch=True),
    _provider_route(paths.PROVIDER_PACTS_WITH_BRANCH, "Pacts from a branch of the consumers"),
    _provider_route(
        paths.LATEST_PROVIDER_PACTS_WITH_MAIN_BRANCH,
        "The pacts of the consumers' main branch heads",
        main_branch=True,
        newest=True,
    ),
    _provider_route(
        paths.LATEST_PROVIDER_PACTS_WITH_BRANCH, "The pacts of the heads of a branch of the consumers", newest=True
    ),
)
