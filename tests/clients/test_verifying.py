"""A provider's pipeline verifies with the official verifiers against a provider that really answers."""

from collections.abc import Sequence
from typing import Any

from pact import Verifier

from tests.support.brokers import Broker
from tests.support.clients import Client, Done
from tests.support.pacts import deployed, environment, interaction, pact, put, verified
from tests.support.providers import Provider

MAIN = '{"mainBranch": true}'


def _results(broker: Broker, pact_path: str) -> dict[str, Any]:
    found: dict[str, Any] = broker.read(broker.read(pact_path)["_links"]["pb:latest-verification-results"]["href"])
    return found


def _shop(broker: Broker) -> str:
    application = {"name": "shop", "mainBranch": "main"}
    broker.client.post("/pacticipants", json=application).raise_for_status()
    content = pact("shop", "billing", interaction("an invoice", "/invoices/1", state="one invoice"))
    return put(broker, content, "1.0", branch="main")


def _verify(
    verifier: Client, broker: Broker, provider: Provider, *more: str, selectors: Sequence[str] = (MAIN,)
) -> Done:
    chosen = [part for selector in selectors for part in ("--consumer-version-selectors", selector)]
    return verifier.run(
        *("--broker-url", broker.url, "--provider-name", "billing", *chosen),
        *("--hostname", "127.0.0.1", "--port", provider.url.rsplit(":", 1)[1]),
        *("--state-change-url", provider.states_url, "--state-change-teardown"),
        *more,
    )


def _publishing(version: str) -> tuple[str, ...]:
    branch = ("--provider-branch", "main", "--provider-tags", "dev")
    return ("--publish", "--provider-version", version, *branch, "--build-url", "http://ci.example/8")


def test_the_rust_verifier_publishes_what_it_saw(rust_verifier: Client, broker: Broker, a_provider: Provider) -> None:
    path = _shop(broker)
    good = _verify(rust_verifier, broker, a_provider, *_publishing("b1"))
    assert good.code == 0, str(good)
    assert a_provider.states == [("one invoice", "setup"), ("one invoice", "teardown")]
    result = _results(broker, path)
    assert (result["success"], result["providerApplicationVersion"]) == (True, "b1")
    assert result["buildUrl"] == "http://ci.example/8"
    version = broker.read("/pacticipants/billing/versions/b1")["_embedded"]
    assert [branch["name"] for branch in version["branchVersions"]] == ["main"]
    assert [tag["name"] for tag in version["tags"]] == ["dev"]

    a_provider.answers["/invoices/1"] = 404
    bad = _verify(rust_verifier, broker, a_provider, *_publishing("b2"))
    assert bad.code == 1, str(bad)
    assert _results(broker, path)["success"] is False
    rows = broker.read("/matrix?q[][pacticipant]=shop&q[][pacticipant]=billing")["matrix"]
    assert {(row["provider"]["version"]["number"], row["verificationResult"]["success"]) for row in rows} == {
        ("b1", True),
        ("b2", False),
    }


def test_a_pending_pact_may_fail_without_failing_the_build(
    rust_verifier: Client, broker: Broker, a_provider: Provider
) -> None:
    path = _shop(broker)
    a_provider.answers["/invoices/1"] = 404

    pending = _verify(rust_verifier, broker, a_provider, *_publishing("b1"), "--enable-pending")
    assert pending.code == 0, str(pending)
    assert _results(broker, path)["success"] is False

    verified(broker, path, "b2", branch="main")
    broken = _verify(rust_verifier, broker, a_provider, *_publishing("b3"), "--enable-pending")
    assert broken.code == 1, str(broken)


def test_work_in_progress_comes_along_and_never_fails_the_build(
    rust_verifier: Client, broker: Broker, a_provider: Provider
) -> None:
    main = _shop(broker)
    verified(broker, main, "b0", branch="main")
    wish = put(broker, pact("shop", "billing", interaction("a wish", "/wish")), "2.0", branch="wish")
    a_provider.answers["/wish"] = 404
    wip = ("--enable-pending", "--include-wip-pacts-since", "2020-01-01")

    done = _verify(rust_verifier, broker, a_provider, *_publishing("b1"), *wip)
    assert done.code == 0, str(done)
    assert _results(broker, main)["success"] is True
    assert _results(broker, wish)["success"] is False

    a_provider.answers.clear()
    assert _verify(rust_verifier, broker, a_provider, *_publishing("b2"), *wip).code == 0
    assert _results(broker, wish)["success"] is True


def test_what_runs_in_an_environment_is_verified(rust_verifier: Client, broker: Broker, a_provider: Provider) -> None:
    live = put(broker, pact("shop", "billing", interaction("live", "/live")), "1.0", branch="main")
    put(broker, pact("shop", "billing", interaction("next", "/next")), "2.0", branch="main")
    environment(broker, "production", production=True)
    deployed(broker, "shop", "1.0", "production")

    done = _verify(rust_verifier, broker, a_provider, *_publishing("b1"), selectors=['{"deployedOrReleased": true}'])
    assert done.code == 0, str(done)
    assert "live" in done.out
    assert "next" not in done.out
    assert _results(broker, live)["success"] is True


def test_a_provider_that_nobody_knows_is_an_error(rust_verifier: Client, broker: Broker, a_provider: Provider) -> None:
    assert _verify(rust_verifier, broker, a_provider).code == 1


def test_pact_python_verifies_from_the_broker_and_publishes(broker: Broker, a_provider: Provider) -> None:
    path = _shop(broker)
    verifier = (
        Verifier("billing", host="127.0.0.1")
        .add_transport(url=a_provider.url)
        .state_handler(a_provider.states_url, teardown=True, body=True)
    )
    verifier.broker_source(broker.url, selector=True).consumer_version(
        main_branch=True
    ).include_pending().provider_branch("main").build()
    verifier.set_publish_options("b1", "http://ci.example/9", "main", ["dev"])

    verifier.verify()

    result = _results(broker, path)
    assert (result["success"], result["providerApplicationVersion"]) == (True, "b1")
    assert result["verifiedBy"]["clientLanguage"]["name"] == "pact-python"
    assert ("one invoice", "setup") in a_provider.states
