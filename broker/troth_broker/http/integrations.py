"""Integrations over HTTP: which consumer has contracts with which provider."""

import json

from troth_broker.http.hal import Body, link, paged
from troth_broker.http.pages import window
from troth_broker.services import integrations
from troth_broker.services.integrations import Standing
from troth_broker.store.integrations import Integration
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL

GRAPHVIZ = "text/vnd.graphviz"


def _entry(one: Standing, base: str) -> Body:
    it = one.integration
    pair = {"provider": it.provider, "consumer": it.consumer}
    return {
        "consumer": {"name": it.consumer},
        "provider": {"name": it.provider},
        "verificationStatus": one.status.value,
        "webhookStatus": one.called.status.value,
        "_links": {
            "pb:dashboard": link(paths.PAIR_DASHBOARD.url(base, **pair), "Pacts to show on the dashboard"),
            # The one link without a base, in the reference and here.
            "pb:matrix": link(paths.PAIR_MATRIX.url("", **pair), f"Matrix of {it.consumer} and {it.provider}"),
            "pb:group": link(paths.GROUP.url(base, pacticipant=it.consumer)),
        },
    }


def _graph(found: tuple[Integration, ...]) -> str:
    edges = "".join(
        f"  {json.dumps(it.consumer, ensure_ascii=False)} -> {json.dumps(it.provider, ensure_ascii=False)}\n"
        for it in found
    )
    return f"digraph {{\n{edges}}}\n"


def list_integrations(call: Call) -> Reply:
    """Every integration, as a list or as a graph."""
    page = call.page()
    part = call.parameter("q")
    if call.media == GRAPHVIZ:
        return Reply(200, _graph(integrations.names(call.world, window(page), part).entries), GRAPHVIZ)
    found = integrations.every(call.world, window(page), part)
    body: Body = {
        "_embedded": {"integrations": [_entry(each, call.base) for each in found.entries]},
        "_links": {"self": link(call.url, "All integrations")},
    }
    return Reply(200, paged(body, call, page, found.total))


def delete_integrations(call: Call) -> Reply:
    """Delete every integration."""
    integrations.remove_all(call.world)
    return NO_CONTENT


def delete_integration(call: Call) -> Reply:
    """Delete an integration."""
    integrations.remove(call.world, call.params["consumer"], call.params["provider"])
    return NO_CONTENT


ROUTES = (
    Route(
        paths.INTEGRATIONS,
        {
            "GET": Action(list_integrations, "The integrations", offers=(HAL, GRAPHVIZ), query=("q", "page", "size")),
            "DELETE": Action(delete_integrations, "Delete every integration", answers={204: "They are gone"}),
        },
    ),
    Route(
        paths.INTEGRATION,
        {
            # The reference offers no type here, so that only a client that takes anything is answered.
            "DELETE": Action(
                delete_integration,
                "Delete an integration, with what is left with nothing attached",
                offers=("*/*",),
                answers={204: "It is gone"},
            )
        },
    ),
)
