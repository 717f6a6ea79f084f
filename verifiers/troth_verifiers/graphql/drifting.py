"""The schema that a server really has, and what the published one promises and it does not keep."""

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Final

from graphql import get_introspection_query

from troth_schemas.finding import Finding, Place
from troth_schemas.formats import find
from troth_schemas.graphql.operations import unit_of
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document, Json
from troth_schemas.options import DEFAULT
from troth_schemas.sources import one
from troth_verifiers.api import Mismatch
from troth_verifiers.graphql.asked import Asked

INTROSPECTIONS: Final = (
    get_introspection_query(
        descriptions=False, directive_is_repeatable=True, input_value_deprecation=True, one_of=True
    ),
    get_introspection_query(descriptions=False, directive_is_repeatable=True, input_value_deprecation=True),
    get_introspection_query(descriptions=False),
)
"""For servers of today, of before 2025 and of before 2021, each of which may refuse what it does not know.

Who knows that arguments can be deprecated keeps those that are to itself, unless it is asked for them.
"""
SERVICE: Final = "query TrothService { _service { sdl } }"
_NAME: Final = "the running provider"
_UNSEEN: Final = (
    "graphql/specified-by-changed", "graphql/deprecation-added", "graphql/directive-usage-added",
)  # fmt: skip
"""What not every introspection shows, and what changes nothing for who asks."""
_PLAIN_TO_SEE: Final = ("graphql/composition-changed",)
"""What nobody can judge between two versions, but that the one is not the other is plain."""


def operation(text: str) -> Asked:
    """One of the texts above as an operation."""
    unit = unit_of(_NAME, text, Place("", None, _NAME))
    found = unit.operations[0]
    return Asked(text, found, found.node.name.value if found.node.name else None)


def tells(answer: Document) -> bool:
    """Whether the answer to an introspection has a schema at all."""
    data = answer.get("data")
    return isinstance(data, dict) and isinstance(data.get("__schema"), dict)


def introspected(answer: Document) -> SchemaDocument:
    """The schema of the answer to an introspection. Raises ContractUnreadable."""
    content = json.dumps({"data": answer.get("data")}).encode()
    return _loaded(f"{_NAME}.json", content)


def served(answer: Document) -> SchemaDocument | None:
    """The schema of a subgraph that tells its own SDL; None where it tells none. Raises ContractUnreadable."""
    data = answer.get("data")
    service = data.get("_service") if isinstance(data, dict) else None
    sdl: Json = service.get("sdl") if isinstance(service, dict) else None
    return _loaded(f"{_NAME}.graphql", sdl.encode()) if isinstance(sdl, str) and sdl.strip() else None


@dataclass(frozen=True, slots=True)
class Drift:
    """What the running schema does not keep, and what keeps parts of the two from being compared."""

    mismatches: tuple[Mismatch, ...]
    unsure: tuple[str, ...]


def drift(running: SchemaDocument, published: SchemaDocument, *, additions: bool) -> Drift:
    """The running schema against the published one; with ``additions`` what it has besides counts, too."""
    report = find("graphql").compare(running, published, DEFAULT)
    known = set(published.schema.types)
    found = [one for one in report.findings if _counts(one, known, additions=additions)]
    found += [one for one in report.not_covered if one.rule in _PLAIN_TO_SEE]
    unsure = dict.fromkeys(one.message for one in report.not_covered if one.rule not in _PLAIN_TO_SEE)
    return Drift(tuple(sorted({_mismatch(one) for one in found})), tuple(unsure))


def _counts(one: Finding, known: Collection[str], *, additions: bool) -> bool:
    """Whether a finding is a drift; ``known`` are the types of the published schema.

    What is new and may be left out, or cannot be asked for by the published schema, is there besides. New values that
    are given out are not: nobody who reads the published schema is ready for them.
    """
    if one.rule in _UNSEEN:
        return False
    is_besides = one.rule.startswith("graphql/optional-") or (
        one.rule == "graphql/interface-added" and (one.element or "").partition(".")[0] not in known
    )
    if one.rule.endswith("-added") and (is_besides or one.severity == "safe"):
        return additions
    return one.severity in ("breaking", "risky")


def _mismatch(finding: Finding) -> Mismatch:
    place = finding.writer or finding.reader
    where = finding.element or (place.pointer if place else "")
    return Mismatch("schema", where, finding.message, str(place) if place else "", finding.rule)


def _loaded(name: str, content: bytes) -> SchemaDocument:
    document = find("graphql").load(one(name, content)).document
    assert isinstance(document, SchemaDocument)
    return document
