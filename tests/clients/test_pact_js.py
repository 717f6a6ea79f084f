"""JavaScript on both sides: pact-js writes a pact, its command line publishes it, and pact-js verifies it."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.support.brokers import Broker
from tests.support.clients import RUST_0_8, Client, Done, pact_js
from tests.support.pacts import interaction, pact, put, verified, version_of
from tests.support.providers import Provider

SCRIPTS = Path(__file__).parent / "node"
MAIN = [{"mainBranch": True}]
WEB = "/pacts/provider/billing/consumer/web/version/"


@pytest.fixture
def javascript(tmp_path: Path) -> Client:
    """A provider's test with pact-js."""
    return pact_js(SCRIPTS / "provider.js", tmp_path / "work")


def _verify(javascript: Client, broker: Broker, provider: Provider, **options: Any) -> Done:
    chosen = {"provider": "billing", "pactBrokerUrl": broker.url, "providerBaseUrl": provider.url, **options}
    return javascript.run(json.dumps(chosen))


def _publishing(number: str) -> dict[str, Any]:
    return {
        "publishVerificationResult": True,
        "providerVersion": number,
        "providerVersionBranch": "main",
        "providerVersionTags": ["dev"],
        "buildUrl": "https://ci.example/8",
    }


def test_a_pact_from_a_javascript_test_is_published_and_verified_by_another(
    javascript: Client, broker: Broker, a_provider: Provider, tmp_path: Path
) -> None:
    written = pact_js(SCRIPTS / "consumer.js", tmp_path / "work").run()
    assert written.code == 0, str(written)
    at = ("--broker-base-url", broker.url)
    release = ("--consumer-app-version", "1.0", "--branch", "main")
    RUST_0_8.client(tmp_path / "work").ok("publish", "pacts", *release, *at)

    done = _verify(javascript, broker, a_provider, consumerVersionSelectors=MAIN, **_publishing("b1"))
    assert done.code == 0, str(done)
    assert json.loads(done.out.splitlines()[-1]) == [{"id": 7}]
    path = "/pacts/provider/billing/consumer/shop/version/1.0"
    result = broker.read(path + "/verification-results/latest")
    assert (result["success"], result["providerApplicationVersion"]) == (True, "b1")
    assert result["buildUrl"] == "https://ci.example/8"
    version = broker.read("/pacticipants/billing/versions/b1")["_embedded"]
    assert [branch["name"] for branch in version["branchVersions"]] == ["main"]
    assert [tag["name"] for tag in version["tags"]] == ["dev"]

    a_provider.answers["/invoices/7"] = 500
    failed = _verify(javascript, broker, a_provider, consumerVersionSelectors=MAIN, **_publishing("b2"))
    assert failed.code == 1, str(failed)
    assert broker.read(path + "/verification-results/latest")["success"] is False


def test_a_failing_pact_that_is_pending_or_in_progress_fails_no_javascript_build(
    javascript: Client, broker: Broker, a_provider: Provider
) -> None:
    broker.client.post("/pacticipants", json={"name": "web", "mainBranch": "main"}).raise_for_status()
    version_of(broker, "billing", "b0", branch="main")
    good = put(broker, pact("web", "billing", interaction("old", "/old")), "1", branch="main")
    verified(broker, good, "b0", branch="main")
    put(broker, pact("web", "billing", interaction("new", "/new")), "2", branch="main")
    put(broker, pact("web", "billing", interaction("newer", "/newer")), "3", branch="feature")
    a_provider.answers |= {"/new": 500, "/newer": 500}

    strict = _verify(javascript, broker, a_provider, consumerVersionSelectors=MAIN, **_publishing("b1"))
    assert strict.code == 1, str(strict)
    lenient = {"enablePending": True, "includeWipPactsSince": "2020-01-01", **_publishing("b2")}
    done = _verify(javascript, broker, a_provider, consumerVersionSelectors=MAIN, **lenient)
    assert done.code == 0, str(done)
    for number in ("2", "3"):
        result = broker.read(f"{WEB}{number}/verification-results/latest")
        assert (result["success"], result["providerApplicationVersion"]) == (False, "b2"), number


def test_nothing_to_verify_fails_a_javascript_build_unless_that_is_allowed(
    javascript: Client, sqlite_broker: Broker, a_provider: Provider
) -> None:
    for strict in (True, False):
        done = _verify(javascript, sqlite_broker, a_provider, consumerVersionSelectors=MAIN, failIfNoPactsFound=strict)
        assert done.code == (1 if strict else 0), str(done)
        assert "No pacts" in done.out + done.err
