"""Comparisons over HTTP: every finding of one, with its places."""

from troth_broker.core.times import iso
from troth_broker.http.hal import Body, curies, link, without_nulls
from troth_broker.services import comparisons
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route


def comparison(call: Call) -> Reply:
    """A comparison with its report."""
    found = comparisons.one(call.world, call.params["number"])
    pair = {"consumer": found.consumer, "provider": found.provider}
    body: Body = {
        "number": found.number,
        "consumer": {"name": found.consumer, "format": found.format},
        "provider": {"name": found.provider, "format": found.provider_format},
        "checker": found.checker,
        "success": found.success,
        "comparedAt": iso(found.at),
        **without_nulls({"error": found.error, "report": found.report}),
        "_links": {
            "self": link(call.url, f"Comparison {found.number}"),
            "pb:matrix": link(paths.PAIR_MATRIX.url(call.base, **pair), "Matrix of the two"),
            "curies": curies(call.base, "comparison"),
        },
    }
    return Reply(200, body)


ROUTES = (Route(paths.COMPARISON, {"GET": Action(comparison, "A comparison with every finding")}),)
