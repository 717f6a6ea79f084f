"""One pact: by its version, its content or its line."""

from troth_broker.http.hal import Body, curies, link
from troth_broker.http.pact_view import extended_pact_document, pact_document
from troth_broker.services import pacts, results
from troth_broker.store.pacts import Pact
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Handler, Route
from troth_broker.web.negotiation import EXTENDED_PACT, HAL, JSON

_OFFERS = (HAL, JSON, EXTENDED_PACT)
_FOUND = {200: "The pact", 404: "There is none"}


def pact_reply(
    call: Call, pact: Pact, metadata: str | None = None, *, latest: bool = False, listed: bool = False
) -> Reply:
    """A pact as the answer to a call."""
    headers = {"X-Pact-Consumer-Version": pact.version} if latest else {}
    if call.media == EXTENDED_PACT:
        tests = results.latest_test_results(call.world, pact)
        return Reply(200, extended_pact_document(pact, call.base, tests, metadata), call.media, headers)
    return Reply(200, pact_document(pact, call.base, metadata, listed=listed), call.media, headers)


def _pair(call: Call) -> tuple[str, str]:
    return call.params["provider"], call.params["consumer"]


def pact_of_version(call: Call) -> Reply:
    """The pact that a consumer version published for a provider."""
    return pact_reply(call, pacts.pact_of_version(call.world, *_pair(call), call.params["version"]))


def pact_of_content(call: Call) -> Reply:
    """The newest publication that carries a content; what the address remembers is passed on to its links."""
    pact = pacts.pact_of_content(call.world, *_pair(call), call.params["sha"])
    return pact_reply(call, pact, call.params.get("metadata"))


def latest_pact(call: Call) -> Reply:
    """The newest pact between two, of all versions or of a tag or branch."""
    tag, branch = call.params.get("tag"), call.params.get("branch")
    pact = pacts.latest_pact(call.world, *_pair(call), tag=tag, branch=branch)
    # Where the Rust client asks for a branch's latest pact, it looks for a list.
    return pact_reply(call, pact, latest=True, listed=branch is not None)


def latest_untagged_pact(call: Call) -> Reply:
    """The newest pact of a version without tags."""
    return pact_reply(call, pacts.latest_pact(call.world, *_pair(call), untagged=True), latest=True)


def delete_pact(call: Call) -> Reply:
    """Delete every revision of a version's pact."""
    provider, consumer = _pair(call)
    left = pacts.delete_pact(call.world, provider, consumer, call.params["version"])
    return Reply(200, after_delete(call, left))


def after_delete(call: Call, left: Pact | None) -> Body:
    """Where to go on from, once pacts are deleted."""
    links: Body = {"index": link(call.base, "Index")}
    if left is not None:
        provider, consumer = _pair(call)
        links["pb:latest-pact-version"] = link(
            paths.LATEST_PACT.url(call.base, provider=provider, consumer=consumer), "Latest pact"
        )
    links["curies"] = curies(call.base, "pact")
    return {"_links": links}


def _get(path: paths.Path, handler: Handler, summary: str) -> Route:
    return Route(path, {"GET": Action(handler, summary, offers=_OFFERS, answers=_FOUND)})


READ = Action(pact_of_version, "A version's pact", offers=_OFFERS, answers=_FOUND)
DELETE = Action(delete_pact, "Delete a version's pact", answers={200: "Deleted", 404: "There is none"}, any_type=True)

ROUTES = (
    _get(paths.PACT_CONTENT, pact_of_content, "A pact by its content"),
    _get(paths.PACT_CONTENT_WITH_METADATA, pact_of_content, "A pact by its content, with what its address remembers"),
    _get(paths.LATEST_PACT, latest_pact, "The newest pact of a pair"),
    _get(paths.LATEST_PACT_SINGULAR, latest_pact, "The newest pact of a pair (older address)"),
    _get(paths.LATEST_TAGGED_PACT, latest_pact, "The newest pact of a pair with a tag"),
    _get(paths.LATEST_UNTAGGED_PACT, latest_untagged_pact, "The newest pact of a pair without a tag"),
    _get(paths.LATEST_BRANCH_PACT, latest_pact, "The newest pact of a pair on a branch"),
)
