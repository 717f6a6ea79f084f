"""Rules about types, unions, interfaces, enums and the root types."""

from collections.abc import Iterator

from troth_schemas.finding import Found, Severity
from troth_schemas.graphql.checking import with_article
from troth_schemas.graphql.lifecycle import parting
from troth_schemas.graphql.pairing import MemberPair, RootPair, TypePair, ValuePair, unreached
from troth_schemas.rule import rule


@rule(
    "graphql/type-removed",
    severity="breaking",
    aliases=("TYPE_REMOVED",),
    mirror="graphql/type-added",
)
def type_removed(pair: TypePair) -> Iterator[Found]:
    """A type is gone.

    Why it breaks: operations that name it in a fragment or in a variable are refused, and fields of it are gone or
    changed.
    Instead: deprecate the fields that lead to it, and remove it when nobody asks for them.
    Note: it is only risky where no operation could ever name the type: scalars and enums that are only given out, and
    types that no field leads to.
    """
    if pair.new is None and pair.old is not None:
        one, proofs = pair.old, pair.two.proofs
        sampler = proofs.sampler
        composite = one.kind in ("object", "interface", "union")
        named = proofs.reaches(one.name) if composite else proofs.takes(one.name)
        witness = None
        if named and composite:
            witness = proofs.first([sampler.operation(one.name, f"... on {one.name} {{ __typename }}")])
        elif named:
            witness = proofs.first(sampler.taking(one.name, "$it", f"$it: {one.name}!"))
        severity: Severity | None = None if named else "risky"
        unnamed = "" if named else " No operation could name it."
        yield pair.found(f"The {one.kind} {one.name} is gone.{unnamed}", witness=witness, severity=severity)


@rule("graphql/type-added", severity="safe", aliases=("TYPE_ADDED",), mirror="graphql/type-removed")
def type_added(pair: TypePair) -> Iterator[Found]:
    """There is a new type.

    Why it matters: nothing that was valid changes; whoever reads the schema may want to know.
    Instead: nothing is to be done.
    """
    if pair.old is None and pair.new is not None:
        yield pair.found(f"The {pair.new.kind} {pair.new.name} is new.")


@rule(
    "graphql/type-kind-changed",
    severity="breaking",
    aliases=("TYPE_CHANGED_KIND", "TYPE_KIND_CHANGED"),
    mirror="the same fact in both directions",
)
def type_kind_changed(pair: TypePair) -> Iterator[Found]:
    """A type is of another kind than before.

    Why it breaks: what is selected on it or given for it does not fit its new kind, and code made from the schema does
    not either.
    Instead: give the new thing a new name, and move the fields over one by one.
    """
    if pair.new is not None and pair.old is not None and pair.new.kind != pair.old.kind:
        name, sampler = pair.old.name, pair.two.proofs.sampler
        asked: list[str | None] = []
        if pair.old.kind in ("object", "interface", "union"):
            asked += [
                sampler.operation(name, selection)
                for field in pair.old.fields.values()
                if (selection := sampler.field(field)) is not None and (pair.new.fields.get(field.name) is None)
            ][:1]
            asked.append(sampler.operation(name, f"... on {name} {{ __typename }}"))
        else:
            asked += list(sampler.taking(name, "$it", f"$it: {name}!"))[:1]
            asked += [
                sampler.operation(owner.name, field.name)
                for owner in pair.two.old.types.values()
                for field in owner.fields.values()
                if field.type.strip("[]!") == name and not field.arguments
            ][:2]
        message = f"{name} is {with_article(pair.new.kind)} now; it was {with_article(pair.old.kind)}."
        yield pair.found(message, witness=pair.two.proofs.first(asked))


@rule("graphql/one-of-added", severity="breaking", aliases=(), mirror="graphql/one-of-removed")
def one_of_added(pair: TypePair) -> Iterator[Found]:
    """An input object takes exactly one of its fields now.

    Why it breaks: requests that give several of its fields, or none, are refused.
    Instead: add another input object with @oneOf, and deprecate what takes the old one.
    """
    if pair.new is not None and pair.old is not None and pair.new.one_of and not pair.old.one_of:
        sampler = pair.two.proofs.sampler
        literal = sampler.object(pair.old, {})
        several = {one.name: value for one in pair.old.inputs.values() if (value := sampler.value(one.type))}
        asked = [
            text
            for value in (sampler.object(pair.old, several), literal)
            if value is not None
            for text in list(sampler.taking(pair.old.name, value))[:1]
        ]
        witness = pair.two.proofs.first(asked)
        yield pair.found(f"{pair.old.name} takes exactly one of its fields now (@oneOf).", witness=witness)


@rule("graphql/one-of-removed", severity="safe", aliases=(), mirror="graphql/one-of-added")
def one_of_removed(pair: TypePair) -> Iterator[Found]:
    """An input object takes any number of its fields now.

    Why it matters: requests that give one field are still accepted.
    Instead: nothing is to be done.
    """
    if pair.new is not None and pair.old is not None and pair.old.one_of and not pair.new.one_of:
        yield pair.found(f"{pair.old.name} takes more than one of its fields now (no @oneOf).")


@rule(
    "graphql/union-member-removed",
    severity="breaking",
    aliases=("TYPE_REMOVED_FROM_UNION", "UNION_MEMBER_REMOVED"),
    mirror="graphql/union-member-added",
)
def union_member_removed(pair: MemberPair) -> Iterator[Found]:
    """A union lost a member.

    Why it breaks: a fragment on that member within the union is refused.
    Instead: keep the member and stop giving it out; remove it when nobody asks for it.
    """
    if pair.old and not pair.new:
        sampler = pair.two.proofs.sampler
        asked = sampler.operation(pair.owner.name, f"... on {pair.name} {{ __typename }}")
        message = f"{pair.name} is no longer one of the union {pair.owner.name}."
        found = pair.found(message, witness=pair.two.proofs.first([asked]))
        yield unreached(pair, pair.owner.name, found)


@rule(
    "graphql/union-member-added",
    severity="risky",
    aliases=("TYPE_ADDED_TO_UNION", "UNION_MEMBER_ADDED"),
    mirror="graphql/union-member-removed",
)
def union_member_added(pair: MemberPair) -> Iterator[Found]:
    """A union has a new member.

    Why it breaks: clients that handle each member they know are given one that they do not know.
    Instead: make sure that clients have a way out for what they do not know.
    """
    if pair.new and not pair.old:
        yield pair.found(f"{pair.name} is a new member of the union {pair.owner.name}.")


@rule(
    "graphql/interface-removed",
    severity="breaking",
    aliases=("IMPLEMENTED_INTERFACE_REMOVED", "OBJECT_TYPE_INTERFACE_REMOVED"),
    mirror="graphql/interface-added",
)
def interface_removed(pair: MemberPair) -> Iterator[Found]:
    """A type no longer implements an interface.

    Why it breaks: fragments on the interface within the type, and on the type within the interface, are refused.
    Instead: keep implementing it; deprecate the fields that come with it.
    """
    if pair.old and not pair.new:
        sampler = pair.two.proofs.sampler
        owner, interface = pair.owner.name, pair.name
        asked = [
            sampler.operation(owner, f"... on {interface} {{ __typename }}"),
            sampler.operation(interface, f"... on {owner} {{ __typename }}"),
        ]
        message = f"{owner} no longer implements the interface {interface}."
        found = pair.found(message, witness=pair.two.proofs.first(asked))
        yield unreached(pair, owner, found)


@rule(
    "graphql/interface-added",
    severity="risky",
    aliases=("IMPLEMENTED_INTERFACE_ADDED", "OBJECT_TYPE_INTERFACE_ADDED"),
    mirror="graphql/interface-removed",
)
def interface_added(pair: MemberPair) -> Iterator[Found]:
    """A type implements an interface that it did not implement.

    Why it breaks: clients that ask for the interface and handle each type they know are given one that they do not
    know.
    Instead: make sure that clients have a way out for what they do not know.
    """
    if pair.new and not pair.old:
        yield pair.found(f"{pair.owner.name} implements the interface {pair.name} now.")


@rule(
    "graphql/enum-value-removed",
    severity="breaking",
    aliases=("VALUE_REMOVED_FROM_ENUM", "ENUM_VALUE_REMOVED"),
    mirror="graphql/enum-value-added",
)
def enum_value_removed(pair: ValuePair) -> Iterator[Found]:
    """An enum lost a value.

    Why it breaks: operations that give the value, as a literal or in a variable, are refused.
    Instead: deprecate the value, keep accepting it, and remove it when nobody gives it.
    Note: it is only risky where no argument takes the enum: then no request that was valid is refused, whatever other
    checkers say. A deprecated value may go.
    """
    if pair.old is not None and pair.new is None:
        name, value = pair.owner.name, pair.old.name
        severity, note = parting(pair.old.usages, pair.two.options)
        witness = None
        if pair.two.proofs.takes(name):
            witness = pair.two.proofs.first(pair.two.proofs.sampler.taking(name, value))
        else:
            severity, note = severity or "risky", f"{note} It was only ever given out."
        yield pair.found(f"The enum {name} lost its value {value}.{note}", witness=witness, severity=severity)


@rule(
    "graphql/enum-value-added",
    severity="risky",
    aliases=("VALUE_ADDED_TO_ENUM", "ENUM_VALUE_ADDED"),
    mirror="graphql/enum-value-removed",
)
def enum_value_added(pair: ValuePair) -> Iterator[Found]:
    """An enum has a new value.

    Why it breaks: clients that handle each value they know are given one that they do not know.
    Instead: make sure that clients have a way out for what they do not know.
    Note: it is safe where no field gives the enum out.
    """
    if pair.new is not None and pair.old is None:
        given_out = pair.owner.name in pair.two.new.given_out
        note = "" if given_out else " It is only ever taken in."
        message = f"The enum {pair.owner.name} has the new value {pair.new.name}.{note}"
        yield pair.found(message, severity=None if given_out else "safe", element=pair.owner.name)


@rule(
    "graphql/root-type-removed",
    severity="breaking",
    aliases=("SCHEMA_QUERY_TYPE_CHANGED", "SCHEMA_MUTATION_TYPE_CHANGED", "SCHEMA_SUBSCRIPTION_TYPE_CHANGED"),
    mirror="graphql/root-type-added",
)
def root_type_removed(pair: RootPair) -> Iterator[Found]:
    """A kind of operation is gone: there are no more queries, mutations or subscriptions.

    Why it breaks: every operation of that kind is refused.
    Instead: deprecate the fields of the root type first.
    """
    if pair.old is not None and pair.new is None:
        witness = pair.two.proofs.first([f"{pair.kind} {{ __typename }}", _any_field(pair)])
        yield pair.found(f"There is no type for every {pair.kind} any more.", witness=witness)


def _any_field(pair: RootPair) -> str | None:
    owner = pair.two.old.types.get(pair.old or "")
    sampler = pair.two.proofs.sampler
    for field in owner.fields.values() if owner else ():
        selection = sampler.field(field)
        if selection is not None:
            return f"{pair.kind} {{ {selection} }}"
    return None


@rule(
    "graphql/root-type-changed",
    severity="breaking",
    aliases=("SCHEMA_QUERY_TYPE_CHANGED", "SCHEMA_MUTATION_TYPE_CHANGED", "SCHEMA_SUBSCRIPTION_TYPE_CHANGED"),
    mirror="the same fact in both directions",
)
def root_type_changed(pair: RootPair) -> Iterator[Found]:
    """Another type stands for queries, mutations or subscriptions.

    Why it breaks: fragments on the old type are refused, and what the new type lacks is told by its own findings.
    Instead: keep the name of the root type.
    """
    if pair.old is not None and pair.new is not None:
        witness = pair.two.proofs.first([f"{pair.kind} {{ ... on {pair.old} {{ __typename }} }}", _any_field(pair)])
        yield pair.found(f"The type for every {pair.kind} is {pair.new}; it was {pair.old}.", witness=witness)


@rule("graphql/root-type-added", severity="safe", aliases=(), mirror="graphql/root-type-removed")
def root_type_added(pair: RootPair) -> Iterator[Found]:
    """There is a new kind of operation.

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if pair.new is not None and pair.old is None:
        yield pair.found(f"There is a type for every {pair.kind} now: {pair.new}.")


TYPES = (type_removed, type_added, type_kind_changed, one_of_added, one_of_removed)
MEMBERS = (union_member_removed, union_member_added)
INTERFACES = (interface_removed, interface_added)
VALUES = (enum_value_removed, enum_value_added)
ROOTS = (root_type_removed, root_type_changed, root_type_added)
