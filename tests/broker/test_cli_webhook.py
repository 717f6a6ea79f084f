"""`troth webhook`, as a pipeline and a person run it."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.cli import Finished, troth
from tests.support.pacts import pact, put
from tests.support.targets import Target, says, target
from troth_broker.core.webhook_context import PARAMETERS

UUID = "11111111-2222-3333-4444-555555555555"


@pytest.fixture
def ci() -> Iterator[Target]:
    """A system that webhooks call."""
    with target(says("201 Created", b'{"build": 7}')) as listening:
        yield listening


@pytest.fixture
def shop(sqlite_url: str, start_broker: StartBroker) -> Broker:
    """A broker that may call this machine and knows one contract."""
    broker = start_broker(
        sqlite_url,
        webhook_scheme_whitelist=("http", "https"),
        webhook_host_whitelist=("127.0.0.1", "example.org"),
        webhook_allowed_networks=("127.0.0.0/8",),
    )
    put(broker, pact("web", "orders"), "1.4", branch="main")
    return broker


def webhook(broker: Broker, *arguments: str | Path, code: int = 0) -> Finished:
    """Run `troth webhook …` against a broker."""
    return troth("webhook", *arguments, "--broker", broker.url, code=code)


def test_a_webhook_is_created_listed_described_updated_and_deleted(shop: Broker, tmp_path: Path) -> None:
    (tmp_path / "body.json").write_text('{"pact": "${pactbroker.pactUrl}"}')
    made = webhook(
        shop,
        "create",
        "https://example.org/build",
        "-H",
        "Content-Type: application/json",
        "--header",
        "Authorization: Bearer abc",
        "-d",
        f"@{tmp_path / 'body.json'}",
        "--user",
        "robot:pass:word",
        "--consumer",
        "web",
        "--provider-label",
        "core",
        "--description",
        "Build it",
        "--contract-requiring-verification-published",
        "--provider-verification-failed",
        "-o",
        "id",
    )
    uuid = made.out.strip()
    assert webhook(shop, "describe", "--uuid", uuid).out.splitlines() == [
        "description: Build it",
        f"uuid: {uuid}",
        "enabled: yes",
        "consumer: web",
        "provider: label core",
        "events: contract_requiring_verification_published, provider_verification_failed",
        "request: POST https://example.org/build",
        "header Content-Type: application/json",
        "header Authorization: **********",
        "user: robot",
        'body: {"pact": "${pactbroker.pactUrl}"}',
    ]
    changed = webhook(shop, "update", "--uuid", uuid, "--disabled", "--description", "Other", "-d", "text")
    assert changed.out == f"Updated webhook Other ({uuid}).\n"
    document = json.loads(webhook(shop, "describe", "--uuid", uuid, "-o", "json").out)
    assert (document["enabled"], document["request"]["body"]) == (False, "text")
    assert document["request"]["headers"]["Content-Type"] == "application/json"
    assert document["consumer"] == {"name": "web"}
    assert uuid in webhook(shop, "list").out
    assert json.loads(webhook(shop, "list", "-o", "json").out)["webhooks"] == [document]
    assert webhook(shop, "delete", "--uuid", uuid).out == f"Deleted webhook {uuid}.\n"
    assert "There is no webhook yet" in webhook(shop, "list").out


def test_a_webhook_that_would_never_be_called_is_told(shop: Broker) -> None:
    create = ("create", "https://example.org/build", "--provider-contract-published", "--provider", "orders")
    assert "leave --consumer out" in webhook(shop, *create, "--consumer", "web").err
    assert webhook(shop, *create).err == ""


def test_create_with_a_uuid_makes_it_or_puts_it_in_the_place_of_what_was_there(shop: Broker) -> None:
    for url in ("https://example.org/1", "https://example.org/2"):
        options = ("--uuid", UUID, "--contract-published")
        made = webhook(shop, "create", url, *options)
        assert made.out == f"Recorded webhook POST example.org ({UUID}).\n"
    assert json.loads(webhook(shop, "describe", "--uuid", UUID, "-o", "json").out)["request"]["url"][-1] == "2"


def test_a_webhook_is_tried_out_and_its_log_shown(shop: Broker, ci: Target) -> None:
    url = ci.url("/build/${pactbroker.consumerVersionNumber}")
    uuid = webhook(shop, "create", url, "--contract-published", "-o", "id").out.strip()
    log = webhook(shop, "test", "--uuid", uuid).out
    assert "/build/1.4" in log
    assert "status 201" in log
    assert [one.line for one in ci.received] == ["POST /build/1.4 HTTP/1.1"]
    assert json.loads(webhook(shop, "test", "--uuid", uuid, "-o", "json").out)["success"] is True
    ci.behaviour = says("500 Internal Server Error")
    failed = webhook(shop, "test", "--uuid", uuid, code=1)
    assert "the call failed" in failed.err


def test_the_flat_names_of_the_pact_command_lines_work(shop: Broker, ci: Target) -> None:
    def flat(*arguments: str) -> Finished:
        return troth(*arguments, "--broker-base-url", shop.url, code=0)

    request = ("-X", "POST", "--contract-published", "--team-uuid", UUID)
    assert "Created webhook" in flat("create-webhook", "https://example.org", *request).out
    flat("create-or-update-webhook", ci.url(), "--uuid", UUID, *request)
    assert "The call succeeded" in flat("test-webhook", "--uuid", UUID).out
    flat("delete-webhook", "--uuid", UUID)


@pytest.mark.parametrize(
    ("arguments", "says_what"),
    [
        (("https://example.org",), "say when the webhook is called: --contract-content-changed"),
        (("https://example.org", "--consumer", "a", "--consumer-label", "b"), "either --consumer or --consumer-label"),
        (("https://example.org", "-d", "@nowhere.json"), "--data @nowhere.json cannot be read"),
        (("https://example.org", "-H", "nonsense"), "is no header"),
        (("ftp://example.org", "--contract-published"), "webhook_scheme_whitelist"),
        (("https://example.net", "--contract-published"), "webhook_host_whitelist"),
        (("https://example.org", "--contract-published", "--consumer", "none"), "does not match an existing"),
    ],
)
def test_what_cannot_be_is_refused_with_its_reason(shop: Broker, arguments: tuple[str, ...], says_what: str) -> None:
    assert says_what in " ".join(webhook(shop, "create", *arguments, code=2).err.split())


def test_a_webhook_that_is_not_there_is_said_so(shop: Broker) -> None:
    for command in ("describe", "update", "delete", "test"):
        assert f"knows no webhook {UUID}" in webhook(shop, command, "--uuid", UUID, code=2).err


def test_the_page_about_the_command_line_says_what_each_template_stands_for() -> None:
    text = (Path(__file__).parents[2] / "docs" / "cli.md").read_text()
    rows = [f"| `${{pactbroker.{name}}}` | {parameter.about} |" for name, parameter in PARAMETERS.items()]
    assert [row for row in rows if row not in text] == []
