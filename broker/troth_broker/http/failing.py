"""A failure on purpose: what an operator calls to see that failures are logged and noticed."""

from troth_broker.core.errors import NotFound
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route


class DeliberateFailure(Exception):
    """The failure that was asked for."""


def fail(call: Call) -> Reply:
    """Fail. Only where the diagnostic endpoints are enabled."""
    if not call.world.settings.enable_diagnostic_endpoints:
        raise NotFound
    raise DeliberateFailure("this failure was asked for, and nothing is wrong")


ROUTES = (
    Route(
        paths.TEST_ERROR,
        {"GET": Action(fail, "Fail on purpose", answers={500: "As asked for"}, in_loop=True)},
    ),
)
