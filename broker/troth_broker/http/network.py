"""Who depends on whom as CSV: everybody, or the applications around one (pact_broker_api 1.4)."""

import csv
import io

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.network import Network
from troth_broker.services import network
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route

CSV = "text/csv"
_HEADING = ("source", "target", "weight")


def _csv(found: Network) -> Reply:
    """A line for each integration, from the consumer to the provider."""
    text = io.StringIO()
    lines = csv.writer(text, lineterminator="\n")
    lines.writerow(_HEADING)
    lines.writerows((edge.consumer, edge.provider, 1) for edge in found.edges)
    return Reply(200, text.getvalue(), CSV)


def relationships(call: Call) -> Reply:
    """Every integration."""
    return _csv(network.everything(call.world))


def group(call: Call) -> Reply:
    """The integrations among the applications around one."""
    return _csv(network.neighbourhood(call.world, call.params["pacticipant"], _most(call)))


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
        {"GET": Action(relationships, "Every integration as a line of CSV", offers=(CSV,))},
    ),
    Route(
        paths.GROUP,
        {
            "GET": Action(
                group, "The integrations around an application as CSV", offers=(CSV,), query=("maxPacticipants",)
            )
        },
    ),
)
