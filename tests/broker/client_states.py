"""The states that the Pact Broker's own command line names before its requests, each brought about over HTTP."""

import base64
import json
from collections.abc import Callable, Mapping
from typing import Any

import httpx

BASE = "http://example.org"
VERSION = "5556b8149bf8bac76bc30f50a8a2dd4c22c85f30"
WEBHOOK = "696c5f93-1b7f-44bc-8d03-59440fcaa9a0"
REPOSITORY = "git@git.realestate.com.au:business-systems/pricing-service"

_CONTENT = {"consumer": {"name": "Foo"}, "provider": {"name": "Bar"}, "interactions": []}
PUBLICATION = {
    "pacticipantName": "Foo",
    "pacticipantVersionNumber": VERSION,
    "branch": "main",
    "tags": ["dev"],
    "buildUrl": "http://build",
    "contracts": [
        {
            "consumerName": "Foo",
            "providerName": "Bar",
            "specification": "pact",
            "contentType": "application/json",
            "content": base64.b64encode(json.dumps(_CONTENT).encode()).decode(),
            "onConflict": "merge",
        }
    ],
}

Known = dict[str, str]
"""What a state made under names of the broker's choosing; the request's path refers to it."""


class Seed:
    """Brings a broker into a state, over HTTP, as clients of any age would."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client

    def send(self, method: str, path: str, body: Any = None) -> Any:
        """One request that must succeed."""
        answer = self._client.request(method, path, json={} if body is None else body)
        assert answer.is_success, answer.text
        return answer.json()

    def version(self, name: str, number: str, *, branch: str = "", tag: str = "") -> None:
        """A version, perhaps on a branch or tagged."""
        self.send("PUT", f"/pacticipants/{name}/versions/{number}")
        if branch:
            self.send("PUT", f"/pacticipants/{name}/branches/{branch}/versions/{number}")
        if tag:
            self.send("PUT", f"/pacticipants/{name}/versions/{number}/tags/{tag}")

    def pact(self, consumer: str, number: str, provider: str, *, revisions: int = 1, content: str = "") -> str:
        """A version's pact, revised if asked; returns where results of the last revision are published."""
        path = f"/pacts/provider/{provider}/consumer/{consumer}/version/{number}"
        links: Mapping[str, Any] = {}
        for revision in range(revisions):
            asks = {"description": f"{content} {revision}", "request": {"path": "/"}, "response": {"status": 200}}
            links = self.send("PUT", path, {"interactions": [asks] if content or revision else []})["_links"]
        return str(links["pb:publish-verification-results"]["href"]).removeprefix(BASE)

    def result(self, address: str, number: str, *, success: bool = True) -> None:
        """A verification result by a provider's version."""
        self.send("POST", address, {"providerApplicationVersion": number, "success": success})

    def environment(self, name: str) -> str:
        """An environment; returns its uuid."""
        contacts = [{"name": "foo", "details": {"emailAddress": "foo@bar.com"}}]
        body = {"name": name, "displayName": name.title(), "production": False, "contacts": contacts}
        return str(self.send("POST", "/environments", body)["uuid"])


State = Callable[[Seed], Known | None]


def nothing(seed: Seed) -> None:
    """An empty broker."""


def condor(*numbers: str, tagged: str = "") -> State:
    """Condor with these versions, the first of them tagged."""

    def made(seed: Seed) -> None:
        for index, number in enumerate(numbers):
            seed.version("Condor", number, tag=tagged if index == 0 else "")

    return made


def condor_pact(tag: str = "") -> State:
    """A pact of Condor 1.3.0 with the Pricing Service."""

    def made(seed: Seed) -> None:
        seed.version("Condor", "1.3.0", tag=tag)
        seed.pact("Condor", "1.3.0", "Pricing Service")

    return made


def pricing_service(seed: Seed) -> None:
    """The Pricing Service with where its code is."""
    seed.send("POST", "/pacticipants", {"name": "Pricing Service", "repositoryUrl": REPOSITORY})
    seed.version("Pricing Service", "1.3.0")


def condor_and_pricing_service(seed: Seed) -> None:
    """Both applications."""
    for name in ("Condor", "Pricing Service"):
        seed.send("POST", "/pacticipants", {"name": name})


def webhook(seed: Seed) -> None:
    """A webhook with a uuid of the client's choosing, between the two applications."""
    condor_and_pricing_service(seed)
    request = {"method": "POST", "url": "https://webhook.example.org"}
    parties = {"consumer": {"name": "Condor"}, "provider": {"name": "Pricing Service"}}
    seed.send("PUT", f"/webhooks/{WEBHOOK}", {"request": request, **parties})


def foo(seed: Seed) -> None:
    """An application of that name."""
    seed.send("POST", "/pacticipants", {"name": "Foo"})


def foo_on_main(seed: Seed) -> None:
    """A version on a branch."""
    seed.version("Foo", "1", branch="main")


def verified_by_two(consumer: str = "Foo") -> State:
    """Two versions with pacts that Bar 4.5.6 verified, the first also by 7.8.9."""

    def made(seed: Seed) -> None:
        first = seed.pact(consumer, "1.2.3", "Bar", revisions=2)
        seed.result(first, "4.5.6")
        seed.result(first, "7.8.9")
        seed.result(seed.pact(consumer, "2.0.0", "Bar", revisions=2, content="newer"), "4.5.6")

    return made


def both_verified(seed: Seed) -> None:
    """1.2.3 and 1.2.4, both verified by Bar 4.5.6."""
    for number in ("1.2.3", "1.2.4"):
        seed.result(seed.pact("Foo", number, "Bar", revisions=2, content=number), "4.5.6")


def one_failed(tag: str = "") -> State:
    """1.2.3 verified by Bar 4.5.6, 1.2.4 failed by 9.9.9."""

    def made(seed: Seed) -> None:
        seed.result(seed.pact("Foo", "1.2.3", "Bar", revisions=2), "4.5.6")
        seed.result(seed.pact("Foo", "1.2.4", "Bar", revisions=2, content="newer"), "9.9.9", success=False)
        if tag:
            seed.version("Bar", "4.5.6", tag=tag)

    return made


def verified_twice(tag: str = "") -> State:
    """1.2.3 verified by Bar 4.5.6 and 5.6.7."""

    def made(seed: Seed) -> None:
        address = seed.pact("Foo", "1.2.3", "Bar", revisions=2)
        for number in ("4.5.6", "5.6.7"):
            seed.result(address, number)
        if tag:
            seed.version("Bar", "4.5.6", tag=tag)

    return made


def one_of_two_in_production_fails(seed: Seed) -> None:
    """Two versions tagged prod with different pacts: Bar 4.5.6 satisfies the first only."""
    for number, success in (("1.2.3", True), ("3.4.5", False)):
        seed.result(seed.pact("Foo", number, "Bar", content=number), "4.5.6", success=success)
        seed.version("Foo", number, tag="prod")


def environments(*names: str, version: str = "") -> State:
    """Environments, and perhaps a version of Foo."""

    def made(seed: Seed) -> Known:
        if version:
            seed.version("Foo", version)
        return {name: seed.environment(name) for name in names}

    return made


def deployed(instance: str | None = None) -> State:
    """A version of Foo that runs in the environment test."""

    def made(seed: Seed) -> Known:
        seed.version("Foo", VERSION)
        test = seed.environment("test")
        path = f"/pacticipants/Foo/versions/{VERSION}/deployed-versions/environment/{test}"
        return {"test": test, "deployed": seed.send("POST", path, {"target": instance})["uuid"]}

    return made
