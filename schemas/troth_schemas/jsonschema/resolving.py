"""Where references of JSON Schema lead: pointers, anchors and the ``$id``s of embedded schemas.

Nothing is fetched: an address is known only if a document of that name was given or a given schema has it as ``$id``.
"""

import re
from typing import Final
from urllib.parse import unquote, urldefrag, urljoin

from troth_schemas.documents import Document, Documents, Location, target
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.problem import Way, pointer_back

_AS_IS: Final = ("enum", "const", "default", "examples", "example")


_NAMING: Final = frozenset({"$id", "id", "$anchor", "$dynamicAnchor", "$recursiveAnchor"})
_MAY_NAME: Final = re.compile(rb"""[ \t\r\n]*:[ \t\r\n]*"(?:#|http|urn)""")
_HOLDERS: Final = (dict, list)


class Index:
    """The names that one document gives to places in it."""

    def __init__(self, value: Json) -> None:
        self.resources: dict[str, str] = {}
        """Pointers of schemas with an ``$id``, by their absolute address."""
        self.bases: dict[str, str] = {"": ""}
        """The same the other way round, with the root."""
        self.anchors: dict[tuple[str, str], str] = {}
        self.dynamic: dict[str, list[str]] = {}
        self.recursive: list[str] = []
        self._walk(value)

    def _walk(self, value: Json) -> None:
        left: list[tuple[Json, Way, str]] = [(value, None, "")]
        while left:
            one, way, base = left.pop()
            if isinstance(one, dict):
                if not _NAMING.isdisjoint(one):
                    base = self._named(one, pointer_back(way), base)
                for name, below in one.items():
                    if isinstance(below, _HOLDERS) and name not in _AS_IS:
                        left.append((below, (way, name), base))
            elif isinstance(one, list):
                left.extend((below, (way, index), base) for index, below in enumerate(one))

    def _named(self, schema: dict[str, Json], place: str, base: str) -> str:
        for keyword in ("$id", "id"):
            said = schema.get(keyword)
            if not isinstance(said, str) or (keyword == "id" and not said.startswith(("#", "http:", "https:", "urn:"))):
                continue
            address, fragment = urldefrag(urljoin(base, said))
            if said.startswith("#"):
                self.anchors[base, fragment] = place
            else:
                base = address
                self.resources.setdefault(base, place)
                self.bases[place] = base
        for keyword in ("$anchor", "$dynamicAnchor"):
            name = schema.get(keyword)
            if isinstance(name, str):
                self.anchors[base, name] = place
                if keyword == "$dynamicAnchor":
                    self.dynamic.setdefault(name, []).append(place)
        if schema.get("$recursiveAnchor") is True:
            self.recursive.append(place)
        return base

    def base(self, place: str) -> str:
        """The address of the nearest schema around a place that has one."""
        while place not in self.bases:
            place = place.rpartition("/")[0]
        return self.bases[place]


def _names_nothing(document: Document) -> bool:
    """Whether a document plainly has no name for any place in it, told from its text: then nothing has to be walked."""
    if any(document.texts_after(keyword) != [] for keyword in _NAMING - {"id"}):
        return False
    return not any(map(_MAY_NAME.match, document.texts_after("id") or []))


class References:
    """The references between some documents."""

    def __init__(self, documents: Documents) -> None:
        self.documents = documents
        self._indices: dict[str, Index] = {}

    def index(self, name: str) -> Index:
        """The names in a document. Raises LookupError, ContractUnreadable."""
        found = self._indices.get(name)
        if found is None:
            document = self.documents.document(name)
            found = self._indices[name] = Index({} if _names_nothing(document) else document.value)
        return found

    def follow(self, location: Location, reference: str) -> Location:
        """Where a reference at a place leads. Raises BrokenReference."""
        index = self.index(location.document)
        base = index.base(location.pointer)
        address, fragment = urldefrag(urljoin(base, reference)) if base else urldefrag(reference)
        fragment = unquote(fragment)
        found = self._resource(address, location.document) if address else Location(location.document)
        if found is None:
            return self._in_document(location.document, reference)
        if fragment.startswith("/") or not fragment:
            return self._at(Location(found.document, found.pointer + fragment), reference, location.document)
        return self._anchored(found.document, address, fragment, reference, location.document)

    def _resource(self, address: str, first: str) -> Location | None:
        """The schema that has an address as its ``$id``."""
        for name in dict.fromkeys((first, *self.documents.sources.files)):
            try:
                place = self.index(name).resources.get(address)
            except ContractUnreadable:
                continue
            if place is not None:
                return Location(name, place)
        return None

    def _in_document(self, document: str, reference: str) -> Location:
        """A reference to a document by its name."""
        address, _, fragment = reference.partition("#")
        if fragment and not fragment.startswith("/"):
            other = target(document, address) if address else document
            if other in self.documents.sources.files:
                return self._anchored(other, self.index(other).bases[""], unquote(fragment), reference, document)
        return self.documents.resolve(document, reference)

    def _anchored(self, document: str, base: str, name: str, reference: str, asker: str) -> Location:
        place = self.index(document).anchors.get((base, name))
        if place is None:
            raise BrokenReference(reference, asker, why=f"no schema there has the anchor {name}")
        return Location(document, place)

    def _at(self, location: Location, reference: str, asker: str) -> Location:
        try:
            self.documents.value(location)
        except LookupError:
            raise BrokenReference(reference, asker) from None
        return location

    def follow_dynamic(self, location: Location, reference: str) -> Location:
        """Where a ``$dynamicRef`` leads, if that does not depend on the way to it. Raises BrokenReference."""
        name = reference.partition("#")[2]
        found = self.follow(location, reference)
        if len(self.index(found.document).dynamic.get(name, ())) > 1:
            raise BrokenReference(reference, location.document, why="several schemas have that dynamic anchor")
        return found

    def follow_recursive(self, location: Location) -> Location:
        """Where a ``$recursiveRef`` leads, if that does not depend on the way to it. Raises BrokenReference."""
        index = self.index(location.document)
        if len(index.recursive) > 1:
            raise BrokenReference("#", location.document, why="several schemas have a recursive anchor")
        return self.follow(location, "#")
