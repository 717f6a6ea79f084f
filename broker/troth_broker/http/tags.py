"""Tags of versions over HTTP."""

from troth_broker.http.hal import Body, link
from troth_broker.http.version_view import timestamps
from troth_broker.services import deletes, tags
from troth_broker.services.tags import Tagged
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def _document(call: Call, tagged: Tagged) -> Reply:
    name, number, tag = (call.params[each] for each in ("pacticipant", "version", "tag"))
    base = call.base
    body: Body = {
        "name": tag,
        **timestamps(tagged.at),
        "_links": {
            "self": link(paths.VERSION_TAG.url(base, pacticipant=name, version=number, tag=tag), "Tag", tag),
            "version": link(paths.VERSION.url(base, pacticipant=name, version=number), "Version", number),
            "pacticipant": link(paths.PACTICIPANT.url(base, pacticipant=name), "Pacticipant", name),
        },
    }
    return Reply(201 if tagged.created else 200, body)


def get_tag(call: Call) -> Reply:
    """A version's tag."""
    at = call.params
    return _document(call, tags.one(call.world, at["pacticipant"], at["version"], at["tag"]))


def put_tag(call: Call) -> Reply:
    """Tag a version."""
    at = call.params
    return _document(call, tags.add(call.world, at["pacticipant"], at["version"], at["tag"]))


def delete_tag(call: Call) -> Reply:
    """Take a tag off a version."""
    at = call.params
    deletes.delete_tag(call.world, at["pacticipant"], at["version"], at["tag"])
    return NO_CONTENT


ROUTES = (
    Route(
        paths.VERSION_TAG,
        {
            "GET": Action(get_tag, "A version's tag"),
            "PUT": Action(
                put_tag,
                "Tag a version",
                consumes=(JSON,),
                answers={200: "It had the tag", 201: "It has the tag now"},
            ),
            "DELETE": Action(delete_tag, "Take a tag off a version", answers={204: "It is off"}),
        },
    ),
)
