"""Tell a broker the last weeks of a company with thirty services: `python -m examples.fleet.publish http://127.0.0.1:9292`.

Everything goes over the API that pipelines use. Most of it works; some builds break a consumer, some contracts wait for
a provider that nobody asked, and some versions cannot go where the others run.
"""

import base64
import hashlib
import json
import sys
from random import Random
from typing import Any

import httpx

from .contracts import Pact, pact, results
from .services import LABELS, OFFERS, USES

ENVIRONMENTS = (("production", True), ("staging", False), ("test", False))
BROKEN = {("orders", "payments"), ("storefront-bff", "catalogue"), ("back-office", "orders")}
"""Pairs of which the provider's newest version broke the consumer."""
UNASKED = {("loyalty", "notifications"), ("ios-app", "storefront-bff"), ("recommendations", "accounts")}
"""Pairs of which the consumer's newest contract nobody has verified."""


class Company:
    """Publishes, verifies and deploys as the company's pipelines do."""

    def __init__(self, client: httpx.Client) -> None:
        self._client = client
        self._chance = Random(7)
        self._edition: dict[tuple[str, str], int] = {}
        self._builds: dict[str, list[str]] = {}
        self._live: dict[tuple[str, str], str] = {}
        self._done: set[tuple[str, str]] = set()

    def tell(self) -> None:
        """The whole story."""
        services = sorted({*OFFERS, *USES})
        self._introduce(services)
        places = [self._environment(name, production=production) for name, production in ENVIRONMENTS]
        self._begin(services, places)
        for turn in range(3):
            for name in services:
                self._build(name, changes=self._chance.random() < 0.25)
            self._verify_all(last=turn == 2)
            if turn < 2:
                for place in places[1:]:
                    self._deploy_all(services, place)
        self._build("search", changes=True, branch="feature/typo-tolerance")
        self._build("ios-app", changes=True, branch="release/5.2")

    def _introduce(self, services: list[str]) -> None:
        for name in services:
            self._send(
                "POST",
                "/pacticipants",
                {"name": name, "mainBranch": "main", "repositoryUrl": f"https://git.example.com/shop/{name}"},
            )
        for label, members in LABELS.items():
            for name in members:
                self._send("PUT", f"/pacticipants/{name}/labels/{label}", {})

    def _begin(self, services: list[str], places: list[str]) -> None:
        for name in services:
            self._build(name, changes=True)
        self._verify_all(last=False)
        for place in places:
            self._deploy_all(services, place)

    def _pairs(self) -> list[tuple[str, str]]:
        return [(consumer, provider) for consumer, found in USES.items() for provider in found]

    def _build(self, name: str, *, changes: bool, branch: str = "main") -> None:
        number = hashlib.sha1(f"{name} {len(self._builds.get(name, ()))} {branch}".encode()).hexdigest()
        if branch == "main":
            self._builds.setdefault(name, []).append(number)
        build = {"buildUrl": f"https://ci.example.com/{name}/{number[:7]}"}
        contracts = []
        for provider in USES.get(name, ()):
            pair = name, provider
            unasked = pair in UNASKED and len(self._builds[name]) == 4
            self._edition[pair] = self._edition.get(pair, 0) + (1 if changes or unasked else 0)
            content = base64.b64encode(json.dumps(pact(name, provider, self._edition[pair])).encode()).decode()
            contracts.append(
                {
                    "consumerName": name,
                    "providerName": provider,
                    "specification": "pact",
                    "contentType": "application/json",
                    "content": content,
                }
            )
        if contracts:
            sent = {
                "pacticipantName": name,
                "pacticipantVersionNumber": number,
                "branch": branch,
                "contracts": contracts,
                **build,
            }
            self._send("POST", "/contracts/publish", sent)
        else:
            self._send("PUT", f"/pacticipants/{name}/branches/{branch}/versions/{number}", {})

    def _verify_all(self, *, last: bool) -> None:
        """Each provider verifies what its consumers have on their main branches and wherever they run."""
        for consumer, provider in self._pairs():
            provers = {self._builds[provider][-1], *self._where_live(provider)}
            for version in {self._builds[consumer][-1], *self._where_live(consumer)}:
                newest = version == self._builds[consumer][-1]
                if last and newest and (consumer, provider) in UNASKED:
                    continue
                for prover in provers:
                    breaks = last and prover == self._builds[provider][-1] and (consumer, provider) in BROKEN
                    self._verify(consumer, version, provider, prover, success=not breaks)

    def _where_live(self, name: str) -> set[str]:
        return {number for (_, live), number in self._live.items() if live == name}

    def _verify(self, consumer: str, number: str, provider: str, version: str, *, success: bool) -> None:
        contract: Pact = self._send("GET", f"/pacts/provider/{provider}/consumer/{consumer}/version/{number}")
        address = contract["_links"]["pb:publish-verification-results"]["href"]
        if (address, version) in self._done:
            return
        self._done.add((address, version))
        sent = {
            "success": success,
            "providerApplicationVersion": version,
            "buildUrl": f"https://ci.example.com/{provider}/{version[:7]}",
            "testResults": results(contract, success=success),
            "verifiedBy": {"implementation": "troth", "version": "0.1.0"},
        }
        self._send("POST", address, sent)

    def _environment(self, name: str, *, production: bool) -> str:
        sent = {"name": name, "displayName": name.title(), "production": production}
        return str(self._send("POST", "/environments", sent)["uuid"])

    def _deploy_all(self, services: list[str], place: str) -> None:
        for name in services:
            self._deploy(name, place, self._builds[name][-1])

    def _deploy(self, name: str, place: str, number: str) -> None:
        self._live[place, name] = number
        self._send("POST", f"/pacticipants/{name}/versions/{number}/deployed-versions/environment/{place}", {})

    def _send(self, method: str, path: str, body: Any = None) -> Any:
        answer = self._client.request(method, path, json=body)
        if not answer.is_success:
            raise SystemExit(f"{method} {path}: {answer.status_code} {answer.text[:500]}")
        return answer.json() if answer.content else None


def publish(url: str) -> None:
    """Tell the broker at an address everything."""
    with httpx.Client(base_url=url, timeout=60, headers={"Accept": "application/hal+json"}) as client:
        Company(client).tell()


def main() -> None:
    """The command."""
    if len(sys.argv) != 2:
        raise SystemExit("usage: python -m examples.fleet.publish BROKER_URL")
    publish(sys.argv[1])
    print(f"The fleet is there: {sys.argv[1]}")


if __name__ == "__main__":
    main()
