"""What is wrong with an operation before it is sent: by itself, by its variables, by the published schema."""

from typing import Final

from graphql import DirectiveNode

from troth_schemas.graphql.asking import Answer, Asker
from troth_schemas.graphql.operations import Operation, Unit
from troth_schemas.graphql.schema_document import SchemaDocument
from troth_schemas.json_body import Document
from troth_schemas.options import DEFAULT
from troth_verifiers.graphql.conditions import Conditions, conditions_of, undecided, variable_of
from troth_verifiers.graphql.injecting import is_to_come
from troth_verifiers.graphql.selecting import Selection

_ELSEWHERE: Final = "graphql-operations/not-in-this-subgraph"
"""What another subgraph may have, which is not the one that is asked here."""


def chosen(unit: Unit, name: str | None) -> tuple[Operation | None, str]:
    """The operation of a document that is meant, or why there is none."""
    found = [one for one in unit.operations if name is None or (one.node.name and one.node.name.value == name)]
    if len(found) == 1:
        return found[0], ""
    names = ", ".join(one.node.name.value for one in unit.operations if one.node.name) or "none with a name"
    if name is not None:
        return None, f"No operation is called {name!r}; there are: {names}."
    if found:
        return None, f"There are {len(found)} operations; say by `operationName` which is meant: {names}."
    return None, "There is no operation in it."


def lacking(operation: Operation, variables: Document) -> list[str]:
    """The variables that an operation requires and that are not given."""
    return [
        one.variable.name.value
        for one in operation.node.variable_definitions or ()
        if one.type.kind == "non_null_type"
        and one.default_value is None
        and variables.get(one.variable.name.value) is None
    ]


class Checker:
    """Says why operations cannot be sent; each document is held against the published schema once."""

    def __init__(self, schema: SchemaDocument | None) -> None:
        self._asker = Asker(schema, DEFAULT) if schema else None
        self._answers: dict[int, tuple[Answer, ...]] = {}
        self._kept: list[Unit] = []
        self._selecting: dict[int, tuple[Operation, tuple[DirectiveNode, ...], Selection | None]] = {}

    def selecting(self, operation: Operation) -> tuple[tuple[DirectiveNode, ...], Selection | None]:
        """The conditions of an operation, and what it selects where no variable decides that; made once."""
        known = self._selecting.get(id(operation))
        if known is None:
            conditions = conditions_of(operation)
            varies = any(variable_of(one) is not None for one in conditions)
            known = (operation, conditions, None if varies else Selection(operation, {}))
            self._selecting[id(operation)] = known
        return known[1], known[2]

    def trouble(self, operation: Operation, variables: Document) -> str | None:
        """Why an operation cannot be sent; None if it can."""
        missing = lacking(operation, variables)
        if missing:
            return f"The operation requires {', '.join(f'${name}' for name in missing)}, and no value is given."
        return self._refused(operation) or self._undecided(operation, variables)

    def _undecided(self, operation: Operation, variables: Document) -> str | None:
        """The conditions that no server can decide; those that wait for a value of a provider state may come to be."""
        conditions = [
            one for one in self.selecting(operation)[0] if not is_to_come(variables.get(variable_of(one) or ""))
        ]
        return " ".join(undecided(conditions, Conditions(operation, variables))) or None

    def _refused(self, operation: Operation) -> str | None:
        """What the published schema says against it."""
        for answer in self._asked(operation.unit):
            found = [one for one in answer.findings if one.severity == "breaking" or one.rule == _ELSEWHERE]
            if answer.operation.node is operation.node and found:
                return "The published schema refuses the operation: " + " ".join(one.message for one in found[:5])
        return None

    def _asked(self, unit: Unit) -> tuple[Answer, ...]:
        if self._asker is None:
            return ()
        if id(unit) not in self._answers:
            self._answers[id(unit)] = self._asker.ask(unit)
            self._kept.append(unit)  # so that its id stays its own
        return self._answers[id(unit)]
