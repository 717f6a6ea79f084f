"""What a pipeline writes to a broker, as single requests that answer with a status."""

import base64
import json
from collections.abc import Sequence
from typing import Any

import httpx

from tests.support.pacts import interaction, pact

MERGE_PATCH = {"Content-Type": "application/merge-patch+json"}


def publish(
    client: httpx.Client, consumer: str, version: str, provider: str, content: str, branch: str, tags: Sequence[str]
) -> httpx.Response:
    """Publish one contract with branch and tags."""
    document = json.dumps(pact(consumer, provider, interaction(content))).encode()
    contract = {
        "consumerName": consumer,
        "providerName": provider,
        "specification": "pact",
        "contentType": "application/json",
        "content": base64.b64encode(document).decode(),
    }
    body = {
        "pacticipantName": consumer,
        "pacticipantVersionNumber": version,
        "branch": branch,
        "tags": list(tags),
        "contracts": [contract],
    }
    return client.post("/contracts/publish", json=body)


def results_address(client: httpx.Client, consumer: str, version: str, provider: str) -> str | None:
    """Where results for one version's pact are published; None if it has none."""
    answer = client.get(f"/pacts/provider/{provider}/consumer/{consumer}/version/{version}")
    if answer.status_code == 404:
        return None
    return str(answer.raise_for_status().json()["_links"]["pb:publish-verification-results"]["href"])


def verify(client: httpx.Client, address: str, version: str, *, success: bool) -> httpx.Response:
    """Publish a result."""
    return client.post(address, json={"success": success, "providerApplicationVersion": version})


def end(client: httpx.Client, kind: str, address: str) -> httpx.Response:
    """End a deployment or the support of a release."""
    member = {"deployed": "currentlyDeployed", "released": "currentlySupported"}[kind]
    body: dict[str, Any] = {member: False}
    return client.patch(address, content=json.dumps(body), headers=MERGE_PATCH)
