"""The estate, played: five services, every protocol, and one release that breaks three of its consumers."""

import os
import shutil
import socket
import tempfile
from pathlib import Path

from troth_broker.cli.demo import Stage

NO = 1
CONSUMERS = {
    "web": "web/web-orders.json",
    "mobile": "mobile/operations.graphql",
    "billing": "billing/order-placed.avsc",
}


def free_port() -> str:
    """A port that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return str(probe.getsockname()[1])


def publish_consumers(stage: Stage) -> None:
    """What each consumer expects."""
    stage.run("troth", "publish", CONSUMERS["web"], "-a", "1", "--branch", "main")
    for consumer in ("mobile", "billing"):
        options = ("--role", "consumer", "--consumer", consumer, "--provider", "orders", "-a", "1", "--branch", "main")
        stage.run("troth", "publish", CONSUMERS[consumer], *options)


def publish_orders(stage: Stage, release: str) -> None:
    """What a release of orders says it offers."""
    options = ("--role", "provider", "--provider", "orders", "-a", release, "--branch", "main")
    stage.run("troth", "publish", f"orders/{release}/schema.graphql", *options)
    stage.run("troth", "publish", f"orders/{release}/order-placed.avsc", *options, "--name", "order-placed")


def verify_orders(stage: Stage, release: str, expect: int) -> None:
    """Replay the pact and the operations against a running release."""
    url = f"http://127.0.0.1:{(port := free_port())}"
    with stage.running("python", "orders/service.py", "--release", release, "--port", port):
        where = ("--provider", "orders", "--provider-base-url", url, "--provider-url", f"graphql={url}/graphql/")
        version = ("--provider-app-version", release, "--provider-version-branch", "main")
        stage.run("troth", "verify", *where, "--publish", *version, expect=expect)


def verify_stock(stage: Stage) -> None:
    """Replay what orders expects of stock, over gRPC."""
    port = free_port()
    with stage.running("python", "stock/service.py", "--port", port):
        where = ("--provider", "stock", "--provider-url", f"grpc=127.0.0.1:{port}")
        stage.run("troth", "verify", *where, "--publish", "--provider-app-version", "1")


def play(stage: Stage) -> None:
    """Every step, in order."""
    stage.tell("Three consumers say what they expect of orders: a pact, a GraphQL operation, an Avro reader")
    publish_consumers(stage)
    stage.tell("orders 1 says what it offers, and is verified while it runs")
    publish_orders(stage, "1")
    verify_orders(stage, "1", 0)
    stage.tell("orders itself asks stock over gRPC; stock 1 is verified, too")
    options = ("--role", "consumer", "--consumer", "orders", "--provider", "stock", "-a", "1", "--branch", "main")
    stage.run("troth", "publish", "orders/stock.troth.yaml", *options)
    verify_stock(stage)
    stage.tell("All of it may be deployed, and is")
    stage.run("troth", "environment", "create", "--name", "production", "--production")
    for name in ("stock", "orders", *CONSUMERS):
        stage.run("troth", "can-i-deploy", "-a", name, "-e", "1", "--to-environment", "production")
        stage.run("troth", "record-deployment", "-a", name, "-e", "1", "--environment", "production")
    stage.tell("orders 2 calls the total `amount`")
    publish_orders(stage, "2")
    verify_orders(stage, "2", NO)
    stage.tell("One question, one answer: who would break, by which evidence, and what to do")
    stage.run("troth", "can-i-deploy", "-a", "orders", "-e", "2", "--to-environment", "production", expect=NO)


def main() -> None:
    """Play in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix="troth-estate-") as folder:
        place = Path(folder) / "estate"
        shutil.copytree(Path(__file__).parent, place, ignore=shutil.ignore_patterns("__pycache__"))
        environment = {name: value for name, value in os.environ.items() if not name.startswith("PACT_")}
        environment |= {"PACT_BROKER_BASE_URL": "estate.db", "PACT_DO_NOT_TRACK": "true", "PYTHONUNBUFFERED": "1"}
        play(Stage(place, environment))


if __name__ == "__main__":
    main()
