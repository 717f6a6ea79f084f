"""What `deploy/` holds fits together, and works: the same processes, a real PostgreSQL, a real nginx in front."""

import contextlib
import re
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml

from tests.support import writing
from tests.support.cli import Finished, troth
from tests.support.databases import PostgresDatabases
from tests.support.pacts import pact, write
from tests.support.proxy import nginx
from tests.support.servers import Process, running
from tests.support.services import Missing, free_port, skip_or_fail
from tests.support.targets import says, target
from tests.support.waiting import until
from troth_broker.cli.commands import COMMANDS
from troth_broker.http.table import ROUTES
from troth_broker.settings import Settings

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES: dict[str, dict[str, Any]] = COMPOSE["services"]
CONTAINER = (DEPLOY / "Containerfile").read_text()
OURS = {name: service for name, service in SERVICES.items() if service["image"] == "troth"}
SETTINGS = {f"TROTH_{one.name.upper()}" for one in fields(Settings)} | {"TROTH_BASE_URL"}
BROWSER = {"Accept": "text/html,*/*;q=0.8"}


def test_every_service_of_the_compose_file_runs_a_command_that_there_is() -> None:
    commands = {name: service.get("command", ["serve"])[0] for name, service in OURS.items()}
    assert commands == {"broker-1": "serve", "broker-2": "serve", "worker": "worker", "migrate": "migrate"}
    assert set(commands.values()) <= set(COMMANDS)
    assert 'CMD ["serve"]' in CONTAINER


def test_every_variable_is_a_setting() -> None:
    given = {name for service in OURS.values() for name in service["environment"]}
    given |= set(re.findall(r"^\s+(TROTH_\w+)=", CONTAINER, re.MULTILINE))
    assert {name.removesuffix("_FILE") for name in given} <= SETTINGS
    assert all(isinstance(value, str) for service in SERVICES.values() for value in service["environment"].values())


def test_the_database_counts_as_healthy_when_others_can_reach_it() -> None:
    asked = SERVICES["database"]["healthcheck"]["test"]
    assert asked[asked.index("--host") + 1] == "127.0.0.1"  # the image's server answers by the socket before that


def test_what_one_part_names_another_part_has() -> None:
    for name, service in SERVICES.items():
        assert set(service.get("secrets", [])) <= set(COMPOSE["secrets"]), name
        for other, condition in service.get("depends_on", {}).items():
            assert other in SERVICES
            if condition["condition"] == "service_healthy":
                assert "healthcheck" in SERVICES[other] or "HEALTHCHECK" in CONTAINER
        for file, variable in re.findall(r"'(\w+_FILE)': '/run/secrets/(\w+)'", str(service["environment"])):
            assert variable in service["secrets"], (name, file)
    assert {part.rpartition(":")[0].partition(":")[0] for part in SERVICES["proxy"]["volumes"]} == {
        "./nginx.conf.template"
    }
    assert COMPOSE["x-troth"]["build"] == {"context": "..", "dockerfile": "deploy/Containerfile"}


def test_the_image_copies_what_there_is_runs_as_nobody_and_asks_a_route_for_its_health() -> None:
    copied = [
        word for line in re.findall(r"^COPY (?!--from)(.+) \S+$", CONTAINER, re.MULTILINE) for word in line.split()
    ]
    assert copied
    assert [name for name in copied if not (ROOT / name).exists()] == []
    let_in = (DEPLOY / "Containerfile.dockerignore").read_text().splitlines()
    assert {f"!{name}" for name in copied} <= set(let_in)
    assert re.findall(r"^USER (.+)$", CONTAINER, re.MULTILINE) == ["10001:10001"]
    asked = re.search(r"urlopen\('http://127.0.0.1:9292([^']+)'", CONTAINER)
    assert asked
    assert asked[1] in {route.path.template_text for route in ROUTES}
    assert len(re.findall("^FROM ", CONTAINER, re.MULTILINE)) == 2


@dataclass(frozen=True, slots=True)
class Deployed:
    """The compose file's processes, and the one address that people know."""

    url: str
    brokers: tuple[Process, Process]
    worker: Process
    folder: Path
    nginx_log: Path

    def troth(self, *arguments: str | Path, code: int = 0) -> Finished:
        """Run a command as a pipeline does."""
        environment = {
            "PACT_BROKER_BASE_URL": self.url,
            "PACT_BROKER_USERNAME": "troth",
            "PACT_BROKER_PASSWORD": "s3cret",
        }
        return troth(*arguments, folder=self.folder, environment=environment, code=code)

    def client(self) -> httpx.Client:
        """A client of the address that people know."""
        return httpx.Client(
            base_url=self.url,
            headers={"Accept": "application/hal+json"},
            auth=("troth", "s3cret"),
            trust_env=False,
            timeout=60,
        )


@pytest.fixture
def deployed(tmp_path: Path, postgres_databases: PostgresDatabases) -> Iterator[Deployed]:
    """What the compose file describes, without an engine for containers."""
    with contextlib.ExitStack() as stack:
        database = stack.enter_context(postgres_databases.empty())
        proxy, ports = f"127.0.0.1:{free_port()}", [str(free_port()) for _ in range(2)]
        url = f"http://{proxy}/troth"
        secrets = {
            "database_url": database,
            "password": "s3cret",
            "secret_key": "MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIzNDU2Nzg5MDE=",
        }
        for name, text in secrets.items():
            (tmp_path / name).write_text(text + "\n")

        def of(name: str) -> dict[str, str]:
            environment = SERVICES[name]["environment"]
            return {
                **{key: value.replace("/run/secrets", str(tmp_path)) for key, value in environment.items()},
                "TROTH_BASE_URL": url,
                "TROTH_WEBHOOK_SCHEME_WHITELIST": "http",
                "TROTH_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
                "TROTH_PUBLIC_HEARTBEAT": "true",
                "TROTH_SHUTDOWN_DELAY": "0",
            }

        def start(name: str, *more: str) -> Process:
            command = SERVICES[name].get("command", ["serve"])
            return stack.enter_context(running(*command, *more, folder=tmp_path, environment=of(name)))

        try:
            log = stack.enter_context(
                nginx({"TROTH_LISTEN": proxy, **{f"TROTH_BROKER_{n}": f"127.0.0.1:{ports[n - 1]}" for n in (1, 2)}})
            )
        except Missing as missing:
            skip_or_fail(missing)
        assert start("migrate").child.wait(90) == 0
        brokers = (start("broker-1", "--port", ports[0]), start("broker-2", "--port", ports[1]))
        worker = start("worker")
        assert all(broker.url for broker in brokers)
        until(lambda: "working" in worker.said, what="the start of the worker", seconds=90)
        yield Deployed(url, brokers, worker, tmp_path, log)


def _hrefs(document: Any) -> Iterator[str]:
    if isinstance(document, dict):
        yield from (value for key, value in document.items() if key == "href")
        document = list(document.values())
    if isinstance(document, list):
        for item in document:
            yield from _hrefs(item)


def test_publish_verify_and_ask_through_the_proxys_prefix_while_a_replica_dies(deployed: Deployed) -> None:
    write(deployed.folder / "pacts", pact("web", "orders"))
    with target(says()) as hook, deployed.client() as client:
        definition = {
            "events": [{"name": "contract_content_changed"}],
            "request": {"method": "POST", "url": hook.url(), "body": {"pact": "${pactbroker.pactUrl}"}},
        }
        assert client.post("/webhooks", json=definition).status_code == 201
        deployed.troth("environment", "create", "--name", "production", "--production")
        said = deployed.troth("publish", "pacts", "-a", "web/1", "--branch", "feat/x y").out
        assert "Pact successfully published" in said
        until(lambda: hook.received, what="the webhook's call")
        assert f"{deployed.url}/pacts/provider/orders/consumer/web/".encode() in hook.received[0].body

        _follow(client, deployed.url)
        gate = ("can-i-deploy", "--pacticipant", "web", "--version", "web/1", "--to-environment", "production")
        deployed.troth(*gate, code=1)
        address = writing.results_address(client, "web", "web%2F1", "orders")
        assert address
        assert address.startswith(deployed.url)
        assert writing.verify(client, address, "orders/2", success=True).status_code == 201
        version = ("--pacticipant", "orders", "--version", "orders/2", "--environment", "production")

        deployed.brokers[0].kill()
        deployed.troth("record-deployment", *version)
        assert "YES" in deployed.troth(*gate).out
        answers = Counter(client.get("/pacticipants/web/branches/feat%2Fx%20y").status_code for _ in range(20))
        assert answers == {200: 20}
        assert deployed.brokers[1].stop() == 0
        assert client.get("/ready").status_code == 502
        assert "troth: " in deployed.troth(*gate, code=3).err  # nobody is there, and nobody says yes
        assert deployed.worker.child.poll() is None


def _follow(client: httpx.Client, base: str) -> None:
    """Every link begins with the address that people know, and leads somewhere through the proxy."""
    index = client.get(base).json()
    assert client.get(f"{base}/").json() == index
    documents = [index, client.get(f"{base}/pacticipants/web/branches/feat%2Fx%20y/latest-version").json()]
    links = {href for document in documents for href in _hrefs(document)}
    assert {href for href in links if not href.startswith(base)} == set()
    plain = {href for href in links if "{" not in href and not href.endswith(("/publish", "/recompare"))}
    assert len(plain) > 8
    for href in sorted(plain):
        assert client.get(href).status_code == 200, href
    page = client.get(f"{base}/", headers=BROWSER)
    written = {str(page.url.join(address)) for address in re.findall(r'\b(?:href|src)="([^"#]+)"', page.text)}
    assert written
    for address in sorted(written):
        assert address.startswith(base), address
        assert client.get(address, headers=BROWSER).status_code == 200, address


def test_publications_go_on_while_a_replica_is_killed_and_another_stops(deployed: Deployed) -> None:
    acknowledged: list[str] = []
    statuses: Counter[int] = Counter()
    over = threading.Event()

    def publish(number: int) -> None:
        with deployed.client() as client:
            count = 0
            while not over.is_set():
                version = f"{number}.{count}"
                answer = writing.publish(client, "web", version, "orders", version, "main", ["dev"])
                statuses[answer.status_code] += 1
                if answer.is_success:
                    acknowledged.append(version)
                    count += 1

    threads = [threading.Thread(target=publish, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    try:
        until(lambda: len(acknowledged) > 20, what="publications")
        deployed.brokers[1].kill()
        before = len(acknowledged)
        until(lambda: len(acknowledged) > before + 40, what="publications without the killed replica")
    finally:
        over.set()
        for thread in threads:
            thread.join(60)
    assert set(statuses) <= {200, 502}
    assert statuses[502] <= len(threads)  # what was with the killed replica, and nothing after it
    with deployed.client() as client:
        for version in acknowledged:
            assert client.get(f"/pacts/provider/orders/consumer/web/version/{version}").status_code == 200


def test_the_image_can_read_and_compare_every_format() -> None:
    [installed] = re.findall(r"'\.\[([a-z,]+)\]'", CONTAINER)
    assert {"openapi", "grpc", "graphql", "avro"} <= set(installed.split(","))
