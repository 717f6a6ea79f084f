"""Rules about operations asked of a schema: the specification's, with graphql-js's names as aliases, and ours."""

from collections.abc import Mapping
from typing import Final

from troth_schemas.finding import Severity
from troth_schemas.graphql.touching import Mark
from troth_schemas.rule import Rule

_ONE_WAY: Final = "one way only: operations ask, and schemas answer"


def _rule(
    name: str, fact: str, why: str, instead: str, *aliases: str, severity: Severity = "breaking", note: str = ""
) -> Rule:
    return Rule(
        id=f"graphql-operations/{name}",
        severity=severity,
        fact=fact,
        why=why,
        instead=instead,
        aliases=aliases,
        mirror=_ONE_WAY,
        note=note,
    )


_REFUSED: Final = "the provider refuses the whole operation before it runs."

_OF_CORE: Final = (
    _rule(
        "unknown-field",
        "An operation selects a field that its type does not have.",
        _REFUSED,
        "select a field that the schema has, or let the provider add it first.",
        "FieldsOnCorrectType",
    ),
    _rule(
        "unknown-type",
        "An operation names a type that the schema does not have.",
        _REFUSED,
        "name a type of the schema, or let the provider add it first.",
        "KnownTypeNames",
    ),
    _rule(
        "unknown-argument",
        "An operation gives an argument that the field or directive does not take.",
        _REFUSED,
        "leave the argument out, or let the provider add it first.",
        "KnownArgumentNames",
    ),
    _rule(
        "required-argument-missing",
        "An operation does not give an argument that is required.",
        _REFUSED,
        "give the argument, or let the provider make it optional.",
        "ProvidedRequiredArguments",
    ),
    _rule(
        "variable-type-mismatch",
        "A variable is given where its type does not fit.",
        _REFUSED,
        "declare the variable with the type of what takes it.",
        "VariablesInAllowedPosition",
    ),
    _rule(
        "wrong-value",
        "A literal or a default value is no value of the type that takes it.",
        _REFUSED,
        "give a value of that type.",
        "ValuesOfCorrectType",
    ),
    _rule(
        "wrong-selection",
        "An operation selects nothing of an object, or something of a scalar.",
        _REFUSED,
        "select fields of objects, and none of scalars and enums.",
        "ScalarLeafs",
    ),
    _rule(
        "fragment-on-scalar",
        "A fragment is on a type that has no fields.",
        _REFUSED,
        "put fragments on objects, interfaces and unions.",
        "FragmentsOnCompositeTypes",
    ),
    _rule(
        "impossible-fragment",
        "A fragment is on a type that can never stand where it is spread.",
        _REFUSED,
        "spread it where its type is possible, or let the provider make it a member or an implementation again.",
        "PossibleFragmentSpreads",
    ),
    _rule(
        "unknown-fragment",
        "An operation spreads a fragment that is defined nowhere.",
        _REFUSED,
        "define the fragment, or publish the document that does with the operations.",
        "KnownFragmentNames",
    ),
    _rule(
        "fragment-cycle",
        "A fragment spreads itself, perhaps through others.",
        _REFUSED,
        "break the cycle: what is nested without end must be asked for to some depth.",
        "NoFragmentCycles",
    ),
    _rule(
        "undefined-variable",
        "An operation uses a variable that it does not declare.",
        _REFUSED,
        "declare the variable.",
        "NoUndefinedVariables",
    ),
    _rule(
        "unused-variable",
        "An operation declares a variable that it does not use.",
        _REFUSED,
        "remove the variable.",
        "NoUnusedVariables",
    ),
    _rule(
        "variable-of-output-type",
        "A variable is of a type that is only given out.",
        _REFUSED,
        "declare it with a scalar, an enum or an input object.",
        "VariablesAreInputTypes",
    ),
    _rule(
        "duplicate-variable",
        "An operation declares a variable twice.",
        _REFUSED,
        "declare it once.",
        "UniqueVariableNames",
    ),
    _rule(
        "duplicate-argument",
        "An argument is given twice.",
        _REFUSED,
        "give it once.",
        "UniqueArgumentNames",
    ),
    _rule(
        "duplicate-input-field",
        "A field of an input object is given twice.",
        _REFUSED,
        "give it once.",
        "UniqueInputFieldNames",
    ),
    _rule(
        "subscription-of-several-fields",
        "A subscription selects more than one field of its root.",
        _REFUSED,
        "make one subscription for each.",
        "SingleFieldSubscriptions",
    ),
    _rule(
        "unknown-directive",
        "An operation uses a directive that the schema does not have, or where it may not stand.",
        _REFUSED,
        "remove it, or name it among the directives that clients keep to themselves (client_directives).",
        "KnownDirectives",
    ),
    _rule(
        "repeated-directive",
        "A directive is used twice in a place, but it is not repeatable.",
        _REFUSED,
        "use it once.",
        "UniqueDirectivesPerLocation",
    ),
    _rule(
        "unknown-operation-kind",
        "An operation is of a kind that the schema has no type for.",
        _REFUSED,
        "ask in another kind of operation, or let the provider have that kind first.",
        "KnownOperationTypes",
    ),
    _rule(
        "conflicting-fields",
        "Two selections answer under one name, but are not the same.",
        _REFUSED,
        "give one of the two an alias.",
        "OverlappingFieldsCanBeMerged",
    ),
    _rule(
        "wrong-defer-or-stream",
        "@defer or @stream stands where the schema that defines it does not allow it.",
        _REFUSED,
        "use them below the root of queries, with labels of their own, and @stream on lists only.",
        "DeferStreamDirectiveLabel",
        "DeferStreamDirectiveOnRootField",
        "DeferStreamDirectiveOnValidOperations",
        "StreamDirectiveOnListField",
    ),
    _rule(
        "introspection-too-deep",
        "An operation nests lists of introspection deeper than servers allow.",
        "servers refuse it, because it costs them too much.",
        "ask for less of the schema at once.",
        "MaxIntrospectionDepth",
    ),
)

BY_CORE: Final[Mapping[str, Rule]] = {alias: one for one in _OF_CORE for alias in one.aliases}
"""Our rule for each of graphql-js's."""

DUPLICATE_OPERATION: Final = _rule(
    "duplicate-operation",
    "Two operations of one document have one name.",
    "a provider refuses the document, and which of the two is meant cannot be told.",
    "give one of the two another name.",
    "UniqueOperationNames",
)
DUPLICATE_FRAGMENT: Final = _rule(
    "duplicate-fragment",
    "Two fragments of one document have one name.",
    "a provider refuses the document, and which of the two is meant cannot be told.",
    "give one of the two another name.",
    "UniqueFragmentNames",
)
ANONYMOUS: Final = _rule(
    "anonymous-beside-others",
    "An operation without a name stands beside others in one document.",
    "a provider refuses the document, because the operation cannot be chosen.",
    "give every operation a name.",
    "LoneAnonymousOperation",
)
STRANGER: Final = _rule(
    "definition-among-operations",
    "A definition of a schema stands among operations.",
    "a provider refuses the document if it is sent as a whole.",
    "keep definitions of schemas in documents of their own.",
    "ExecutableDefinitions",
    severity="risky",
)
UNUSED_FRAGMENT: Final = _rule(
    "unused-fragment",
    "No operation uses a fragment.",
    "a provider refuses a document that is sent with it; most clients send only what an operation uses.",
    "remove the fragment.",
    "NoUnusedFragments",
    severity="risky",
)
DOCUMENT_RULES: Final = (DUPLICATE_OPERATION, DUPLICATE_FRAGMENT, ANONYMOUS, STRANGER, UNUSED_FRAGMENT)

INACCESSIBLE: Final = _rule(
    "inaccessible-used",
    "An operation uses something that is hidden from clients (@inaccessible).",
    "the supergraph does not have it; only a gateway may ask a subgraph for it.",
    "use what the supergraph has, unless the consumer is the gateway itself.",
    severity="risky",
)
UNDEFINED: Final = _rule(
    "undefined-type-touched",
    "An operation touches something of a type that the schema does not define.",
    "what may be selected or given there cannot be told.",
    "let the provider publish the whole schema.",
    severity="not-covered",
)
NOT_HERE: Final = _rule(
    "not-in-this-subgraph",
    "An operation uses something that this subgraph does not have, but another one may.",
    "only the composed supergraph could tell, and composition is not judged here.",
    "compare the operations with the supergraph's schema.",
    severity="not-covered",
)
TOO_LARGE: Final = _rule(
    "too-large",
    "A document is so large or so deeply nested that it is not judged as a whole.",
    "to see whether all its fields can be merged would take minutes.",
    "split the document, or ask for less at once.",
    severity="not-covered",
)


def _deprecated(name: str, thing: str) -> Rule:
    return _rule(
        f"deprecated-{name}-used",
        f"An operation uses {thing} that is deprecated.",
        "it still works, but it is going to go.",
        "use what the reason names.",
        "NoDeprecatedCustomRule",
        severity="risky",
    )


_DEPRECATED: Final = (
    _deprecated("field", "a field"),
    _deprecated("argument", "an argument"),
    _deprecated("input-field", "a field of an input object"),
    _deprecated("value", "a value of an enum"),
)

MARKS: Final[Mapping[Mark, tuple[Rule, str]]] = {
    "deprecated-field": (_DEPRECATED[0], "The field {element} is deprecated: {why}"),
    "deprecated-argument": (_DEPRECATED[1], "The argument {element} is deprecated: {why}"),
    "deprecated-input-field": (_DEPRECATED[2], "The input field {element} is deprecated: {why}"),
    "deprecated-value": (_DEPRECATED[3], "The enum value {element} is deprecated: {why}"),
    "inaccessible": (INACCESSIBLE, "{element} is hidden from clients (@inaccessible)."),
    "undefined": (UNDEFINED, "{element} is of the type {why}, which the schema does not define."),
}
"""Our rule and sentence for what operations touch."""

RULES: Final = (*_OF_CORE, *DOCUMENT_RULES, *_DEPRECATED, INACCESSIBLE, UNDEFINED, NOT_HERE, TOO_LARGE)
