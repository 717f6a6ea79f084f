"""Pact in the table of formats."""

from typing import Final

from troth_schemas.errors import ExtraMissing
from troth_schemas.formats import Format, Loaded
from troth_schemas.options import Options
from troth_schemas.pact.canonical import canonical, digest
from troth_schemas.pact.document import Pact, read_pact
from troth_schemas.pact.evolution_rules import RULES
from troth_schemas.pact.problems import problems
from troth_schemas.report import Report
from troth_schemas.sources import Sources


def load(sources: Sources) -> Loaded:
    """The pact in the root document, with its problems; a pact never refers to a second document."""
    pact = read_pact(sources.root, sources.files[sources.root])
    return Loaded(pact, problems(pact.value))


def compare(reader: Pact, writer: Pact, _options: Options) -> Report:
    """A pact against another version of itself: does a provider that satisfies the writer satisfy the reader?"""
    try:  # everything else about pacts needs no library, so that publishing one does not either
        from troth_schemas.pact.evolution import compared
    except ModuleNotFoundError as missing:
        if (missing.name or "").startswith("troth_schemas"):
            raise
        raise ExtraMissing("comparing pacts", "openapi", missing.name or "") from None
    return compared(reader, writer)


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("interactions added, removed and renamed", "judged"),
    ("provider states", "judged"),
    ("method, path, query and headers of requests, with their matching rules", "judged"),
    ("bodies of requests, with their matching rules", "judged"),
    ("status, with classes", "judged"),
    ("headers of responses and metadata of messages", "judged"),
    ("bodies of responses and contents of messages, with their matching rules", "judged"),
    ("one-way and synchronous messages", "judged"),
    ("expressions with look-around that differ", "not-covered: such expressions are not regular"),
    ("XML, multipart and binary contents that differ", "not-covered: what they say is not understood"),
    ("matchers and contents of plug-ins that differ", "not-covered: what they mean is known to the plug-in alone"),
    ("generators", "not-covered: they make requests anew, and say nothing of what is expected"),
)
"""What of a pact is compared with its past, and what is said to be not covered."""

FORMAT = Format(
    name="pact",
    load=load,
    canonical=lambda pact: canonical(pact.value),
    digest=lambda pact: digest(pact.value),
    compare=compare,
    rules=RULES,
)
