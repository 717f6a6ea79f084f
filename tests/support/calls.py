"""A broker whose webhooks are really called: by workers that a test runs step by step, or lets loose."""

import contextlib
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.brokers import Broker
from tests.support.cli import clean_environment
from tests.support.pacts import interaction, pact, put
from tests.support.targets import Target
from tests.support.waiting import until
from troth_broker.app.world import workers_of, world_of
from troth_broker.jobs.workers import Workers
from troth_broker.services import deliveries
from troth_broker.services.world import World
from troth_broker.settings import Settings
from troth_broker.store.engine import Store
from troth_broker.webhooks.sender import HttpSender

INSIDE: dict[str, Any] = {
    "webhook_scheme_whitelist": ("http", "https"),
    "webhook_allowed_networks": ("127.0.0.0/8",),
    "webhook_host_whitelist": ("127.0.0.1", "localhost"),
}
"""Rules that let webhooks call this machine."""
INSIDE_ENVIRONMENT = {
    "TROTH_WEBHOOK_SCHEME_WHITELIST": "http https",
    "TROTH_WEBHOOK_ALLOWED_NETWORKS": "127.0.0.0/8",
    "TROTH_WEBHOOK_HOST_WHITELIST": "127.0.0.1 localhost",
}
SECOND = 1_000_000


@dataclass(slots=True)
class Time:
    """A clock that a test moves."""

    now: int = 1_800_000_000 * SECOND

    def __call__(self) -> int:
        """Microseconds since the epoch."""
        return self.now

    def pass_(self, seconds: float) -> None:
        """Let time pass."""
        self.now += int(seconds * SECOND)


@dataclass(frozen=True, slots=True)
class Calls:
    """A worker's world, and a clock of its own."""

    world: World
    time: Time

    def turn(self) -> str | None:
        """Make one call if one is due; what became of it."""
        taken = deliveries.take(self.world)
        if taken is None:
            return None
        return self.finish(taken) or "lost"

    def finish(self, taken: deliveries.Taken) -> str | None:
        """Make a call that was taken."""
        assert self.world.sender is not None
        return deliveries.finish(self.world, taken, deliveries.make(self.world, self.world.sender, taken), 0.0)

    def all(self) -> list[str]:
        """Make every call that is due now."""
        found = []
        while (status := self.turn()) is not None:
            found.append(status)
        return found

    def workers(self, threads: int) -> Workers:
        """Workers that run by themselves, in this world."""
        return workers_of(self.world, threads)


@contextlib.contextmanager
def calling(database_url: str, **settings: Any) -> Iterator[Calls]:
    """A worker's part of a broker over a store, with a clock that stands still; `real_time=True` lets it run."""
    real = settings.pop("real_time", False)
    chosen = Settings(database_url=database_url, **{**INSIDE, **settings})
    with contextlib.closing(Store(database_url, 8)) as store:
        made = world_of(store, chosen)
        time = Time()
        world = (
            made if real else World(store, chosen, clock=time, cipher=made.cipher, sender=made.sender, bell=made.bell)
        )
        assert isinstance(world.sender, HttpSender)
        with contextlib.closing(world.sender):
            yield Calls(world, time)


def webhook(broker: Broker, target: Target, **more: Any) -> str:
    """Make a webhook that calls a target whenever a contract is published; gives its URL."""
    request = {
        "method": "POST",
        "url": target.url("/hook/${pactbroker.consumerVersionNumber}"),
        "headers": {"Content-Type": "application/json"},
        "body": {"consumer": "${pactbroker.consumerName}", "pact": "${pactbroker.pactUrl}"},
        **more.pop("request", {}),
    }
    body = {"events": [{"name": "contract_published"}], "request": request, **more}
    answer = broker.client.post("/webhooks", json=body)
    assert answer.status_code == 201, answer.text
    url: str = answer.json()["_links"]["self"]["href"]
    return url


def publish(broker: Broker, version: str, consumer: str = "web", provider: str = "orders", path: str = "/") -> str:
    """Publish a contract of a consumer's version; gives the address of the pact."""
    return put(broker, pact(consumer, provider, interaction("asks", path)), version)


def triggered(broker: Broker, pact_path: str) -> list[dict[str, Any]]:
    """What a publication triggered."""
    found: list[dict[str, Any]] = broker.read(f"{pact_path}/triggered-webhooks")["_embedded"]["triggeredWebhooks"]
    return found


def logs(broker: Broker, one: dict[str, Any]) -> str:
    """The logs of a triggered webhook."""
    url = one["_links"]["pb:logs"]["href"]
    return broker.client.get(url, headers={"Accept": "text/plain"}).text


@dataclass(frozen=True, slots=True)
class Worker:
    """A worker that runs as a process; what it says goes to a file, which never fills up as a pipe does."""

    process: "subprocess.Popen[bytes]"
    output: Path

    def said(self) -> str:
        """What it has said so far."""
        return self.output.read_text()

    def kill(self) -> None:
        """End it without a warning."""
        self.process.kill()
        self.process.wait()

    def stop(self) -> int:
        """Tell it to stop and wait until it has; gives its exit code."""
        self.process.terminate()
        return self.process.wait(60)


@contextlib.contextmanager
def worker_process(database_url: str, *flags: str, **environment: str) -> Iterator[Worker]:
    """Run `troth worker` as a child process, from the moment in which it works."""
    command = [sys.executable, "-m", "troth_broker.cli", "worker", "--database", database_url, *flags]
    own = clean_environment({**INSIDE_ENVIRONMENT, "PYTHONUNBUFFERED": "1", **environment})
    with tempfile.TemporaryDirectory() as folder:
        output = Path(folder) / "output"
        with output.open("wb") as stream:
            child = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT, env=own)
        worker = Worker(child, output)
        try:
            until(lambda: "working" in worker.said() or child.poll() is not None, what="the start of the worker")
            assert child.poll() is None, worker.said()
            yield worker
        finally:
            worker.stop()
