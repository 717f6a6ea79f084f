"""A whole body against its example: first its kind, then what it says.

Three things are different: a body that is not spoken of (anything passes), one that is to be absent or empty, and one
that is to be there (Pact specification, "Matching bodies"). What a body is, its content type says; without one, what
it begins with. Any kind of JSON is JSON: ``application/hal+json`` answers an example of ``application/json``.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Final, TypeAlias

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import parse
from troth_schemas.matching.contents import sniffed
from troth_schemas.matching.difference import Difference, cut
from troth_schemas.matching.forms import match_form
from troth_schemas.matching.multipart import NotMultipart, Part, parts_of
from troth_schemas.matching.parts import match_text, parameters
from troth_schemas.matching.trail import Trail
from troth_schemas.matching.trees import match_tree
from troth_schemas.matching.values import content_trouble, text_trouble
from troth_schemas.matching.xml import match_xml
from troth_schemas.pact.contents import Kind, fields, kind_of, media_type
from troth_schemas.pact.matchers import Matcher
from troth_schemas.pact.rules import NO_RULES, MatchingRules

_OPTIONAL_HEADERS: Final = ("content-type", "content-disposition", "content-transfer-encoding")
"""Headers of a part that may be left out."""
_DEPTH: Final = 200
"""Arrays and objects inside each other in an answer; deeper ones are not read."""


def charset_of(content_type: str) -> str:
    """The charset that a content type states, if Python knows it; else UTF-8."""
    charset = content_type.lower().partition("charset=")[2].partition(";")[0].strip("\"' ") or "utf-8"
    try:
        "".encode(charset)
    except (LookupError, UnicodeError, ValueError):
        return "utf-8"
    return charset


@dataclass(frozen=True, slots=True)
class Body:
    """A body as bytes with its content type, "" where none is stated. ``content`` None: nothing is said of it."""

    content: bytes | None = None
    content_type: str = ""

    @property
    def media(self) -> str:
        """Its media type without parameters, in lower case; guessed where none is stated, "" where that fails too."""
        return media_type(self.content_type) or (sniffed(self.content) if self.content else "")

    @property
    def text(self) -> str:
        """The content as a text, by the charset that is stated, else UTF-8; what is no text is replaced."""
        return (self.content or b"").decode(self._charset, "replace")

    @property
    def is_garbled(self) -> bool:
        """Whether the content cannot be read as a text."""
        try:
            (self.content or b"").decode(self._charset)
        except UnicodeDecodeError:
            return True
        return False

    @property
    def _charset(self) -> str:
        return charset_of(self.content_type)


@dataclass(frozen=True, slots=True)
class BodyDifferences:
    """What is wrong with a body: its kind altogether, or places in it."""

    kind: Difference | None = None
    places: tuple[Difference, ...] = ()

    def __bool__(self) -> bool:
        return self.kind is not None or bool(self.places)


def match_body(
    expected: Body, actual: Body, rules: MatchingRules, *, more_members: bool = True, tolerant: bool = False
) -> BodyDifferences:
    """Where a body differs from its example.

    ``tolerant`` says that the content type was compared under a rule and fits, so that another media type is no
    difference of its own.
    """
    if expected.content is None:
        return BodyDifferences()
    if not expected.content:
        return _nothing_expected(actual)
    ours, theirs = expected.media, actual.media
    if not tolerant and ours and theirs and not (_same_kind(ours, theirs) and _same_parameters(expected, actual)):
        ours, theirs = expected.content_type or ours, actual.content_type or theirs
        text = f"Expected a body of {ours}, but it is {theirs}."
        return BodyDifferences(Difference("", text, ours, theirs))
    if not actual.content:
        text = f"Expected a body, but there is none: {cut(expected.text)}"
        return BodyDifferences(places=(Difference("$", text, cut(expected.text)),))
    return BodyDifferences(places=_MATCHERS.get(kind_of(ours), _as_text)(expected, actual, rules, more_members))


def _nothing_expected(actual: Body) -> BodyDifferences:
    if not actual.content:
        return BodyDifferences()
    text = f"Expected no body, but there is one: {cut(actual.text)}"
    return BodyDifferences(places=(Difference("$", text, "", cut(actual.text)),))


def _same_kind(ours: str, theirs: str) -> bool:
    """Whether what came may be compared with the example: the same type, the example's with a suffix, or XML both."""
    if ours in ("application/xml", "text/xml") and kind_of(theirs) == "xml":
        return True
    main, _, sub = theirs.partition("/")
    return ours in (theirs, f"{main}/{sub.rpartition('+')[2]}")


def _same_parameters(expected: Body, actual: Body) -> bool:
    """Whether what came is as its type's parameters say, where the example's type has any."""
    wanted, came = (parameters(one.content_type.lower().replace('"', ""))[1] for one in (expected, actual))
    return not wanted or "boundary" in wanted or wanted == came


def _json(expected: Body, actual: Body, rules: MatchingRules, more: bool) -> tuple[Difference, ...]:
    try:
        example = parse(expected.content or b"", what="the example", max_depth=_DEPTH)
        value = parse(actual.content or b"", what="the body", max_depth=_DEPTH)
    except ContractUnreadable as problem:
        return (Difference("$", str(problem), cut(expected.text), cut(actual.text)),)
    return match_tree(example, value, rules.body, more_members=more)


def _xml(expected: Body, actual: Body, rules: MatchingRules, more: bool) -> tuple[Difference, ...]:
    return match_xml(expected.content or b"", actual.content or b"", rules.body, more_members=more)


def _form(expected: Body, actual: Body, rules: MatchingRules, _more: bool) -> tuple[Difference, ...]:
    return match_form(_fields(expected), _fields(actual), rules.body)


def _fields(body: Body) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in fields(body.text):
        found.setdefault(name, []).append(value)
    return found


def _multipart(expected: Body, actual: Body, rules: MatchingRules, _more: bool) -> tuple[Difference, ...]:
    """Each part of the example against the part of its name, or at its place; other parts do not matter.

    Of several parts of one name, as of files that are sent together, the first goes with the first.
    """
    found: list[Difference] = []
    read: list[tuple[Part, ...]] = []
    for what, body in (("example", expected), ("body", actual)):
        try:
            read.append(parts_of(body.content or b"", body.content_type))
        except NotMultipart as problem:
            text = f"The {what} cannot be taken apart as {body.media}: {problem}."
            found.append(Difference("$", text, cut(expected.text), cut(actual.text)))
    if found:
        return tuple(found)
    wanted, came = read
    for part in wanted:
        other = _partner(part, wanted, came)
        at = Trail.at_root(rules.body).step(part.step)
        if other is None:
            found.append(Difference("$", f"The part {part.step!r} is missing.", str(part.step)))
        elif part.is_field != other.is_field:
            kinds = [("a file", "a field")[one.is_field] for one in (part, other)]
            found.append(Difference("$", f"Expected the part {part.step!r} to be {kinds[0]}, but it is {kinds[1]}."))
        else:
            found += _part_headers(part, other, at, rules)
            found += (_field if part.is_field else _file)(part, other, at, rules)
    return tuple(dict.fromkeys(found))


def _partner(part: Part, wanted: tuple[Part, ...], came: tuple[Part, ...]) -> Part | None:
    if not part.name:
        return next((one for one in came if one.index == part.index), None)
    before = sum(one.name == part.name for one in wanted[: part.index])
    return next(islice((one for one in came if one.name == part.name), before, None), None)


def _part_headers(expected: Part, actual: Part, at: Trail, rules: MatchingRules) -> Iterator[Difference]:
    about = rules.body.inner.get(expected.step, NO_RULES).inner
    listed = {str(name).lower(): one.here for name, one in about.items() if one.here is not None}
    for name, value in expected.headers.items():
        place, came = at.step(name).path, actual.headers.get(name)
        if came is None:
            if name not in _OPTIONAL_HEADERS:
                yield Difference(place, f"The part's header {name!r} is missing.", value)
        elif name in listed or name != "content-disposition":
            yield from match_text(value, came, listed.get(name), path=place)


def _field(expected: Part, actual: Part, at: Trail, _rules: MatchingRules) -> Iterator[Difference]:
    example, came = expected.content.decode(errors="replace"), actual.content.decode(errors="replace")
    for one in match_text(example, came, at.rules, path=at.path):
        yield Difference(one.path, one.text, cut(one.expected), cut(one.actual))


def _file(expected: Part, actual: Part, at: Trail, rules: MatchingRules) -> Iterator[Difference]:
    inside = MatchingRules(body=rules.body.inner.get(expected.step, NO_RULES))
    found = match_body(
        Body(expected.content, expected.content_type or actual.content_type),
        Body(actual.content, actual.content_type or expected.content_type),
        inside,
    )
    if found.kind is not None:
        yield Difference(at.path, found.kind.text, found.kind.expected, found.kind.actual)
    for one in found.places:
        yield Difference(f"{at.path}{one.path.removeprefix('$')}", one.text, one.expected, one.actual)


def _as_text(expected: Body, actual: Body, rules: MatchingRules, _more: bool) -> tuple[Difference, ...]:
    listed = Trail.at_root(rules.body).rules
    if actual.is_garbled and (listed is not None or expected.content != actual.content):
        text = f"Expected a text, but it cannot be read as one: {_told(actual)}."
        return (Difference("$", text, cut(expected.text), _told(actual)),)
    found = match_text(expected.text, actual.text, listed)
    return tuple(Difference(one.path, one.text, cut(one.expected), cut(one.actual)) for one in found)


def _binary(expected: Body, actual: Body, rules: MatchingRules, _more: bool) -> tuple[Difference, ...]:
    listed = Trail.at_root(rules.body).rules
    if listed is None:
        if expected.content == actual.content:
            return ()
        text = f"Expected {_told(expected)}, but it is {_told(actual)}."
        return (Difference("$", text, _told(expected), _told(actual)),)
    found: list[str | None] = [_binary_trouble(one, expected, actual) for one in listed.matchers]
    if listed.any_of and None in found:
        return ()
    return tuple(Difference("$", text, _told(expected), _told(actual)) for text in found if text is not None)


def _binary_trouble(matcher: Matcher, expected: Body, actual: Body) -> str | None:
    if matcher.name == "contentType":
        return content_trouble(matcher.text, actual.content or b"")
    if matcher.name == "equality":
        right = expected.content == actual.content
        return None if right else f"Expected {_told(expected)}, but it is {_told(actual)}."
    if matcher.name in ("regex", "include") and actual.is_garbled:
        return f"Expected a text, but it cannot be read as one: {_told(actual)}."
    if matcher.name in ("regex", "include", "type", "notEmpty"):
        return text_trouble(matcher, expected.text, actual.text)
    return f"The rule {matcher.stated or matcher.name} cannot be applied to binary content."


def _told(body: Body) -> str:
    content = body.content or b""
    return f"{len(content)} bytes beginning with {content[:10].hex(' ')}"


_Matcher: TypeAlias = Callable[[Body, Body, MatchingRules, bool], tuple[Difference, ...]]
_MATCHERS: Final[Mapping[Kind, _Matcher]] = {
    "json": _json,
    "xml": _xml,
    "form": _form,
    "multipart": _multipart,
    "binary": _binary,
}
