"""Expectations in the table of formats: one for each protocol, so that a version may have a contract of each.

What names no protocol that is known is just of the format ``expectations``.
"""

import json
from collections.abc import Iterator
from dataclasses import replace
from hashlib import sha256
from posixpath import dirname, join, normpath
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.expectations.document import Expectations
from troth_schemas.expectations.reading import read_expectations
from troth_schemas.finding import Finding, Found
from troth_schemas.formats import Format, Loaded
from troth_schemas.json_body import Document, Json
from troth_schemas.options import Options
from troth_schemas.problem import Problem
from troth_schemas.report import Report, make_report
from troth_schemas.rule import Rule
from troth_schemas.sources import Sources

NOT_COMPARED = Rule(
    id="expectations/not-compared",
    severity="not-covered",
    fact="Expectations were given as both sides of a comparison.",
    why="expectations make no promise to each other: what a consumer asks today need not go with what it asked before.",
    instead="replay them against the provider, or compare two versions of the provider's schema.",
    mirror="the same fact in both directions",
)


def load(sources: Sources) -> Loaded:
    """The expectations in the root document, with their problems. Raises ContractUnreadable."""
    expectations, problems = read_expectations(sources.root, sources.text)
    return Loaded(expectations, (*problems, *_missing(expectations, sources)))


def canonical(expectations: Expectations) -> bytes:
    """What it says, without the order of members, comments and spaces."""
    said = {member: inner for member, inner in expectations.value.items() if member != "comment"}
    said["interactions"] = [_without_comment(one) for one in _listed(said.get("interactions"))]
    return json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode()


def digest(expectations: Expectations) -> str:
    """The SHA-256 of the canonical form."""
    return sha256(canonical(expectations)).hexdigest()


def compare(_reader: Expectations, _writer: Expectations, _options: Options) -> Report:
    """Expectations against earlier ones: nothing that could be judged."""
    return make_report(_not_compared(), 0, unjudged=("*",))


def needs(sources: Sources) -> tuple[str, ...]:
    """The schemas that are referred to and were not given."""
    try:
        expectations, _ = read_expectations(sources.root, sources.text)
    except ContractUnreadable:
        return ()
    return tuple(name for name in _named(expectations, sources) if name not in sources.files)


def count(expectations: Expectations) -> int:
    """How many interactions there are."""
    return len(expectations.interactions)


def _named(expectations: Expectations, sources: Sources) -> Iterator[str]:
    """The schemas by the names that they have among the documents: they are written from the root's own folder."""
    return (normpath(join(dirname(sources.root), name)) for name in expectations.schemas)


def _missing(expectations: Expectations, sources: Sources) -> Iterator[Problem]:
    for name in _named(expectations, sources):
        if name not in sources.files:
            yield Problem("/schema", f"The document {name} is referred to, and was not given.")


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _without_comment(one: Json) -> Json:
    said: Document = one if isinstance(one, dict) else {}
    return {member: inner for member, inner in said.items() if member != "comment"}


def _not_compared() -> Iterator[Finding]:
    yield NOT_COMPARED.finding(Found("Expectations are replayed against a provider, not compared with others.", ()))


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("calls over gRPC and GraphQL, and messages, in Troth's own form", "judged"),
    ("expectations against earlier expectations", "not-covered: they make no promise to each other"),
)
"""What is read of the form, and what is said to be not covered."""

FORMAT = Format(
    name="expectations",
    load=load,
    canonical=canonical,
    digest=digest,
    compare=compare,
    rules=(NOT_COMPARED,),
    needs=needs,
    count=count,
)
GRAPHQL = replace(FORMAT, name="graphql-expectations")
GRPC = replace(FORMAT, name="grpc-expectations")
MESSAGE = replace(FORMAT, name="message-expectations")
