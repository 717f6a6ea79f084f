"""Contracts of GraphQL made by tests, and a server that answers what a test says."""

import json
from collections.abc import Mapping
from typing import Any

from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Contract, Outcome, Target, verify
from troth_verifiers.api import Result

SDL = """
type Query { order(id: ID): Order, orders: [Order!]!, found: [Found!]! }
type Mutation { pay(id: ID!): Order }
type Order { id: ID!, total: Float!, lines: [Line!], buyer: Buyer, state: State! }
type Line { name: String!, count: Int! }
type Buyer { id: ID!, name: String }
union Found = Order | Buyer
enum State { OPEN PAID }
"""


def expectations(*interactions: Mapping[str, Any], files: Mapping[str, bytes] | None = None, **more: Any) -> Contract:
    """A contract in Troth's own form."""
    document = {
        "troth": 1,
        "protocol": "graphql",
        "consumer": "web",
        "provider": "orders",
        "schema": list(files or {}),
        "interactions": [{"description": f"interaction {n}", **one} for n, one in enumerate(interactions)],
        **more,
    }
    content = json.dumps(document, indent=1).encode()
    return Contract("web", "orders", content, "web-orders.json", format="graphql", files=files or {})


def document(text: str, name: str = "web.graphql", **files: str) -> Contract:
    """A contract of plain operations, with the documents beside it; ``__`` in a name stands for a dot."""
    beside = {key.replace("__", "."): value.encode() for key, value in files.items()}
    return Contract("web", "orders", text.encode(), name, format="graphql-operations", files=beside)


def replayed(contract: Contract, url: str, *, states: Any = None, **target: Any) -> list[Result]:
    """The results in the contract's order."""
    report = verify(contract, Target(url, **{"timeout": 20, **target}), states=states)
    assert report.contracts[0].problem is None, report.contracts[0].problem
    return list(report.contracts[0].results)


def answering(provider: Provider, *answers: Any) -> None:
    """Let the provider answer ``/graphql`` with these, one after the other, the last for ever; values are JSON."""
    left = [one if isinstance(one, Answer) else Answer(json=one) for one in answers]

    def answer(_: Asked) -> Answer:
        return left.pop(0) if len(left) > 1 else left[0]

    provider.answers["/graphql"] = answer


def told(result: Result) -> set[tuple[str, str]]:
    """The kinds and places of what a failure tells."""
    assert result.outcome is Outcome.FAILED, (result.outcome, result.cause)
    return {(one.kind, one.place) for one in result.mismatches}


def cause(result: Result) -> tuple[str, str]:
    """The kind and the text of why something errored."""
    assert result.outcome is Outcome.ERRORED, result
    assert result.cause is not None
    return result.cause.kind, result.cause.text
