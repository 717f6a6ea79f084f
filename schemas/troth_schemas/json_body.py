"""JSON from outside, read within limits: nothing that could not be written back unchanged gets in.

The standard library's reader is used because it keeps integers of any size exactly. Around it stand the checks that
it does not make: nesting is bounded before anything recurses, NaN, Infinity and numbers too large for a float are
refused, and so are halves of surrogate pairs, which no UTF-8 text can hold. Of two members with one name the last
counts, as everywhere in the Pact world.
"""

import json
import re
from collections.abc import Iterator
from typing import NoReturn, TypeAlias, cast

from troth_schemas.errors import ContractUnreadable

Json: TypeAlias = "dict[str, Json] | list[Json] | str | int | float | bool | None"
"""A decoded JSON value."""

Document: TypeAlias = dict[str, Json]
"""A decoded JSON object, such as a whole contract."""

MAX_DEPTH = 50
"""How many arrays and objects may stand inside each other, as in the Pact Broker."""

MAX_VALUES = 2_000_000
"""How many values a document may hold: each takes up to 200 bytes of memory, though it may be sent in two."""

_MANY = 2 * MAX_VALUES
"""A document of fewer bytes cannot hold too many values."""
_INFINITE = (float("inf"), float("-inf"))
_NOT_FINITE = "JSON knows only finite numbers; leave the member out or write null."
_TOO_LARGE = "1e400 and the like cannot be kept as a number; write a smaller one or a string."
_TOO_LONG = "Write so long a number as a string."
_TO_PARENTHESES = bytes.maketrans(b"[{]}", b"(())")
_ALL_BUT_BRACKETS_AND_QUOTES = bytes(set(range(256)) - set(b'[{]}"'))
_STRING = r'"[^"\\]*+(?:\\.[^"\\]*+)*+"'
_BRACKET = re.compile(_STRING + r"|([\[{])|([\]}])", re.DOTALL)
_NUMBER = re.compile(_STRING + r"|(-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|-?Infinity|NaN)", re.DOTALL)
# A whole pair, any other escape, or (group 1) one half alone.
_ESCAPE = re.compile(r"\\u[dD][89abAB]..\\u[dD][c-fC-F]..|(\\u[dD][89a-fA-F]..)|\\.")


class _NotFinite(Exception):
    """The reader met a number that has no finite value."""


def parse(body: bytes, *, what: str = "the contract", max_depth: int = MAX_DEPTH) -> Json:
    """The JSON value in ``body``, or ContractUnreadable with the place and the likely fix.

    ``what`` is the name of the thing in the error's sentence. Works for any request body, not only for contracts.
    """
    text = _decode(body, what)
    if len(body) > _MANY:
        _refuse_many(body, what)
    if _may_be_deeper(body, max_depth):
        _refuse_depth(text, max_depth, what)
    try:
        value = cast("Json", _DECODER.decode(text))
    except json.JSONDecodeError as error:
        reason = f"is not JSON: {error.msg[:1].lower()}{error.msg[1:].removesuffix(' at')}"
        raise _unreadable(what, reason, text, error.pos, _likely_fix(text, error.pos)) from None
    except RecursionError:
        # Only text with unbalanced brackets gets past the check of the depth and comes here.
        fix = f"Close every bracket, and nest at most {max_depth} levels."
        raise _unreadable(what, "is nested too deeply", text, _first_too_deep(text, max_depth) or 0, fix) from None
    except (_NotFinite, ValueError):  # a ValueError here is an integer of too many digits
        _refuse_number(text, what)
    half = lone_surrogate(text)
    if half is not None:
        fix = "A character beyond U+FFFF needs both halves, as in \\ud83d\\ude00; better write it as plain UTF-8."
        raise _unreadable(what, "holds half of a surrogate pair", text, half, fix)
    return value


def lone_surrogate(text: str) -> int | None:
    """Where the escape of half a surrogate pair stands without the other half; None where none does."""
    if "\\" not in text or ("\\ud" not in text and "\\uD" not in text):
        return None
    return next((escape.start() for escape in _ESCAPE.finditer(text) if escape.group(1)), None)


def _finite(text: str) -> float:
    value = float(text)
    if value in _INFINITE:
        raise _NotFinite
    return value


def _no_constant(_name: str) -> NoReturn:
    raise _NotFinite


_DECODER = json.JSONDecoder(parse_float=_finite, parse_constant=_no_constant)


def _decode(body: bytes, what: str) -> str:
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError as error:
        index = len(body[: error.start].decode("utf-8"))
        raise ContractUnreadable(
            what,
            f"is not UTF-8: byte 0x{body[error.start]:02x} cannot stand",
            index=index,
            place=f"character {index}",
            fix="Save it as UTF-8.",
        ) from None
    if text.startswith("\ufeff"):
        raise _unreadable(what, "begins with a byte order mark", text, 0, "Save it as UTF-8 without that mark.")
    if not text or text.isspace():
        raise _unreadable(what, "is empty", text, 0, "Send a JSON document.")
    return text


def _refuse_many(body: bytes, what: str) -> None:
    """Count what begins or separates values, also inside strings, where so many of them are as odd."""
    if sum(map(body.count, (b",", b"[", b"{"))) > MAX_VALUES:
        raise ContractUnreadable(
            what,
            f"holds more than {MAX_VALUES:,} values",
            index=0,
            place=f"a size of {len(body):,} bytes",
            fix="Split it; no reader of a contract could make sense of so many.",
        )


def _may_be_deeper(body: bytes, max_depth: int) -> bool:
    """Whether valid JSON nests deeper than allowed; of invalid JSON the answer means nothing.

    Each pass removes the innermost pairs, so that valid JSON needs as many passes as it has levels. All of it runs at
    the speed of ``bytes.replace``, and nothing recurses.
    """
    if b"\\" in body:
        body = body.replace(b"\\\\", b"").replace(b'\\"', b"")
    bare = body.translate(_TO_PARENTHESES, _ALL_BUT_BRACKETS_AND_QUOTES).replace(b'""', b"")
    pairs = b"".join(bare.split(b'"')[::2])  # what stood outside strings
    for _ in range(max_depth):
        fewer = pairs.replace(b"()", b"")
        if len(fewer) == len(pairs):
            return False
        pairs = fewer
    return bool(pairs)


def _first_too_deep(text: str, max_depth: int) -> int | None:
    depth = 0
    for token in _BRACKET.finditer(text):
        if token.group(1):
            depth += 1
            if depth > max_depth:
                return token.start()
        elif token.group(2):
            depth -= 1
    return None


def _refuse_depth(text: str, max_depth: int, what: str) -> None:
    index = _first_too_deep(text, max_depth)
    if index is not None:
        reason = f"is nested deeper than {max_depth} levels"
        raise _unreadable(what, reason, text, index, "Flatten what stands there, or send it as a string.")


def _refuse_number(text: str, what: str) -> NoReturn:
    """Say which number it was; only called when the reader has met one."""
    reason, index, fix = next(_numbers_refused(text))
    raise _unreadable(what, reason, text, index, fix) from None


def _numbers_refused(text: str) -> Iterator[tuple[str, int, str]]:
    for token in _NUMBER.finditer(text):
        number = token.group(1)
        if number is None:
            continue
        if number[-1] in "yN":
            yield f"holds {number}, which is no JSON number,", token.start(), _NOT_FINITE
        elif not number.removeprefix("-").isdigit():
            if float(number) in _INFINITE:
                yield "holds a number that is too large", token.start(), _TOO_LARGE
        elif not _fits(number):
            yield f"holds a whole number of {len(number.removeprefix('-'))} digits", token.start(), _TOO_LONG


def _fits(number: str) -> bool:
    try:
        int(number)
    except ValueError:  # Python converts no more than 4,300 digits, because the cost grows with their square
        return False
    return True


def _unreadable(what: str, reason: str, text: str, index: int, fix: str) -> ContractUnreadable:
    line = text.count("\n", 0, index) + 1
    column = index - text.rfind("\n", 0, index)
    return ContractUnreadable(what, reason, index=index, place=f"line {line}, column {column}", fix=fix)


def _likely_fix(text: str, index: int) -> str:
    found = text[index : index + 1]
    before = text[:index].rstrip()[-1:]
    if not found:
        return "The text ends too early; was it cut off?"
    if found == "'":
        return "Use double quotes."
    if found == "<":
        return "This looks like HTML or XML; was the right file or address read?"
    if (found in "]}," and before == ",") or (found == "," and text[index + 1 :].lstrip()[:1] in ("]", "}")):
        return "Remove the superfluous comma."
    if found == "/":
        return "JSON has no comments."
    if ord(found) < ord(" "):
        return "Write control characters as \\n, \\t or \\u0000 inside strings."
    return f"Look at {found!r} there; a comma, a colon, a quote or a bracket is missing or too many."
