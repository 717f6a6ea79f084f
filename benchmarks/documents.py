"""Pacts of a few kilobytes as consumers' tests write them, and the test results that verifiers send."""

import json
from random import Random
from typing import Any

_THINGS = ("order", "basket", "customer", "invoice", "parcel", "price", "review", "session", "stock", "voucher")
_FIELDS = ("id", "state", "name", "amount", "currency", "createdAt", "reference", "quantity", "note", "version")

TEST_RESULTS = json.dumps(
    {
        "tests": [{"interactionId": f"{number:040x}", "success": True} for number in range(4)],
        "summary": {"testCount": 4, "failureCount": 0},
        "metadata": {"initiatedBy": "bulk seed"},
    }
).encode()
FAILED_RESULTS = json.dumps(
    {
        "tests": [
            {"interactionId": f"{number:040x}", "success": number != 2, "mismatches": []}
            if number != 2
            else {
                "interactionId": f"{number:040x}",
                "success": False,
                "mismatches": [{"attribute": "body", "identifier": "$.state", "description": "Expected open, got 7"}],
            }
            for number in range(4)
        ],
        "summary": {"testCount": 4, "failureCount": 1},
    }
).encode()
VERIFIED_BY = json.dumps({"implementation": "Pact-Rust", "version": "1.3.2"})


def document(consumer: str, provider: str, revision: int, interactions: int = 4) -> dict[str, Any]:
    """A version 3 pact between the two; another revision promises something else."""
    chance = Random(f"{consumer}/{provider}/{revision}")
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [_interaction(chance, revision, number) for number in range(interactions)],
        "metadata": {"pactRust": {"ffi": "0.4.28", "models": "1.3.5"}, "pactSpecification": {"version": "3.0.0"}},
    }


def body(pact: dict[str, Any]) -> bytes:
    """The bytes that are published for a pact."""
    return json.dumps(pact, separators=(",", ":")).encode()


def _interaction(chance: Random, revision: int, number: int) -> dict[str, Any]:
    thing = _THINGS[number % len(_THINGS)]
    content: dict[str, Any] = {name: f"{name} of {thing} {chance.randrange(10**6)}" for name in _FIELDS}
    content["items"] = [{"sku": f"{chance.randrange(10**8):08d}", "price": chance.randrange(10**5) / 100}]
    return {
        "description": f"a request for {thing} {number} (revision {revision})",
        "providerStates": [{"name": f"there is {thing} {number}", "params": {"id": chance.randrange(10**6)}}],
        "request": {
            "method": "GET",
            "path": f"/{thing}s/{chance.randrange(10**6)}",
            "headers": {"Accept": "application/json"},
        },
        "response": {
            "status": 200,
            "headers": {"Content-Type": "application/json"},
            "body": content,
            "matchingRules": {
                "body": {f"$.{name}": {"combine": "AND", "matchers": [{"match": "type"}]} for name in _FIELDS[:5]},
                "header": {},
            },
        },
    }
