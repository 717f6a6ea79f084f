"""What a gap between two schemas means, as the end of a sentence about the thing that changed."""

from typing import Final

from troth_schemas.openapi.schema_table import AXES, Way

_BOUNDS: Final = {
    "minimum": "minimum",
    "maximum": "maximum",
    "multiple-of": "step",
    "min-length": "minimum length",
    "max-length": "maximum length",
    "pattern": "pattern",
    "min-items": "minimum of elements",
    "max-items": "maximum of elements",
    "min-properties": "minimum of members",
    "max-properties": "maximum of members",
    "property-names": "pattern of names",
}


def phrase(axis: str, change: str, detail: str, way: Way) -> str:
    """``takes no integer any more, only boolean`` and the like. ``detail`` is the gap's: the writer's, then the
    reader's; where values get more, the reader is the old one.
    """
    before, arrow, after = detail.rpartition("pattern ")[2].partition(" → ")
    if axis in _BOUNDS and arrow:
        old, new = (before, after) if way == "narrowed" else (after, before)
        return f"has another {_BOUNDS[axis]}: {old} → {new}"
    if axis == "type" and ", not " in detail:
        given, _, known = detail.partition(", not ")
        return f"no longer takes {given}, only {known}" if way == "narrowed" else f"may be {given}, it was {known}"
    if axis in ("enum", "const"):
        if change == "added":
            return "takes listed values only" if way == "narrowed" else f"may be {detail}, no value is listed"
        return f"no longer takes {detail}" if way == "narrowed" else f"may be {detail}"
    if axis == "dependent" and detail:
        return f"is needed otherwise: {detail}" if way == "narrowed" else f"is needed less: {detail}"
    known_axis = AXES.get(axis, AXES["schema"])
    return known_axis.narrowed if way == "narrowed" else known_axis.widened
