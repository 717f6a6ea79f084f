"""Texts in the charset that their content type names: what is read, what is sent, and what cannot be either."""

import asyncio
import json
from typing import Any

import pytest
import yaml

from tests.verifiers.events.conftest import Place
from tests.verifiers.events.produced import texts
from troth_verifiers import Contract, Message, Outcome, Result, Target, verify
from troth_verifiers.events.opening import listening
from troth_verifiers.events.payloads import codec_for
from troth_verifiers.events.payloads.charsets import charset_of
from troth_verifiers.events.payloads.codec import Schemas, Undecodable
from troth_verifiers.stub import Mailing, Station, opened
from troth_verifiers.transport import Broker

CAFE = "café €"


def contract(protocol: str = "message", **says: Any) -> Contract:
    document = {"troth": 1, "protocol": protocol, "consumer": "billing", "provider": "orders"}
    whole = yaml.safe_dump({**document, "interactions": [{"description": "a text", **says}]})
    return Contract("billing", "orders", whole.encode(), "x.yaml", format="message")


def result(came: bytes, came_as: str | None, **says: Any) -> Result:
    """What is said of contents that come with a content type."""
    (found,) = verify(contract(**says), Target(), messages=lambda: Message(came, came_as)).results
    return found


@pytest.mark.parametrize(
    ("charset", "written"),
    [
        ("utf-8", CAFE.encode()),
        ('"ISO-8859-15"', CAFE.encode("iso-8859-15")),
        ("windows-1252", CAFE.encode("cp1252")),
        ("utf-16", CAFE.encode("utf-16")),
        ("utf-16", CAFE.encode("utf-16-be")),
        ("UTF-16LE", CAFE.encode("utf-16-le")),
        ("utf-32", CAFE.encode("utf-32-be")),
    ],
)
def test_a_text_is_read_by_the_charset_of_its_type(charset: str, written: bytes) -> None:
    kind = f"text/plain; format=flowed; charset={charset}"
    assert result(written, kind, contents=CAFE).outcome is Outcome.PASSED
    found = result(written, kind, contents="cafe")
    assert [one.kind for one in found.mismatches] == ["body"]


def test_a_text_that_is_of_another_charset_than_it_says_does_not_pass() -> None:
    found = result(CAFE.encode(), "text/plain; charset=iso-8859-15", contents=CAFE)
    assert found.outcome is Outcome.FAILED
    found = result(CAFE.encode("iso-8859-15"), "text/plain", contents=CAFE)
    assert texts(found) == "The message is no text in UTF-8: byte 3 is wrong."
    found = result(b"\xd8\x00", "text/plain; charset=utf-16be", contents=CAFE)
    assert texts(found) == "The message is no text in UTF-16BE: byte 0 is wrong."


@pytest.mark.parametrize("charset", ["latin-99", "hex", "punycode", "unicode_escape", "x" * 5000, "ü", "\0", "a b"])
def test_a_charset_that_nobody_knows_is_a_finding(charset: str) -> None:
    with pytest.raises(Undecodable, match=r"names the charset '.*', which is none that is known"):
        asyncio.run(codec_for("text", Schemas()).decode(b"x", f"text/plain; charset={charset}"))


def test_a_message_of_an_unknown_charset_fails_with_a_sentence() -> None:
    for kind, contents in (("text/plain", "x"), ("application/json", {"a": 1})):
        found = result(b'{"a": 1}', f"{kind}; charset=latin-99", contents=contents)
        assert found.outcome is Outcome.FAILED
        assert "The message's content type names the charset 'latin-99', which is none that is known." in texts(found)


def test_no_charset_and_an_empty_one_are_utf_8() -> None:
    assert [charset_of(one) for one in ("", "text/plain", "text/plain; charset=", 'a/b; charset=""', "; ;=")] == [
        "utf-8"
    ] * 5


@pytest.mark.parametrize("name", ["utf-16", "utf-16-be", "utf-32", "iso-8859-15", "utf-8"])
def test_json_is_read_by_the_charset_of_its_type(name: str) -> None:
    kind = f"application/json; charset={name}"
    came = json.dumps({"word": CAFE}, ensure_ascii=False).encode(name)
    assert result(came, kind, contents={"word": CAFE}).outcome is Outcome.PASSED
    assert result(came, kind, contents={"word": "cafe"}).outcome is Outcome.FAILED


def test_json_that_is_none_in_its_charset_fails_with_a_sentence() -> None:
    found = result(b'{"a": 1}', "application/json; charset=utf-16", contents={"a": 1})
    assert found.outcome is Outcome.FAILED
    assert "The message is no JSON" in texts(found)


def test_the_contracts_own_type_counts_where_the_message_states_none() -> None:
    written = CAFE.encode("iso-8859-15")
    for says in ({"contentType": "text/plain; charset=iso-8859-15"}, {"metadata": {"content-type": "x; charset=l9"}}):
        codec_says: Any = {"encoding": "text", "contents": CAFE, **says}
        found = result(written, "", **codec_says)
        assert "no text" not in texts(found), texts(found)


@pytest.mark.parametrize(
    ("says", "written"),
    [
        ({"contentType": "text/plain; charset=iso-8859-15", "contents": CAFE}, CAFE.encode("iso-8859-15")),
        ({"metadata": {"contentType": "text/plain; charset=utf-16le"}, "contents": CAFE}, CAFE.encode("utf-16-le")),
        ({"contentType": "application/json; charset=utf-16", "contents": {"a": CAFE}}, None),
    ],
)
def test_what_is_sent_is_in_the_charset_that_it_says(on_redis: Place, says: Any, written: bytes | None) -> None:
    async def sent() -> tuple[bytes, bytes]:
        given = contract(channel=on_redis.channel, outcome=None, **says)
        async with listening(Broker(on_redis.url), on_redis.channel) as events, asyncio.timeout(60):
            async with Station(await opened([given]), mailing=Mailing(Broker(on_redis.url))):
                stubbed = await anext(events)
            target = Target(others={"messages": on_redis.url, "outcomes": "handlers"})
            await asyncio.to_thread(verify, given, target, messages=lambda: None)
            return stubbed.contents, (await anext(events)).contents

    stubbed, replayed = asyncio.run(sent())
    assert stubbed == replayed
    if written is None:
        assert json.loads(stubbed.decode("utf-16")) == says["contents"]
    else:
        assert stubbed == written


def test_what_does_not_fit_its_charset_is_not_sent(on_redis: Place) -> None:
    for charset, why in (
        ("iso-8859-1", "The contents do not fit the charset ISO-8859-1, which has no '€'."),
        ("latin-99", "names a charset that is none that is known"),
    ):
        given = contract(
            channel=on_redis.channel, outcome=None, contentType=f"text/plain; charset={charset}", contents=CAFE
        )
        target = Target(others={"messages": on_redis.url, "outcomes": "handlers"})
        (found,) = verify(given, target, messages=lambda: None).results
        assert found.outcome is Outcome.ERRORED
        assert why in texts(found)


DOCUMENT = {
    "asyncapi": "3.0.0",
    "info": {"title": "a", "version": "1"},
    "channels": {
        "words": {
            "address": "words",
            "messages": {
                "word": {
                    "contentType": "application/json; charset=utf-16",
                    "payload": {"type": "object", "required": ["word"], "properties": {"word": {"const": CAFE}}},
                }
            },
        }
    },
    "operations": {"say": {"action": "send", "channel": {"$ref": "#/channels/words"}}},
}


def test_asyncapis_messages_are_read_by_their_charset() -> None:
    given = Contract("", "orders", json.dumps(DOCUMENT).encode(), "asyncapi.json", format="asyncapi")
    written = json.dumps({"word": CAFE}, ensure_ascii=False)
    for came, kind, outcome in (
        (written.encode("utf-16"), "application/json; charset=utf-16", Outcome.PASSED),
        (written.encode("utf-16"), "", Outcome.PASSED),
        (written.encode(), "application/json; charset=utf-16", Outcome.FAILED),
    ):

        def message(came: bytes = came, kind: str = kind) -> Message:
            return Message(came, kind)

        (found,) = verify(given, Target(), messages=message).results
        assert found.outcome is outcome, texts(found)
