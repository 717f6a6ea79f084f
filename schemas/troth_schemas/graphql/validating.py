"""graphql-core's validation of operations, with the name of the rule behind each error."""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from graphql import (
    ASTValidationRule,
    DocumentNode,
    GraphQLError,
    Node,
    OverlappingFieldsCanBeMergedRule,
    ParallelVisitor,
    TypeInfo,
    TypeInfoVisitor,
    ValidationContext,
    Visitor,
    specified_rules,
    visit,
)
from graphql.language.ast import QUERY_DOCUMENT_KEYS

from troth_schemas.graphql.prepared import Prepared

_OF_DOCUMENTS: Final = (
    "ExecutableDefinitionsRule",
    "UniqueOperationNamesRule",
    "LoneAnonymousOperationRule",
    "UniqueFragmentNamesRule",
    "NoUnusedFragmentsRule",
)
"""Rules about a document as a whole, which ask nothing of a schema: the pair sees to them itself."""
RULES: Final = tuple(one for one in specified_rules if one.__name__ not in _OF_DOCUMENTS)
_KEYS: Final = {kind: tuple(key for key in keys if key != "description") for kind, keys in QUERY_DOCUMENT_KEYS.items()}
_MOST: Final = 2_000


class Refusal(NamedTuple):
    """An error with the name that graphql-js has for its rule.

    ``nodes`` are where it is: graphql-core's, or, as it makes up nodes of its own for values, the nearest written one.
    """

    rule: str
    error: GraphQLError
    nodes: tuple[Node, ...]


class _Here(Visitor):
    """Remembers the definition, argument or variable that the rules are looking at."""

    def __init__(self) -> None:
        super().__init__()
        self.node: Node | None = None

    def enter_operation_definition(self, node: Node, *_: object) -> None:
        """An operation begins."""
        self.node = node

    enter_fragment_definition = enter_operation_definition
    enter_variable_definition = enter_operation_definition
    enter_argument = enter_operation_definition


class TooDeep(Exception):
    """Fragments nest so deeply that the document cannot be validated at all."""


class _Enough(Exception):
    """There are more errors than anybody reads."""


def refusals(schema: Prepared, document: DocumentNode, *, merging: bool = True) -> list[Refusal]:
    """Every error of a document, up to a bound. ``merging`` asks whether its fields can be merged. Raises TooDeep."""
    found: list[Refusal] = []
    type_info = TypeInfo(schema)
    context = ValidationContext(schema, document, type_info, _unheard, hide_suggestions=True)
    rules: Sequence[type[ASTValidationRule]] = RULES
    if not merging:
        rules = [one for one in RULES if one is not OverlappingFieldsCanBeMergedRule]
    here = _Here()
    context.__dict__.update(found=found, here=here)
    visitors: list[Visitor] = [here, *(rule(_seen_by(rule, context)) for rule in rules)]
    try:
        visit(document, TypeInfoVisitor(type_info, ParallelVisitor(visitors)), _KEYS)
    except _Enough:
        pass
    except RecursionError:
        raise TooDeep from None
    return found


class _Telling(ValidationContext):
    """The context that all rules share, with all that it keeps, as one of them sees it: it knows who reports."""

    found: list[Refusal]
    here: _Here
    rule: str

    def report_error(self, error: GraphQLError) -> None:
        """Keep an error under the rule's name."""
        nodes = tuple(one for one in error.nodes or () if one.loc is not None)
        near = () if self.here.node is None else (self.here.node,)
        self.found.append(Refusal(self.rule, error, nodes or near))
        if len(self.found) >= _MOST:
            raise _Enough


def _name(rule: type[ASTValidationRule]) -> str:
    return rule.__name__.removesuffix("Rule")


_CONTEXTS: Final = {one: type(f"_Telling{_name(one)}", (_Telling,), {"rule": _name(one)}) for one in RULES}


def _seen_by(rule: type[ASTValidationRule], context: ValidationContext) -> Any:
    one: Any = object.__new__(_CONTEXTS[rule])
    one.__dict__ = context.__dict__
    return one


def _unheard(_error: GraphQLError) -> None:
    """Errors are heard by the contexts of the rules."""
