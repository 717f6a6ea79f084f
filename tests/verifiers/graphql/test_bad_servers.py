"""Servers that do not answer as GraphQL servers do: a clear result for each interaction, and the rest go on."""

import pytest

from tests.support.services import free_port
from tests.verifiers.graphql.making import answering, cause, expectations, replayed, told
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Outcome

ORDER = {"operation": "{ order { id } }", "data": {"order": {"id": "7"}}}
GOOD = {"data": {"order": {"id": "7"}}}
JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize(
    ("answer", "kind", "said"),
    [
        (Answer(200, b"<html>Welcome</html>", {"Content-Type": "text/html"}), "body-content-type", "text/html"),
        (Answer(502, b"<html>Bad gateway</html>", {"Content-Type": "text/html"}), "status", "502"),
        (Answer(500, b"", {}), "status", "500"),
        (Answer(404, json={"detail": "Not found"}), "status", "404"),
        (Answer(200, b'{"data": {"ord', {"Content-Type": "application/json"}), "body", "cannot be read as JSON"),
        (Answer(200, json={"ok": True}), "body", "neither data nor errors"),
        (Answer(200, json=[GOOD]), "body", "neither data nor errors"),
        (Answer(200, b"[" * 100_000, {"Content-Type": "application/json"}), "body", "cannot be read as JSON"),
        (
            Answer(200, b'{"data": {"order": {"id": NaN}}}', {"Content-Type": "application/json"}),
            "body",
            "cannot be read as JSON",
        ),
        (Answer(200, b"---\r\n", {"Content-Type": "multipart/mixed"}), "body-content-type", "comes in parts"),
        (Answer(200, b"\xff\xfe\x00", {"Content-Type": "application/json"}), "body", "byte 0xff at 0"),
        (Answer(200, b'\xef\xbb\xbf{"data": {"order": {"id": "7"}}}', JSON), "body", "a byte order mark"),
        (Answer(200, '{"data": {"order": {"id": "7"}}}'.encode("utf-16"), JSON), "body", "JSON is in UTF-8"),
        (Answer(200, b'{"data": {"order": {"id": "7", "total": 1e400}}}', JSON), "body", "1e400"),
        (Answer(200, b'{"data": {"order": {"id": "7", "x": "\\ud83d"}}}', JSON), "body", "half of a surrogate pair"),
        (
            Answer(200, b'{"errors": [{}], "data": {"order": {"id": "7"}}, "errors": []}', JSON),
            "body",
            "'errors' comes 2",
        ),
        (Answer(200, b'{"data": {"order": {"id": "8", "id": "7"}}}', JSON), "body", "'id' comes 2 times"),
    ],
    ids=[
        "html",
        "html of a gateway",
        "500",
        "404",
        "cut short",
        "other JSON",
        "a list",
        "deep",
        "NaN",
        "in parts",
        "no text",
        "a mark before it",
        "UTF-16",
        "endless number",
        "half a character",
        "errors twice",
        "a field twice",
    ],
)
def test_what_is_no_answer_of_graphql_fails_and_says_what_it_is(
    provider: Provider, answer: Answer, kind: str, said: str
) -> None:
    answering(provider, answer, GOOD)
    first, second = replayed(expectations(ORDER, ORDER), provider.url, concurrency=1)
    assert told(first) == {(kind, "$" if kind == "body" else "")}
    assert said in first.mismatches[0].text
    assert first.exchanges[0].received is not None
    assert second.outcome is Outcome.PASSED


def test_an_answer_in_an_encoding_that_nobody_undoes_is_no_fault_and_no_pass(provider: Provider) -> None:
    answering(provider, Answer(200, b'{"data": {"order": {"id": "7"}}}', {**JSON, "Content-Encoding": "x-own"}))
    (result,) = replayed(expectations(ORDER), provider.url)
    assert "is in the content encoding x-own, which was not asked for" in cause(result)[1]


def test_a_server_that_is_down_is_told_for_each_interaction() -> None:
    results = replayed(expectations(ORDER, ORDER), f"http://127.0.0.1:{free_port()}")
    assert [cause(one)[0] for one in results] == ["provider-refused"] * 2


@pytest.mark.parametrize(("how", "kind"), [("drop", "provider-dropped"), ("hang", "provider-timed-out")])
def test_a_server_that_hangs_up_or_stays_silent_is_told(provider: Provider, how: str, kind: str) -> None:
    seen: list[Asked] = []

    def answer(asked: Asked) -> Answer | str:
        seen.append(asked)
        return Answer(json=GOOD) if len(seen) > 1 else how

    provider.answers["/graphql"] = answer
    provider.answers["/"] = Answer()
    first, second = replayed(expectations({**ORDER, "timeout": 1}, ORDER), provider.url, concurrency=1)
    assert cause(first)[0] == kind
    assert second.outcome is Outcome.PASSED


def test_an_answer_of_50_megabytes_is_read_and_judged(provider: Provider) -> None:
    body = b'{"data": {"order": {"id": "' + b"7" * 50_000_000 + b'"}}}'
    answering(provider, Answer(200, body, {"Content-Type": "application/json"}), GOOD)
    first, second = replayed(expectations(ORDER, ORDER), provider.url, concurrency=1, timeout=60)
    assert told(first) == {("data", "$.data.order.id")}
    assert len(first.mismatches[0].text) < 3_000
    assert first.exchanges[0].received is not None
    assert first.exchanges[0].received.size == len(body)
    assert len(first.exchanges[0].received.body) < 10_000
    assert second.outcome is Outcome.PASSED


def test_an_answer_without_end_is_given_up(provider: Provider) -> None:
    answering(provider, Answer(200, b" " * 70_000_000, {"Content-Type": "application/json"}))
    provider.answers["/"] = Answer()
    (result,) = replayed(expectations(ORDER), provider.url, timeout=60)
    assert "64 MB" in cause(result)[1]
