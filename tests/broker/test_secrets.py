"""Secrets that webhooks may name: encrypted in the store, written and never read, in no log and no answer."""

import base64
import json
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select

from tests.conftest import StartBroker
from tests.support.brokers import Broker
from tests.support.calls import INSIDE, Calls, calling, logs, publish, triggered, webhook
from tests.support.cli import clean_environment, troth
from tests.support.targets import Target, says, target
from troth_broker.app.world import world_of
from troth_broker.core.errors import UnreadableSecret
from troth_broker.services.sealing import seal, unseal
from troth_broker.settings import BadSetting, Settings
from troth_broker.store.engine import Store
from troth_broker.store.tables import audit, secret
from troth_broker.store.tables import webhook as webhook_table
from troth_broker.webhooks.cipher import FernetCipher

KEY, OTHER_KEY = Fernet.generate_key().decode(), Fernet.generate_key().decode()
VALUE = "s3cret/väl ue&1"


@pytest.fixture
def keyed(database_url: str, start_broker: StartBroker) -> Broker:
    """A broker with a key."""
    return start_broker(database_url, secret_key=(KEY,), **INSIDE)


@pytest.fixture
def calls(keyed: Broker) -> Iterator[Calls]:
    """A worker's part of that broker."""
    with calling(keyed.database_url, secret_key=(KEY,)) as made:
        yield made


@pytest.fixture
def listening() -> Iterator[Target]:
    """A target that repeats what it was sent."""
    with target(says()) as running:

        def echo(connection: Any, stop: Any) -> None:
            last = running.received[-1]
            body = f"{last.line}\n{last.headers}\n".encode() + last.body
            says("200 OK", body, f"X-Echo: {last.headers.get('x-token', '')}")(connection, stop)

        running.behaviour = echo
        yield running


def set_secret(broker: Broker, name: str = "CI_TOKEN", value: str = VALUE) -> dict[str, Any]:
    """Record a secret."""
    answer = broker.client.post("/secrets", json={"name": name, "value": value, "description": "of the build server"})
    assert answer.is_success, answer.text
    assert value not in answer.text
    found: dict[str, Any] = answer.json()
    return found


def test_a_secret_is_written_listed_replaced_and_forgotten_and_its_value_never_shown(keyed: Broker) -> None:
    made = set_secret(keyed)
    url = made["_links"]["self"]["href"]
    listed = keyed.read("/secrets")["_embedded"]["secrets"]
    assert [(one["name"], one["description"]) for one in listed] == [("CI_TOKEN", "of the build server")]
    assert keyed.read(url)["uuid"] == made["uuid"]
    assert set_secret(keyed, value="another")["uuid"] == made["uuid"]
    changed = keyed.client.put(url, json={"name": "CI_TOKEN", "description": "new words"})
    assert (changed.status_code, changed.json()["description"]) == (200, "new words")
    assert keyed.client.delete(url).status_code == 204
    assert keyed.client.get(url).status_code == 404
    assert keyed.client.delete(url).status_code == 404
    assert keyed.read("/secrets")["_embedded"]["secrets"] == []


def test_a_secret_may_have_a_uuid_of_ones_own(keyed: Broker) -> None:
    answer = keyed.client.put("/secrets/mine-1", json={"name": "A", "value": "value"})
    assert (answer.status_code, answer.headers["location"]) == (201, f"{keyed.url}/secrets/mine-1")
    again = keyed.client.put("/secrets/mine-2", json={"name": "A", "value": "value"})
    assert (again.status_code, again.json()["error"]) == (409, "there is another secret named A")
    renamed = keyed.client.put("/secrets/mine-1", json={"name": "B", "value": "value"})
    assert renamed.status_code == 400
    assert "webhooks name it so" in renamed.text


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        ({}, {"name": ["is missing"]}),
        ({"name": 1, "value": []}, {"name": ["must be a string"], "value": ["must be a string"]}),
        ({"name": "A", "value": "x", "description": 1}, {"description": ["must be a string"]}),
        ({"name": "A", "value": "x", "description": "\0"}, {"description": ["must not hold the character NUL"]}),
        ({"name": "A"}, {"value": ["is missing"]}),
        ({"name": "A", "value": ""}, {"value": ["is empty"]}),
        ({"name": "A", "value": "x" * 70_000}, {"value": ["is longer than 65536 characters"]}),
        (
            {"name": "A}", "value": "x"},
            {"name": ["must be 1 to 100 letters, digits, dots, hyphens and underscores"]},
        ),
    ],
)
def test_a_secret_that_is_not_valid_is_refused_with_every_fault(
    keyed: Broker, body: dict[str, Any], errors: dict[str, list[str]]
) -> None:
    answer = keyed.client.post("/secrets", json=body)
    assert (answer.status_code, answer.json()) == (400, {"errors": errors})


def test_without_a_key_a_secret_is_refused_with_a_sentence_that_says_how_to_make_one(broker: Broker) -> None:
    answer = broker.client.post("/secrets", json={"name": "A", "value": "value"})
    assert answer.status_code == 409
    assert "`troth secret new-key`" in answer.json()["error"]
    assert broker.read("/secrets")["_embedded"]["secrets"] == []


def test_the_store_holds_a_secret_encrypted_and_an_audit_line_without_it(keyed: Broker, calls: Calls) -> None:
    url = set_secret(keyed)["_links"]["self"]["href"]
    (value,) = calls.world.store.read(lambda db: db.execute(select(secret.c.value)).scalars().all())
    assert VALUE.encode() not in value
    assert Fernet(KEY).decrypt(value).decode() == VALUE
    set_secret(keyed, value="another")
    keyed.client.put(url, json={"name": "CI_TOKEN"})
    keyed.client.delete(url)
    lines = calls.world.store.read(lambda db: db.execute(select(audit.c.subject, audit.c.action, audit.c.detail)).all())
    assert [tuple(line) for line in lines] == [
        ("secret CI_TOKEN", action, None) for action in ("created", "changed", "described", "deleted")
    ]


def test_a_webhook_names_a_secret_anywhere_and_no_log_holds_it(keyed: Broker, calls: Calls, listening: Target) -> None:
    set_secret(keyed)
    webhook(
        keyed,
        listening,
        request={
            "url": listening.url("/hook?key=${secret.CI_TOKEN}"),
            "headers": {"X-Token": "${secret.CI_TOKEN}".replace(" ", ""), "X-Other": "plain"},
            "body": {"token": "${secret.CI_TOKEN}", "said": "with ${secret.CI_TOKEN} inside"},
            "username": "bot",
            "password": "${secret.CI_TOKEN}",
        },
    )
    path = publish(keyed, "1")
    assert calls.all() == ["success"]
    (request,) = listening.received
    assert request.line == "POST /hook?key=s3cret%2Fv%C3%A4l+ue%261 HTTP/1.1"
    assert request.headers["x-token"].encode("latin-1").decode() == VALUE
    assert base64.b64decode(request.headers["authorization"].removeprefix("Basic ")).decode() == f"bot:{VALUE}"
    assert json.loads(request.body) == {"token": VALUE, "said": f"with {VALUE} inside"}
    told = logs(keyed, triggered(keyed, path)[0])
    assert "X-Other: plain" in told
    assert "Answer: status 200" in told
    assert told.count("**********") > 6
    for form in ("s3cret", "väl", "v%C3%A4l", "u00e4", base64.b64encode(VALUE.encode()).decode()[:8]):
        assert form not in told


def test_what_an_event_tells_cannot_name_a_secret(keyed: Broker, calls: Calls, listening: Target) -> None:
    set_secret(keyed)
    webhook(keyed, listening, request={"url": listening.url(), "body": "${pactbroker.consumerVersionNumber}"})
    publish(keyed, "$%7Bsecret.CI_TOKEN%7D")
    assert calls.all() == ["success"]
    assert listening.received[0].body == b"${secret.CI_TOKEN}"


def test_a_call_without_its_secret_is_not_made_until_it_is_there(
    keyed: Broker, calls: Calls, listening: Target
) -> None:
    webhook(keyed, listening, request={"url": listening.url("/hook?key=${secret.LATER}")})
    path = publish(keyed, "1")
    assert calls.all() == ["retrying"]
    assert "there is no secret named LATER" in logs(keyed, triggered(keyed, path)[0])
    set_secret(keyed, "LATER")
    calls.time.pass_(10)
    assert calls.all() == ["success"]
    assert len(listening.received) == 1


def test_a_password_is_encrypted_in_the_store_and_sent_as_it_was_given(
    keyed: Broker, calls: Calls, listening: Target
) -> None:
    webhook(keyed, listening, request={"url": listening.url(), "username": "bot", "password": "pa55word"})
    stored = calls.world.store.read(lambda db: db.execute(select(webhook_table.c.password)).scalar_one())
    assert "pa55word" not in stored
    path = publish(keyed, "1")
    assert calls.all() == ["success"]
    assert listening.received[0].headers["authorization"] == "Basic " + base64.b64encode(b"bot:pa55word").decode()
    assert "pa55word" not in logs(keyed, triggered(keyed, path)[0])


def test_a_key_is_rotated_by_putting_the_new_one_first(keyed: Broker, listening: Target) -> None:
    set_secret(keyed)
    webhook(
        keyed,
        listening,
        request={"url": listening.url(), "body": "${secret.CI_TOKEN}", "username": "a", "password": "b"},
    )
    publish(keyed, "1")
    with calling(keyed.database_url, secret_key=(OTHER_KEY, KEY)) as rotated:
        assert rotated.all() == ["success"]
    assert listening.received[0].body.decode() == VALUE


@pytest.mark.parametrize("keys", [(), (OTHER_KEY,)])
def test_with_the_wrong_key_or_none_a_call_is_not_made_and_its_log_says_why(
    keyed: Broker, listening: Target, keys: tuple[str, ...]
) -> None:
    set_secret(keyed)
    webhook(keyed, listening, request={"url": listening.url(), "body": "${secret.CI_TOKEN}"})
    webhook(keyed, listening, request={"url": listening.url(), "body": "plain", "username": "a", "password": "b"})
    paths = [publish(keyed, "1")]
    with calling(keyed.database_url, secret_key=keys) as other:
        assert other.all() == ["retrying", "retrying"]
    told = "".join(logs(keyed, one) for path in paths for one in triggered(keyed, path))
    assert "the secret CI_TOKEN was encrypted with a key that is not in TROTH_SECRET_KEY" in told
    assert "not called: " in told
    assert listening.received == []


def test_a_key_that_is_none_is_refused_at_the_start(sqlite_url: str) -> None:
    store = Store(sqlite_url)
    with pytest.raises(BadSetting, match="`troth secret new-key` makes one"):
        world_of(store, Settings(database_url=sqlite_url, secret_key=("nonsense",)))
    store.close()


def test_what_is_sealed_is_opened_with_the_key_alone() -> None:
    cipher = FernetCipher([KEY])
    sealed = seal(cipher, "text")
    assert sealed is not None
    assert "text" not in sealed
    assert unseal(cipher, sealed) == "text"
    assert seal(None, "text") == unseal(None, "text") == unseal(cipher, "text") == "text"
    assert seal(cipher, None) is None
    assert unseal(cipher, None) is None
    with pytest.raises(UnreadableSecret):
        unseal(None, sealed)
    with pytest.raises(UnreadableSecret):
        unseal(FernetCipher([OTHER_KEY]), sealed)


def test_secrets_are_kept_from_the_command_line(sqlite_url: str, start_broker: StartBroker) -> None:
    running = start_broker(sqlite_url, secret_key=(KEY,))
    environment = {"PACT_BROKER_BASE_URL": running.url}

    def run(*arguments: str, given: str = "", code: int = 0) -> str:
        made = subprocess.run(
            [sys.executable, "-m", "troth_broker.cli", "secret", *arguments],
            env=clean_environment(environment),
            input=given,
            capture_output=True,
            text=True,
        )
        assert made.returncode == code, made.stderr
        return made.stdout + made.stderr

    assert run("list") == "No secret is recorded.\n"
    said = run("set", "CI_TOKEN", "--description", "of the build server", given="value\n")
    assert said == "Secret CI_TOKEN is recorded; webhooks may name it as ${secret.CI_TOKEN}.\n"
    assert "CI_TOKEN | of the build server |" in run("list")
    assert [one["name"] for one in json.loads(run("list", "-o", "json"))["secrets"]] == ["CI_TOKEN"]
    assert "standard input is empty" in run("set", "CI_TOKEN", given="\n", code=2)
    assert "there is no secret OTHER: the broker knows CI_TOKEN" in run("delete", "OTHER", code=2)
    assert run("delete", "CI_TOKEN") == "Deleted secret CI_TOKEN.\n"
    assert "there is no secret CI_TOKEN: the broker knows none" in run("delete", "CI_TOKEN", code=2)
    Fernet(run("new-key").strip())


def test_over_a_file_the_key_is_the_commands_own(sqlite_url: str) -> None:
    file = sqlite_url.removeprefix("sqlite:///")
    refused = subprocess.run(
        [sys.executable, "-m", "troth_broker.cli", "secret", "set", "A", "--broker", file],
        env=clean_environment(),
        input="value",
        capture_output=True,
        text=True,
    )
    assert refused.returncode == 2
    assert "no secret can be kept, because this broker has no key" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert troth("secret", "list", "--broker", file, code=0).out == "No secret is recorded.\n"
