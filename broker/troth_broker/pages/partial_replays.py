"""A replay of a part as a page: each interaction of the contract, those that nobody could observe first."""

from troth_broker.pages.results import number_in, replay_page
from troth_broker.pages.words import part_mark
from troth_broker.services import partial_replays
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML


def show(call: Call) -> Reply:
    """One replay of a part."""
    found = partial_replays.one(call.world, number_in(call))
    title = f"Replay of a part {found.number}"
    return replay_page(call, found, title, part_mark(found.extent), "was seen to keep a part of its contract")


ROUTES = (Route(paths.PARTIAL_REPLAY, {"GET": Action(show, "A replay of a part of a contract", (HTML,))}),)
