"""Webhooks, and what they did, as documents (pact_broker_api 1.5.7)."""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from troth_broker.core.times import iso
from troth_broker.core.webhook_definition import shown_request
from troth_broker.core.webhooks import Definition, Party, Webhook, name_of
from troth_broker.http.hal import Body, Link, curies, link, without_nulls
from troth_broker.http.version_view import timestamps
from troth_broker.services.calling import Made
from troth_broker.store.triggered_webhooks import TriggeredWebhook
from troth_broker.web import paths

_NOT_SHOWN = (
    "The answer is not shown, because webhook_host_whitelist is empty: without it, anybody who may write webhooks "
    "could read what only this broker can reach."
)


def webhook_link(it: Webhook, base: str) -> Link:
    """A link to a webhook, under the name that people call it."""
    return link(paths.WEBHOOK.url(base, uuid=it.uuid), "A webhook", name_of(it.definition))


def webhook_document(it: Webhook, base: str) -> Body:
    """A webhook with its links; secrets are hidden."""
    what = it.definition
    return without_nulls(
        {
            "uuid": it.uuid,
            "description": name_of(what),
            "consumer": _party(what.consumer),
            "provider": _party(what.provider),
            "enabled": what.enabled,
            "request": shown_request(what.request),
            "events": [{"name": name} for name in what.events],
            **timestamps(it.created_at, it.updated_at),
            "_links": {
                "self": link(paths.WEBHOOK.url(base, uuid=it.uuid), "Webhook", name_of(what)),
                "pb:execute": link(
                    paths.WEBHOOK_EXECUTION.url(base, uuid=it.uuid),
                    "Try the webhook out, with the latest contract that it would be told of (POST)",
                ),
                **_party_link("consumer", what.consumer, base),
                **_party_link("provider", what.provider, base),
                **_pair_link(what, base),
                "pb:webhooks": link(paths.WEBHOOKS.url(base), "All webhooks"),
                "curies": curies(base, "webhook"),
            },
        }
    )


def _party(party: Party | None) -> Body | None:
    return None if party is None else without_nulls({"name": party.name, "label": party.label})


def _party_link(role: str, party: Party | None, base: str) -> Body:
    title = role.capitalize()
    if party is None:
        return {f"pb:{role}s": link(paths.PACTICIPANTS.url(base), f"{title}s: all applications")}
    if party.label is not None:
        href = paths.PACTICIPANTS_WITH_LABEL.url(base, label=party.label)
        return {f"pb:{role}s": link(href, f"{title}s by label", party.label)}
    name = party.name or ""
    return {f"pb:{role}": link(paths.PACTICIPANT.url(base, pacticipant=name), title, name)}


def _pair_link(what: Definition, base: str) -> Body:
    if what.consumer is None or what.provider is None or not what.consumer.name or not what.provider.name:
        return {}
    pair = {"provider": what.provider.name, "consumer": what.consumer.name}
    href = paths.CONSUMER_AND_PROVIDER_WEBHOOKS.url(base, **pair)
    return {
        "pb:pact-webhooks": link(href, "All webhooks for consumer {consumer} and provider {provider}".format(**pair))
    }


def execution_document(made: Made, *, show_answer: bool, links: Body) -> Body:
    """What became of a call that was made at once."""
    call, sent = made.call, made.sent
    document: Body = {
        "request": without_nulls(
            {
                "headers": dict(made.redact.headers(call.headers)),
                "body": None if call.body is None else _value(made.redact(call.body)),
                "url": made.redact(call.url),
            }
        )
    }
    if not show_answer:
        document["message"] = _NOT_SHOWN
    else:
        if sent.answer is not None:
            document["response"] = {
                "status": sent.answer.status,
                "headers": dict(made.redact.headers(sent.answer.headers)),
                "body": _value(made.redact(sent.answer.body)),
            }
        if sent.problem is not None:
            document["error"] = {"message": made.redact(sent.problem)}
    return {**document, "logs": made.log, "success": sent.success, "_links": links}


def _value(text: str) -> Any:
    """A body as JSON where it is an object or an array, else as its text."""
    try:
        value = json.loads(text)
        json.dumps(value, allow_nan=False).encode()
    except (ValueError, RecursionError):
        return text
    return value if isinstance(value, dict | list) else text


def triggered_document(it: TriggeredWebhook, base: str, schedule: Sequence[int]) -> Body:
    """One call that a webhook was to make; `schedule` has an entry for each further attempt."""
    over = it.status in {"success", "failure"}
    return {
        "uuid": it.uuid,
        "name": it.webhook_name,
        "status": it.status,
        "attemptsMade": it.attempts,
        "attemptsRemaining": 0 if over else max(0, len(schedule) + 1 - it.attempts),
        "triggerType": it.trigger_type,
        "eventName": it.event,
        "triggeredAt": iso(it.happened_at),
        "_links": {
            "pb:logs": link(paths.TRIGGERED_WEBHOOK_LOGS.url(base, uuid=it.uuid), "Log of the call"),
            "logs": link(paths.TRIGGERED_WEBHOOK_LOGS.url(base, uuid=it.uuid), "Log of the call"),
            "pb:webhook": link(paths.WEBHOOK.url(base, uuid=it.webhook_uuid), "Webhook", it.webhook_name),
        },
    }


def triggered_documents(found: Iterable[TriggeredWebhook], base: str, schedule: Sequence[int]) -> list[Body]:
    """Several calls."""
    return [triggered_document(one, base, schedule) for one in found]
