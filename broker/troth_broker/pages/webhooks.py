"""Webhooks, what each of them did, and the log of a call."""

import json

from troth_broker.core.webhook_definition import shown_request
from troth_broker.core.webhooks import Webhook, name_of
from troth_broker.pages.engine import page
from troth_broker.pages.words import Mark
from troth_broker.services import triggered_webhooks, webhooks
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Handler, Route
from troth_broker.web.negotiation import HTML

_NEWEST = 50
_STATUS = {
    "success": Mark("yes", "✓", "arrived"),
    "failure": Mark("no", "✗", "failed"),
    "retrying": Mark("open", "…", "retrying"),
    "not_run": Mark("none", "–", "not run yet"),
}


def mark_of(status: str) -> Mark:
    """How far a call got."""
    return _STATUS.get(status, Mark("none", "–", status))


def every(call: Call) -> Reply:
    """The webhooks, all or those that name two applications."""
    consumer, provider = call.params.get("consumer"), call.params.get("provider")
    found = webhooks.every(call.world, consumer=consumer, provider=provider)
    return page(call, "webhooks.html", found=[(one, name_of(one.definition)) for one in found])


def one(call: Call) -> Reply:
    """One webhook with what it did last."""
    found = webhooks.one(call.world, call.params["uuid"])
    return page(
        call,
        "webhook.html",
        webhook=found,
        name=name_of(found.definition),
        request=_request(found),
        triggered=triggered_webhooks.of_webhook(call.world, found.uuid, _NEWEST),
        mark_of=mark_of,
    )


def _request(found: Webhook) -> dict[str, str]:
    """The request as people may see it, without secrets."""
    shown = shown_request(found.definition.request)
    return {
        name: value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
        for name, value in shown.items()
        if value not in (None, {}, [])
    }


def log(call: Call) -> Reply:
    """The log of a call."""
    found = triggered_webhooks.logs(call.world, call.params["uuid"])
    return page(call, "webhook_log.html", it=found.triggered, executions=found.executions, mark_of=mark_of)


def _get(path: paths.Path, handler: Handler, summary: str) -> Route:
    return Route(path, {"GET": Action(handler, summary, (HTML,))})


ROUTES = (
    _get(paths.WEBHOOKS, every, "The webhooks"),
    _get(paths.CONSUMER_WEBHOOKS, every, "The webhooks of a consumer"),
    _get(paths.PROVIDER_WEBHOOKS, every, "The webhooks of a provider"),
    _get(paths.CONSUMER_AND_PROVIDER_WEBHOOKS, every, "The webhooks of two"),
    _get(paths.PAIR_WEBHOOKS, every, "The webhooks of two"),
    _get(paths.WEBHOOK, one, "A webhook"),
    _get(paths.TRIGGERED_WEBHOOK_LOGS, log, "The log of a call"),
)
