"""Why a verification failed, in one line: taken from the results that the provider's verifier published."""

import asyncio
from collections.abc import Iterator, Mapping
from typing import Any

from troth_broker.client import Broker, BrokerError, Decision, VerificationResult

_LOOKED_AT = 10
_WIDTH = 160

Failures = Mapping[tuple[str, str, str | None], str]
"""By consumer, provider and provider version."""


async def failures(broker: Broker, decision: Decision) -> Failures:
    """What went wrong in the failed rows of a decision, as far as the broker knows; the answer is not changed by it."""
    rows = [row for row in decision.rows if row.success is False and not row.ignored and row.result_url][:_LOOKED_AT]
    results = await asyncio.gather(*(_result(broker, row.result_url or "") for row in rows))
    return {
        (row.consumer.name, row.provider.name, row.provider.version): why
        for row, result in zip(rows, results, strict=True)
        if result is not None and (why := summary(result.test_results))
    }


def summary(test_results: Any) -> str:
    """The first thing that went wrong, and how many more did; empty if the results do not say.

    Both layouts that verifiers publish are read: a list of interactions, and an object with `tests`.
    """
    items = test_results.get("tests") if isinstance(test_results, Mapping) else test_results
    found = [line for item in (items if isinstance(items, list) else []) for line in _failed(item)]
    if not found:
        return ""
    first = found[0] if len(found[0]) <= _WIDTH else f"{found[0][:_WIDTH]}…"
    return first if len(found) == 1 else f"{first} (and {len(found) - 1} more)"


async def _result(broker: Broker, url: str) -> VerificationResult | None:
    try:
        return await broker.result(url)
    except BrokerError:
        return None


def _failed(item: Any) -> Iterator[str]:
    if not isinstance(item, Mapping) or item.get("success") is not False:
        return
    method, path = item.get("method"), str(item.get("path") or "")
    http = method and path.startswith("/")  # of GraphQL it may be `query orders`, as may those of other interactions
    what = f"{method} {path}" if http else str(item.get("interactionDescription") or "an interaction")
    lines = [
        *(_mismatch(mismatch) for mismatch in _list(item.get("mismatches"))),
        *(str(exception.get("message", "")) for exception in _list(item.get("exceptions"))),
    ]
    yield from (f"{what}: {' '.join(line.split())}" for line in lines if line.strip())
    if not lines:
        yield what


def _mismatch(mismatch: Mapping[str, Any]) -> str:
    place, text = str(mismatch.get("identifier") or ""), str(mismatch.get("description") or "")
    kind = str(mismatch.get("attribute") or "")
    return f"{place or kind}: {text}" if (place or kind) and not text.startswith(place or kind) else text


def _list(found: Any) -> list[Mapping[str, Any]]:
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []
