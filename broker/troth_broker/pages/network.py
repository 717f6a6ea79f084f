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

_FEW = 40
"""How many applications a picture shows unless more are asked for: it shall be looked at."""
_ROWS = 60
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
    most = _most(call)
    return _page(call, service.busiest(call.world, most), None, most)


def around(call: Call) -> Reply:
    """The applications around one."""
    name, most = call.params["pacticipant"], _most(call)
    return _page(call, service.neighbourhood(call.world, name, most), name, most)


def _most(call: Call) -> int:
    limit = call.world.settings.network_diagram_max_pacticipants
    return limit if call.parameter("all") else min(_FEW, limit)


def _page(call: Call, found: Network, centre: str | None, most: int) -> Reply:
    marks = {(edge.consumer, edge.provider): MARKS[edge.status] for edge in found.edges}
    drawing = drawn(found.nodes, tuple(marks))
    to = To.below(call.base)
    limit = call.world.settings.network_diagram_max_pacticipants
    return page(
        call,
        "network.html",
        network=found,
        drawing=drawing,
        lines=sorted(drawing.lines, key=lambda line: _LAST.index(marks[line.consumer, line.provider].tone)),
        height=BOX_HEIGHT,
        json_url=to.root + paths.INTEGRATIONS.template_text + "?format=json",
        marks=marks,
        centre=centre,
        legend=(PASSED, FAILED, CHANGED, NEVER),
        rows=found.edges[:_ROWS],
        more=to.wider_network(centre) if found.left_out and most < limit else None,
        shown_by_more=min(limit, len(found.nodes) + found.left_out),
    )


ROUTES = (
    Route(paths.NETWORK, {"GET": Action(everything, "The network of applications", (HTML,))}),
    Route(paths.PACTICIPANT_NETWORK, {"GET": Action(around, "The network around an application", (HTML,))}),
)
