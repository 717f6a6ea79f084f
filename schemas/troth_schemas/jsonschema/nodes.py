"""The schemas of documents as nodes that know their place: one node for one place, made when it is first asked for."""

from collections.abc import Hashable
from functools import cached_property
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.dialects import dialect_of
from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.question import Dialect, SchemaAt
from troth_schemas.jsonschema.resolving import References
from troth_schemas.jsonschema.understanding import read
from troth_schemas.problem import pointer

_KEY: Final = "jsonschema"


class Node:
    """A schema at its place. Two nodes are the same only if their places are."""

    def __init__(self, library: "Library", location: Location, dialect: Dialect, raw: Json) -> None:
        self.library = library
        self.location = location
        self.dialect: Dialect = dialect
        self.raw = raw
        self.broken: str | None = None

    @cached_property
    def facts(self) -> Facts:
        """What the schema says by itself."""
        return read(self)

    def child(self, *steps: str | int) -> "Node":
        """The schema that stands some steps below."""
        raw = self.raw
        for step in steps:
            raw = raw[step]  # type: ignore[index]  # the caller has just seen it there
        return self.library.node(
            Location(self.location.document, self.location.pointer + pointer(*steps)), self.dialect, raw
        )

    def follow(self, keyword: str) -> "Node | None":
        """The schema that a reference leads to; None where it leads nowhere, which ``broken`` then explains."""
        reference = self.raw[keyword] if isinstance(self.raw, dict) else None
        if not isinstance(reference, str):
            return None
        references = self.library.references
        try:
            if keyword == "$dynamicRef":
                location = references.follow_dynamic(self.location, reference)
            elif keyword == "$recursiveRef":
                location = references.follow_recursive(self.location)
            else:
                location = references.follow(self.location, reference)
            return self.library.at(location, self._dialect_at(location))
        except (BrokenReference, ContractUnreadable) as problem:
            self.broken = str(problem)
            return None

    def _dialect_at(self, location: Location) -> Dialect:
        """Another document may be written in another dialect, and say so."""
        if location.document == self.location.document or self.dialect.startswith("openapi"):
            return self.dialect
        return dialect_of(self.library.documents.document(location.document).value, self.dialect)

    @property
    def name(self) -> str:
        """The last step of its place, which is how people call it."""
        return self.location.pointer.rpartition("/")[2].replace("~1", "/").replace("~0", "~")


class Library:
    """The nodes of some documents."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self.references = References(documents)
        self.is_made = False
        """Whether no document holds these schemas, so that nobody can be sent there."""
        self.validators: dict[Hashable, object] = {}
        """What was compiled to judge values, by node and by how it is looked at."""
        self.outlines: dict[Node, object] = {}
        """What is needed to tell that two schemas say the same."""
        self._nodes: dict[tuple[Location, Dialect], Node] = {}

    def at(self, location: Location, dialect: Dialect) -> Node:
        """The node of a place. Raises LookupError where there is nothing, ContractUnreadable."""
        found = self._nodes.get((location, dialect))
        return found or self.node(location, dialect, self.documents.value(location))

    def node(self, location: Location, dialect: Dialect, raw: Json) -> Node:
        """The node of a place whose value is known."""
        key = (location, dialect)
        found = self._nodes.get(key)
        if found is None:
            found = self._nodes.setdefault(key, Node(self, location, dialect, raw))
        return found


def library_of(documents: Documents) -> Library:
    """The nodes of these documents, kept with them."""
    found = documents.prepared.get(_KEY)
    if found is None:
        found = documents.prepared.setdefault(_KEY, Library(documents))
    assert isinstance(found, Library)
    return found


def node_at(at: SchemaAt) -> Node:
    """The node of a schema that somebody asks about."""
    return library_of(at.documents).at(at.location, at.dialect)


def made(value: Json, dialect: Dialect = "2020-12") -> Node:
    """A node of a schema that no document holds."""
    library = Library(Documents.of("", value))
    library.is_made = True
    return library.at(Location(""), dialect)
