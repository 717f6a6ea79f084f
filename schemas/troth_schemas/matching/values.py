"""One matching rule over one value: what is wrong with what came, in a sentence, or None.

The same rule means different things for scalars, for whole objects and for whole arrays; lengths count only where the
rule stands, not where it cascaded to (Pact specification, versions 2 to 4, "Supported matching rules").
"""

import json
import re
from collections.abc import Mapping
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.matching.contents import looks_like
from troth_schemas.matching.difference import kind_of, shown
from troth_schemas.matching.patterns import fits_date, fits_pattern
from troth_schemas.pact.contents import media_type
from troth_schemas.pact.dates import USUAL
from troth_schemas.pact.matchers import Matcher

_SEMVER: Final = re.compile(
    r"(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)"
    r"(-((0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*)(\.(0|[1-9][0-9]*|[0-9]*[A-Za-z-][0-9A-Za-z-]*))*))?"
    r"(\+[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
_NUMBER: Final = re.compile(r"[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?|[+-]?(inf|infinity|nan)", re.IGNORECASE)
_FORMS: Final = {
    "semver": ("a semantic version such as 1.2.3", _SEMVER),
    "notEmpty": ("a text that is not empty", re.compile(r".+", re.DOTALL)),
    "boolean": ("true or false", re.compile(r"true|false")),
    "number": ("a number", _NUMBER),
    "decimal": ("a number", _NUMBER),
    "integer": ("a whole number", re.compile(r"\+?[0-9]+")),
}
"""What a text has to look like under rules that need nothing but the text: in words, and as a pattern of all of it."""
_NUMBERS: Final[Mapping[str, tuple[type, ...]]] = {"number": (int, float), "integer": (int,), "decimal": (float,)}
"""What a number is under rules about numbers; true and false are none."""
_EMPTY: Final[tuple[Json, ...]] = ("", [], {})
_ON_ANY_ARRAY: Final = frozenset(
    {
        "regex", "type", "arrayContains", "eachKey", "eachValue", "values", "number", "decimal", "integer", "time",
        "date", "datetime", "include", "contentType", "boolean", "semver",
    }
)  # fmt: skip
OF_INSIDES: Final = frozenset({"arrayContains", "eachKey", "eachValue"})
"""Rules that speak of what is inside of a value, and of nothing else."""
_ON_ANY_OBJECT: Final = frozenset({"regex", "type", "arrayContains", "eachKey", "eachValue", "values"})


def equal(one: Json, other: Json) -> bool:
    """Whether two values are the same to the letter: 1 is neither 1.0 nor true."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        assert isinstance(other, dict)
        return one.keys() == other.keys() and all(equal(value, other[name]) for name, value in one.items())
    if isinstance(one, list):
        assert isinstance(other, list)
        return len(one) == len(other) and all(map(equal, one, other))
    return one == other


def value_trouble(matcher: Matcher, expected: Json, actual: Json, *, cascaded: bool = False) -> str | None:
    """A rule over a value whose example is no object and no array."""
    match matcher.name:
        case "equality" | "values":
            return None if equal(expected, actual) else _not("equal to", expected, actual)
        case "type":
            return _of_type(matcher, expected, actual, cascaded=cascaded)
        case "null":
            return None if actual is None else f"Expected null, but it is {_told(actual)}."
        case "boolean":
            right = isinstance(actual, bool) or actual in ("true", "false")
            return None if right else f"Expected a boolean, but it is {_told(actual)}."
        case "number" | "integer" | "decimal":
            return _of_number(matcher, actual)
        case "notEmpty":
            return f"Expected anything but nothing, and it is {_told(actual)}." if _is_empty(actual) else None
        case "contentType":
            return content_trouble(matcher.text, _as_text(actual).encode())
        case "arrayContains" | "eachKey" | "eachValue" | "statusCode":
            return None  # they speak of arrays, objects and statuses
        case "unknown":
            return f"No such matching rule is known: {matcher.stated or 'a rule without a name'}."
        case _:
            return text_trouble(matcher, "", _as_text(actual), "" if isinstance(actual, str) else _told(actual))


def text_trouble(matcher: Matcher, expected: str, actual: str, told: str = "") -> str | None:
    """A rule over a text: a header, a query parameter, a path, a text body. ``told`` is how people are shown it."""
    told = told or shown(actual)
    match matcher.name:
        case "regex":
            return fits_pattern(matcher.text, actual, told)
        case "include":
            return None if matcher.text in actual else f"Expected {matcher.text!r} somewhere in {told}."
        case "date" | "time" | "datetime":
            return fits_date(matcher.text or USUAL[matcher.name], actual, told)
        case "equality" | "values":
            return None if expected == actual else _not("equal to", expected, actual)
        case "contentType":
            return content_trouble(matcher.text, actual.encode())
        case "type":
            return None
    form = _FORMS.get(matcher.name)
    if form is None:
        return f"The rule {matcher.stated or matcher.name} cannot be applied to a text: {told}."
    wanted, pattern = form
    return None if pattern.fullmatch(actual) else f"Expected {wanted}, but it is {told}."


def content_trouble(wanted: str, content: bytes) -> str | None:
    """A rule over content: what it begins with must be what its type says."""
    came = looks_like(content)
    right = media_type(wanted) in came
    return None if right else f"Expected content of the type {wanted}, but it looks like {came[0]}."


def object_trouble(
    matcher: Matcher, expected: dict[str, Json], actual: dict[str, Json], *, cascaded: bool
) -> str | None:
    """A rule over an object as a whole; its members are compared besides."""
    if matcher.name == "type":
        return None if cascaded else length_trouble(matcher, len(actual), "members")
    return _of_whole(matcher, expected, actual, matcher.name in _ON_ANY_OBJECT)


def array_trouble(matcher: Matcher, expected: list[Json], actual: list[Json], *, cascaded: bool) -> str | None:
    """A rule over an array as a whole; its elements are compared besides."""
    if matcher.name == "type":
        return None if cascaded else length_trouble(matcher, len(actual), "elements")
    return _of_whole(matcher, expected, actual, matcher.name in _ON_ANY_ARRAY)


def key_trouble(matcher: Matcher, name: str) -> str | None:
    """A rule over each name of an object's members."""
    trouble = text_trouble(matcher, "", name)
    return f"The member's name does not match. {trouble}" if trouble else None


def _of_whole(matcher: Matcher, expected: Json, actual: Json, applies: bool) -> str | None:
    if matcher.name == "equality":
        return None if equal(expected, actual) else _not("equal to", expected, actual)
    if matcher.name == "notEmpty":
        return f"Expected something inside, but it is {shown(actual)}." if not actual else None
    if matcher.name == "eachValue" and not matcher.matchers:
        return f"The rule {matcher.stated} holds no rules, so it says of no value what it has to be."
    if applies:
        return None
    return f"The rule {matcher.stated or matcher.name} cannot be applied to an {kind_of(actual)}: {shown(actual)}."


def _of_type(matcher: Matcher, expected: Json, actual: Json, *, cascaded: bool) -> str | None:
    if type(expected) is not type(actual) and _family(expected) != _family(actual):
        return f"Expected the same type as {_told(expected)}, but it is {_told(actual)}."
    if isinstance(actual, list) and not cascaded:
        return length_trouble(matcher, len(actual), "elements")
    return None


def _family(value: Json) -> str:
    kind = kind_of(value)
    return "number" if kind in ("integer", "decimal") else kind


def length_trouble(matcher: Matcher, count: int, of: str) -> str | None:
    """What is wrong with a number of things under a rule that may bound it."""
    if matcher.least is not None and count < matcher.least:
        return f"Expected at least {counted(matcher.least, of)}, but there {_are(count)}."
    if matcher.most is not None and count > matcher.most:
        return f"Expected at most {counted(matcher.most, of)}, but there {_are(count)}."
    return None


def counted(count: int, of: str) -> str:
    """So many members, elements, nodes inside."""
    thing, space, rest = of.partition(" ")
    return f"one {thing.removesuffix('s')}{space}{rest}" if count == 1 else f"{count} {of}"


def _are(count: int) -> str:
    return "is one" if count == 1 else f"are {count}"


def _of_number(matcher: Matcher, actual: Json) -> str | None:
    if type(actual) in _NUMBERS[matcher.name]:
        return None
    wanted = {"number": "a number", "integer": "a whole number", "decimal": "a number with decimals"}[matcher.name]
    return f"Expected {wanted}, but it is {_told(actual)}."


def _is_empty(value: Json) -> bool:
    return value is None or value in _EMPTY


def _as_text(value: Json) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, separators=(",", ":"))


def _not(what: str, expected: Json, actual: Json) -> str:
    return f"Expected it to be {what} {_told(expected)}, but it is {_told(actual)}."


def _told(value: Json) -> str:
    return "null" if value is None else f"{shown(value)} ({kind_of(value)})"
