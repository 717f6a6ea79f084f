"""Who depends on whom, as CSV or HAL: everybody, or the applications around one (pact_broker_api 1.4)."""

import csv
import io

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.network import Network
from troth_broker.http.hal import Body, link, without_nulls
from troth_broker.services import network
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL

CSV = "text/csv"
_OFFERS = (CSV, HAL)
"""CSV first, as the reference has nothing else; HAL says how each contract stands besides."""
_HEADING = ("source", "target", "weight")


def _reply(call: Call, found: Network) -> Reply:
    return _csv(found) if call.media == CSV else Reply(200, _document(call, found))


def _document(call: Call, found: Network) -> Body:
    return {
        "pacticipants": [{"name": name} for name in found.nodes],
        "relationships": [
            without_nulls(
                {
                    "consumer": edge.consumer,
                    "provider": edge.provider,
                    "verificationStatus": None if edge.status is None else edge.status.value,
                }
            )
            for edge in found.edges
        ],
        "leftOut": found.left_out,
        "_links": {"self": link(call.url, "Applications that depend on each other")},
    }


def _csv(found: Network) -> Reply:
    """A line for each integration, from the consumer to the provider."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_HEADING)
    lines.writerows((edge.consumer, edge.provider, 1) for edge in found.edges)
    return Reply(200, text.getvalue(), CSV)


def relationships(call: Call) -> Reply:
    """Every integration."""
    return _reply(call, network.everything(call.world))


def group(call: Call) -> Reply:
    """The integrations among the applications around one."""
    return _reply(call, network.neighbourhood(call.world, call.params["pacticipant"], _most(call)))


def _most(call: Call) -> int | None:
    text = call.parameter("maxPacticipants")
    if text is None:
        return None
    if not (text.isascii() and text.isdigit() and len(text) < 10 and int(text)):
        raise Invalid([Fault("maxPacticipants", "must be a whole number of 1 or more")])
    return int(text)


ROUTES = (
    Route(
        paths.RELATIONSHIPS,
        {"GET": Action(relationships, "Every integration as a line of CSV, or as HAL", offers=_OFFERS)},
    ),
    Route(
        paths.GROUP,
        {
            "GET": Action(
                group,
                "Who is joined to an application, as CSV or HAL",
                offers=_OFFERS,
                query=("maxPacticipants",),
            )
        },
    ),
)
