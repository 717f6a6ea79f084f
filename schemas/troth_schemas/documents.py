"""JSON and YAML documents with their lines, and the references between them.

A reference leads to another place of the same document or to a document that was given with it; nothing else is ever
read, and a reference that leads anywhere else is an error that names it.
"""

import re
from collections.abc import Callable, Mapping
from contextlib import nullcontext, suppress
from posixpath import dirname, join, normpath
from typing import Any, Final, NamedTuple
from urllib.parse import unquote

from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.finding import Place
from troth_schemas.json_body import Json, parse
from troth_schemas.lines import JsonLines, YamlLines
from troth_schemas.problem import steps_of
from troth_schemas.sources import Sources
from troth_schemas.yaml_body import parse_yaml

MAX_DEPTH: Final = 200
"""Schemas inside schemas nest deeper than pacts do."""

_ELSEWHERE: Final = re.compile(rb"""\$ref["']?[ \t\r\n]*:[ \t\r\n]*+(?!["']?\#)""")
_ESCAPED: Final = re.compile(rb"\\[uUx]0*(?:24|72|65|66)")
"""What may be a reference to another document: ``$ref`` before anything but a fragment, or written with escapes."""
_ESCAPED_LETTER: Final = re.compile(rb"\\u00[2-7]")
"""Letters and signs of ASCII that are written with escapes, so that a name may not be found as it is."""
_SCHEMES: Final = ("http:", "https:", "file:", "ftp:", "urn:", "data:")


class Document:
    """One document: its name, its value, and the lines of its places. ``json`` is its text where that is JSON."""

    def __init__(
        self,
        name: str,
        value: Json,
        lines: Callable[[], JsonLines | YamlLines] | None = None,
        json: bytes | None = None,
    ) -> None:
        self.name = name
        self.value = value
        self._make_lines = lines
        self._lines: JsonLines | YamlLines | None = None
        self._json = json if json is not None and _ESCAPED_LETTER.search(json) is None else None

    def texts_after(self, name: str) -> list[bytes] | None:
        """What follows each mention of a name in the text: its value, if it is a member's.

        None where the text does not tell, as in YAML, or where letters are escaped.
        """
        return None if self._json is None else self._json.split(f'"{name}"'.encode())[1:]

    def line(self, pointer: str) -> int | None:
        """The line (from 1) where a pointer leads, or the nearest that there is; None in a document that was made."""
        if self._lines is None and self._make_lines is not None:
            self._lines = self._make_lines()
        return None if self._lines is None else self._lines.line(pointer)


def read(name: str, content: bytes, *, max_depth: int = MAX_DEPTH) -> Document:
    """A JSON or YAML document, by what its first character says. Raises ContractUnreadable.

    What is called YAML and begins with a bracket is JSON if it can be, which the YAML of today's libraries is not quite
    a superset of: a character that JSON escapes as two would be refused.
    """
    what = f"the document {name}"
    if content.lstrip()[:1] in (b"{", b"["):
        said_to_be_yaml = name.lower().endswith((".yaml", ".yml"))
        with suppress(ContractUnreadable) if said_to_be_yaml else nullcontext():
            value = parse(content, what=what, max_depth=max_depth)
            return Document(name, value, lambda: JsonLines(content.decode()), json=content)
    text = _decoded(content, what)
    return Document(name, parse_yaml(text, what=what, max_depth=max_depth), lambda: YamlLines(text))


class Location(NamedTuple):
    """A place in one of the documents: the document's name and an RFC 6901 pointer."""

    document: str
    pointer: str = ""


class Documents:
    """The documents of one contract, read when they are first needed."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.prepared: dict[str, Any] = {}
        """What a format made of these documents to answer faster, by a name of its own; it lives as long as they do."""
        self._read: dict[str, Document] = {}
        self._values: dict[str, dict[str, Json]] = {}
        """What stood at the pointers that were asked for, by document."""
        self._resolved: dict[tuple[str, str], Location] = {}

    @classmethod
    def of(cls, name: str, value: Json) -> "Documents":
        """One document that was made, not read."""
        made = cls(Sources(name, {name: b""}))
        made._read[name] = Document(name, value)
        return made

    def replacing(self, values: Mapping[str, Json]) -> "Documents":
        """These documents with other values for some; what those hold has no lines."""
        made = Documents(self.sources)
        made._read = {**self._read, **{name: Document(name, value) for name, value in values.items()}}
        return made

    @property
    def root(self) -> Document:
        """The root document. Raises ContractUnreadable."""
        return self.document(self.sources.root)

    def document(self, name: str) -> Document:
        """A document by its name. Raises ContractUnreadable; LookupError where it was not given."""
        found = self._read.get(name)
        if found is None:
            found = self._read[name] = read(name, self.sources.files[name])
        return found

    def value(self, location: Location) -> Json:
        """What stands at a location. Raises LookupError where there is nothing."""
        known = self._values.get(location.document)
        if known is None:
            known = self._values.setdefault(location.document, {"": self.document(location.document).value})
        pointer = location.pointer
        if pointer not in known:
            known[pointer] = _walked(known[""], pointer)
        return known[pointer]

    def place(self, location: Location) -> Place:
        """A location as findings show it, with its line."""
        return Place(location.pointer, self.document(location.document).line(location.pointer), location.document)

    def resolve(self, base: str, reference: str) -> Location:
        """Where a ``$ref`` in the document ``base`` leads, one step. Raises BrokenReference.

        The fragment must be a JSON pointer or empty; anchors are the affair of JSON Schema.
        """
        found = self._resolved.get((base, reference))
        if found is None:
            found = self._resolved[base, reference] = self._resolve(base, reference)
        return found

    def _resolve(self, base: str, reference: str) -> Location:
        address, _, fragment = reference.partition("#")
        document = base
        if address:
            document = target(base, address)
            if document not in self.sources.files:
                raise BrokenReference(reference, base, missing_document=document)
        pointer = unquote(fragment)
        if pointer and not pointer.startswith("/"):
            raise BrokenReference(reference, base)
        location = Location(document, pointer)
        try:
            self.value(location)
        except LookupError:
            raise BrokenReference(reference, base) from None
        except ContractUnreadable as problem:
            raise BrokenReference(reference, base, why=str(problem)) from None
        return location


def _walked(value: Json, pointer: str) -> Json:
    """What stands at a pointer into a value."""
    if not pointer.startswith("/"):
        raise LookupError(pointer)
    for step in steps_of(pointer):
        if isinstance(value, dict) and step in value:
            value = value[step]
        elif isinstance(value, list) and step.isascii() and step.isdigit() and int(step) < len(value):
            value = value[int(step)]
        else:
            raise LookupError(pointer)
    return value


def target(base: str, address: str) -> str:
    """The name of the document that an address in the document ``base`` means.

    Addresses with a scheme stay as they are: only a document given under that very name can answer for them.
    """
    if address.startswith(_SCHEMES):
        return address
    return normpath(join(dirname(base), unquote(address)))


def missing(sources: Sources) -> tuple[str, ...]:
    """The documents that ``$ref``s name and that were not given, in the order in which they are met.

    Addresses with a scheme are left out: what is to be had over the network is never fetched.
    """
    found: dict[str, None] = {}
    documents = Documents(sources)
    for name, content in sources.files.items():
        if not _ELSEWHERE.search(content) and not _ESCAPED.search(content):
            continue
        try:
            value = documents.document(name).value
        except ContractUnreadable:
            continue
        for reference in references(value):
            address = reference.partition("#")[0]
            if address and not address.startswith(_SCHEMES):
                wanted = target(name, address)
                if wanted not in sources.files:
                    found[wanted] = None
    return tuple(found)


def references(value: Json) -> list[str]:
    """Every text that stands as ``$ref`` anywhere in a value."""
    found: list[str] = []
    left = [value]
    while left:
        one = left.pop()
        if isinstance(one, dict):
            reference = one.get("$ref")
            if isinstance(reference, str):
                found.append(reference)
            left.extend(one.values())
        elif isinstance(one, list):
            left.extend(one)
    return found


def _decoded(content: bytes, what: str) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as problem:
        index = len(content[: problem.start].decode())
        reason = f"is not UTF-8: byte 0x{content[problem.start]:02x} cannot stand"
        fix = "Save it as UTF-8."
        raise ContractUnreadable(what, reason, index=index, place=f"character {index}", fix=fix) from None
