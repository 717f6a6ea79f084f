"""Evidence and policies as JSON: what a replay or a comparison showed, and by which policy it was judged."""

from collections.abc import Iterator, Mapping

from troth_broker.core.evidence import Static
from troth_broker.core.facts import Comparison, Part, Result
from troth_broker.core.policy import Policy
from troth_broker.core.times import iso
from troth_broker.http.hal import Body, without_nulls
from troth_broker.web import paths


def replay(result: Result) -> Body:
    """What a running provider showed."""
    return {"kind": "replay", "success": result.success, "number": result.number, "verified_at": iso(result.at)}


def part(one: Part, number: str | None, base: str) -> Body:
    """What a running provider showed of a part of a contract."""
    return {
        "kind": "partial-replay",
        "success": None,
        "replayed": one.replayed,
        "skipped": one.skipped,
        "not_observed": [each._asdict() for each in one.unobserved],
        **without_nulls({"provider_version": number}),
        "verified_at": iso(one.at),
        "url": paths.PARTIAL_REPLAY.url(base, number=one.id),
    }


def comparisons(static: Static, sentences: Mapping[int, str], base: str) -> Iterator[Body]:
    """What checkers said: one entry for each document of the provider's version."""
    for one in static.comparisons:
        yield {
            "kind": "comparison",
            "success": one.success,
            "breaking": one.breaking,
            "risky": one.risky,
            "not_covered": one.partial + len(one.unjudged),
            "judged": one.judged,
            "checker": one.checker,
            "compared_at": iso(one.at),
            "url": comparison_url(one, base),
            **without_nulls({"error": one.error, "text": sentences.get(one.id)}),
        }
    for _ in range(static.pending):
        yield {"kind": "comparison", "success": None, "due": True}


def comparison_url(one: Comparison, base: str) -> str:
    """Where a comparison's findings are."""
    return paths.COMPARISON.url(base, number=one.id)


def policies(used: tuple[Policy, ...], names: Mapping[int, str]) -> list[Body]:
    """The policies that an answer used, each by its version; `default` where nothing is said."""
    found: list[Body] = []
    for one in used:
        if one.environment is not None:
            found.append({"scope": "environment", "environment": one.environment, "version": one.id})
        else:
            consumer, provider = names.get(one.consumer or 0, "?"), names.get(one.provider or 0, "?")
            found.append({"scope": "integration", "consumer": consumer, "provider": provider, "version": one.id})
    return found or [{"scope": "default", "version": 0}]
