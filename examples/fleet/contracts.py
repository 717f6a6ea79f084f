"""Pacts of the fleet: version 3 over HTTP with matching rules, version 4 for messages and for one gRPC call."""

import json
from typing import Any

from .services import EVENTS, OFFERS

Pact = dict[str, Any]


def pact(consumer: str, provider: str, edition: int) -> Pact:
    """What a consumer needs from a provider; a later edition needs something else."""
    if (consumer, provider) in EVENTS:
        return _messages(consumer, provider, edition)
    if (consumer, provider) == ("pricing", "tax"):
        return _grpc(consumer, provider)
    offered = OFFERS[provider]
    wanted = offered[: 1 + (len(consumer) + edition) % len(offered)]
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [_interaction(one, edition) for one in wanted],
        "metadata": {"pactSpecification": {"version": "3.0.0"}, "pact-python": {"version": "4.2.0"}},
    }


def _interaction(endpoint: Any, edition: int) -> dict[str, Any]:
    description, method, path, status, body = endpoint
    request: dict[str, Any] = {"method": method, "path": path, "headers": {"Accept": "application/json"}}
    if method == "POST":
        request["headers"]["Content-Type"] = "application/json"
        request["body"] = {"sku": "TEA-01", "quantity": 2, "customer": 77}
    response: dict[str, Any] = {"status": status}
    if body is not None:
        if isinstance(body, dict) and edition > 1:
            body = {**body, "revision": edition}
        response |= {
            "headers": {"Content-Type": "application/json"},
            "body": body,
            "matchingRules": {"body": _rules(body)},
        }
    found = {"description": description, "request": request, "response": response}
    states = {"GET": "it exists", "DELETE": "it exists and is open"}
    if method in states and status != 404:
        found["providerStates"] = [{"name": states[method], "params": {"path": path}}]
    return found


def _rules(body: Any) -> dict[str, Any]:
    if isinstance(body, list):
        return {"$": {"matchers": [{"match": "type", "min": 1}]}}
    rules: dict[str, Any] = {}
    for name, value in body.items():
        matcher: dict[str, Any] = {"match": "type"}
        if isinstance(value, bool):
            matcher = {"match": "boolean"}
        elif isinstance(value, int):
            matcher = {"match": "integer"}
        elif isinstance(value, float):
            matcher = {"match": "decimal"}
        elif isinstance(value, str) and value.endswith("Z"):
            matcher = {"match": "timestamp", "timestamp": "yyyy-MM-dd'T'HH:mm:ssX"}
        elif isinstance(value, str) and "_" in value:
            matcher = {"match": "regex", "regex": value.split("_")[0] + r"_\d+"}
        rules[f"$.{name}"] = {"matchers": [matcher]}
    return rules


def _messages(consumer: str, provider: str, edition: int) -> Pact:
    description, body = EVENTS[consumer, provider]
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            {
                "type": "Asynchronous/Messages",
                "description": description,
                "providerStates": [{"name": "the shop is open"}],
                "contents": {
                    "content": {**body, "edition": edition},
                    "contentType": "application/json",
                    "encoded": False,
                },
                "metadata": {"topic": body["event"].split(".")[0] + "s", "key": "1043"},
                "matchingRules": {"body": {"$.event": {"matchers": [{"match": "equality"}], "combine": "AND"}}},
            }
        ],
        "metadata": {"pactSpecification": {"version": "4.0"}},
    }


def _grpc(consumer: str, provider: str) -> Pact:
    plugin = {"protobuf": {"message": ".tax.RateRequest", "service": ".tax.Rates/Get"}}
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [
            {
                "type": "Synchronous/Messages",
                "description": "a call for the rates of a country",
                "interactionMarkup": {
                    "markup": "```protobuf\nmessage RateRequest {\n    string country = 1;\n}\n```\n",
                    "markupType": "COMMON_MARK",
                },
                "pluginConfiguration": plugin,
                "request": {
                    "contents": {
                        "content": "CgJOTA==",
                        "contentType": "application/protobuf;message=.tax.RateRequest",
                        "encoded": "base64",
                    }
                },
                "response": [
                    {
                        "contents": {
                            "content": "CgJOTBUAAKhB",
                            "contentType": "application/protobuf;message=.tax.Rates",
                            "encoded": "base64",
                        },
                        "matchingRules": {
                            "body": {"$.standard": {"matchers": [{"match": "number"}], "combine": "AND"}}
                        },
                    }
                ],
            }
        ],
        "metadata": {
            "pactSpecification": {"version": "4.0"},
            "plugins": [
                {
                    "name": "protobuf",
                    "version": "0.5.4",
                    "configuration": {"3f2a": {"protoFile": 'syntax = "proto3";\npackage tax;\n'}},
                }
            ],
        },
    }


def results(contract: Pact, *, success: bool) -> list[dict[str, Any]]:
    """Test results as the official verifier publishes them; a failure is in the first interaction."""
    return [
        {
            "interactionDescription": one["description"],
            "success": success or number > 0,
            "mismatches": [] if success or number > 0 else _mismatches(one),
        }
        for number, one in enumerate(contract["interactions"])
    ]


def _mismatches(one: dict[str, Any]) -> list[dict[str, Any]]:
    body = one.get("response", {}).get("body") if isinstance(one.get("response"), dict) else None
    if isinstance(body, dict) and body:
        name, value = next(iter(body.items()))
        actual = str(value) if not isinstance(value, str) else 7
        told = f"Expected {json.dumps(actual)} ({type(actual).__name__}) to be the same type as {json.dumps(value)}"
        return [
            {
                "attribute": "body",
                "identifier": f"$.{name}",
                "description": told,
            },
            {
                "attribute": "header",
                "identifier": "Content-Type",
                "description": "Expected 'application/json' but was 'text/html'",
            },
        ]
    return [{"attribute": "status", "description": "expected status of 200 but was 500"}]
