"""Rules about the fields of objects and interfaces: what answers hold."""

from collections.abc import Iterator
from itertools import islice
from typing import Final

from troth_schemas.finding import Found, Severity
from troth_schemas.graphql.lifecycle import parting
from troth_schemas.graphql.model import Field, named
from troth_schemas.graphql.pairing import FieldPair, unreached
from troth_schemas.graphql.typing_rules import output_still_reads
from troth_schemas.rule import rule

_MOST_BESIDE: Final = 3


@rule("graphql/field-removed", severity="breaking", aliases=("FIELD_REMOVED",), mirror="graphql/field-added")
def field_removed(pair: FieldPair) -> Iterator[Found]:
    """A field of an object or interface is gone.

    Why it breaks: operations that select it are refused.
    Instead: deprecate it, and remove it when nobody selects it.
    Note: a field that was deprecated may go: risky, or safe after the date in its reason. On a type that no operation
    reaches it is risky.
    """
    if pair.old is not None and pair.new is None:
        sampler = pair.two.proofs.sampler
        severity, note = parting(pair.old.usages, pair.two.options)
        selection = sampler.field(pair.old)
        asked = None if selection is None else sampler.operation(pair.owner.name, selection)
        if not pair.two.proofs.reaches(pair.owner.name):
            severity, note = severity or "risky", f"{note} No operation could reach it."
        witness = pair.two.proofs.first([asked])
        yield pair.found(f"The field {pair.element} is gone.{note}", witness=witness, severity=severity)


@rule("graphql/field-added", severity="safe", aliases=("FIELD_ADDED",), mirror="graphql/field-removed")
def field_added(pair: FieldPair) -> Iterator[Found]:
    """An object or interface has a new field.

    Why it matters: nothing that was valid changes.
    Instead: nothing is to be done.
    """
    if pair.new is not None and pair.old is None:
        yield pair.found(f"The field {pair.element} is new.")


@rule(
    "graphql/field-type-changed",
    severity="breaking",
    aliases=("FIELD_CHANGED_KIND", "FIELD_TYPE_CHANGED"),
    mirror="graphql/field-type-narrowed",
)
def field_type_changed(pair: FieldPair) -> Iterator[Found]:
    """A field gives out something that it did not give out before.

    Why it breaks: clients read values of another type, or null where there never was null.
    Instead: add a field of the new type, and deprecate the old one.
    Note: it is only risky where every value of the new type is one of the old in JSON, such as an enum in place of a
    String: then answers stay readable, whatever other checkers say.
    """
    if pair.new is not None and pair.old is not None and not output_still_reads(pair.old.type, pair.new.type):
        sampler, name = pair.two.proofs.sampler, named(pair.old.type)
        asked: list[str | None] = []
        if named(pair.new.type) != name and (selection := sampler.field(pair.old)) is not None:
            asked.append(sampler.operation(pair.owner.name, selection))
            if sampler.below(pair.old):
                inner = selection.replace("{ __typename }", f"{{ ... on {name} {{ __typename }} }}")
                asked.append(sampler.operation(pair.owner.name, inner))
        witness = pair.two.proofs.first(asked) if asked else None
        if witness is None:
            witness = pair.two.proofs.answer(pair.owner.name, pair.old, pair.new)
        message = f"{pair.element} gives out {pair.new.type}; it gave out {pair.old.type}."
        severity: Severity | None = None
        if witness is None and pair.two.proofs.reads_alike(pair.old, pair.new):
            severity, message = "risky", f"{message} In answers the two look alike."
        yield unreached(pair, pair.owner.name, pair.found(message, witness=witness, severity=severity))


@rule(
    "graphql/field-type-narrowed",
    severity="safe",
    aliases=("FIELD_CHANGED_KIND_SAFE", "FIELD_TYPE_CHANGED"),
    mirror="graphql/field-type-changed",
)
def field_type_narrowed(pair: FieldPair) -> Iterator[Found]:
    """A field gives out less than before: what could be null no longer is.

    Why it matters: clients that handle null go on working.
    Instead: nothing is to be done.
    Note: it is risky where the field of that name of another type that may stand in its place stays as it was:
    operations that select both in fragments side by side are refused, because the two can no longer be merged.
    """
    new, old = pair.new, pair.old
    if new is not None and old is not None and new.type != old.type and output_still_reads(old.type, new.type):
        message, proofs = f"{pair.element} gives out {new.type}; it gave out {old.type}.", pair.two.proofs
        beside = list(islice(_beside(pair, old, new), _MOST_BESIDE))
        if not beside:
            yield pair.found(message)
            return
        selection = proofs.sampler.field(old)
        asked = (
            proofs.sampler.operation(
                above, f"... on {pair.owner.name} {{ {selection} }} ... on {other} {{ {selection} }}"
            )
            for above, other in beside
        )
        other = f"{beside[0][1]}.{old.name}"
        message = f"{message} Operations that select it beside {other}, which stays as it was, are refused."
        yield pair.found(message, witness=proofs.first(asked) if selection else None, severity="risky")


def _beside(pair: FieldPair, old: Field, new: Field) -> Iterator[tuple[str, str]]:
    """Types whose field of the same name could be selected beside this one and no longer can, with what may be both."""
    before, owner = pair.two.old, pair.owner.name
    holders = before.holders.get(owner, ())
    for above in (owner, *holders) if pair.owner.kind == "interface" else holders:
        if not pair.two.proofs.reaches(above):
            continue
        for other in (above, *sorted(before.possible(above))):
            mine, theirs = before.types.get(other), pair.two.new.types.get(other)
            was, is_ = (one.fields.get(old.name) if one else None for one in (mine, theirs))
            if other != owner and was is not None and is_ is not None and was.type == old.type and is_.type != new.type:
                yield above, other


FIELDS = (field_removed, field_added, field_type_changed, field_type_narrowed)
