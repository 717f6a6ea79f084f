"""A fleet built over HTTP, the way that clients build it."""

import base64
import json
from typing import Any
from urllib.parse import quote

from tests.support.brokers import Broker


class Fleet:
    """Publishes, verifies and deploys by short names."""

    def __init__(self, broker: Broker) -> None:
        self.broker = broker
        self.client = broker.client
        self.environments: dict[str, str] = {}

    def publish(self, consumer: str, version: str, provider: str, content: str = "1", **more: Any) -> str:
        """Publish a pact; returns the address of its content."""
        pact = {
            "consumer": {"name": consumer},
            "provider": {"name": provider},
            "interactions": [
                {"description": content, "request": {"method": "GET", "path": "/"}, "response": {"status": 200}}
            ],
        }
        answer = self.client.post(
            "/contracts/publish",
            json={
                "pacticipantName": consumer,
                "pacticipantVersionNumber": version,
                **more,
                "contracts": [
                    {
                        "consumerName": consumer,
                        "providerName": provider,
                        "specification": "pact",
                        "contentType": "application/json",
                        "content": base64.b64encode(json.dumps(pact).encode()).decode(),
                    }
                ],
            },
        )
        assert answer.status_code == 200, answer.text
        return str(self.pact(consumer, version, provider)["_links"]["pb:publish-verification-results"]["href"])

    def pact(self, consumer: str, version: str, provider: str) -> Any:
        return self.broker.read(f"/pacts/provider/{seg(provider)}/consumer/{seg(consumer)}/version/{seg(version)}")

    def verify(self, consumer: str, version: str, provider: str, provider_version: str, success: bool = True) -> str:
        """Publish a result; returns its address."""
        url = self.pact(consumer, version, provider)["_links"]["pb:publish-verification-results"]["href"]
        answer = self.client.post(url, json={"success": success, "providerApplicationVersion": provider_version})
        assert answer.status_code == 201, answer.text
        return str(answer.json()["_links"]["self"]["href"])

    def version(self, name: str, number: str, branch: str | None = None, tag: str | None = None) -> None:
        self.put(f"/pacticipants/{seg(name)}/versions/{seg(number)}")
        if branch:
            self.put(f"/pacticipants/{seg(name)}/branches/{seg(branch)}/versions/{seg(number)}")
        if tag:
            self.put(f"/pacticipants/{seg(name)}/versions/{seg(number)}/tags/{seg(tag)}")

    def put(self, path: str) -> None:
        answer = self.client.put(path, json={})
        assert answer.is_success, answer.text

    def environment(self, name: str) -> str:
        if name not in self.environments:
            answer = self.client.post(
                "/environments", json={"name": name, "displayName": name.title(), "production": False}
            )
            assert answer.status_code == 201, answer.text
            self.environments[name] = answer.json()["uuid"]
        return self.environments[name]

    def deploy(self, name: str, number: str, environment: str, instance: str | None = None) -> None:
        body = {"applicationInstance": instance} if instance else {}
        self._place("deployed", name, number, environment, body)

    def release(self, name: str, number: str, environment: str) -> None:
        self._place("released", name, number, environment, {})

    def _place(self, how: str, name: str, number: str, environment: str, body: Any) -> None:
        uuid = self.environment(environment)
        path = f"/pacticipants/{seg(name)}/versions/{seg(number)}/{how}-versions/environment/{uuid}"
        answer = self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text

    def matrix(self, query: str, status: int = 200) -> Any:
        answer = self.client.get(f"/matrix?{query}")
        assert answer.status_code == status, answer.text
        return answer.json()

    def gate(self, name: str, number: str, **target: str) -> Any:
        answer = self.client.get("/can-i-deploy", params={"pacticipant": name, "version": number, **target})
        assert answer.status_code == 200, answer.text
        return answer.json()


def seg(text: str) -> str:
    return quote(text, safe="")


def cells(document: Any) -> list[tuple[Any, ...]]:
    """The rows in short: consumer, version, provider, version, verdict."""
    return [
        (
            row["consumer"]["name"],
            row["consumer"]["version"]["number"],
            row["provider"]["name"],
            row["provider"]["version"] and row["provider"]["version"]["number"],
            row["verificationResult"] and row["verificationResult"]["success"],
        )
        for row in document["matrix"]
    ]
