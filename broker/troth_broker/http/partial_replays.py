"""Replays of a part: what a provider's version showed of a contract that nobody could observe as a whole."""

from troth_broker.core.times import iso
from troth_broker.http.hal import Body, curies, link, without_nulls
from troth_broker.http.result_view import contract_links, number_of, reply, verified_by
from troth_broker.services import partial_replays
from troth_broker.store.partial_replays import PartialReplay
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route


def published(call: Call, found: PartialReplay) -> Reply:
    """The answer to one that was just published."""
    return reply(201, document(found, call.base), Location=_url(found, call.base))


def document(found: PartialReplay, base: str) -> Body:
    """A replay of a part as its resource; `success` is null, as it is neither a yes nor a no."""
    about = f"Replay {found.number} of a part of the contract between {found.consumer} and {found.provider}"
    told = {
        "buildUrl": found.build_url,
        "testResults": found.test_results,
        "verifiedBy": verified_by(found.verified_by),
    }
    pair = {"consumer": found.consumer, "provider": found.provider}
    return {
        "providerName": found.provider,
        "providerApplicationVersion": found.provider_version,
        "success": None,
        "replayed": found.replayed,
        "skipped": found.skipped,
        "notObserved": [one._asdict() for one in found.unobserved],
        "verificationDate": iso(found.happened_at),
        **without_nulls(told),
        "_links": {
            "self": link(_url(found, base), "Replay of a part", about),
            **contract_links(found, base),
            "pb:matrix": link(paths.PAIR_MATRIX.url(base, **pair), "Matrix of the two"),
            "curies": curies(base, "partial-replay"),
        },
    }


def _url(found: PartialReplay, base: str) -> str:
    return paths.PARTIAL_REPLAY.url(base, number=found.number)


def partial_replay(call: Call) -> Reply:
    """One replay of a part."""
    return reply(200, document(partial_replays.one(call.world, number_of(call)), call.base))


def delete(call: Call) -> Reply:
    """Delete one replay of a part."""
    partial_replays.delete(call.world, number_of(call))
    return Reply(204)


ROUTES = (
    Route(
        paths.PARTIAL_REPLAY,
        {
            "GET": Action(
                partial_replay,
                "What was replayed of a contract that could not be observed as a whole",
                answers={200: "The replay", 404: "There is none"},
            ),
            "DELETE": Action(
                delete, "Delete a replay of a part of a contract", answers={204: "Deleted", 404: "There is none"}
            ),
        },
    ),
)
