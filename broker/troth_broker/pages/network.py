"""Who depends on whom, as a picture and as a table."""

from troth_broker.core.network import Network
from troth_broker.core.standing import Status
from troth_broker.pages.engine import page
from troth_broker.pages.layout_graph import BOX_HEIGHT, drawn
from troth_broker.pages.links import To
from troth_broker.pages.words import CHANGED, FAILED, NEVER, PASSED, Mark
from troth_broker.services import network as service
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_LAST = ("none", "yes", "open", "no")
"""In which order lines are drawn, so that what is wrong lies on top."""
MARKS = {
    None: NEVER,
    Status.NEVER: NEVER,
    Status.STALE: CHANGED,
    Status.SUCCESS: PASSED,
    Status.FAILED: FAILED,
    Status.FAILED_PENDING: Mark("open", "✗", "failed, pending"),
}


def everything(call: Call) -> Reply:
    """The applications with the most integrations."""
    return _page(call, service.busiest(call.world), None)


def around(call: Call) -> Reply:
    """The applications around one."""
    name = call.params["pacticipant"]
    return _page(call, service.neighbourhood(call.world, name), name)


def _page(call: Call, found: Network, centre: str | None) -> Reply:
    marks = {
        (edge.consumer, edge.provider): MARKS[edge.status]
        for edge in sorted(found.edges, key=lambda edge: _LAST.index(MARKS[edge.status].tone))
    }
    return page(
        call,
        "network.html",
        network=found,
        drawing=drawn(found.nodes, list(marks)),
        height=BOX_HEIGHT,
        json_url=To.below(call.base).root + paths.INTEGRATIONS.template_text + "?format=json",
        marks=marks,
        centre=centre,
        legend=(PASSED, FAILED, CHANGED, NEVER),
    )


ROUTES = (
    Route(paths.NETWORK, {"GET": Action(everything, "The network of applications", (HTML,))}),
    Route(paths.PACTICIPANT_NETWORK, {"GET": Action(around, "The network around an application", (HTML,))}),
)
