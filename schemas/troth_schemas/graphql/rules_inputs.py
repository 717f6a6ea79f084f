"""Rules about what is taken in: arguments of fields, fields of input objects, arguments of directives.

The three are ruled alike, so the rules are made from two axes: who holds the input, and what became of it.
"""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.finding import Found, Severity, Witness
from troth_schemas.graphql.coercing import same_value
from troth_schemas.graphql.lifecycle import parting
from troth_schemas.graphql.model import Directive, Type
from troth_schemas.graphql.pairing import InputHolder, InputPair
from troth_schemas.graphql.typing_rules import input_still_takes
from troth_schemas.graphql.using import EXECUTABLE, with_directive
from troth_schemas.rule import Rule


@dataclass(frozen=True, slots=True)
class _Holder:
    """One of the three that hold inputs: its name in ids and in sentences, and what others call its changes."""

    id: str
    holder: InputHolder
    sends: str
    aliases: dict[str, tuple[str, ...]]


_HOLDERS: Final = (
    _Holder(
        "argument",
        "argument",
        "operations",
        {
            "removed": ("ARG_REMOVED", "FIELD_ARGUMENT_REMOVED"),
            "required-added": ("REQUIRED_ARG_ADDED", "FIELD_ARGUMENT_ADDED"),
            "optional-added": ("OPTIONAL_ARG_ADDED", "FIELD_ARGUMENT_ADDED"),
            "type-changed": ("ARG_CHANGED_KIND", "FIELD_ARGUMENT_TYPE_CHANGED"),
            "type-widened": ("ARG_CHANGED_KIND_SAFE", "FIELD_ARGUMENT_TYPE_CHANGED"),
            "default-changed": ("ARG_DEFAULT_VALUE_CHANGE", "FIELD_ARGUMENT_DEFAULT_CHANGED"),
            "default-added": ("ARG_DEFAULT_VALUE_ADDED", "FIELD_ARGUMENT_DEFAULT_CHANGED"),
        },
    ),
    _Holder(
        "input-field",
        "input field",
        "operations",
        {
            "removed": ("FIELD_REMOVED", "INPUT_FIELD_REMOVED"),
            "required-added": ("REQUIRED_INPUT_FIELD_ADDED", "INPUT_FIELD_ADDED"),
            "optional-added": ("OPTIONAL_INPUT_FIELD_ADDED", "INPUT_FIELD_ADDED"),
            "type-changed": ("FIELD_CHANGED_KIND", "INPUT_FIELD_TYPE_CHANGED"),
            "type-widened": ("FIELD_CHANGED_KIND_SAFE", "INPUT_FIELD_TYPE_CHANGED"),
            "default-changed": ("INPUT_FIELD_DEFAULT_VALUE_CHANGE", "INPUT_FIELD_DEFAULT_VALUE_CHANGED"),
            "default-added": ("INPUT_FIELD_DEFAULT_VALUE_ADDED", "INPUT_FIELD_DEFAULT_VALUE_CHANGED"),
        },
    ),
    _Holder(
        "directive-argument",
        "directive argument",
        "operations that use the directive",
        {
            "removed": ("DIRECTIVE_ARG_REMOVED", "DIRECTIVE_ARGUMENT_REMOVED"),
            "required-added": ("REQUIRED_DIRECTIVE_ARG_ADDED", "DIRECTIVE_ARGUMENT_ADDED"),
            "optional-added": ("OPTIONAL_DIRECTIVE_ARG_ADDED", "DIRECTIVE_ARGUMENT_ADDED"),
            "type-changed": ("ARG_CHANGED_KIND", "DIRECTIVE_ARGUMENT_TYPE_CHANGED"),
            "type-widened": ("ARG_CHANGED_KIND_SAFE", "DIRECTIVE_ARGUMENT_TYPE_CHANGED"),
            "default-changed": ("ARG_DEFAULT_VALUE_CHANGE", "DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED"),
            "default-added": ("ARG_DEFAULT_VALUE_ADDED", "DIRECTIVE_ARGUMENT_DEFAULT_VALUE_CHANGED"),
        },
    ),
)


def _removed(pair: InputPair) -> Iterator[Found]:
    if pair.old is not None and pair.new is None:
        severity, note = parting(pair.old.usages, pair.two.options)
        value = pair.two.proofs.sampler.value(pair.old.type)
        witness = None if value is None else _proof(pair, {pair.old.name: value})
        yield _found(pair, f"The {pair.holder} {_name(pair)} is gone.{note}", witness, severity)


def _required_added(pair: InputPair) -> Iterator[Found]:
    if pair.old is None and pair.new is not None and pair.new.required:
        message = f"The {pair.holder} {_name(pair)} is new and required ({pair.new.type})."
        yield _found(pair, message, _proof(pair, {}), element=_owner(pair))


def _optional_added(pair: InputPair) -> Iterator[Found]:
    if pair.old is None and pair.new is not None and not pair.new.required:
        yield pair.found(
            f"The {pair.holder} {_name(pair)} is new and optional ({pair.new.type}).", element=_owner(pair)
        )


def _type_changed(pair: InputPair) -> Iterator[Found]:
    if pair.old is not None and pair.new is not None and not input_still_takes(pair.old.type, pair.new.type):
        one_of = isinstance(pair.owner, Type) and pair.owner.one_of and pair.field is None
        declared = f"{pair.old.type}!" if one_of else pair.old.type  # what is one of several may not be null
        witness = _proof(pair, {pair.old.name: "$it"}, f"$it: {declared}")
        if witness is None and not declared.endswith("!"):
            witness = _proof(pair, {pair.old.name: "null"})
        message = f"The {pair.holder} {_name(pair)} takes {pair.new.type}; it took {pair.old.type}."
        needed = _owner(pair) if pair.new.required and not pair.old.required else None
        yield _found(pair, message, witness, element=needed)


def _type_widened(pair: InputPair) -> Iterator[Found]:
    new, old = pair.new, pair.old
    if new is not None and old is not None and new.type != old.type and input_still_takes(old.type, new.type):
        yield pair.found(f"The {pair.holder} {_name(pair)} takes {new.type}; it took {old.type}.")


def _default_changed(pair: InputPair) -> Iterator[Found]:
    old, new = pair.old, pair.new
    if old is None or new is None or old.default is None or old.default == new.default:
        return
    if not input_still_takes(old.type, new.type):
        return
    if new.required:
        message = f"The {pair.holder} {_name(pair)} lost its default value {old.default}, and is required now."
        yield _found(pair, message, _proof(pair, {}), "breaking", _owner(pair))
    elif new.default is None:
        message = f"The {pair.holder} {_name(pair)} lost its default value {old.default}."
        yield pair.found(message)
    elif not same_value((pair.two.new, new.type, new.default), (pair.two.old, old.type, old.default)):
        message = f"The default value of the {pair.holder} {_name(pair)} is {new.default}; it was {old.default}."
        yield pair.found(message)


def _default_added(pair: InputPair) -> Iterator[Found]:
    old, new = pair.old, pair.new
    if old is None or new is None or not input_still_takes(old.type, new.type):
        return
    if old.default is None and new.default is not None:
        yield pair.found(f"The {pair.holder} {_name(pair)} has the default value {new.default} now.")


_FACTS: Final[dict[str, tuple[Severity, str, str, str, str, Callable[[InputPair], Iterable[Found]]]]] = {
    "removed": (
        "breaking",
        "{A} is gone.",
        "{sends} that give it are refused.",
        "deprecate it, and remove it when nobody gives it.",
        "optional-added",
        _removed,
    ),
    "required-added": (
        "breaking",
        "{A} is new and required.",
        "{sends} that do not give it are refused, and none does so far.",
        "let it be null, or give it a default value.",
        "removed",
        _required_added,
    ),
    "optional-added": (
        "risky",
        "{A} is new and optional.",
        "everything that was valid still is, but what the provider does without it may differ from what it did before.",
        "let its absence mean what was done before.",
        "removed",
        _optional_added,
    ),
    "type-changed": (
        "breaking",
        "{A} does not take all that it took.",
        "{sends} that give it, above all as a variable of the old type, are refused.",
        "add another one of the new type, and deprecate this one.",
        "type-widened",
        _type_changed,
    ),
    "type-widened": (
        "safe",
        "{A} takes more than before.",
        "everything that was valid still is.",
        "nothing is to be done.",
        "type-changed",
        _type_widened,
    ),
    "default-changed": (
        "risky",
        "{A} has another default value, or none any more.",
        "the same operation means something else; where the value is required now, it is refused (breaking).",
        "keep the default value, or add another one beside it.",
        "default-added",
        _default_changed,
    ),
    "default-added": (
        "safe",
        "{A} has a default value that it did not have.",
        "everything that was valid still is.",
        "let the default value mean what was done without it.",
        "default-changed",
        _default_added,
    ),
}


def _rules() -> Iterator[Rule]:
    for holder in _HOLDERS:
        for fact, (severity, what, why, instead, mirror, check) in _FACTS.items():
            subject = f"{'An' if holder.id[0] in 'ai' else 'A'} {holder.holder}"
            yield Rule(
                id=_id(holder.id, fact),
                severity="safe" if (holder.id, fact) == ("directive-argument", "optional-added") else severity,
                fact=what.format(A=subject),
                why=why.format(sends=holder.sends),
                instead=instead,
                aliases=holder.aliases[fact],
                mirror=_id(holder.id, mirror),
                note="it is only risky where operations cannot use the directive."
                if holder.id.startswith("dir")
                else "",
                check=_held_by(holder.holder, check),
            )


def _id(holder: str, fact: str) -> str:
    if fact.endswith("-added") and fact != "default-added":
        return f"graphql/{fact.removesuffix('-added')}-{holder}-added"
    return f"graphql/{holder}-{fact}"


def _held_by(
    holder: InputHolder, check: Callable[[InputPair], Iterable[Found]]
) -> Callable[[InputPair], Iterable[Found]]:
    return lambda pair: check(pair) if pair.holder == holder else ()


def _found(
    pair: InputPair, message: str, witness: Witness | None, severity: Severity | None = None, element: str | None = None
) -> Found:
    """A finding, only risky where no operation can give the input."""
    if not _given_by_operations(pair):
        severity = severity if severity in ("risky", "safe") else "risky"
        message += " No operation could give it."
    return pair.found(message, witness=witness, severity=severity, element=element)


def _given_by_operations(pair: InputPair) -> bool:
    if isinstance(pair.owner, Directive):
        return any(one in EXECUTABLE for one in pair.owner.locations)
    return pair.two.proofs.takes(pair.owner.name) if pair.field is None else pair.two.proofs.reaches(pair.owner.name)


def _proof(pair: InputPair, given: dict[str, str], variables: str = "") -> Witness | None:
    return pair.two.proofs.first(_operations(pair, given, variables))


def _operations(pair: InputPair, given: dict[str, str], variables: str) -> Iterator[str | None]:
    """Operations that give (or leave out) the input in question and whatever else is required."""
    sampler, owner = pair.two.proofs.sampler, pair.owner
    if isinstance(owner, Directive):
        arguments = sampler.arguments(owner.arguments, given)
        if arguments is not None:
            yield from with_directive(owner, arguments, variables)
    elif pair.field is not None:
        selection = sampler.field(pair.field, extra=given)
        if selection is not None:
            yield sampler.operation(owner.name, selection, variables)
    else:
        literal = sampler.object(owner, given)
        if literal is not None:
            yield from sampler.taking(owner.name, literal, variables)


def _name(pair: InputPair) -> str:
    """The name for a sentence: ``Query.orders(first:)``, ``OrderInput.id``, ``@auth(role:)``."""
    return pair.element[:-1] + ":)" if pair.element.endswith(")") else pair.element


def _owner(pair: InputPair) -> str:
    if isinstance(pair.owner, Type):
        return pair.owner.name if pair.field is None else f"{pair.owner.name}.{pair.field.name}"
    return f"@{pair.owner.name}"


INPUTS = tuple(_rules())
