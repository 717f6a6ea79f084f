"""One label for every schema that is equal for schemas that say the same: in another order, with other descriptions,
written out or referred to, in a circle or not.

The label of a schema is a hash of what it says itself and of the labels of the schemas in it. Where those lead back to
it, labels begin equal and are refined, round by round, until no round tells more schemas apart; following a ``$ref``
costs no round, so that what is referred to and what is written out come to the same.
"""

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference
from troth_schemas.json_body import Json
from troth_schemas.openapi.declared import followed
from troth_schemas.openapi.reading import into
from troth_schemas.openapi.sameness import DATA, MAPS, SAYS_NOTHING, SETS, TELLING_EXTENSIONS

_UNORDERED: Final = frozenset({"allOf", "anyOf", "oneOf"})


@dataclass(frozen=True, slots=True)
class _Part:
    """What stands under one keyword: a text that says it all, or schemas with or without an order."""

    text: str
    schemas: tuple[Location, ...] = ()
    ordered: bool = True


class Labels:
    """The labels of schemas among some documents."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        self._parts: dict[Location, tuple[_Part, ...]] = {}
        self._known: dict[Location, bytes] = {}

    def prepare(self, locations: Iterable[Location]) -> None:
        """Label schemas together: labels of circles depend on nothing but what is labelled with them."""
        starts = [followed(self._documents, one) for one in locations]
        for start in starts:
            self._gather(start)
        self._label(starts)

    def of(self, location: Location) -> str:
        """The label of a schema that was prepared."""
        return self._known[followed(self._documents, location)].hex()

    def _gather(self, start: Location) -> None:
        left = [start]
        while left:
            here = left.pop()
            if here not in self._parts:
                self._parts[here] = tuple(self._read(here))
                left.extend(one for part in self._parts[here] for one in part.schemas)

    def _label(self, starts: list[Location]) -> None:
        """Those without circles first, each after the ones in it; then the rest in rounds."""
        new = self._unlabelled(starts)
        inner = {here: {one for part in self._parts[here] for one in part.schemas if one in new} for here in new}
        users: dict[Location, list[Location]] = {here: [] for here in new}
        for here, schemas in inner.items():
            for one in schemas:
                users[one].append(here)
        ready = [here for here, schemas in inner.items() if not schemas]
        while ready:
            here = ready.pop()
            self._known[here] = self._hash(here, self._known)
            for user in users[here]:
                inner[user].discard(here)
                if not inner[user]:
                    ready.append(user)
        self._refine([here for here in new if here not in self._known])

    def _refine(self, circular: list[Location]) -> None:
        labels = dict.fromkeys(circular, b"")
        told_apart = 0
        while circular:
            seen = _Both(self._known, labels)
            labels = {here: self._hash(here, seen) for here in circular}
            count = len(set(labels.values()))
            if count == told_apart:
                break
            told_apart = count
        self._known.update(labels)

    def _unlabelled(self, starts: list[Location]) -> set[Location]:
        found: set[Location] = set()
        left = list(starts)
        while left:
            here = left.pop()
            if here not in found and here not in self._known:
                found.add(here)
                left.extend(one for part in self._parts[here] for one in part.schemas)
        return found

    def _hash(self, here: Location, labels: "dict[Location, bytes] | _Both") -> bytes:
        made = hashlib.blake2b(digest_size=16)
        for part in self._parts[here]:
            made.update(part.text.encode("utf-8", "surrogatepass") + b"\0")
            inner = [labels[one] for one in part.schemas]
            for one in inner if part.ordered else sorted(inner):
                made.update(one or b"?")
            made.update(b"\1%d\0" % len(inner))
        return made.digest()

    def _read(self, here: Location) -> list[_Part]:
        value = self._documents.value(here)
        if not isinstance(value, dict):
            return [_Part(f"value {text_of(value)}")]
        telling = [
            key
            for key in sorted(value)
            if key not in SAYS_NOTHING and (not key.startswith("x-") or key in TELLING_EXTENSIONS)
        ]
        return [_Part("schema"), *(self._keyword(key, value[key], into(here, key)) for key in telling)]

    def _keyword(self, key: str, value: Json, here: Location) -> _Part:
        if key == "$ref" and isinstance(value, str):
            try:
                target = self._documents.resolve(here.document, value)
            except BrokenReference:
                return _Part(f"$ref {value}")
            return _Part("$ref", (followed(self._documents, target),))
        if key in SETS and isinstance(value, list):
            return _Part(f"{key} {sorted(map(text_of, value))}")
        if key in DATA:
            return _Part(f"{key} {text_of(value)}")
        if key in MAPS and isinstance(value, dict):
            names = sorted(value)
            return _Part(f"{key} {names}", tuple(self._at(into(here, name)) for name in names))
        if isinstance(value, dict):
            return _Part(key, (self._at(here),))
        if isinstance(value, list) and any(isinstance(one, dict) for one in value):
            schemas = tuple(self._at(into(here, index)) for index in range(len(value)))
            return _Part(key, schemas, ordered=key not in _UNORDERED)
        return _Part(f"{key} {text_of(value)}")

    def _at(self, here: Location) -> Location:
        value = self._documents.value(here)
        pure = isinstance(value, dict) and "$ref" in value and not (value.keys() - {"$ref"} - SAYS_NOTHING)
        return followed(self._documents, here) if pure else here


class _Both:
    """Labels that are settled and those of the last round."""

    def __init__(self, known: dict[Location, bytes], labels: dict[Location, bytes]) -> None:
        self._known = known
        self._labels = labels

    def __getitem__(self, here: Location) -> bytes:
        found = self._labels.get(here)
        return self._known[here] if found is None else found


def text_of(value: Json) -> str:
    """A value as one text; 1.0 is 1."""
    return json.dumps(_plain(value), sort_keys=True)


def _plain(value: Json) -> Json:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_plain(one) for one in value]
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    return value
