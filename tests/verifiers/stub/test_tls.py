"""A stub that speaks TLS over HTTP, websockets and gRPC, with a certificate that a client of its authority believes."""

import json
import ssl
import subprocess
import sys
from pathlib import Path
from typing import Any

import grpc.aio
import httpx
import pytest
from websockets.asyncio.client import connect

from tests.verifiers.grpc.serving import message
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import TLS
from tests.verifiers.stub.serving import EXAMPLES
from troth_verifiers import Contract, UsageError
from troth_verifiers.stub import Certificate, Station, opened

pytestmark = pytest.mark.anyio
CERTIFICATE = Certificate(TLS / "certificate.pem", TLS / "key.pem")
AUTHORITY = TLS / "authority.pem"


async def test_every_protocol_of_a_stub_speaks_tls() -> None:
    here = http("an order", "/orders/7", 200, {"self": "http://mock/orders/7"})
    here["response"]["generators"] = {
        "body": {"$.self": {"type": "MockServerURL", "example": "http://mock/orders/7", "regex": ".*(/orders/7)"}}
    }
    places: list[Contract | Path] = [
        contract(v4(here)),
        EXAMPLES / "catalogue" / "schema.graphql",
        EXAMPLES / "grpc_orders" / "orders.proto",
    ]
    context = ssl.create_default_context(cafile=AUTHORITY)
    async with Station(await opened(places), certificate=CERTIFICATE) as stub:
        assert stub.url.startswith("https://")
        async with httpx.AsyncClient(verify=context, trust_env=False, timeout=120) as client:
            answer = await client.get(f"{stub.url}/orders/7")
            assert answer.json() == {"self": f"{stub.url}/orders/7"}, "the stub's own address is one of TLS"
        url = f"{stub.url.replace('http', 'ws', 1)}/graphql"
        protocols: Any = ["graphql-transport-ws"]
        async with connect(url, ssl=context, subprotocols=protocols, proxy=None, open_timeout=120) as socket:
            await socket.send('{"type": "connection_init"}')
            assert json.loads(await socket.recv()) == {"type": "connection_ack"}
        credentials = grpc.ssl_channel_credentials(AUTHORITY.read_bytes())
        async with grpc.aio.secure_channel(stub.grpc, credentials) as channel:
            ask: Any = channel.unary_unary("/shop.Orders/GetOrder")
            assert (await ask(message("GetOrderRequest", id=7)))[:2] == b"\x08\x07"
        async with httpx.AsyncClient(trust_env=False, timeout=120) as client:
            with pytest.raises(httpx.ConnectError):
                await client.get(f"{stub.url}/orders/7")
            with pytest.raises(httpx.HTTPError):
                await client.get(f"{stub.url.replace('https', 'http')}/orders/7")


async def test_a_certificate_and_its_key_may_stand_in_one_file(tmp_path: Path) -> None:
    both = tmp_path / "both.pem"
    both.write_bytes((TLS / "key.pem").read_bytes() + (TLS / "certificate.pem").read_bytes())
    offers = await opened([contract(v4(http("an order", "/orders/7", 204)))])
    async with Station(offers, certificate=Certificate(both)) as stub:
        context = ssl.create_default_context(cafile=AUTHORITY)
        async with httpx.AsyncClient(verify=context, trust_env=False, timeout=120) as client:
            assert (await client.get(f"{stub.url}/orders/7")).status_code == 204


@pytest.mark.parametrize(
    ("certificate", "why"),
    [
        (Certificate("nowhere.pem", TLS / "key.pem"), "nowhere.pem and .*: No such file"),
        (Certificate(TLS / "certificate.pem"), "no certificate with its key can be read there"),
        (Certificate(TLS / "key.pem", TLS / "certificate.pem"), "no certificate with its key can be read there"),
    ],
    ids=["gone", "without its key", "swapped"],
)
async def test_a_certificate_that_cannot_be_read_is_told(certificate: Certificate, why: str) -> None:
    station = Station(await opened([contract(v4(http("an order", "/orders/7")))]), certificate=certificate)
    with pytest.raises(UsageError, match=why):
        await station.__aenter__()


def test_the_command_takes_a_certificate_and_refuses_a_key_without_one(tmp_path: Path) -> None:
    pact = tmp_path / "pact.json"
    pact.write_text(json.dumps(v4(http("an order", "/orders/7", 204))))
    command = [
        sys.executable,
        "-m",
        "troth_broker.cli",
        "stub",
        str(pact),
        "--port",
        "0",
        "--tls-key",
        str(TLS / "key.pem"),
    ]
    alone = subprocess.run(command, capture_output=True, text=True, check=False)
    assert (alone.returncode, "give --tls-cert FILE too" in alone.stderr) == (2, True)
    with subprocess.Popen(
        [*command, "--tls-cert", str(TLS / "certificate.pem")], stdout=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout is not None
        url = running.stdout.readline().split()[2].rstrip(":")
        context = ssl.create_default_context(cafile=AUTHORITY)
        assert httpx.get(f"{url}/orders/7", verify=context, trust_env=False, timeout=120).status_code == 204
        running.terminate()


def test_the_fixture_serves_over_tls_and_ends_every_stub(troth_stub: Any) -> None:
    tls = (TLS / "certificate.pem", TLS / "key.pem")
    stub = troth_stub(contract(v4(http("an order", "/orders/7", 204))), tls=tls)
    context = ssl.create_default_context(cafile=AUTHORITY)
    assert httpx.get(f"{stub.url}/orders/7", verify=context, trust_env=False, timeout=120).status_code == 204
