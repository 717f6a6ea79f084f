"""Small pacts, built by hand, and the two things that a pipeline does with them over HTTP."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.support.brokers import Broker

Interaction = dict[str, Any]


def interaction(description: str, path: str = "/", status: int = 200, state: str | None = None) -> Interaction:
    """One request and its answer, as a version 3 pact writes it."""
    return {
        "description": description,
        **({"providerStates": [{"name": state}]} if state else {}),
        "request": {"method": "GET", "path": path},
        "response": {"status": status},
    }


def pact(consumer: str, provider: str, *interactions: Interaction) -> dict[str, Any]:
    """A version 3 pact; without interactions given, one that asks for `/`."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": list(interactions or (interaction(f"{consumer} asks"),)),
        "metadata": {"pactSpecification": {"version": "3.0.0"}},
    }


def write(folder: Path, content: dict[str, Any], name: str | None = None) -> Path:
    """Write a pact as consumers' tests do and give its path."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / (name or f"{content['consumer']['name']}-{content['provider']['name']}.json")
    path.write_text(json.dumps(content, indent=2))
    return path


def put(broker: Broker, content: dict[str, Any], version: str, *, branch: str = "", tags: Sequence[str] = ()) -> str:
    """Publish a pact as a plain HTTP client does and give the address of its own resource."""
    consumer, provider = content["consumer"]["name"], content["provider"]["name"]
    path = f"/pacts/provider/{provider}/consumer/{consumer}/version/{version}"
    version_of(broker, consumer, version, branch=branch, tags=tags)
    put_json(broker, path, content)
    return path


def verified(broker: Broker, pact_path: str, version: str, *, success: bool = True, branch: str = "") -> None:
    """Publish a verification result of a provider's version as a plain HTTP client does."""
    links = broker.read(pact_path)["_links"]
    version_of(broker, links["pb:provider"]["name"], version, branch=branch)
    body = {"success": success, "providerApplicationVersion": version}
    broker.client.post(links["pb:publish-verification-results"]["href"], json=body).raise_for_status()


def version_of(broker: Broker, name: str, version: str, *, branch: str = "", tags: Sequence[str] = ()) -> None:
    """Put a version on a branch and under tags."""
    if branch:
        put_json(broker, f"/pacticipants/{name}/branches/{branch}/versions/{version}", {})
    for tag in tags:
        put_json(broker, f"/pacticipants/{name}/versions/{version}/tags/{tag}", {})


def environment(broker: Broker, name: str, *, production: bool = False) -> str:
    """Create an environment and give its address."""
    body = {"name": name, "displayName": name.title(), "production": production}
    answer = broker.client.post("/environments", json=body)
    assert answer.status_code == 201, answer.text
    return str(answer.json()["_links"]["self"]["href"])


def deployed(broker: Broker, name: str, version: str, environment: str) -> None:
    """Record that a version of the application runs in an existing environment."""
    links = broker.read(f"/pacticipants/{name}/versions/{version}")["_links"]["pb:record-deployment"]
    (target,) = [link["href"] for link in links if link["name"] == environment]
    broker.client.post(target, json={}).raise_for_status()


def put_json(broker: Broker, path: str, body: Any) -> None:
    """PUT a JSON document that must be accepted."""
    answer = broker.client.put(path, json=body)
    assert answer.is_success, f"PUT {path} → {answer.status_code} {answer.text}"
