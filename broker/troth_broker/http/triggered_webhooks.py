"""What webhooks did, over HTTP: for a pact, for a result, between two, and the log of each call."""

from troth_broker.core.times import iso
from troth_broker.http.hal import Body, curies, link
from troth_broker.http.result_view import number_of
from troth_broker.http.results import address_of
from troth_broker.http.webhook_view import triggered_documents
from troth_broker.services import triggered_webhooks
from troth_broker.services.triggered_webhooks import Logged
from troth_broker.store.triggered_webhooks import TriggeredWebhook
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, TEXT

_STATES = {"successful": "success", "failed": "failure", "retrying": "retrying", "notRun": "not_run"}


def _listed(call: Call, found: tuple[TriggeredWebhook, ...], title: str) -> Reply:
    schedule = call.world.settings.webhook_retry_schedule
    body: Body = {
        "_embedded": {"triggeredWebhooks": triggered_documents(found, call.base, schedule)},
        "_links": {"self": link(call.url, title), "curies": curies(call.base, "triggered-webhooks")},
    }
    return Reply(200, body)


def of_pact(call: Call) -> Reply:
    """The webhooks that the publication of a pact triggered."""
    named = call.params["provider"], call.params["consumer"], call.params["version"]
    return _listed(
        call, triggered_webhooks.of_pact(call.world, *named), "Webhooks triggered by the publication of this pact"
    )


def of_result(call: Call) -> Reply:
    """The webhooks that a verification result triggered."""
    found = triggered_webhooks.of_result(call.world, address_of(call), number_of(call))
    return _listed(call, found, "Webhooks triggered by the publication of this verification result")


def status(call: Call) -> Reply:
    """How the webhooks between two fare."""
    provider, consumer = call.params["provider"], call.params["consumer"]
    found = triggered_webhooks.status_between(call.world, provider, consumer)
    reply = _listed(call, found.latest, f"Status of the webhooks for consumer {consumer} and provider {provider}")
    pair = {"provider": provider, "consumer": consumer}
    body = reply.body
    assert isinstance(body, dict)
    body["_links"] |= {
        "pb:error-logs": [
            link(paths.TRIGGERED_WEBHOOK_LOGS.url(call.base, uuid=one.uuid), "Log of the call", one.webhook_name)
            for one in found.latest
            if one.status in {"failure", "retrying"}
        ],
        "pb:pact-webhooks": link(paths.PAIR_WEBHOOKS.url(call.base, **pair), "Webhooks for the pact between the two"),
        "pb:latest-pact-version": link(paths.LATEST_PACT.url(call.base, **pair), "Latest version of this pact"),
    }
    return Reply(200, {"summary": {name: found.count(state) for name, state in _STATES.items()}, **body})


def logs(call: Call) -> Reply:
    """The log of a call: every attempt."""
    found = triggered_webhooks.logs(call.world, call.params["uuid"])
    if call.media == TEXT:
        return Reply(200, _text(found), TEXT)
    triggered = found.triggered
    body: Body = {
        "eventName": triggered.event,
        "consumerName": triggered.consumer,
        "providerName": triggered.provider,
        "executions": [
            {"success": each.success, "logs": each.logs, "createdAt": iso(each.happened_at)}
            for each in found.executions
        ],
        "_embedded": {"triggeredWebhook": {"uuid": triggered.uuid}},
        "_links": {
            "self": link(call.url, "Log of the call"),
            "pb:webhook": link(
                paths.WEBHOOK.url(call.base, uuid=triggered.webhook_uuid), "Webhook", triggered.webhook_name
            ),
            "curies": curies(call.base, "triggered-webhook-logs"),
        },
    }
    return Reply(200, body)


def _text(found: Logged) -> str:
    if not found.executions:
        return "No attempt has been made yet.\n"
    return "\n".join(each.logs for each in found.executions)


_FOUND = {200: "What was triggered", 404: "There is no such thing"}

ROUTES = (
    Route(
        paths.PACT_TRIGGERED_WEBHOOKS,
        {"GET": Action(of_pact, "The webhooks that the publication of a pact triggered", answers=_FOUND)},
    ),
    *(
        Route(path, {"GET": Action(of_result, "The webhooks that a verification result triggered", answers=_FOUND)})
        for path in (paths.RESULT_TRIGGERED_WEBHOOKS, paths.CONTRACT_RESULT_TRIGGERED_WEBHOOKS)
    ),
    Route(
        paths.PAIR_WEBHOOKS_STATUS,
        {"GET": Action(status, "How the webhooks between two fare", answers=_FOUND)},
    ),
    Route(
        paths.TRIGGERED_WEBHOOK_LOGS,
        {"GET": Action(logs, "The log of a webhook's call", offers=(TEXT, HAL), answers=_FOUND)},
    ),
)
