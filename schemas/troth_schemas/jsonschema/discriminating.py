"""OpenAPI's discriminator in a reader: whatever a writer's objects say of themselves must name a schema, and be so."""

from collections.abc import Iterator
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from troth_schemas.jsonschema.branches import Branch
from troth_schemas.jsonschema.discriminators import choice_of, discriminator_of
from troth_schemas.jsonschema.missing import Lack, Miss, miss
from troth_schemas.jsonschema.nodes import Node

if TYPE_CHECKING:
    from troth_schemas.jsonschema.comparison import Comparison

_NOBODY: Final = "a name that no schema has, and no list"


def discriminated(comparison: "Comparison", reader: Node, branch: Branch) -> Iterator[Miss]:
    """What an object says of itself, one name after the other; texts that are not listed name no schema but by chance.

    A name of which nobody tells whether it is one is left to whoever looks at the example.
    """
    member, _ = discriminator_of(reader)
    if member is None:
        return
    texts = [one for one in comparison.possible(comparison.space.member(branch, member)) if one.kind == "string"]
    for piece in texts:
        if piece.values is None:
            if choice_of(reader, _NOBODY) is not None:
                yield _nameless(comparison, reader, branch, member, piece)
            continue
        for name in piece.values:
            there = piece.with_values(name)
            choice = choice_of(reader, name) if isinstance(name, str) else None
            if choice is not None and choice.named is not None:
                one = branch if len(texts) == len(piece.values) == 1 else _saying(comparison, branch, member, there)
                yield from comparison.of_named(reader, one, choice.named)
            elif choice is not None and choice.closed:
                yield _nameless(comparison, reader, branch, member, there)


def _nameless(comparison: "Comparison", reader: Node, branch: Branch, member: str, texts: Branch) -> Miss:
    bad = (_saying(comparison, branch, member, texts),)
    return miss(reader, texts, Lack("discriminator", "narrowed", member), bad, path=(member,))


def _saying(comparison: "Comparison", branch: Branch, member: str, texts: Branch) -> Branch:
    """The objects of a branch that say one of some texts of themselves."""
    part, space = branch.objects, comparison.space
    values = space.chosen(space.member(branch, member), texts)
    return branch.with_part(replace(part, required=part.required | {member}, chosen={**part.chosen, member: values}))
