"""Whether two schemas say the same, told without judging them: by what is written, references followed."""

import hashlib
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.nodes import Node

ANNOTATIONS: Final = frozenset(
    ("title", "description", "$comment", "examples", "example", "deprecated", "externalDocs", "$id", "id", "$schema",
     "$anchor", "$dynamicAnchor", "$recursiveAnchor", "$vocabulary", "$defs", "definitions", "summary", "xml")
)  # fmt: skip
"""Keywords that say nothing about which values are valid."""

_BY_NAME: Final = frozenset(
    ("properties", "patternProperties", "dependentSchemas", "dependentRequired", "dependencies")
)
_AS_IS: Final = frozenset(("enum", "const", "default"))


class Outline:
    """What a schema says with its references left out, as a digest, and where those lead, in order."""

    def __init__(self, node: Node) -> None:
        self.references: list[Node] = []
        self._node = node
        self.digest = self._of(node, node.raw)

    def _of(self, node: Node, raw: Json) -> bytes:
        if not isinstance(raw, dict):
            return _digest(raw)
        whole = hashlib.blake2b(digest_size=12)
        for keyword in sorted(raw):
            if keyword in ANNOTATIONS or keyword == "default":
                continue
            whole.update(keyword.encode("utf-8", "surrogatepass") + b"\0")
            whole.update(self._keyword(node, keyword, raw[keyword]))
        return whole.digest()

    def _keyword(self, node: Node, keyword: str, value: Json) -> bytes:
        if keyword in ("$ref", "$dynamicRef", "$recursiveRef"):
            target = node.follow(keyword)
            if target is None:
                return _digest(value)
            self.references.append(target)
            return b"@"
        if keyword in _AS_IS:
            return _digest(value)
        if keyword in _BY_NAME and isinstance(value, dict):
            parts = [_digest(name) + self._below(node, value[name], keyword, name) for name in sorted(value)]
            return b"{" + b"".join(parts)
        if isinstance(value, list):
            return b"[" + b"".join(self._below(node, one, keyword, index) for index, one in enumerate(value))
        return self._below(node, value, keyword)

    def _below(self, node: Node, value: Json, *steps: str | int) -> bytes:
        return self._of(node.child(*steps), value) if isinstance(value, dict) else _digest(value)


def _digest(value: Json) -> bytes:
    return hashlib.blake2b(plain(value).encode("utf-8", "surrogatepass"), digest_size=12).digest()


def plain(value: Json) -> str:
    """A value as text, equal for equal values: members in order, 1.0 as 1."""
    if isinstance(value, dict):
        return "{" + ",".join(f"{name!r}:{plain(value[name])}" for name in sorted(value)) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(plain, value)) + "]"
    if isinstance(value, float) and value.is_integer():
        return repr(int(value))
    return repr(value)


class Sameness:
    """Pairs of schemas that were found to be the same, remembered."""

    def __init__(self) -> None:
        self._known: dict[tuple[Node, Node], bool] = {}

    def same(self, one: Node, other: Node) -> bool:
        """Whether both say the same for sure; the dialect has to be the same too."""
        if one is other:
            return True
        if one.dialect != other.dialect or isinstance(one.raw, bool) or isinstance(other.raw, bool):
            return one.raw is other.raw
        found = self._known.get((one, other))
        if found is None:
            pairs = {(one, other)}
            found = self._alike(one, other, pairs)
            if found:
                self._known.update(dict.fromkeys(pairs, True))
            else:
                self._known[one, other] = False
        return found

    def _alike(self, one: Node, other: Node, pairs: set[tuple[Node, Node]]) -> bool:
        left = [(one, other)]
        while left:
            first, second = left.pop()
            if first is second:
                continue
            ours, theirs = outline(first), outline(second)
            if ours.digest != theirs.digest or len(ours.references) != len(theirs.references):
                return False
            for pair in zip(ours.references, theirs.references, strict=True):
                if self._known.get(pair) is False:
                    return False
                if pair not in pairs:
                    pairs.add(pair)
                    left.append(pair)
        return True


def outline(node: Node) -> Outline:
    """The outline of a node, kept with its documents."""
    kept = node.library.outlines
    found = kept.get(node)
    if found is None:
        found = kept[node] = Outline(node)
    assert isinstance(found, Outline)
    return found
