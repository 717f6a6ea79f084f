"""How types relate by the specification: what may stand where, what is narrower, what a change leaves readable."""

from troth_schemas.graphql.model import Schema


def narrower_output(schema: Schema, mine: str, wanted: str) -> bool:
    """Whether a field of the type ``mine`` may stand where ``wanted`` is promised (section
    IsValidImplementationFieldType).
    """
    if mine == wanted:
        return True
    if wanted.endswith("!"):
        return mine.endswith("!") and narrower_output(schema, mine[:-1], wanted[:-1])
    if mine.endswith("!"):
        return narrower_output(schema, mine[:-1], wanted)
    if wanted.startswith("["):
        return mine.startswith("[") and narrower_output(schema, mine[1:-1], wanted[1:-1])
    if mine.startswith("["):
        return False
    owner = schema.types.get(mine)
    above = schema.types.get(wanted)
    return owner is not None and above is not None and (wanted in owner.interfaces or mine in above.members)


def output_still_reads(old: str, new: str) -> bool:
    """Whether those who read the type ``old`` can read ``new``: the same, or with less that may be null."""
    if new.endswith("!"):
        return output_still_reads(old.removesuffix("!"), new[:-1])
    if old.endswith("!"):
        return False
    if old.startswith("["):
        return new.startswith("[") and output_still_reads(old[1:-1], new[1:-1])
    return old == new


def input_still_takes(old: str, new: str) -> bool:
    """Whether what was sent for the type ``old`` is accepted for ``new``: the same, or with more that may be null.

    A single value stands for a list of one, in literals and in variables' values, but a variable's declared type does
    not: a list in place of a single value refuses operations with variables.
    """
    if old.endswith("!"):
        return input_still_takes(old[:-1], new.removesuffix("!"))
    if new.endswith("!"):
        return False
    if old.startswith("["):
        return new.startswith("[") and input_still_takes(old[1:-1], new[1:-1])
    return old == new
