"""What is sent: by POST and GET, with headers, filters and values of provider states, over TLS."""

import socket
import threading
from collections.abc import Iterator
from dataclasses import replace
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.verifiers.graphql.making import answering, cause, expectations, replayed
from tests.verifiers.providing import Answer, Asked, Provider, providing
from troth_verifiers import Outcome, Target, verify
from troth_verifiers.api import Interaction, Outgoing

QUERY = "query Order($id: ID!) {\n  order(id: $id) { id }\n}"
ORDER: dict[str, Any] = {"operation": QUERY, "variables": {"id": "7"}, "data": {"order": {"id": "7"}}}
GOOD = {"data": {"order": {"id": "7"}}}


def test_an_operation_is_posted_as_json_in_the_consumers_own_words(provider: Provider) -> None:
    answering(provider, GOOD)
    (result,) = replayed(expectations({**ORDER, "headers": {"X-Shop": "north"}}), provider.url)
    assert result.outcome is Outcome.PASSED
    (asked,) = provider.asked
    assert (asked.method, asked.path) == ("POST", "/graphql")
    assert asked.json == {"query": QUERY, "operationName": "Order", "variables": {"id": "7"}}
    assert asked.headers["content-type"] == "application/json"
    assert asked.headers["accept"].startswith("application/graphql-response+json")
    assert asked.headers["x-shop"] == "north"


def test_what_clients_keep_to_themselves_is_neither_sent_nor_missed(provider: Provider) -> None:
    answering(provider, GOOD)
    text = 'query Order { order { id mine @client note @connection(key: "a") @skip(if: true) } }'
    files = {"schema.graphql": b"type Query { order: Order } type Order { id: ID note: String }"}
    first, _ = replayed(expectations({"operation": text}, files=files), provider.url)
    assert first.outcome is Outcome.PASSED, first
    sent = next(one.json["query"] for one in provider.asked if b"__schema" not in one.body)
    assert "mine" not in sent
    assert "note @skip(if: true)" in sent


def test_a_query_is_sent_by_get_as_query_parameters(provider: Provider) -> None:
    answering(provider, GOOD)
    replayed(expectations({**ORDER, "method": "GET"}), provider.url)
    (asked,) = provider.asked
    assert asked.method == "GET"
    expected = {"query": [QUERY], "operationName": ["Order"], "variables": ['{"id": "7"}']}
    assert parse_qs(urlsplit(asked.path).query) == expected


@pytest.mark.parametrize(
    ("url", "others", "settings", "path"),
    [
        ("", {}, {}, "/graphql"),
        ("/", {}, {}, "/graphql"),
        ("/api", {}, {}, "/api"),
        ("/api", {}, {"path": "/v2/graphql"}, "/api/v2/graphql"),
        ("/api", {"graphql": "/own"}, {"path": "/v2"}, "/own"),
    ],
)
def test_the_address_is_the_one_that_is_given(
    provider: Provider, url: str, others: dict[str, str], settings: dict[str, str], path: str
) -> None:
    provider.answers[path] = Answer(json=GOOD)
    contract = expectations(ORDER, settings=settings)
    addresses = {name: f"{provider.url}{one}" for name, one in others.items()}
    (result,) = replayed(contract, f"{provider.url}{url}", others=addresses)
    assert result.outcome is Outcome.PASSED, (result.mismatches, provider.paths())


def test_headers_of_the_target_win_and_its_filter_has_the_last_word(provider: Provider) -> None:
    answering(provider, GOOD)

    def sign(request: Outgoing, interaction: Interaction) -> Outgoing:
        return replace(request, headers=(*request.headers, ("X-Signed", interaction.description)))

    contract = expectations({**ORDER, "headers": {"Authorization": "Bearer example", "X-Shop": "north"}})
    replayed(contract, provider.url, headers=(("authorization", "Bearer real"),), request_filter=sign)
    (asked,) = provider.asked
    assert asked.headers["authorization"] == "Bearer real"
    assert asked.headers["x-shop"] == "north"
    assert asked.headers["x-signed"] == "interaction 0"


def test_values_of_provider_states_take_their_places(provider: Provider) -> None:
    answering(provider, {"data": {"order": {"id": "42", "total": 3}}})
    one = {
        "operation": "query ($id: ID!) { order(id: $id) { id total } }",
        "states": ["an order exists"],
        "variables": {"id": "${id}"},
        "headers": {"X-Order": "order-${id}"},
        "data": {"order": {"id": "${id}", "total": "${total}"}},
    }
    states = {"an order exists": lambda: {"id": "42", "total": 3}}
    report = verify(expectations(one), Target(provider.url), states=states)
    assert report.ok, report.to_text()
    (asked,) = provider.asked
    assert asked.json["variables"] == {"id": "42"}
    assert asked.headers["x-order"] == "order-42"
    report = verify(expectations(one), Target(provider.url), states={"an order exists": lambda: {"id": "42"}})
    assert cause(report.contracts[0].results[0])[0] == "state-value-missing"


def test_a_server_behind_tls_is_believed_only_when_told_to() -> None:
    with providing(tls=True, certificate="selfsigned.pem") as provider:
        provider.answers["/graphql"] = Answer(json=GOOD)
        (refused,) = replayed(expectations(ORDER), provider.url)
        assert cause(refused)[0] == "provider-tls-failed"
        (believed,) = replayed(expectations(ORDER), provider.url, insecure=True)
    assert believed.outcome is Outcome.PASSED, (believed.cause, believed.mismatches)


def test_a_hash_that_is_not_known_is_followed_by_the_text_and_other_errors_are_not(provider: Provider) -> None:
    answering(provider, {"errors": [{"message": "PersistedQueryNotSupported"}]}, GOOD)
    (refused,) = replayed(expectations({**ORDER, "persisted": True}), provider.url)
    assert refused.outcome is Outcome.FAILED
    assert "PersistedQueryNotSupported" in refused.mismatches[0].text
    answering(provider, {"errors": [{"message": "no", "extensions": {"code": "PERSISTED_QUERY_NOT_FOUND"}}]}, GOOD)
    (known,) = replayed(expectations({**ORDER, "persisted": True}), provider.url)
    assert known.outcome is Outcome.PASSED
    assert ["query" in one.json for one in provider.asked] == [False, False, True]


@pytest.fixture
def breaking_off() -> Iterator[str]:
    """A server that promises a thousand bytes and closes after the first few."""
    head = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n"
    with socket.create_server(("127.0.0.1", 0)) as server:

        def answer() -> None:
            while True:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.recv(65536)
                    connection.sendall(head + b'{"data": {')

        thread = threading.Thread(target=answer)
        thread.start()
        yield f"http://127.0.0.1:{server.getsockname()[1]}"
        server.shutdown(socket.SHUT_RDWR)
        thread.join()


def test_a_server_that_closes_in_the_middle_of_its_answer_is_told(breaking_off: str) -> None:
    first, second = replayed(expectations(ORDER, ORDER), breaking_off)
    for one in (first, second):
        kind, text = cause(one)
        assert kind == "provider-dropped", text


def test_an_operation_that_is_asked_for_in_another_document_is_sent_alone(provider: Provider) -> None:
    answering(provider, GOOD)
    text = b"query A { order(id: 7) { ...F } }\nquery B { orders { id } }"
    two = {"operation": "two.graphql", "operationName": "C", "data": {"order": {"id": "7"}}}
    plain = b"query C { order { id } }\nquery D { orders { id } }"
    files = {
        "all.graphql": text,
        "two.graphql": plain,
        "more.graphql": b"fragment F on Order { id }\nfragment G on Order { total }",
    }
    one = {"operation": "all.graphql", "operationName": "A", "data": {"order": {"id": "7"}}}
    for result in replayed(expectations(one, two, files=files), provider.url, concurrency=1):
        assert result.outcome is Outcome.PASSED
    sent = provider.asked[0].json
    assert "query D" not in provider.asked[1].json["query"]
    assert sent["operationName"] == "A"
    assert "fragment F" in sent["query"]
    assert "fragment G" not in sent["query"]
    assert "query B" not in sent["query"]


def test_a_redirect_is_followed_with_the_operation(provider: Provider) -> None:
    def answer(asked: Asked) -> Answer:
        return Answer(json=GOOD) if asked.method == "POST" and asked.body else Answer(400)

    provider.answers["/graphql"] = Answer(307, headers={"Location": "/v2"})
    provider.answers["/v2"] = answer
    (result,) = replayed(expectations(ORDER), provider.url)
    assert result.outcome is Outcome.PASSED, result.mismatches
