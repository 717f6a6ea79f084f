"""Asking for comparisons anew, when the checker has learnt something."""

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.texts import faults_of_texts
from troth_broker.services import comparing
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, JSON
from troth_schemas.report import CHECKER

_SIDES = ("consumer", "provider")


def post_recompare(call: Call) -> Reply:
    """Queue what counts at once and was not compared by this checker: of one consumer, one provider, or all.

    `evolutions`: how many of providers' own versions failed or are another checker's, and are made when asked.
    """
    sent = call.json_object(empty={})
    faults = list(faults_of_texts(sent, _SIDES))
    faults += (Fault(name, "means nothing here") for name in sent if name not in _SIDES)
    if faults:
        raise Invalid(faults)
    anew = comparing.recompare(call.world, sent.get("consumer"), sent.get("provider"))
    counts = {"queued": anew.queued, "evolutions": anew.evolutions}
    return Reply(202, {**counts, "checker": {"name": CHECKER.name, "version": CHECKER.version}})


ROUTES = (
    Route(
        paths.RECOMPARE,
        {
            "POST": Action(
                post_recompare,
                "Compare anew what counts at once and was not compared by this checker",
                offers=(HAL, JSON),
                consumes=(JSON,),
                answers={202: "So many are queued", 404: "There is no such application"},
            )
        },
    ),
)
