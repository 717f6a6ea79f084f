"""Whether a schema can be read at all: a `$ref` that leads nowhere leaves open what it would have said."""

from collections.abc import Iterator
from typing import Final

from troth_schemas.documents import Documents, references
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.jsonschema import SchemaAt
from troth_schemas.jsonschema.nodes import Node, node_at

_KEY: Final = "broken references"
_GARBLED: Final = "garbled schemas"


def broken(schema: SchemaAt) -> str | None:
    """Why a part of the schema cannot be read, the first reason; None for a schema that is whole."""
    if not any_broken(schema.documents):
        return None
    try:
        root = node_at(schema)
    except (LookupError, ContractUnreadable) as problem:
        return str(problem)
    return next((why for node in _reachable(root) if node.facts and (why := node.broken) is not None), None)


def garbled(schema: SchemaAt) -> str | None:
    """Which keyword of the schema, or of one inside it, makes no sense, the first one; None where all of them do."""
    known = schema.documents.prepared.setdefault(_GARBLED, {})
    assert isinstance(known, dict)
    key = (schema.location, schema.dialect)
    if key not in known:
        odd = (one for one in _reachable(node_at(schema)) if one.facts.odd)
        known[key] = next((f"the keyword {keyword} makes no sense" for one in odd for keyword in one.facts.odd), None)
    found: str | None = known[key]
    return found


def _reachable(root: Node) -> Iterator[Node]:
    seen, left = {id(root)}, [root]
    while left:
        node = left.pop()
        yield node
        for one in _inside(node):
            if id(one) not in seen:
                seen.add(id(one))
                left.append(one)


def any_broken(documents: Documents) -> bool:
    """Whether any `$ref` in any of the documents leads nowhere; looked for once."""
    found = documents.prepared.get(_KEY)
    if found is None:
        found = documents.prepared.setdefault(
            _KEY, any(_broken_in(documents, name) for name in documents.sources.files)
        )
    return bool(found)


def _broken_in(documents: Documents, name: str) -> bool:
    try:
        named = dict.fromkeys(references(documents.document(name).value))
        for one in named:
            documents.resolve(name, one)
    except (BrokenReference, ContractUnreadable):
        return True
    return False


def _inside(node: Node) -> Iterator[Node]:
    facts = node.facts
    yield from (*facts.all_of, *facts.any_of, *facts.one_of, *facts.head, *facts.properties.values())
    yield from (*facts.patterns.values(), *facts.dependent_schemas.values())
    single = (
        facts.target, facts.negated, facts.condition, facts.then, facts.otherwise, facts.rest, facts.additional,
        facts.names, facts.unevaluated_properties, facts.unevaluated_items,
        facts.contains.node if facts.contains is not None else None,
    )  # fmt: skip
    yield from (one for one in single if one is not None)
