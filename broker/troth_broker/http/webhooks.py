"""Webhooks over HTTP: made, listed by whom they watch, changed, deleted and tried out (resource "webhook")."""

from troth_broker.http.hal import Body, curies, link
from troth_broker.http.links import BaseLinks
from troth_broker.http.webhook_view import execution_document, webhook_document, webhook_link
from troth_broker.services import webhook_execution, webhooks
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply, created
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def list_webhooks(call: Call) -> Reply:
    """The webhooks, or those that name exactly the applications of the path."""
    consumer, provider = call.params.get("consumer"), call.params.get("provider")
    found = webhooks.every(call.world, consumer=consumer, provider=provider)
    roles = (("consumer", consumer), ("provider", provider))
    whom = " and ".join(f"{role} {name}" for role, name in roles if name is not None)
    body: Body = {
        "_links": {
            "self": link(call.url, f"Webhooks for {whom}" if whom else "Webhooks"),
            "pb:create": link(call.url, "POST to make a webhook"),
            "pb:webhooks": [webhook_link(each, call.base) for each in found],
            "curies": curies(call.base, "webhooks"),
        }
    }
    return Reply(200, body)


def post_webhook(call: Call) -> Reply:
    """Make a webhook, for the applications of the path if it names any."""
    consumer, provider = call.params.get("consumer"), call.params.get("provider")
    made = webhooks.create(call.world, call.json_object(empty={}), consumer=consumer, provider=provider)
    return created(webhook_document(made, call.base), paths.WEBHOOK.url(call.base, uuid=made.uuid))


def get_webhook(call: Call) -> Reply:
    """One webhook, its secrets hidden."""
    return Reply(200, webhook_document(webhooks.one(call.world, call.params["uuid"]), call.base))


def put_webhook(call: Call) -> Reply:
    """Make the webhook with the uuid of the path, or change it to what the body says."""
    done = webhooks.put(call.world, call.params["uuid"], call.json_object(empty={}))
    return Reply(201 if done.created else 200, webhook_document(done.webhook, call.base))


def delete_webhook(call: Call) -> Reply:
    """Delete a webhook; what it did stays on record."""
    webhooks.delete(call.world, call.params["uuid"])
    return NO_CONTENT


def execute_webhook(call: Call) -> Reply:
    """Make a webhook's call now, to try it out."""
    uuid = call.params["uuid"]
    made = webhook_execution.execute(call.world, uuid, BaseLinks(call.base))
    links = {
        "webhook": link(paths.WEBHOOK.url(call.base, uuid=uuid), "Webhook"),
        "try-again": link(paths.WEBHOOK_EXECUTION.url(call.base, uuid=uuid), "Make the call again (POST)"),
    }
    return Reply(200, execution_document(made, show_answer=_shows_answers(call), links=links))


def execute_unsaved_webhook(call: Call) -> Reply:
    """Make the call of a webhook that is not recorded, to try it out."""
    made = webhook_execution.execute_unsaved(call.world, call.json_object(empty={}), BaseLinks(call.base))
    links = {"try-again": link(call.url, "Make the call again (POST)")}
    return Reply(200, execution_document(made, show_answer=_shows_answers(call), links=links))


def _shows_answers(call: Call) -> bool:
    return bool(call.world.settings.webhook_host_whitelist)


_LIST = Action(list_webhooks, "The webhooks")
_MAKE = Action(
    post_webhook, "Make a webhook", consumes=(JSON,), answers={201: "It is made", 400: "The webhook is not valid"}
)
_TRIED = "The call was made, or tried; the body says what became of it"

ROUTES = (
    *(
        Route(path, {"GET": _LIST, "POST": _MAKE})
        for path in (
            paths.WEBHOOKS,
            paths.CONSUMER_AND_PROVIDER_WEBHOOKS,
            paths.PROVIDER_WEBHOOKS,
            paths.CONSUMER_WEBHOOKS,
            paths.PAIR_WEBHOOKS,
        )
    ),
    Route(
        paths.UNSAVED_WEBHOOK_EXECUTION,
        {
            "POST": Action(
                execute_unsaved_webhook,
                "Try out a webhook that is not recorded",
                consumes=(JSON,),
                answers={200: _TRIED, 400: "The webhook is not valid", 409: "This broker makes no calls"},
                waits=True,
            )
        },
    ),
    Route(
        paths.WEBHOOK,
        {
            "GET": Action(get_webhook, "A webhook"),
            "PUT": Action(
                put_webhook,
                "Make a webhook with a uuid of your own, or change it",
                consumes=(JSON,),
                answers={200: "It is changed", 201: "It is made", 400: "The webhook is not valid"},
            ),
            "DELETE": Action(delete_webhook, "Delete a webhook", answers={204: "It is gone"}),
        },
    ),
    Route(
        paths.WEBHOOK_EXECUTION,
        {
            "POST": Action(
                execute_webhook,
                "Try out a webhook",
                answers={200: _TRIED, 404: "There is no such webhook", 409: "This broker makes no calls"},
                waits=True,
            )
        },
    ),
)
