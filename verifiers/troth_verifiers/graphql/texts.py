"""The texts of operations as they are sent."""

from graphql import DocumentNode, print_ast

from troth_schemas.graphql.client_only import as_sent
from troth_schemas.graphql.operations import Operation, text_of
from troth_schemas.options import DEFAULT


def own_text(operation: Operation) -> str:
    """The consumer's own text, where it is one operation by itself and all of it is sent; else as `sent_text`."""
    unit, loc = operation.unit, operation.node.loc
    alone = len(unit.operations) == 1 and unit.fragments.keys() == unit.reached(operation.node).keys()
    if alone and loc is not None and _sent(operation) is None:
        return loc.source.body.strip()
    return sent_text(operation)


def sent_text(operation: Operation) -> str:
    """An operation with its fragments, without what clients keep to themselves, and nothing else."""
    sent = _sent(operation)
    return text_of(operation) if sent is None else "\n\n".join(print_ast(node) for node in sent.definitions)


def _sent(operation: Operation) -> DocumentNode | None:
    """What is left of an operation for the server; None where that is all of it."""
    reached = [node for node, _ in operation.unit.reached(operation.node).values()]
    document = DocumentNode(definitions=(operation.node, *reached))
    sent = as_sent(document, DEFAULT.client_directives)
    return None if sent is document else sent
