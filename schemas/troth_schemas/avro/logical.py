"""Logical types: which there are, and where each is valid."""

from collections.abc import Mapping
from typing import Final, TypeGuard

from troth_schemas.avro.model import Logical
from troth_schemas.json_body import Document, Json

_BASES: Final[Mapping[str, tuple[str, ...]]] = {
    "decimal": ("bytes", "fixed"),
    "big-decimal": ("bytes",),
    "uuid": ("string", "fixed"),
    "date": ("int",),
    "time-millis": ("int",),
    "time-micros": ("long",),
    "timestamp-millis": ("long",),
    "timestamp-micros": ("long",),
    "timestamp-nanos": ("long",),
    "local-timestamp-millis": ("long",),
    "local-timestamp-micros": ("long",),
    "local-timestamp-nanos": ("long",),
    "duration": ("fixed",),
}
_SIZES: Final[Mapping[str, int]] = {"uuid": 16, "duration": 12}


def logical(value: Document, base: str, size: int | None = None) -> tuple[Logical | None, str]:
    """The logical type of a schema, or what is wrong with it. One that nobody knows is simply not there."""
    name = value.get("logicalType")
    if name is None:
        return None, ""
    if not isinstance(name, str):
        return None, "logicalType must be a text"
    if name not in _BASES:
        return None, ""
    if base not in _BASES[name]:
        return None, f"{name} belongs on {' or '.join(_BASES[name])}, not on {base}"
    if base == "fixed" and name in _SIZES and size != _SIZES[name]:
        return None, f"{name} needs a fixed of {_SIZES[name]} bytes, not {size}"
    if name == "decimal":
        return _decimal(value, size)
    return Logical(name), ""


def _decimal(value: Document, size: int | None) -> tuple[Logical | None, str]:
    precision, scale = value.get("precision"), value.get("scale", 0)
    if not _whole(precision) or precision < 1:
        return None, "a decimal needs a precision, a whole number above 0"
    if not _whole(scale) or not 0 <= scale <= precision:
        return None, f"the scale of a decimal is a whole number from 0 to its precision {precision}"
    if size is not None and precision > _digits(size):
        return None, f"a fixed of {size} bytes holds {_digits(size)} digits, fewer than the precision {precision}"
    return Logical("decimal", precision, scale), ""


def _digits(size: int) -> int:
    """How many decimal digits surely fit into so many bytes in two's complement."""
    return max(int((8 * size - 1) * 0.30102999566398120), 0)


def _whole(value: Json) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)
