"""What the Pact Broker's own command line sends for webhooks, and what it asks of PactFlow."""

import re
from base64 import b64encode
from typing import Any

from tests.broker.client_expects import Expected, at, ends
from tests.broker.client_states import WEBHOOK, condor_and_pricing_service, nothing, webhook

OPENAPI = b64encode(b"---\n:some: contract\n").decode()
OWN_TEST = {
    "success": True,
    "content": b64encode(b"some results").decode(),
    "contentType": "text/plain",
    "format": "text",
    "verifier": "my custom tool",
    "verifierVersion": "1.0",
}
PROVIDER_PUBLICATION = {
    "pacticipantVersionNumber": "1",
    "tags": ["dev"],
    "branch": "main",
    "buildUrl": "http://build",
    "contract": {
        "content": OPENAPI,
        "contentType": "application/yaml",
        "specification": "oas",
        "selfVerificationResults": OWN_TEST,
    },
}


def hook(*events: str, url: str = "https://webhook", **more: Any) -> dict[str, Any]:
    """A webhook as the client describes it."""
    request = {
        "method": "POST",
        "url": url,
        "headers": {"Foo": "bar", "Bar": "foo"},
        "body": {"some": "body"},
        "username": "foo",
        "password": "bar",
    }
    return {"description": "a webhook", "events": [{"name": name} for name in events], "request": request, **more}


CHANGED = hook("contract_content_changed")
CONDOR, PRICING = {"consumer": {"name": "Condor"}}, {"provider": {"name": "Pricing Service"}}
KEPT_HOOK = {
    "description": str,
    "request": {"method": "POST", "url": str, "body": {"some": "body"}},
    "events": [{"name": "contract_content_changed"}],
    "_links": {"self": {"href": re.compile(r"^http://example\.org/webhooks/."), "title": str}},
}
PAIR_HOOKS = "POST /webhooks/provider/Pricing%20Service/consumer/Condor"

WEBHOOKS = (
    Expected("POST /webhooks", 201, body=CHANGED, holds=KEPT_HOOK),
    *(
        Expected("POST /webhooks", 201, condor_and_pricing_service, {**CHANGED, **party}, {**KEPT_HOOK, **party})
        for party in (CONDOR, PRICING)
    ),
    *(
        Expected("POST /webhooks", 201, body={**CHANGED, **party}, holds={**KEPT_HOOK, **party})
        for party in ({"consumer": {"label": "consumer_label"}}, {"provider": {"label": "provider_label"}})
    ),
    Expected("POST /webhooks", 400, body={**CHANGED, **CONDOR}, holds={"errors": {"consumer.name": [str]}}),
    *(
        Expected(f"PUT /webhooks/{WEBHOOK}", status, state, {**CHANGED, **CONDOR, **PRICING}, KEPT_HOOK)
        for status, state in ((201, condor_and_pricing_service), (200, webhook))
    ),
    Expected(PAIR_HOOKS, 404, nothing, CHANGED),
    Expected(PAIR_HOOKS, 201, condor_and_pricing_service, CHANGED, KEPT_HOOK),
    Expected(
        PAIR_HOOKS,
        201,
        condor_and_pricing_service,
        hook("provider_verification_published"),
        {**KEPT_HOOK, "events": [{"name": "provider_verification_published"}]},
    ),
    Expected(
        PAIR_HOOKS,
        201,
        condor_and_pricing_service,
        {**CHANGED, "request": {**CHANGED["request"], "body": "<xml></xml>"}},
        {**KEPT_HOOK, "request": {"body": "<xml></xml>"}},
    ),
    Expected(
        PAIR_HOOKS,
        400,
        condor_and_pricing_service,
        hook("contract_content_changed", url=""),
        {"errors": {"request.url": [str]}},
    ),
)
"""What the client sends to `create-webhook` and `create-or-update-webhook`."""

PACTFLOW = (
    Expected("GET /", 200),
    Expected(
        "GET /",
        200,
        holds={"_links": {"pf:publish-provider-contract": ends("/provider-contracts/provider/{provider}/publish")}},
    ),
    *(
        Expected(
            "PUT /contracts/provider/Bar/version/1",
            201,
            body={"content": OPENAPI, "contractType": "oas", "contentType": "application/yaml", **told},
            holds={"_links": {"pf:ui": {"href": str}}},
        )
        for told in ({"verificationResults": OWN_TEST}, {})
    ),
    Expected(
        "POST /provider-contracts/provider/Bar/publish",
        200,
        body=PROVIDER_PUBLICATION,
        holds={
            "notices": [{"type": str, "text": str}],
            "_embedded": {"version": {"number": "1"}},
            "_links": {
                "pb:pacticipant-version-tags": [at("/pacticipants/Bar/versions/1/tags/dev")],
                "pb:branch-version": at("/pacticipants/Bar/branches/main/versions/1"),
            },
        },
    ),
    Expected(
        "POST /webhooks",
        201,
        condor_and_pricing_service,
        {**CHANGED, **CONDOR, "teamUuid": "2abbc12a-427d-432a-a521-c870af1739d9"},
        KEPT_HOOK,
    ),
)
"""What the same client asks of PactFlow; teams are PactFlow's own, and their identifier is passed over."""
