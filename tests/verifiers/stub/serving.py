"""Stubs for the tests: what contracts offer, listening on free ports, and a client that asks over HTTP."""

import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import grpc.aio
import httpx

from troth_verifiers import Contract
from troth_verifiers.stub import Station, opened
from troth_verifiers.stub.generating import Making

EXAMPLES = Path(__file__).parents[3] / "examples"


@asynccontextmanager
async def serving(
    *places: Contract | str | Path, making: Making | None = None, **options: Any
) -> AsyncIterator[tuple[Station, httpx.AsyncClient]]:
    """A stub of some contracts, and a client."""
    offers = await opened(places, making=making)
    async with (
        Station(offers, **options) as stub,
        httpx.AsyncClient(base_url=stub.url, trust_env=False, timeout=120) as client,
    ):
        yield stub, client


def channel_to(stub: Station) -> Any:
    """A channel whose calls are made by their names, which no type checker knows."""
    return grpc.aio.insecure_channel(stub.grpc)


def openapi(paths: Any, version: str = "3.1.0", **members: Any) -> Contract:
    """A description of OpenAPI with these paths."""
    head: Any = {"swagger": "2.0"} if version == "2.0" else {"openapi": version}
    document = {**head, "info": {"title": "orders", "version": "1"}, "paths": paths, **members}
    return Contract("", "orders", json.dumps(document).encode(), "openapi.json", format="openapi")
