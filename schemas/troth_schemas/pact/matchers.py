"""One matching rule as a frozen value, whichever version of the specification wrote it down."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from troth_schemas.json_body import Document, Json

MatcherName: TypeAlias = Literal[
    "equality", "type", "values", "regex", "include", "boolean", "null", "integer", "decimal", "number", "date", "time",
    "datetime", "semver", "notEmpty", "contentType", "arrayContains", "eachKey", "eachValue", "statusCode", "unknown",
]  # fmt: skip

_NAMES: Final[Mapping[str, MatcherName]] = {
    "equality": "equality", "type": "type", "min-type": "type", "max-type": "type", "min-max-type": "type",
    "values": "values", "regex": "regex", "include": "include", "boolean": "boolean", "null": "null",
    "integer": "integer", "decimal": "decimal", "real": "decimal", "number": "number", "date": "date", "time": "time",
    "timestamp": "datetime", "datetime": "datetime", "date-time": "datetime", "semver": "semver",
    "notempty": "notEmpty", "not-empty": "notEmpty", "contenttype": "contentType", "content-type": "contentType",
    "arraycontains": "arrayContains", "array-contains": "arrayContains", "eachkey": "eachKey", "each-key": "eachKey",
    "eachvalue": "eachValue", "each-value": "eachValue", "statuscode": "statusCode", "status-code": "statusCode",
}  # fmt: skip
STATUS_CLASSES: Final[Mapping[str, range]] = {
    "info": range(100, 200), "success": range(200, 300), "redirect": range(300, 400), "clienterror": range(400, 500),
    "servererror": range(500, 600), "nonerror": range(100, 400), "error": range(400, 600),
}  # fmt: skip
_CASCADING: Final = frozenset({"equality", "type", "boolean", "integer", "decimal", "number", "null", "notEmpty"})
_RUBY_OPTIONS: Final = re.compile(r"\(\?-[imx]+:")
"""How Ruby writes a regular expression into another one; it switches options off that were never on."""


@dataclass(frozen=True, slots=True)
class Variant:
    """One of the shapes that an array must contain: which element of the example it is, and its own rules by path."""

    index: int
    rules: tuple[tuple[str, "RuleList"], ...]


@dataclass(frozen=True, slots=True)
class Matcher:
    """A matching rule.

    ``text`` is the regular expression, the included text, the date format or the content type. ``least`` and ``most``
    bound an array's length. ``statuses`` are the status codes or classes of them. ``matchers`` are what every key or
    every value has to match. ``stated`` is the name as it is written, which matters where it is not known.
    """

    name: MatcherName
    text: str = ""
    least: int | None = None
    most: int | None = None
    statuses: tuple[str | int, ...] = ()
    variants: tuple[Variant, ...] = ()
    matchers: tuple["Matcher", ...] = ()
    stated: str = ""

    @property
    def cascades(self) -> bool:
        """Whether it holds for all that is inside of the place where it stands, unless a closer rule says otherwise."""
        return self.name in _CASCADING


@dataclass(frozen=True, slots=True)
class RuleList:
    """The matching rules of one place, and whether all of them must hold or any."""

    matchers: tuple[Matcher, ...]
    any_of: bool = False

    def cascaded(self) -> "RuleList | None":
        """What of it holds for the inside: lengths are of the place itself, so they are left out."""
        kept = tuple(
            Matcher(one.name, one.text, stated=one.stated) if one.least is not None or one.most is not None else one
            for one in self.matchers
            if one.cascades
        )
        return RuleList(kept, self.any_of) if kept else None

    def first(self, name: MatcherName) -> Matcher | None:
        """The first matcher of that name."""
        return next((one for one in self.matchers if one.name == name), None)


def statuses(matcher: Matcher) -> tuple[int, ...]:
    """Every status that a matcher of statuses takes."""
    found: list[int] = []
    for one in matcher.statuses:
        found += [one] if isinstance(one, int) else STATUS_CLASSES.get(one.lower(), range(0))
    return tuple(dict.fromkeys(found))


def read_rule_list(written: Json) -> RuleList | None:
    """The rules of one place: ``{"matchers": […], "combine": "AND"}``, or a single matcher as in version 2."""
    if not isinstance(written, dict):
        return None
    listed = written.get("matchers", [written])
    if not isinstance(listed, list) or not listed:
        return None
    combine = written.get("combine")
    any_of = isinstance(combine, str) and combine.upper() == "OR"
    return RuleList(tuple(read_matcher(one) for one in listed), any_of)


def read_matcher(written: Json) -> Matcher:
    """One matcher. One that is not understood is called ``unknown``."""
    if not isinstance(written, dict):
        return Matcher("unknown", stated=str(written))
    stated = written.get("match", _unnamed(written))
    name = _NAMES.get(stated.lower(), "unknown") if isinstance(stated, str) else "unknown"
    return Matcher(
        name=name,
        text=_text(name, written),
        least=_length(written.get("min")),
        most=_length(written.get("max")),
        statuses=_statuses(written.get("status", "success")) if name == "statusCode" else (),
        variants=_variants(written.get("variants")) if name == "arrayContains" else (),
        matchers=_inner(written.get("rules")) if name in ("eachKey", "eachValue") else (),
        stated=str(stated),
    )


def _unnamed(written: Document) -> str:
    """What version 2 leaves to be guessed from the members."""
    for member, name in (("regex", "regex"), ("timestamp", "timestamp"), ("date", "date"), ("time", "time")):
        if member in written:
            return name
    return "type" if {"min", "max"} & written.keys() else ""


_TEXTS: Final[Mapping[str, tuple[str, ...]]] = {
    "regex": ("regex",),
    "include": ("value",),
    "contentType": ("value",),
    "date": ("format", "date"),
    "time": ("format", "time"),
    "datetime": ("format", "timestamp", "datetime"),
}
"""The members that hold the text of a matcher, the first that is there."""


def _text(name: MatcherName, written: Document) -> str:
    found = next((value for member in _TEXTS.get(name, ()) if isinstance(value := written.get(member), str)), "")
    return _RUBY_OPTIONS.sub("(?:", found) if name == "regex" else found


def _length(written: Json) -> int | None:
    return written if isinstance(written, int) and not isinstance(written, bool) and written >= 0 else None


def _statuses(written: Json) -> tuple[str | int, ...]:
    listed = written if isinstance(written, list) else [written]
    return tuple(one for one in listed if isinstance(one, str | int) and not isinstance(one, bool))


def _inner(written: Json) -> tuple[Matcher, ...]:
    return tuple(read_matcher(one) for one in written) if isinstance(written, list) else ()


def _variants(written: Json) -> tuple[Variant, ...]:
    return tuple(
        Variant(_length(one.get("index")) or 0, _rules_by_path(one.get("rules")))
        for one in (written if isinstance(written, list) else ())
        if isinstance(one, dict)
    )


def _rules_by_path(written: Json) -> tuple[tuple[str, RuleList], ...]:
    entries = written if isinstance(written, dict) else {}
    return tuple((path, found) for path, entry in entries.items() if (found := read_rule_list(entry)) is not None)
