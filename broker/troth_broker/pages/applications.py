"""Applications, and one of them: what it is, who uses it, whom it uses, its branches and versions, where it runs."""

from troth_broker.core.pages import Window
from troth_broker.pages.engine import page
from troth_broker.pages.home import states
from troth_broker.pages.links import To
from troth_broker.pages.paging import Pager, asked
from troth_broker.services import branches, home, pacticipants, versions
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_SIZE, _NEWEST = 50, 20


def every(call: Call) -> Reply:
    """The applications, or those with a part in their names."""
    number, window = asked(call, _SIZE)
    part = call.parameter("q")
    found = pacticipants.every(call.world, window, part)
    to = To.below(call.base)
    pager = Pager(number, window.limit, found.total, lambda wanted: to.applications(q=part, page=wanted))
    return page(call, "applications.html", found=found.entries, pager=pager, q=part or "", label=None)


def labelled(call: Call) -> Reply:
    """The applications with a label."""
    number, window = asked(call, _SIZE)
    label = call.params["label"]
    found = pacticipants.with_label(call.world, label, window)
    to = To.below(call.base)
    pager = Pager(number, window.limit, found.total, lambda wanted: to.label(label, page=wanted))
    return page(call, "applications.html", found=found.entries, pager=pager, q="", label=label)


def one(call: Call) -> Reply:
    """One application."""
    name = call.params["pacticipant"]
    around = home.around(call.world, name)
    return page(
        call,
        "application.html",
        view=pacticipants.one(call.world, name),
        consumers=[states(each) for each in around.consumers],
        providers=[states(each) for each in around.providers],
        branches=branches.every(call.world, name, Window(_NEWEST), None),
        versions=versions.every(call.world, name, Window(_NEWEST)),
    )


ROUTES = (
    Route(paths.PACTICIPANTS, {"GET": Action(every, "The applications", (HTML,))}),
    Route(paths.PACTICIPANTS_WITH_LABEL, {"GET": Action(labelled, "The applications with a label", (HTML,))}),
    Route(paths.PACTICIPANT, {"GET": Action(one, "An application", (HTML,))}),
)
