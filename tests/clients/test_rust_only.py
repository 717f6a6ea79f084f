"""What only the Rust command line asks: versions by where they run, and the gate with every selector."""

import json

from tests.support.brokers import Broker
from tests.support.clients import Client
from tests.support.pacts import deployed, environment, pact, put, verified, version_of

At = tuple[str, str]


def test_versions_are_described_by_where_they_run(rust_cli: Client, broker: Broker, at: At) -> None:
    environment(broker, "test")
    for number in ("1.0", "1.1", "1.2"):
        version_of(broker, "shop", number, branch="main")
    deployed(broker, "shop", "1.0", "test")
    (release,) = broker.read("/pacticipants/shop/versions/1.1")["_links"]["pb:record-release"]
    broker.client.post(release["href"], json={}).raise_for_status()
    describe = ("describe-version", "--pacticipant", "shop", "--environment", "test", "--output", "json", *at)
    for flags, there in ((("--deployed",), {"1.0"}), (("--released",), {"1.1"}), ((), {"1.0", "1.1"})):
        said = rust_cli.ok(*describe, *flags)
        assert {number for number in ("1.0", "1.1", "1.2") if f'"{number}"' in said} == there, (flags, said)


def test_the_gate_is_asked_with_every_selector(rust_cli: Client, broker: Broker, at: At) -> None:
    good = put(broker, pact("shop", "billing"), "1.0", branch="main", tags=["ok"])
    verified(broker, good, "b1", branch="main")
    version_of(broker, "billing", "b1", tags=["prod"])
    environment(broker, "live")
    deployed(broker, "billing", "b1", "live")
    broker.client.put("/pacticipants/shop", json={"mainBranch": "main"}).raise_for_status()
    selectors = (("--version", "1.0"), ("--latest",), ("--latest", "ok"), ("--branch", "main"), ("--main-branch",))
    for selector in selectors:
        for target in (("--to", "prod"), ("--to-environment", "live")):
            said = rust_cli.ok("can-i-deploy", *at, "--pacticipant", "shop", *selector, *target, "--output", "json")
            assert json.loads(said)["summary"]["deployable"] is True, (selector, target)
