"""Addresses of the reference's pages that lead to ours."""

from troth_broker.pages.links import To
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML


def hal_browser(call: Call) -> Reply:
    """Where the HAL browser was: every resource is a page now."""
    return Reply(303, None, headers={"Location": To.below(call.base).home()})


ROUTES = (Route(paths.HAL_BROWSER, {"GET": Action(hal_browser, "The HAL browser's address", (HTML,), any_type=True)}),)
