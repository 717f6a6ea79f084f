"""Labels of applications over HTTP."""

from troth_broker.http.hal import Body, link, paged
from troth_broker.http.pages import window
from troth_broker.http.version_view import timestamps
from troth_broker.services import labels
from troth_broker.services.labels import Labelled
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def _document(call: Call, found: Labelled) -> Reply:
    name, label, base = call.params["pacticipant"], found.label, call.base
    body: Body = {
        "name": label.name,
        **timestamps(label.created_at, label.updated_at),
        "_links": {
            "self": link(paths.PACTICIPANT_LABEL.url(base, pacticipant=name, label=label.name), "Label", label.name),
            "pacticipant": link(paths.PACTICIPANT.url(base, pacticipant=name), "Pacticipant", name),
        },
    }
    return Reply(201 if found.created else 200, body)


def get_label(call: Call) -> Reply:
    """An application's label."""
    return _document(call, labels.one(call.world, call.params["pacticipant"], call.params["label"]))


def put_label(call: Call) -> Reply:
    """Label an application."""
    return _document(call, labels.add(call.world, call.params["pacticipant"], call.params["label"]))


def delete_label(call: Call) -> Reply:
    """Take a label off an application."""
    labels.remove(call.world, call.params["pacticipant"], call.params["label"])
    return NO_CONTENT


def list_labels(call: Call) -> Reply:
    """Every label in use."""
    found = labels.names(call.world, window(call.page()))
    body: Body = {
        "_embedded": {"labels": [{"name": name} for name in found.entries]},
        "_links": {"self": link(call.url, "Labels")},
    }
    return Reply(200, paged(body, call, call.page(), found.total))


ROUTES = (
    Route(paths.LABELS, {"GET": Action(list_labels, "Every label in use", query=("page", "size"))}),
    Route(
        paths.PACTICIPANT_LABEL,
        {
            "GET": Action(get_label, "An application's label"),
            "PUT": Action(
                put_label,
                "Label an application",
                consumes=(JSON,),
                answers={200: "It had the label", 201: "It has the label now"},
            ),
            "DELETE": Action(delete_label, "Take a label off an application", answers={204: "It is off"}),
        },
    ),
)
