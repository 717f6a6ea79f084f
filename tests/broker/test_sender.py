"""Outgoing calls: where they go, what they carry, and that no target leads them astray."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.broker.sending import Send, sending
from tests.support.targets import Target, certificate_for, says, target
from troth_broker.webhooks.trust import BadCertificate, check_files


@pytest.fixture
def send() -> Iterator[Send]:
    with sending() as found:
        yield found


@pytest.fixture
def listening() -> Iterator[Target]:
    """A target that says 200."""
    with target(says(body=b"thanks")) as running:
        yield running


def test_a_call_carries_its_body_headers_credentials_and_the_deliverys_name(send: Send, listening: Target) -> None:
    headers = (("Content-Type", "application/json"), ("X-Name", "wörd"), ("Troth-Delivery", "forged"))
    call = {"headers": headers, "body": '{"ref": "müller"}', "username": "bot", "password": "pw"}
    sent = send(listening.url("/hook?a=b%20c"), call=call)
    assert (sent.success, sent.problem) == (True, None)
    assert sent.answer is not None
    assert (sent.answer.status, sent.answer.body, sent.answer.cut) == (200, "thanks", False)
    (request,) = listening.received
    assert request.line == "POST /hook?a=b%20c HTTP/1.1"
    assert request.body.decode() == '{"ref": "müller"}'
    assert request.headers["host"] == f"127.0.0.1:{listening.port}"
    assert request.headers["authorization"] == "Basic Ym90OnB3"
    assert request.headers["x-name"].encode("latin-1").decode() == "wörd"
    assert request.headers["user-agent"].startswith("Troth/")
    assert (request.headers["troth-delivery"], request.headers["troth-attempt"]) == ("d-1", "3")


def test_nothing_is_invented_and_nothing_about_the_connection_is_taken_over(send: Send, listening: Target) -> None:
    sent = send(
        listening.url(),
        call={"headers": (("Content-Length", "999"), ("Host", "elsewhere"), ("User-Agent", "mine")), "body": "ab"},
        user_agent="ours",
    )
    assert sent.success
    (request,) = listening.received
    assert "content-type" not in request.headers
    assert request.headers["content-length"] == "2"
    assert request.headers["host"] == f"127.0.0.1:{listening.port}"
    assert request.headers["user-agent"] == "mine"


def test_credentials_in_the_url_are_sent_as_such_unless_a_header_says_otherwise(send: Send, listening: Target) -> None:
    url = listening.url().replace("127", "b%3At:p%40@127")
    assert send(url).success
    assert listening.received[0].headers["authorization"] == "Basic YjpAdDpwQA==".replace("YjpAdDpwQA==", "Yjp0OnBA")
    assert "@" not in listening.received[0].line
    assert send(url, call={"headers": (("Authorization", "Bearer x"),)}).success
    assert listening.received[1].headers["authorization"] == "Bearer x"


@pytest.mark.parametrize(
    ("url", "method", "settings", "problem"),
    [
        ("http://ci.example.org/", "POST", {"webhook_scheme_whitelist": ("https",)}, "the scheme 'http' is not in"),
        ("ftp://ci.example.org/", "POST", {}, "the scheme 'ftp' is not in webhook_scheme_whitelist"),
        ("ci.example.org", "POST", {}, "the scheme '' is not in"),
        ("https:///x", "POST", {}, "the URL names no host"),
        ("https://ci.example.org/", "DELETE", {}, "the method DELETE is not in webhook_http_method_whitelist"),
        (
            "https://evil.org/",
            "POST",
            {"webhook_host_whitelist": ("*.example.org",)},
            "evil.org is not in webhook_host",
        ),
        ("https://ci.x/", "POST", {"webhook_host_whitelist": ("/(/",)}, "is no regular expression"),
        ("http://127.0.0.1:9/", "POST", {"webhook_allowed_networks": ()}, "127.0.0.1 is a loopback address; TROTH_WEB"),
        ("http://127.1/", "POST", {"webhook_allowed_networks": ()}, "127.1 is 127.0.0.1, which is a loopback address"),
        ("http://2130706433/", "POST", {"webhook_allowed_networks": ()}, "which is a loopback address"),
        ("http://[::ffff:10.0.0.1]/", "POST", {}, "which is a private address|is a private address"),
        ("http://localhost/", "POST", {"webhook_allowed_networks": ()}, "which is a loopback address"),
        ("http://169.254.169.254/latest", "POST", {}, "169.254.169.254 is a link-local address"),
        ("http://127.0.0.1:99999/", "POST", {}, "port"),
        ("http://127.0.0.1:x/", "POST", {}, "Invalid port"),
        ("http://none.invalid/", "POST", {}, "the name none.invalid cannot be resolved"),
    ],
)
def test_a_call_that_the_rules_forbid_is_not_made_and_the_reason_is_told(
    send: Send, url: str, method: str, settings: dict[str, Any], problem: str
) -> None:
    sent = send(url, method, **settings)
    assert not sent.success
    assert sent.answer is None
    assert sent.problem is not None
    assert any(part in sent.problem for part in problem.split("|")), sent.problem


def test_a_name_is_refused_if_a_single_one_of_its_addresses_leads_inside(send: Send) -> None:
    sent = send("http://two.example.org/", resolve=lambda *_: ["93.184.215.14", "10.0.0.7"])
    assert sent.problem is not None
    assert "two.example.org is 10.0.0.7, which is a private address" in sent.problem
    assert send("http://no.example.org/", resolve=lambda *_: []).problem == "no.example.org has no address"


def test_a_host_may_be_allowed_by_name(send: Send, listening: Target) -> None:
    url = listening.url(host="ci.internal")
    assert not send(url, resolve=lambda *_: ["127.0.0.1"], webhook_allowed_networks=()).success
    assert send(url, resolve=lambda *_: ["127.0.0.1"], webhook_allowed_networks=("*.internal",)).success


def test_a_name_is_resolved_once_and_the_call_goes_to_the_address_that_was_checked(
    send: Send, listening: Target
) -> None:
    """A name server that answers a loopback address the second time gets nowhere: nobody asks it again."""
    with target(says(body=b"inside"), host="127.0.0.2") as inside:
        answers = iter([["127.0.0.1"], ["127.0.0.2"]])
        asked: list[str] = []

        def rebinding(host: str, port: int) -> list[str]:
            asked.append(host)
            return next(answers)

        url = listening.url(host="rebind.example.org")
        sent = send(url, resolve=rebinding, webhook_allowed_networks=("127.0.0.1",))
        assert sent.success
        assert asked == ["rebind.example.org"]
        assert listening.received[0].headers["host"] == f"rebind.example.org:{listening.port}"
        assert inside.received == []
        again = send(url, resolve=rebinding, webhook_allowed_networks=("127.0.0.1",))
        assert again.problem is not None
        assert "127.0.0.2, which is a loopback address" in again.problem


def test_where_one_address_does_not_answer_the_next_one_is_tried(send: Send, listening: Target) -> None:
    sent = send(listening.url(host="two.test"), resolve=lambda *_: ["127.0.0.3", "127.0.0.1"])
    assert sent.success, sent.problem
    neither = send(listening.url(host="two.test"), resolve=lambda *_: ["127.0.0.3", "127.0.0.4"])
    assert neither.answer is None
    assert "connect" in (neither.problem or "").lower()


def test_a_call_goes_over_ipv6(send: Send) -> None:
    with target(says(), host="::1") as listening:
        assert send(listening.url(host="[::1]")).success
        assert listening.received[0].headers["host"] == f"[::1]:{listening.port}"


def test_a_redirect_is_not_followed(send: Send) -> None:
    with (
        target(says(body=b"secret"), host="127.0.0.2") as inside,
        target(says("302 Found", b"", f"Location: {inside.url(host='127.0.0.2')}")) as lying,
    ):
        sent = send(lying.url())
    assert not sent.success
    assert sent.answer is not None
    assert sent.answer.status == 302
    assert inside.received == []


def test_a_header_that_would_smuggle_another_is_refused(send: Send, listening: Target) -> None:
    sent = send(listening.url(), call={"headers": (("X-A", "b\r\nX-Evil: 1"),)})
    assert not sent.success
    assert listening.received == []


@pytest.fixture
def certified(tmp_path: Path) -> Iterator[tuple[Target, Path]]:
    """A target with a certificate for ci.example.org that nobody knows."""
    files = certificate_for(tmp_path, "ci.example.org")
    with target(says(), certificate=files) as running:
        yield running, files[0]


def local(host: str, port: int) -> list[str]:
    return ["127.0.0.1"]


def test_a_certificate_is_trusted_by_file_or_by_the_store(send: Send, certified: tuple[Target, Path]) -> None:
    listening, authority = certified
    url = listening.url(host="ci.example.org", scheme="https")
    unknown = send(url, resolve=local)
    assert (unknown.success, unknown.answer) == (False, None)
    assert "the certificate was not accepted: self-signed certificate" in (unknown.problem or "")
    assert send(url, resolve=local, webhook_certificates=(str(authority),)).success
    assert send(url, resolve=local, certificates=(authority.read_text(),)).success
    assert send(url, resolve=local, disable_ssl_verification=True).success
    assert listening.received[0].headers["host"] == f"ci.example.org:{listening.port}"


def test_a_certificate_for_another_name_is_not_accepted(send: Send, certified: tuple[Target, Path]) -> None:
    listening, authority = certified
    trusted = (str(authority),)
    other = send(listening.url(host="other.example.org", scheme="https"), resolve=local, webhook_certificates=trusted)
    assert "Hostname mismatch" in (other.problem or "")
    address = send(listening.url(scheme="https"), webhook_certificates=trusted)
    assert "IP address mismatch" in (address.problem or "")
    assert listening.received == []


def test_a_certificate_that_cannot_be_read_is_named(send: Send, tmp_path: Path) -> None:
    nothing = tmp_path / "nothing.pem"
    sent = send("https://127.0.0.1:9/", webhook_certificates=(str(nothing),))
    assert f"the certificate file {nothing} cannot be read" in (sent.problem or "")
    garbled = send("https://127.0.0.1:9/", certificates=("no certificate",))
    assert "certificate 1 of the store cannot be read" in (garbled.problem or "")
    with pytest.raises(BadCertificate):
        check_files([str(nothing)])


def test_a_proxy_is_used_only_if_the_settings_name_one(
    send: Send, listening: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    with target(says(body=b"by proxy")) as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url(""))
        monkeypatch.setenv("ALL_PROXY", proxy.url(""))
        assert send(listening.url()).answer.body == "thanks"  # type: ignore[union-attr]
        sent = send("http://far.example.org/x", webhook_proxy=proxy.url(""), webhook_allowed_networks=())
        assert sent.answer is not None
        assert sent.answer.body == "by proxy"
        assert proxy.received[0].line == "POST http://far.example.org/x HTTP/1.1"
        assert proxy.received[0].headers["host"] == "far.example.org"


@pytest.mark.parametrize("host", ["127.0.0.1", "127.1", "2130706433", "localhost", "a.localhost", "[::1]", "10.0.0.1"])
def test_an_address_inside_is_not_asked_of_a_proxy_either(send: Send, host: str) -> None:
    with target(says()) as proxy:
        sent = send(f"http://{host}/", webhook_proxy=proxy.url(""), webhook_allowed_networks=())
        assert (sent.problem or "").startswith("not called: ")
        assert proxy.received == []
