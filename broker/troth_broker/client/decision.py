"""The gate's answer as a frozen value, with what Troth says besides the Pact Broker's fields."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from troth_broker.client.errors import NotABroker
from troth_broker.client.reading import notices
from troth_broker.client.values import Document, Notice


@dataclass(frozen=True, slots=True)
class Finding:
    """What Troth adds to a row or to the whole answer; empty when another broker answered.

    `kind` is the class of a non-yes (``incompatible``, ``nobody-asked``, …), None where nothing blocks.
    `waiting_helps` says whether it can clear by itself, `evidence` which kinds of evidence stand behind it,
    `actions` what to do, in order, `hints` what else would help, `compared` what a comparison found first, `disputed`
    whether a replay passed all the same, `format` that of the consumer's contract where it is no pact. `replay` and
    `comparison` are what each kind of evidence says by itself, None where it cannot tell or is not there;
    `compared_with` is the provider's version of a comparison where nothing was replayed. `part` is how much was
    replayed where that was not all, such as "3 of 5", and no verdict at all; `part_with` is the version of that.
    """

    kind: str | None = None
    waiting_helps: bool | None = None
    evidence: tuple[str, ...] = ()
    text: str | None = None
    actions: tuple[str, ...] = ()
    hints: tuple[str, ...] = ()
    compared: str | None = None
    disputed: bool = False
    format: str | None = None
    replay: bool | None = None
    comparison: bool | None = None
    compared_with: str | None = None
    part: str | None = None
    part_with: str | None = None


@dataclass(frozen=True, slots=True)
class Obstacle:
    """One thing between the answer and a yes, as Troth tells it; `providers` are the provider's versions it is about.

    Where a version that was asked about does not exist, only the consumer's side is named.
    """

    finding: Finding
    consumer: str
    consumer_version: str | None = None
    provider: str | None = None
    providers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Side:
    """One side of a row: an application and its version, if there is one yet."""

    name: str
    version: str | None
    branch: str | None = None
    tags: tuple[str, ...] = ()
    environments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """One pair that the answer rests on; `success` is None where there is no result."""

    consumer: Side
    provider: Side
    success: bool | None
    verified_at: str | None = None
    result_url: str | None = None
    pact_url: str | None = None
    ignored: bool = False
    finding: Finding = field(default_factory=Finding)


@dataclass(frozen=True, slots=True)
class Decision:
    """The gate's answer: `deployable` is True, False, or None when something is not known. Only True is a yes."""

    deployable: bool | None
    reason: str
    success: int
    failed: int
    unknown: int
    ignored: int
    notices: tuple[Notice, ...]
    rows: tuple[Row, ...]
    finding: Finding
    obstacles: tuple[Obstacle, ...]
    body: str = field(repr=False, compare=False)
    policies: tuple[str, ...] = ()
    """The policies that were used, in words; empty where the default decided."""

    @property
    def yes(self) -> bool:
        """Whether the answer is yes, and nothing else."""
        return self.deployable is True

    @property
    def proved(self) -> bool:
        """Whether the yes rests on at least one result, not on there being nothing to check."""
        return self.yes and any(row.success for row in self.rows if not row.ignored)


def decision(document: Document, body: str) -> Decision:
    """Read the answer of ``GET /matrix`` or ``GET /can-i-deploy``; `NotABroker` where it is no such thing."""
    summary, rows = document.get("summary"), document.get("matrix")
    if not isinstance(summary, Mapping) or not isinstance(rows, list) or "deployable" not in summary:
        raise NotABroker("the broker's answer holds no decision (no 'summary' and 'matrix')")
    deployable = summary["deployable"]
    own = _member(summary)
    return Decision(
        deployable=deployable if isinstance(deployable, bool) else None,
        reason=str(summary.get("reason", "")),
        success=_count(summary, "success"),
        failed=_count(summary, "failed"),
        unknown=_count(summary, "unknown"),
        ignored=_count(summary, "ignored"),
        notices=notices(document),
        rows=tuple(_row(item) for item in rows if isinstance(item, Mapping)),
        finding=_finding(own),
        obstacles=_obstacles(own),
        body=body,
        policies=tuple(_policy(item) for item in _list(own.get("policies")) if item.get("version")),
    )


def _policy(item: Document) -> str:
    about = _text(item, "environment") or f"{_text(item, 'consumer')} and {_text(item, 'provider')}"
    return f"version {item.get('version')} for {about}"


def _obstacles(own: Mapping[str, Any]) -> tuple[Obstacle, ...]:
    """The list of reasons, each with the kind of evidence that stands at its place in the list of evidence."""
    reasons, evidence = _list(own.get("reasons")), _list(own.get("evidence"))
    kinds = [_text(item, "kind") for item in evidence] + [None] * len(reasons)
    return tuple(_obstacle(item, kind) for item, kind in zip(reasons, kinds, strict=False))


def _obstacle(item: Document, kind: str | None) -> Obstacle:
    known = (kind,) if kind not in {None, "missing"} else ()
    several, one = item.get("provider_versions"), item.get("provider_version")
    versions = several if isinstance(several, list) else [one] if isinstance(one, str) else []
    return Obstacle(
        finding=replace(_finding(item), evidence=tuple(str(name) for name in known)),
        consumer=_text(item, "consumer") or _text(item, "application") or "",
        consumer_version=_text(item, "consumer_version") or _text(item, "version"),
        provider=_text(item, "provider"),
        providers=tuple(str(version) for version in versions),
    )


def _list(found: object) -> list[Mapping[str, Any]]:
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _row(item: Document) -> Row:
    result = item.get("verificationResult")
    return Row(
        consumer=_side(item.get("consumer")),
        provider=_side(item.get("provider")),
        success=_success(result),
        verified_at=_text(result, "verifiedAt"),
        result_url=_self(result),
        pact_url=_self(item.get("pact")),
        ignored=item.get("ignored") is True,
        finding=_finding(_member(item)),
    )


def _side(found: object) -> Side:
    document = found if isinstance(found, Mapping) else {}
    version = document.get("version")
    within = version if isinstance(version, Mapping) else {}
    return Side(
        name=str(document.get("name", "")),
        version=_text(version, "number"),
        branch=_text(version, "branch"),
        tags=_named(within.get("tags")),
        environments=_named(within.get("environments")),
    )


def _finding(own: Mapping[str, Any]) -> Finding:
    waiting, evidence = own.get("waiting_helps"), own.get("evidence")
    compared = own.get("comparison")
    replayed, partly = _of_kind(evidence, "replay"), _of_kind(evidence, "partial-replay")
    return Finding(
        kind=_text(own, "class"),
        waiting_helps=waiting if isinstance(waiting, bool) else None,
        evidence=tuple(dict.fromkeys(_texts(evidence, "kind"))),
        text=_text(own, "text"),
        actions=tuple(_texts(own.get("actions"), "text")),
        hints=tuple(_texts(own.get("hints"), "text")),
        compared=next((text for item in _list(evidence) if (text := _text(item, "text")) is not None), None),
        disputed=own.get("disputed") is True,
        format=_text(own, "format"),
        replay=_success(replayed),
        comparison=_success(compared),
        compared_with=_text(compared, "provider_version"),
        part=None if partly is None else _extent(partly),
        part_with=_text(partly, "provider_version"),
    )


def _of_kind(evidence: object, kind: str) -> Mapping[str, Any] | None:
    """The newest evidence of a kind."""
    return next((item for item in _list(evidence) if item.get("kind") == kind), None)


def _extent(part: Mapping[str, Any]) -> str:
    """How much was replayed, where that was not all."""
    replayed = _count(part, "replayed")
    return f"{replayed} of {replayed + _count(part, 'skipped')}"


def _member(document: Document) -> Mapping[str, Any]:
    found = document.get("troth")
    return found if isinstance(found, Mapping) else {}


def _texts(found: object, key: str) -> list[str]:
    items = found if isinstance(found, list) else []
    return [str(item.get(key, "")) if isinstance(item, Mapping) else str(item) for item in items]


def _named(found: object) -> tuple[str, ...]:
    return tuple(_texts(found, "name"))


def _success(result: object) -> bool | None:
    found = result.get("success") if isinstance(result, Mapping) else None
    return found if isinstance(found, bool) else None


def _text(found: object, key: str) -> str | None:
    value = found.get(key) if isinstance(found, Mapping) else None
    return value if isinstance(value, str) else None


def _self(found: object) -> str | None:
    links = found.get("_links") if isinstance(found, Mapping) else None
    return _text(links.get("self"), "href") if isinstance(links, Mapping) else None


def _count(summary: Document, key: str) -> int:
    value = summary.get(key, 0)
    return value if isinstance(value, int) and not isinstance(value, bool) else 0
