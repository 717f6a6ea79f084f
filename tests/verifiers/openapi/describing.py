"""Descriptions for the tests, and what is found when a provider is held against them."""

import json
from collections.abc import Mapping
from typing import Any

from troth_verifiers import Contract, Only, Report, Target
from troth_verifiers.messages import NoMessages
from troth_verifiers.openapi import OpenapiVerifier, Plan
from troth_verifiers.runner import Order, run
from troth_verifiers.states import NoStates

ITEM = {
    "type": "object",
    "required": ["id", "price"],
    "properties": {"id": {"type": "integer"}, "price": {"type": "number"}},
}


def api(paths: Mapping[str, Any], *, version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    """A description of some paths."""
    return {"openapi": version, "info": {"title": "stock", "version": "1"}, "paths": dict(paths), **more}


def answers(schema: Any, status: str = "200", **more: Any) -> dict[str, Any]:
    """The answers of an operation: JSON of a schema."""
    return {status: {"description": "", "content": {"application/json": {"schema": schema, **more}}}}


def contract(document: Mapping[str, Any], **files: Any) -> Contract:
    """A description as verifiers take it; `files` are further documents, whose names end with ``.json``."""
    more = {f"{name}.json": json.dumps(value).encode() for name, value in files.items()}
    return Contract("", "stock", json.dumps(document).encode(), "openapi.json", format="openapi", files=more)


class _One:
    def __init__(self, one: Contract) -> None:
        self._one = one

    async def contracts(self) -> Any:
        yield self._one


async def tried(one: Contract, verifier: OpenapiVerifier, target: Target) -> Report:
    """The report of a self-verification."""
    order = Order(_One(one), target, NoStates(), NoMessages(), only=Only(), verifiers={"openapi": verifier})
    return await run(order)


EXAMPLES = Plan(examples_only=True)
