"""What is wrong with documents of operations as documents, whatever schema they are asked of."""

from collections.abc import Iterator

from graphql import FragmentDefinitionNode

from troth_schemas.finding import Finding, Found, Severity
from troth_schemas.graphql.asking_rules import (
    ANONYMOUS,
    DUPLICATE_FRAGMENT,
    DUPLICATE_OPERATION,
    STRANGER,
    UNUSED_FRAGMENT,
)
from troth_schemas.graphql.operations import Operations, Unit


def of_documents(consumer: Operations) -> Iterator[Finding]:
    """Of files, of which a client may send less than they hold: only what an operation uses."""
    for unit in consumer.units:
        yield from _of_unit(unit)
    for node, unit in consumer.unused:
        yield _unused(node, unit)


def of_sent(unit: Unit) -> Iterator[Finding]:
    """Of a text that is sent as it is: a provider refuses it for what nobody uses, too."""
    yield from _of_unit(unit, "breaking")
    used = {name for one in unit.operations for name in unit.reached(one.node)}
    for name, node in unit.fragments.items():
        if name not in used:
            yield _unused(node, unit, "breaking")


def _unused(node: FragmentDefinitionNode, unit: Unit, severity: Severity | None = None) -> Finding:
    name = node.name.value
    message = f"No operation uses the fragment {name}."
    return UNUSED_FRAGMENT.finding(Found(message, (unit.document, name), writer=unit.place(node), severity=severity))


def _of_unit(unit: Unit, of_strangers: Severity | None = None) -> Iterator[Finding]:
    seen: set[str] = set()
    for one in unit.operations:
        name = one.node.name.value if one.node.name else None
        place = unit.place(one.node)
        if name is None and len(unit.operations) > 1:
            message = f"An operation without a name stands beside {len(unit.operations) - 1} more."
            yield ANONYMOUS.finding(Found(message, (one.name,), writer=place, interaction=one.name))
        if name is not None and name in seen:
            message = f"The document has several operations called {name}."
            yield DUPLICATE_OPERATION.finding(Found(message, (one.name,), writer=place, interaction=one.name))
        seen.add(name or "")
    for fragment in unit.twice:
        name = fragment.name.value
        message = f"The document has several fragments called {name}."
        yield DUPLICATE_FRAGMENT.finding(Found(message, (unit.document, name), writer=unit.place(fragment)))
    for node in unit.strangers:
        message = "A definition of a schema stands among the operations."
        key = (unit.document, str(node.kind))
        yield STRANGER.finding(Found(message, key, writer=unit.place(node), severity=of_strangers))
