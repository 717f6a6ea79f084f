"""What a schema says, as bytes that are equal for schemas that say the same.

Schemas are told apart by refining: two are alike as long as what they say by themselves is alike, and so is everything
that they are made of. A reference is what it leads to, so that it makes no difference whether something is referred to
or written in place, and recursion needs no names.
"""

import hashlib
import json
from typing import Any, Final

from troth_schemas.jsonschema.facts import Facts
from troth_schemas.jsonschema.nodes import Node
from troth_schemas.jsonschema.sameness import plain

_NAMED: Final = ("properties", "patterns", "dependent_schemas")
_LISTED: Final = ("head",)
_UNORDERED: Final = ("all_of", "any_of", "one_of")
_SINGLE: Final = (
    "rest", "additional", "names", "unevaluated_properties", "unevaluated_items", "negated", "condition", "then",
    "otherwise",
)  # fmt: skip
_PLAIN: Final = (
    "always", "min_length", "max_length", "pattern", "format", "content_encoding", "content_media_type", "min_items",
    "max_items", "unique", "min_properties", "max_properties", "read_only", "write_only",
)  # fmt: skip


def canonical(root: Node) -> bytes:
    """The canonical form of a schema."""
    shapes = _shapes(_resolved(root))
    names = _refined(shapes)
    table = {names[node]: _with_names(shape, names) for node, shape in shapes.items()}
    whole = {"schema": names[_resolved(root)], "schemas": table}
    return json.dumps(whole, sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "surrogatepass")


def digest(root: Node) -> str:
    """The SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(root)).hexdigest()


def _resolved(node: Node) -> Node:
    """The node itself, or where a reference with nothing beside it leads."""
    seen: set[Node] = set()
    while node.facts.target is not None and _says_nothing_else(node) and node not in seen:
        seen.add(node)
        node = node.facts.target
    return node


def _says_nothing_else(node: Node) -> bool:
    if node.dialect in ("draft-04", "draft-06", "draft-07", "openapi-2.0", "openapi-3.0", "asyncapi"):
        return True
    return not any(_own(node).values())


def _own(node: Node) -> dict[str, Any]:
    """What a schema says by itself."""
    facts = node.facts
    found: dict[str, Any] = {name: value for name in _PLAIN if _is_said(value := getattr(facts, name))}
    found = {name: value for name, value in found.items() if value or not name.startswith("min_")}
    if facts.always is False:
        found["always"] = False
    elif facts.always is True:
        found.pop("always", None)
    if facts.types is not None:
        found["types"] = sorted(facts.types - ({"integer"} if "number" in facts.types else set()))
    if facts.enum is not None:
        found["enum"] = sorted({plain(one) for one in facts.enum})
    found |= {
        name: str(value) for name in ("minimum", "maximum", "step") if (value := getattr(facts, name)) is not None
    }
    if facts.required:
        found["required"] = sorted(facts.required)
    if facts.dependent_required:
        found["dependent_required"] = {name: sorted(one) for name, one in sorted(facts.dependent_required.items())}
    if facts.odd and isinstance(node.raw, dict):
        found["odd"] = [plain([keyword, node.raw.get(keyword)]) for keyword in sorted(facts.odd)]
    if isinstance(node.raw, dict) and "default" in node.raw:
        found["default"] = plain(node.raw["default"])
    found |= {name: True for name in (*_NAMED, *_LISTED, *_UNORDERED, *_SINGLE, "contains") if getattr(facts, name)}
    return found


def _is_said(value: object) -> bool:
    return value is not None and value is not False


class _Shape:
    """What one schema says by itself, and the schemas that it is made of."""

    def __init__(self, node: Node) -> None:
        facts = node.facts
        self.own = _own(node)
        self.named = {
            keyword: {name: _resolved(one) for name, one in sorted(getattr(facts, keyword).items())}
            for keyword in _NAMED
            if getattr(facts, keyword)
        }
        self.listed = {keyword: [_resolved(one) for one in getattr(facts, keyword)] for keyword in _LISTED}
        self.unordered = {keyword: [_resolved(one) for one in _together(facts, keyword)] for keyword in _UNORDERED}
        self.single = {keyword: _resolved(one) for keyword in _SINGLE if (one := getattr(facts, keyword)) is not None}
        self.counted = ""
        if facts.contains is not None:
            self.counted = f"{facts.contains.least} {facts.contains.most}"
            self.single["contains"] = _resolved(facts.contains.node)

    def nodes(self) -> list[Node]:
        found = [one for below in self.named.values() for one in below.values()]
        for several in (*self.listed.values(), *self.unordered.values()):
            found += several
        return [*found, *self.single.values()]


def _together(facts: Facts, keyword: str) -> tuple[Node, ...]:
    """The schemas of a keyword; a reference with something beside it is one more of ``allOf``."""
    found: tuple[Node, ...] = getattr(facts, keyword)
    if keyword == "all_of" and facts.target is not None:
        return (facts.target, *found)
    return found


def _shapes(root: Node) -> dict[Node, _Shape]:
    """The schemas that can be reached, the root first."""
    found: dict[Node, _Shape] = {}
    left = [root]
    while left:
        node = left.pop()
        if node not in found:
            found[node] = _Shape(node)
            left += found[node].nodes()
    return found


def _refined(shapes: dict[Node, _Shape]) -> dict[Node, str]:
    """A name for each schema, the same for those that say the same."""
    names = {node: _hash([shape.own, shape.counted]) for node, shape in shapes.items()}
    told_apart = len(set(names.values()))
    while True:
        names = {node: _hash(_with_names(shape, names)) for node, shape in shapes.items()}
        now = len(set(names.values()))
        if now == told_apart:
            return names
        told_apart = now


def _with_names(shape: _Shape, names: dict[Node, str]) -> dict[str, Any]:
    found: dict[str, Any] = {"own": shape.own, "counted": shape.counted}
    for keyword, below in shape.named.items():
        found[keyword] = {name: names[one] for name, one in below.items()}
    for keyword, several in shape.listed.items():
        found[keyword] = [names[one] for one in several]
    for keyword, several in shape.unordered.items():
        together = sorted(names[one] for one in several)
        found[keyword] = together if keyword == "one_of" else sorted(set(together))
    for keyword, one in shape.single.items():
        found[keyword] = names[one]
    return found


def _hash(value: Any) -> str:
    text = json.dumps(value, sort_keys=True, ensure_ascii=False)
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=12).hexdigest()
