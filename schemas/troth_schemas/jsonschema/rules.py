"""The rules of JSON Schema: what a reader may have that a writer does not keep to, one for each axis and change."""

from dataclasses import dataclass
from typing import Final

from troth_schemas.finding import Severity
from troth_schemas.jsonschema.missing import Change
from troth_schemas.rule import Rule, by_id

_ONE_WAY: Final = "one way only: what one direction adds, the other takes away, and taking away refuses nothing"


@dataclass(frozen=True, slots=True)
class Kind:
    """One axis and change: the rule's name, its fact, why it matters, what to do, and the sentence of a finding.

    ``sentence`` is filled with ``where`` (the place in an instance) and ``detail``.
    """

    name: str
    axis: str
    change: Change
    fact: str
    why: str
    instead: str
    sentence: str
    aliases: tuple[str, ...] = ()
    severity: Severity = "breaking"


def _limit(
    axis: str, what: str, aliases: tuple[str, str], *, unit: str, tighter: str, looser: str
) -> tuple[Kind, Kind]:
    """A limit that only the reader has, and one that is tighter in the reader."""
    return (
        Kind(
            f"{axis}-added", axis, "added",
            f"The reader limits {what}, and the writer does not.",
            f"the writer may send {unit} beyond the limit, which the reader refuses.",
            "leave the limit out of the reader, or let the writer keep to it first.",
            f"{{where}} has a limit that the writer does not keep to: {what} ({{detail}}).",
            (aliases[0],),
        ),
        Kind(
            f"{axis}-narrowed", axis, "narrowed",
            f"The reader's limit of {what} is {tighter} than the writer's.",
            f"the writer may send {unit} that keep to its own limit and not to the reader's.",
            f"let the reader's limit be {looser} at least until the writer's has followed.",
            f"{{where}} has a {tighter} limit than the writer's: {what} ({{detail}}).",
            (aliases[1],),
        ),
    )  # fmt: skip


KINDS: Final[tuple[Kind, ...]] = (
    Kind(
        "type-added", "type", "added",
        "The reader asks for a type, and the writer may send values of any type.",
        "a value of another type is refused.",
        "let the writer say which types it sends, or leave the reader open.",
        "{where} must have a type that the writer does not promise: {detail}.", ("TYPE_NARROWED",),
    ),
    Kind(
        "type-narrowed", "type", "narrowed",
        "The reader accepts fewer types than the writer sends.",
        "values of the type that is gone are refused.",
        "keep the type in the reader until no writer sends it any more.",
        "{where} no longer accepts every type that the writer sends: {detail}.", ("TYPE_NARROWED",),
    ),
    Kind(
        "type-changed", "type", "changed",
        "The reader wants another type than the writer sends.",
        "every value of the writer's type is refused.",
        "add a member of the new type beside the old one, and let the old one go when nobody sends it.",
        "{where} has another type than the writer's: {detail}.", ("TYPE_CHANGED",),
    ),
    Kind(
        "nullability-removed", "nullability", "removed",
        "The writer may send null, and the reader does not accept it.",
        "null is refused.",
        "accept null in the reader until the writer has stopped sending it.",
        "{where} does not accept null, which the writer may send.", ("TYPE_NARROWED", "SUM_TYPE_NARROWED"),
    ),
    Kind(
        "enum-added", "enum", "added",
        "The reader lists the values that it accepts, and the writer may send others.",
        "a value that is not listed is refused.",
        "let the writer list its values first.",
        "{where} accepts only listed values, and the writer may send {detail}.", ("ENUM_ARRAY_CHANGED",),
    ),
    Kind(
        "enum-narrowed", "enum", "narrowed",
        "The reader's list of values lacks one that the writer may send.",
        "that value is refused.",
        "keep the value in the reader until no writer sends it.",
        "{where} does not accept {detail}, which the writer may send.", ("ENUM_ARRAY_NARROWED",),
    ),
    Kind(
        "const-added", "const", "added",
        "The reader accepts one value only, and the writer may send any.",
        "every other value is refused.",
        "let the writer send that value only, or list the values in the reader.",
        "{where} accepts one value only, and the writer may send {detail}.", ("ENUM_ARRAY_CHANGED",),
    ),
    Kind(
        "const-narrowed", "const", "narrowed",
        "The reader accepts one value only, and the writer may send another one.",
        "that value is refused.",
        "accept both values in the reader until the writer has changed.",
        "{where} does not accept {detail}, which the writer may send.", ("ENUM_ARRAY_NARROWED",),
    ),
    Kind(
        "format-added", "format", "added",
        "The reader asserts a format that the writer does not promise.",
        "with formats asserted, a value of another form is refused.",
        "let the writer state the format first, or do not assert formats.",
        "{where} asserts a format that the writer does not promise: {detail}.",
    ),
    Kind(
        "format-changed", "format", "changed",
        "The reader asserts another format than the writer's.",
        "with formats asserted, the writer's values are refused.",
        "accept both forms in the reader until the writer has changed.",
        "{where} asserts another format than the writer's: {detail}.",
    ),
    *_limit("minimum", "the least number", ("MINIMUM_ADDED", "MINIMUM_INCREASED"),
            unit="numbers", tighter="higher", looser="as low"),
    *_limit("maximum", "the greatest number", ("MAXIMUM_ADDED", "MAXIMUM_DECREASED"),
            unit="numbers", tighter="lower", looser="as high"),
    Kind(
        "multiple-of-added", "multiple-of", "added",
        "The reader wants multiples of a number, and the writer may send others.",
        "a number between the steps is refused.",
        "let the writer keep to the steps first.",
        "{where} must be a multiple, which the writer does not promise: {detail}.", ("MULTIPLE_OF_ADDED",),
    ),
    Kind(
        "multiple-of-narrowed", "multiple-of", "narrowed",
        "The reader's steps are wider than the writer's.",
        "a number of the writer's that lies between the reader's steps is refused.",
        "keep steps in the reader that divide the writer's.",
        "{where} has wider steps than the writer's: {detail}.", ("MULTIPLE_OF_EXPANDED",),
    ),
    Kind(
        "multiple-of-changed", "multiple-of", "changed",
        "The reader's steps are others than the writer's.",
        "a number that is a multiple of the writer's step and not of the reader's is refused.",
        "keep steps in the reader that divide the writer's.",
        "{where} has other steps than the writer's: {detail}.", ("MULTIPLE_OF_CHANGED",),
    ),
    *_limit("min-length", "the least length", ("MIN_LENGTH_ADDED", "MIN_LENGTH_INCREASED"),
            unit="texts", tighter="higher", looser="as low"),
    *_limit("max-length", "the greatest length", ("MAX_LENGTH_ADDED", "MAX_LENGTH_DECREASED"),
            unit="texts", tighter="lower", looser="as high"),
    Kind(
        "pattern-added", "pattern", "added",
        "The reader asks for a pattern, and the writer may send texts that do not match it.",
        "a text that does not match is refused.",
        "let the writer keep to the pattern first.",
        "{where} must match a pattern that the writer does not promise: {detail}.", ("PATTERN_ADDED",),
    ),
    Kind(
        "pattern-changed", "pattern", "changed",
        "The reader's pattern refuses texts that match the writer's.",
        "such a text is refused.",
        "widen the reader's pattern until the writer has changed.",
        "{where} has a pattern that refuses what the writer may send: {detail}.", ("PATTERN_CHANGED",),
    ),
    Kind(
        "items-removed", "items", "removed",
        "The reader has no place for an element that the writer may send.",
        "an array with that element is refused.",
        "let the reader accept further elements until the writer sends none.",
        "{where} has no place for an element that the writer may send: {detail}.",
        ("ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL", "ADDITIONAL_ITEMS_REMOVED"),
    ),
    *_limit("min-items", "the least count of elements", ("MIN_ITEMS_ADDED", "MIN_ITEMS_INCREASED"),
            unit="arrays", tighter="higher", looser="as low"),
    *_limit("max-items", "the greatest count of elements", ("MAX_ITEMS_ADDED", "MAX_ITEMS_DECREASED"),
            unit="arrays", tighter="lower", looser="as high"),
    Kind(
        "unique-items-added", "unique-items", "added",
        "The reader wants every element once, and the writer may repeat some.",
        "an array with two equal elements is refused.",
        "let the writer send every element once first.",
        "{where} must not repeat an element, which the writer may do.", ("UNIQUE_ITEMS_ADDED",),
    ),
    Kind(
        "contains-added", "contains", "added",
        "The reader counts elements of some kind, and the writer does not.",
        "an array with too few or too many of them is refused.",
        "let the writer keep to the count first.",
        "{where} must contain elements that the writer does not promise: {detail}.",
    ),
    Kind(
        "contains-changed", "contains", "changed",
        "The reader counts elements in another way than the writer.",
        "an array with too few or too many of them is refused.",
        "let both count the same.",
        "{where} counts elements in another way than the writer: {detail}.",
    ),
    Kind(
        "property-required-added", "required", "added",
        "The reader requires a property that the writer does not know.",
        "what the writer sends lacks it and is refused.",
        "make it optional, or let the writer send it before the reader requires it.",
        "{where} requires the property {detail}, which the writer does not know.",
        ("REQUIRED_ATTRIBUTE_ADDED", "REQUIRED_PROPERTY_ADDED_TO_UNOPEN_CONTENT_MODEL"),
    ),
    Kind(
        "property-required-narrowed", "required", "narrowed",
        "The reader requires a property that is optional for the writer.",
        "whenever the writer leaves it out, the reader refuses.",
        "keep it optional in the reader until the writer always sends it.",
        "{where} requires the property {detail}, which is optional for the writer.", ("REQUIRED_ATTRIBUTE_ADDED",),
    ),
    Kind(
        "property-removed", "property", "removed",
        "The writer may send a property that the reader refuses.",
        "an object with it is refused.",
        "keep the property in the reader, or open its model, until no writer sends it.",
        "{where} is a property that the reader refuses and the writer may send.",
        ("PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL", "PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL"),
    ),
    Kind(
        "property-added", "property", "added",
        "The reader declares a property that a writer with an open model may use for something else.",
        "a writer that already sends another value under that name is refused.",
        "close the writer's model first, or compare open models leniently if nobody sends undeclared properties.",
        "{where} is a property that the writer's open model leaves to any value.",
        ("PROPERTY_ADDED_TO_OPEN_CONTENT_MODEL",),
    ),
    Kind(
        "pattern-properties-added", "pattern-properties", "added",
        "The reader refuses properties by a pattern of their names, and the writer's model is open.",
        "an object with such a property is refused.",
        "close the writer's model first.",
        "{where} may be refused by the pattern of its name, and the writer may send it.",
    ),
    Kind(
        "pattern-properties-narrowed", "pattern-properties", "narrowed",
        "The writer may send properties of a pattern of names, and the reader refuses them.",
        "an object with such a property is refused.",
        "keep the pattern in the reader until no writer sends such properties.",
        "{where} is refused by the reader, and the writer has a pattern for it.",
        ("PROPERTY_REMOVED_NOT_COVERED_BY_PARTIALLY_OPEN_CONTENT_MODEL",),
    ),
    Kind(
        "additional-properties-added", "additional-properties", "added",
        "The reader's model is closed, and the writer's is open.",
        "any property that the reader does not name is refused.",
        "close the writer's model first, or leave the reader's open.",
        "{where} is refused: the reader's model is closed, and the writer's is open.",
        ("ADDITIONAL_PROPERTIES_REMOVED",),
    ),
    Kind(
        "additional-properties-narrowed", "additional-properties", "narrowed",
        "The reader's model is closed, and the writer may send further properties of some schema.",
        "such a property is refused.",
        "keep the reader open for them until no writer sends them.",
        "{where} is refused: the reader's model is closed, and the writer may send further properties.",
        ("ADDITIONAL_PROPERTIES_NARROWED",),
    ),
    Kind(
        "unevaluated-properties-removed", "unevaluated-properties", "removed",
        "The writer may send a property that no part of the reader speaks of, and the rest is closed.",
        "an object with it is refused.",
        "declare the property in the reader until no writer sends it.",
        "{where} is a property that the reader leaves unevaluated and the writer may send.",
        ("PROPERTY_REMOVED_FROM_CLOSED_CONTENT_MODEL",),
    ),
    Kind(
        "unevaluated-properties-added", "unevaluated-properties", "added",
        "The reader refuses properties that none of its parts speaks of, and the writer's model is open.",
        "any such property is refused.",
        "close the writer's model first.",
        "{where} is refused as unevaluated, and the writer's model is open.", ("ADDITIONAL_PROPERTIES_REMOVED",),
    ),
    Kind(
        "unevaluated-items-removed", "unevaluated-items", "removed",
        "The writer may send an element that no part of the reader speaks of, and the rest is closed.",
        "an array with it is refused.",
        "declare the element in the reader until no writer sends it.",
        "{where} has an element that the reader leaves unevaluated: {detail}.",
        ("ITEM_REMOVED_FROM_CLOSED_CONTENT_MODEL",),
    ),
    Kind(
        "property-names-removed", "property-names", "removed",
        "The writer may send a property whose name the reader refuses.",
        "an object with it is refused.",
        "widen what the reader accepts as a name.",
        "{where} is a name that the reader refuses and the writer may send.",
    ),
    Kind(
        "property-names-added", "property-names", "added",
        "The reader limits the names of properties, and the writer does not.",
        "a property with another name is refused.",
        "let the writer keep to such names first.",
        "{where} must have a name that the writer does not promise: {detail}.",
    ),
    Kind(
        "property-names-narrowed", "property-names", "narrowed",
        "The reader's limit of the names of properties is tighter than the writer's.",
        "a property whose name only the writer accepts is refused.",
        "keep the reader's limit as wide as the writer's.",
        "{where} must have a name that not all of the writer's names are: {detail}.",
    ),
    *_limit("min-properties", "the least count of properties", ("MIN_PROPERTIES_ADDED", "MIN_PROPERTIES_INCREASED"),
            unit="objects", tighter="higher", looser="as low"),
    *_limit("max-properties", "the greatest count of properties", ("MAX_PROPERTIES_ADDED", "MAX_PROPERTIES_DECREASED"),
            unit="objects", tighter="lower", looser="as high"),
    Kind(
        "dependent-added", "dependent", "added",
        "A property needs another one in the reader, and the writer may send it alone.",
        "an object with the one and without the other is refused.",
        "let the writer send both first.",
        "{where} has properties that need each other: {detail}.", ("DEPENDENCY_ARRAY_ADDED",),
    ),
    Kind(
        "any-of-narrowed", "any-of", "narrowed",
        "None of the reader's alternatives accepts all of what the writer may send.",
        "a value that fits none of them is refused.",
        "keep the alternative in the reader until no writer sends it.",
        "{where} has no alternative for what the writer may send: {detail}.",
        ("SUM_TYPE_NARROWED", "COMBINED_TYPE_SUBSCHEMAS_CHANGED"),
    ),
    Kind(
        "one-of-narrowed", "one-of", "narrowed",
        "What the writer may send fits none of the reader's alternatives, or more than one.",
        "a value must fit exactly one of them, or it is refused.",
        "keep the alternative in the reader, and tell alternatives apart by a property with a constant.",
        "{where} has not exactly one alternative for what the writer may send: {detail}.",
        ("SUM_TYPE_NARROWED", "COMBINED_TYPE_SUBSCHEMAS_CHANGED"),
    ),
    Kind(
        "not-added", "not", "added",
        "The reader excludes values that the writer may send.",
        "such a value is refused.",
        "let the writer stop sending them first.",
        "{where} excludes some of what the writer may send: {detail}.", ("NOT_TYPE_EXTENDED",),
    ),
    Kind(
        "schema-removed", "schema", "removed",
        "The reader accepts no value at all where the writer may send one.",
        "whatever the writer sends there is refused.",
        "keep a schema in the reader until no writer sends anything there.",
        "{where} accepts no value, and the writer may send one: {detail}.", ("SCHEMA_REMOVED",),
    ),
)  # fmt: skip

_BY_CHANGE: Final = {(one.axis, one.change): one for one in KINDS}


def _rule(kind: Kind) -> Rule:
    return Rule(
        id=f"jsonschema/{kind.name}",
        severity=kind.severity,
        fact=kind.fact,
        why=kind.why,
        instead=kind.instead,
        aliases=kind.aliases,
        mirror=_ONE_WAY,
    )


DEFAULT_CHANGED: Final = Rule(
    id="jsonschema/default-changed",
    severity="risky",
    fact="A default of the reader is another one than the writer's.",
    why="whoever fills in what was left out means another value than the writer did.",
    instead="let the writer send the value, and change the default when nobody relies on it.",
    aliases=("DEFAULT_CHANGED",),
    mirror="it is its own mirror: a difference is one in both directions",
)
NOT_COVERED: Final = Rule(
    id="jsonschema/keyword-not-covered",
    severity="not-covered",
    fact="Whether the reader accepts all that the writer may send could not be decided because of a keyword.",
    why="nothing was proved and nothing was found; it may be either.",
    instead="write the keyword in a simpler way, or have both schemas say the same there.",
    mirror="it is its own mirror: a keyword is as hard in both directions",
)
RULES: Final = (*map(_rule, KINDS), DEFAULT_CHANGED, NOT_COVERED)
_RULES: Final = by_id(RULES)


def kind_of_gap(axis: str, change: Change) -> Kind:
    """The kind of a gap: that of its axis and change, or the first of its axis."""
    return _BY_CHANGE.get((axis, change)) or next(one for one in KINDS if one.axis == axis)


def rule_of(kind: Kind) -> Rule:
    """The rule of a kind."""
    return _RULES[f"jsonschema/{kind.name}"]
