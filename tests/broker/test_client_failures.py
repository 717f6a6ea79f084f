"""Whatever is wrong on the broker's side, the client says which of the many things it is, and never concludes a yes."""

import asyncio
import contextlib
import json
import socket
import ssl
import subprocess
import threading
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from tests.support.brokers import Broker as ServedBroker
from tests.support.hostile import answer, peer
from tests.support.services import free_port
from troth_broker.client import (
    BadAddress,
    Broker,
    BrokerError,
    BrokerUnreachable,
    Conflict,
    ConnectionRefused,
    Invalid,
    NameNotFound,
    NotABroker,
    NotFound,
    Selector,
    ServerError,
    TimedOut,
    TlsFailed,
    Unauthorised,
)

INDEX = json.dumps({"_links": {"self": {"href": ""}, "pb:environments": {"href": "http://other.example/environments"}}})


def ask(url: str, work: Callable[[Broker], Awaitable[Any]] | None = None, **options: Any) -> Any:
    async def go() -> Any:
        async with Broker(url, **{"retries": 0, **options}) as broker:
            return await (work or gate)(broker)

    return asyncio.run(go())


async def gate(broker: Broker) -> Any:
    return await broker.can_i_deploy(Selector("web", "1"), to_environment="production")


def test_a_refused_connection_is_told_as_one() -> None:
    port = free_port()
    with pytest.raises(ConnectionRefused, match=f"nothing listens at http://127.0.0.1:{port} .connection refused."):
        ask(f"http://127.0.0.1:{port}")


def test_a_host_name_that_does_not_resolve_is_told_as_one() -> None:
    with pytest.raises(NameNotFound, match=r"'broker\.invalid' cannot be resolved"):
        ask("http://broker.invalid")


def test_silence_is_told_as_a_time_out() -> None:
    with peer(None) as silent, pytest.raises(TimedOut, match=r"did not answer within 0\.2 s"):
        ask(silent.url, timeout=0.2)


def test_silence_in_the_tls_handshake_is_a_time_out_and_no_matter_of_certificates() -> None:
    with (
        peer(None) as silent,
        pytest.raises(TimedOut, match=r"https://127\.0\.0\.1:\d+ did not answer within 0\.2 s"),
    ):
        ask(silent.url.replace("http:", "https:"), timeout=0.2)


def test_an_answer_that_comes_in_drops_is_given_up() -> None:
    def drip(listener: socket.socket, stop: threading.Event) -> None:
        connection, _ = listener.accept()
        with connection, contextlib.suppress(OSError):
            connection.sendall(answer("200 OK", b"{", cut=100_000))
            while not stop.wait(0.02):
                connection.sendall(b" ")

    stop = threading.Event()
    with socket.create_server(("127.0.0.1", 0)) as listener:
        dripping = threading.Thread(target=drip, args=(listener, stop))
        dripping.start()
        with pytest.raises(TimedOut, match="did not finish its answer within 1 s"):
            ask(f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=0.1)
        stop.set()
        dripping.join()


@pytest.fixture(scope="session")
def own_certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    folder = tmp_path_factory.mktemp("tls")
    certificate, key = folder / "cert.pem", folder / "key.pem"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"),
            *("-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def test_a_certificate_that_nobody_vouches_for_is_told_as_a_tls_failure(own_certificate: tuple[Path, Path]) -> None:
    certificate, key = own_certificate
    with (
        peer(answer("200 OK", b"{}"), certificate=certificate, key=key) as server,
        pytest.raises(TlsFailed, match=r"self-signed certificate.*--ssl-certificate"),
    ):
        ask(server.url)


def test_plain_http_spoken_to_a_tls_server_says_so(own_certificate: tuple[Path, Path]) -> None:
    certificate, key = own_certificate
    with (
        peer(answer("200 OK", b"{}"), certificate=certificate, key=key) as server,
        pytest.raises(BrokerUnreachable, match=r"closed the connection without an answer; it may speak TLS: try https"),
    ):
        ask(server.url.replace("https:", "http:"))


def test_tls_spoken_to_a_plain_http_server_says_so(sqlite_broker: ServedBroker) -> None:
    with pytest.raises(TlsFailed, match=r"does not speak TLS: is it http:// instead of https://"):
        ask(sqlite_broker.url.replace("http:", "https:"))


def test_a_certificate_can_be_trusted_by_file_and_verification_switched_off(own_certificate: tuple[Path, Path]) -> None:
    certificate, key = own_certificate
    unclear = answer("404 Not Found", b'{"error": "no such application"}')
    with peer(unclear, certificate=certificate, key=key) as server:
        for trust in (ssl.create_default_context(cafile=str(certificate)), False):
            with pytest.raises(NotFound, match="no such application"):
                ask(server.url, verify=trust)


@pytest.mark.parametrize(
    ("reply", "kind", "said"),
    [
        (answer("500 Internal Server Error", b'{"error": {"message": "out of luck"}}'), ServerError, "out of luck"),
        (answer("502 Bad Gateway", b"<html>nginx</html>", media="text/html"), ServerError, "it answered 502"),
        (answer("200 OK", b"<html>Sign in</html>", media="text/html"), NotABroker, "answered 200 with text/html"),
        (answer("404 Not Found", b"<html>Nginx</html>", media="text/html"), NotABroker, "answered 404 with text/html"),
        (answer("404 Not Found", b"no such page", media="text/plain"), NotABroker, "answered 404 with text/plain"),
        (answer("200 OK", b"{}", headers="Content-Encoding: gzip\r\n"), NotABroker, "cannot be unpacked"),
        (answer("200 OK", b'{"summary": {"deployable": true'), NotABroker, "only a part of it"),
        (answer("200 OK", b'{"summary": {"deployable": true}, "matrix": []}', cut=10), NotABroker, "breaks off"),
        (answer("200 OK", b"[" * 100_000), NotABroker, "not a broker's JSON"),
        (answer("200 OK", b'{"deployable": true}'), NotABroker, "holds no decision"),
        (answer("200 OK", b"[true]"), NotABroker, "JSON that is no object"),
        (answer("301 Moved", headers="Location: https://b.example/\r\n"), NotABroker, "points to https://b.example/"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", NotABroker, "is not HTTP"),
        (b"", BrokerUnreachable, "breaks off"),
        (answer("401 Unauthorized", b"", media="text/plain"), Unauthorised, "does not accept these credentials"),
        (answer("403 Forbidden", b"{}"), Unauthorised, "does not allow this"),
        (answer("409 Conflict", b'{"notices": [{"type": "error", "text": "not so"}]}'), Conflict, "not so"),
        (answer("400 Bad", b'{"errors": {"consumer.name": ["is blank", "is long"]}}'), Invalid, ".name: is blank; "),
        (answer("400 Bad", b'{"errors": ["no such application"]}'), Invalid, "^no such application$"),
        (answer("400 Bad", b'{"errors": [{"pointer": "/a/0", "detail": "is bad"}]}'), Invalid, "^a.0: is bad$"),
        (answer("400 Bad", b'{"title": "Bad", "detail": "not like this"}'), Invalid, "^not like this$"),
        (answer("418 Teapot", b"null"), Invalid, "it answered 418"),
    ],
)  # fmt: skip
def test_an_answer_that_is_no_decision_is_an_error_that_says_why(
    reply: bytes, kind: type[BrokerError], said: str
) -> None:
    with peer(reply) as server, pytest.raises(kind, match=said):
        ask(server.url)


@pytest.mark.parametrize("deployable", [b'"true"', b"1", b"[]", b"null"])
def test_only_the_word_true_is_a_yes(deployable: bytes) -> None:
    body = b'{"summary": {"deployable": ' + deployable + b', "reason": "?"}, "matrix": []}'
    with peer(answer("200 OK", body)) as server:
        assert ask(server.url).yes is False


def test_what_may_pass_is_tried_again_and_what_may_not_is_not() -> None:
    yes = answer("200 OK", b'{"summary": {"deployable": true, "reason": ""}, "matrix": []}')
    busy = answer("503 Unavailable", b"{}", headers="Retry-After: 0\r\n")
    with peer(busy, yes) as server:
        assert ask(server.url, retries=1).yes
        assert len(server.requests) == 2
    with peer(answer("500 Internal Server Error", b"{}")) as server:
        with pytest.raises(ServerError):
            ask(server.url, retries=3)
        assert len(server.requests) == 1


def test_an_answer_that_breaks_off_is_asked_for_again() -> None:
    yes = answer("200 OK", b'{"summary": {"deployable": true, "reason": ""}, "matrix": []}')
    with peer(answer("200 OK", b'{"summary"', cut=100), yes) as server:
        assert ask(server.url, retries=1).yes
        assert len(server.requests) == 2


def test_a_post_that_may_have_arrived_is_not_sent_twice() -> None:
    index = answer("200 OK", INDEX.encode())
    with peer(index, answer("502 Bad Gateway", b"{}")) as server:
        with pytest.raises(ServerError):
            ask(server.url, lambda broker: broker.create_environment("test"), retries=3)
        assert [request.split(b" ")[0] for request in server.requests] == [b"GET", b"POST"]


def test_links_to_another_host_are_followed_on_the_address_that_we_know_and_keep_the_credentials_there() -> None:
    listed = answer("200 OK", b'{"_embedded": {"environments": []}}')
    with peer(answer("200 OK", INDEX.encode()), listed) as server:
        assert ask(server.url, lambda broker: broker.environments(), token="s3cret") == ()
        assert server.requests[1].startswith(b"GET /environments ")
        assert b"Authorization: Bearer s3cret" in server.requests[1]


def test_a_prefix_that_the_broker_announces_is_replaced_by_the_one_that_we_use() -> None:
    index = {
        "_links": {
            "self": {"href": "https://inside/pacts"},
            "pb:environments": {"href": "https://inside/pacts/environments"},
        }
    }
    listed = answer("200 OK", b'{"_embedded": {"environments": []}}')
    with peer(answer("200 OK", json.dumps(index).encode()), listed) as server:
        ask(f"{server.url}/outside/", lambda broker: broker.environments())
        assert server.requests[1].startswith(b"GET /outside/environments ")


@pytest.mark.parametrize(
    ("index", "said"),
    [({"_links": {}}, "offers no pb:environments"), ({"pong": True}, "not as a broker does")],
)
def test_a_server_that_is_no_pact_broker_is_told_as_one(index: object, said: str) -> None:
    with peer(answer("200 OK", json.dumps(index).encode())) as server, pytest.raises(NotABroker, match=said):
        ask(server.url, lambda broker: broker.environments())


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("", "is empty"),
        ("localhost:9292", "write http://localhost:9292"),
        ("ftp://broker", "takes http://HOST:PORT"),
        ("http://", "takes http://HOST:PORT"),
        ("http://broker:99999", "takes http://HOST:PORT"),
        ("http://[::1", "takes http://HOST:PORT"),
        ("http://xn--a.invalid", "takes http://HOST:PORT"),
    ],
)
def test_an_address_that_cannot_be_one_is_refused_with_what_would_do(address: str, said: str) -> None:
    with pytest.raises(BadAddress, match=said):
        Broker(address)


def test_credentials_in_the_address_are_used_and_never_shown() -> None:
    with peer(answer("500 Internal Server Error", b"{}")) as server:
        address = server.url.replace("http://", "http://ann:s3%40cret@")
        with pytest.raises(ServerError) as raised:
            ask(address)
        assert "s3" not in str(raised.value)
        assert b"Authorization: Basic YW5uOnMzQGNyZXQ=" in server.requests[0]


def linked(**relations: str) -> bytes:
    """An index with these relations."""
    links = {f"pb:{name.replace('_', '-')}": {"href": href} for name, href in relations.items()}
    return answer("200 OK", json.dumps({"_links": links}).encode())


def document(**members: Any) -> bytes:
    return answer("200 OK", json.dumps(members).encode())


VERSION = {"number": "1", "_links": {"pb:record-deployment": []}}
PLACE = {"uuid": "u", "name": "prod", "production": True}
LISTED = document(_embedded={"environments": [PLACE]})


@pytest.mark.parametrize(
    ("replies", "work", "said"),
    [
        (
            [linked(environments="/environments/{which}")],
            lambda broker: broker.environments(),
            "asks for 'which', which no Pact Broker does",
        ),
        (
            [linked(environments="/e"), document(_embedded={"environments": [{"name": "prod"}]})],
            lambda broker: broker.environments(),
            "has no 'uuid' where it should",
        ),
        (
            [linked(pacticipant_version="/v", environments="/e"), document(**VERSION), LISTED],
            lambda broker: broker.record_deployment("web", "1", "prod"),
            "offers no pb:record-deployment for prod",
        ),
        (
            [linked(environments="/e", environment="/e/u"), LISTED, document(**PLACE)],
            lambda broker: broker.record_undeployment("web", "prod"),
            "the environment prod offers no pb:currently-deployed",
        ),
        (
            [
                linked(environments="/e"),
                document(
                    _embedded={
                        "environments": [
                            {**PLACE, "_links": {"pb:currently-deployed-deployed-versions": {"href": "/current"}}}
                        ]
                    }
                ),
                document(_embedded={"deployedVersions": [{"uuid": "d", "applicationInstance": None}]}),
            ],
            lambda broker: broker.record_undeployment("web", "prod"),
            "lists a deployment without a link to it",
        ),
        (
            [linked(provider_pacts_for_verification="/p"), document(_embedded={"pacts": [{"shortDescription": "x"}]})],
            lambda broker: broker.pacts_for_verification("orders"),
            "without a link to it",
        ),
    ],
)  # fmt: skip
def test_a_broker_whose_documents_lack_what_they_need_is_told_as_one(
    replies: list[bytes], work: Callable[[Broker], Awaitable[Any]], said: str
) -> None:
    with peer(*replies) as server, pytest.raises(NotABroker, match=said):
        ask(server.url, work)


def test_where_there_is_no_environment_at_all_the_way_to_one_is_told() -> None:
    with (
        peer(linked(environments="/e"), document(_embedded={"environments": []})) as server,
        pytest.raises(NotFound, match="nor any other: create it with `troth environment create --name prod`"),
    ):
        ask(server.url, lambda broker: broker.environment_named("prod"))


def test_contacts_are_read_whatever_their_details_are() -> None:
    contacts = [{"name": "Ann", "details": "at her desk"}, {"name": "Bob"}]
    with peer(linked(environment="/e/u"), document(**PLACE, contacts=contacts)) as server:
        found = ask(server.url, lambda broker: broker.environment("u"))
    assert found.contacts == (("Ann", "at her desk"), ("Bob", ""))


def test_a_proxy_that_refuses_is_told_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    with peer(answer("403 Forbidden", b"")) as proxy:
        monkeypatch.setenv("HTTPS_PROXY", proxy.url)
        with pytest.raises(BrokerUnreachable, match=r"the proxy on the way to https://broker\.invalid refused: 403"):
            ask("https://broker.invalid")
