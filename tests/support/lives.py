"""A random life of a broker, step by step over HTTP: what is published, verified, placed, ended and deleted."""

import random
from collections.abc import Callable, Iterator

import httpx

from tests.support import writing
from tests.support.brokers import Broker

NAMES = ("shop", "billing", "stock")
BRANCHES = ("main", "feat/a", "b")
TAGS = ("uat", "dev", "test")
ANY = {"Accept": "*/*"}


class Life:
    """A random life of a broker: every step is one request, and none may fail with a 5xx."""

    def __init__(self, broker: Broker, seed: int) -> None:
        self.client = broker.client
        self.random = random.Random(seed)
        self.said: list[str] = []
        self.addresses: dict[str, list[str]] = {"results": [], "result": [], "deployed": [], "released": []}
        self.environments: list[str] = []
        self.environment()
        for event in ("contract_content_changed", "contract_requiring_verification_published"):
            request = {"method": "POST", "url": "https://example.org"}
            body = {"events": [{"name": event}], "request": request}
            self.client.post("/webhooks", json=body).raise_for_status()

    def one(self, *choices: str) -> str:
        return self.random.choice(choices)

    def name(self) -> str:
        return self.one(*NAMES)

    def number(self) -> str:
        return str(self.random.randrange(6))

    def step(self) -> None:
        """Write or delete something."""
        writes: list[tuple[Callable[[], httpx.Response | None], int]] = [
            (self.publish, 6),
            (self.verify, 8),
            (self.place, 6),
            (self.join, 3),
            (self.end, 3),
            (self.environment, 1),
            (self.set_main_branch, 1),
            (self.delete, 7),
        ]
        act = self.random.choices([act for act, _ in writes], [weight for _, weight in writes])[0]
        answer = act()
        if answer is not None:
            request = answer.request
            self.said.append(f"{request.method} {request.url.raw_path.decode()} → {answer.status_code}")
            assert answer.status_code < 500, self.said

    def publish(self) -> httpx.Response:
        consumer, provider, number = self.name(), self.name(), self.number()
        tags = [tag for tag in TAGS if self.random.random() < 0.3]
        answer = writing.publish(
            self.client, consumer, number, provider, f"content {self.random.randrange(3)}", self.one(*BRANCHES), tags
        )
        address = writing.results_address(self.client, consumer, number, provider)
        self.addresses["results"] += [address] if address else []
        return answer

    def verify(self) -> httpx.Response | None:
        if not self.addresses["results"]:
            return None
        address = self.one(*self.addresses["results"])
        answer = writing.verify(self.client, address, self.number(), success=self.random.random() < 0.7)
        if answer.status_code == 201:
            self.addresses["result"].append(answer.headers["location"])
        return answer

    def place(self) -> httpx.Response:
        kind = self.one("deployed", "released")
        at = f"/pacticipants/{self.name()}/versions/{self.number()}/{kind}-versions"
        instance = self.random.choice([None, "", "blue"])
        body = {} if instance is None or kind == "released" else {"applicationInstance": instance}
        answer = self.client.post(f"{at}/environment/{self.one(*self.environments)}", json=body)
        if answer.is_success:
            self.addresses[kind].append(answer.json()["_links"]["self"]["href"])
        return answer

    def join(self) -> httpx.Response:
        at, number = f"/pacticipants/{self.name()}", self.number()
        if self.random.random() < 0.5:
            return self.client.put(f"{at}/versions/{number}/tags/{self.one(*TAGS)}", json={})
        line = self.one(*BRANCHES).replace("/", "%2F")
        return self.client.put(f"{at}/branches/{line}/versions/{number}", json={})

    def end(self) -> httpx.Response | None:
        kind = self.one("deployed", "released")
        return writing.end(self.client, kind, self.one(*self.addresses[kind])) if self.addresses[kind] else None

    def environment(self) -> httpx.Response:
        name = "test" if not self.environments else f"e{len(self.environments)}"
        answer = self.client.post("/environments", json={"name": name, "production": False})
        if answer.is_success:
            self.environments.append(answer.json()["uuid"])
        return answer

    def set_main_branch(self) -> httpx.Response:
        return self.client.patch(f"/pacticipants/{self.name()}", json={"mainBranch": self.one(*BRANCHES)})

    def delete(self) -> httpx.Response | None:
        doomed = list(self.doomed())
        return self.client.delete(self.one(*doomed), headers=ANY)

    def doomed(self) -> Iterator[str]:
        at, number = f"/pacticipants/{self.name()}", self.number()
        line, tag = self.one(*BRANCHES).replace("/", "%2F"), self.one(*TAGS)
        yield f"{at}/versions/{number}"
        yield f"{at}/versions/{number}/tags/{tag}"
        yield f"{at}/branches/{line}"
        yield f"{at}/branches/{line}/versions/{number}"
        yield f"/pacts/provider/{self.name()}/consumer/{self.name()}/version/{number}"
        yield from self.addresses["result"][-2:]
        if self.random.random() < 0.3:
            yield at
            yield f"/environments/{self.one(*self.environments)}"
            yield f"{at}/branches?exclude[]={line}"
            yield f"/integrations/provider/{self.name()}/consumer/{self.name()}"
