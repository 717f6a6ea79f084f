"""What link relations mean: where the curies of every answer lead."""

from troth_broker.core.errors import NotFound
from troth_broker.http.hal import link
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, JSON, TEXT
from troth_broker.web.relations import meaning


def relation(call: Call) -> Reply:
    """What one relation leads to and what may be done there."""
    name = call.params["rel"].rpartition(":")[2]
    told = meaning(name)
    if told is None:
        raise NotFound(f"No answer of this broker has a link with the relation {name}", named=True)
    if call.media == TEXT:
        return Reply(200, f"{name}\n\n{told}\n", TEXT)
    return Reply(200, {"name": name, "description": told, "_links": {"self": link(call.url, name)}}, call.media)


ROUTES = (
    Route(
        paths.DOC,
        {
            "GET": Action(
                relation,
                "What a link relation means",
                offers=(HAL, JSON, TEXT),
                query=("context",),
                answers={200: "Its meaning", 404: "No such relation"},
                in_loop=True,
            )
        },
    ),
)
