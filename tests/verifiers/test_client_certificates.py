"""Providers that want to know who asks: certificates of clients over HTTP, GraphQL and gRPC, and whose they are."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest

from examples.grpc_orders.service import Orders, serve
from tests.support.cli import troth
from tests.support.targets import certificate_for
from tests.verifiers.graphql.making import expectations
from tests.verifiers.grpc.serving import GET, KNOWN, one
from tests.verifiers.pacts import contract, given, http, v4
from tests.verifiers.providing import TLS, Answer, Provider, providing
from tests.verifiers.pytest_plugin.projects import Project
from troth_verifiers import Outcome, ProviderTlsFailed, Target, TargetIncomplete, verify

AUTHORITY = str(TLS / "authority.pem")
PACT = v4(http("an order", "/orders/7", 204))
Own = dict[str, Any]


@pytest.fixture
def own(tmp_path: Path) -> Own:
    """A certificate that the provider's authority of clients vouches for, as a target has it."""
    certificate, key = certificate_for(tmp_path, "web.test")
    return {"client_cert": str(certificate), "client_key": str(key)}


@pytest.fixture
def provider(own: Own) -> Iterator[Provider]:
    """A provider that answers nobody else."""
    with providing(tls=True, wants_clients=Path(own["client_cert"])) as running:
        running.answers["/orders/7"] = Answer(204)
        yield running


def test_a_pact_is_replayed_as_who_one_is_states_included(provider: Provider, own: Own) -> None:
    provider.answers["/states"] = Answer(json={})
    pact = contract(v4(http("an order", "/orders/7", 204, providerStates=given("there is one"))))
    target = Target(provider.url, ca_file=AUTHORITY, **own)
    report = verify(pact, target, states=f"{provider.url}/states")
    assert report.ok, report.to_text()
    assert provider.paths().count("/states") == 1
    both = Path(own["client_cert"]).with_name("both.pem")
    both.write_bytes(b"".join(Path(own[name]).read_bytes() for name in ("client_key", "client_cert")))
    assert verify(contract(PACT), Target(provider.url, ca_file=AUTHORITY, client_cert=str(both))).ok


def test_who_comes_as_nobody_or_as_somebody_else_is_told_why(provider: Provider, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    stranger, key = map(str, certificate_for(tmp_path / "other", "stranger.test"))
    for target in (
        Target(provider.url, ca_file=AUTHORITY),
        Target(provider.url, ca_file=AUTHORITY, client_cert=stranger, client_key=key),
    ):
        with pytest.raises(ProviderTlsFailed, match=r"without a word; does it want (a|another) client certificate\?"):
            verify(contract(PACT), target)


@pytest.mark.parametrize(
    ("files", "why"),
    [
        (
            ("nowhere.pem", "key.pem"),
            r"The client certificate and key in .*nowhere\.pem and .* cannot be used: No such",
        ),
        (("certificate.pem", None), r"The client certificate and key in .*certificate\.pem cannot be used: "),
        ((None, "key.pem"), r"key\.pem is the key of a client certificate, and none was given\."),
    ],
)
def test_files_that_cannot_be_used_are_told(provider: Provider, files: tuple[str | None, ...], why: str) -> None:
    certificate, key = (str(TLS / one) if one else None for one in files)
    with pytest.raises(TargetIncomplete, match=why):
        verify(contract(PACT), Target(provider.url, ca_file=AUTHORITY, client_cert=certificate, client_key=key))


def test_graphql_is_asked_as_who_one_is(provider: Provider, own: Own) -> None:
    provider.answers["/graphql"] = Answer(json={"data": {"order": None}})
    asked = expectations({"operation": "{ order { id } }", "data": {"order": None}})
    assert verify(asked, Target(provider.url, ca_file=AUTHORITY, **own)).ok


def test_grpc_is_called_as_who_one_is(own: Own) -> None:
    pair = ((TLS / "key.pem").read_bytes(), (TLS / "certificate.pem").read_bytes())
    clients = Path(own["client_cert"]).read_bytes()
    wanting = grpc.ssl_server_credentials([pair], root_certificates=clients, require_client_auth=True)
    server, port = serve(Orders(KNOWN), KNOWN, credentials=wanting)
    call = {**GET, "request": {"id": "7"}, "status": "NOT_FOUND"}
    address = f"grpcs://127.0.0.1:{port}"
    try:
        known, nobody = one(call, address, ca_file=AUTHORITY, **own), one(call, address, ca_file=AUTHORITY)
        lost = one(call, address, ca_file=AUTHORITY, client_cert="nowhere.pem")
    finally:
        server.stop(None).wait()
    assert known.outcome is Outcome.PASSED, known
    assert nobody.cause is not None
    assert nobody.cause.kind == "provider-tls-failed"
    assert lost.cause is not None
    assert (lost.cause.kind, "nowhere.pem cannot be used" in lost.cause.text) == ("target-incomplete", True)


def test_the_official_library_shows_none_and_is_not_asked(provider: Provider, own: Own) -> None:
    report = verify(contract(PACT), Target(provider.url, ca_file=AUTHORITY, engine="pact", **own))
    (result,) = report.results
    assert result.cause is not None
    assert "the official Pact library knows none" in result.cause.text


def test_the_command_line_takes_them(provider: Provider, own: Own, tmp_path: Path) -> None:
    pact = tmp_path / "web-orders.json"
    pact.write_text(json.dumps(PACT))
    command = ("verify", pact, "--provider-base-url", provider.url, "--ca-cert", AUTHORITY)
    known = (*command, "--client-cert", own["client_cert"], "--client-key", own["client_key"])
    troth(*known, code=0)
    assert "does it want a client certificate" in troth(*command, code=3).err
    assert "give --client-cert FILE too" in troth(*command, "--client-key", own["client_key"], code=2).err
    assert "leave out --engine pact" in troth(*known, "--engine", "pact", code=2).err


def test_the_plug_in_of_pytest_takes_them_from_its_settings(provider: Provider, own: Own, tmp_path: Path) -> None:
    made = Project(tmp_path)
    made.write("web-orders.json", PACT)
    made.write("authority.pem", Path(AUTHORITY).read_text())
    settings = {"source": "web-orders.json", "url": provider.url, "ca-file": "authority.pem"}
    settings |= {"client-cert": Path(own["client_cert"]).name, "client-key": "$KEY"}
    lines = (f'{name} = "{value}"' for name, value in settings.items())
    made.write("troth.toml", "\n".join(("[verify]", *lines)))
    ran = made.run(KEY=own["client_key"])
    assert (ran.code, ran.counts) == (0, "1 passed"), ran.text
