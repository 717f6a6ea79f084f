"""XML bodies: elements by name, attributes and text, under matching rules.

Paths go by names: ``$.order.item['@id']`` is an attribute of every ``item`` in ``order``, ``$.order.item['#text']`` its
text; names in a namespace are written ``namespace:name``. Elements of one name are compared in order, or, where a rule
of type reaches them, each with the first example. White space around texts does not matter.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import Final
from xml.parsers import expat

from troth_schemas.matching.difference import Difference, cut
from troth_schemas.matching.patterns import fits_pattern
from troth_schemas.matching.trail import Trail
from troth_schemas.matching.values import length_trouble, text_trouble
from troth_schemas.pact.matchers import Matcher, RuleList
from troth_schemas.pact.rules import NO_RULES, Rules

_DEPTH: Final = 200
"""Elements inside each other; deeper documents are not read."""
_EQUAL: Final = RuleList((Matcher("equality", stated="equality"),))


@dataclass(slots=True)
class Element:
    """An element: its name with its namespace, its attributes by name, and what is inside.

    ``inside`` are elements, texts and None for what is neither, such as a comment.
    """

    name: str
    attributes: dict[str, str] = field(default_factory=dict)
    inside: list["Element | str | None"] = field(default_factory=list)

    @property
    def elements(self) -> list["Element"]:
        """The elements inside."""
        return [one for one in self.inside if isinstance(one, Element)]

    @property
    def text(self) -> str:
        """The texts inside, without white space around each of them."""
        return "".join(one.strip() for one in self.inside if isinstance(one, str))


class NotXml(Exception):
    """Content is no XML, or XML that is not read; the reason is a sentence."""


def parse_xml(content: bytes) -> Element:
    """The root element; raises `NotXml`. A document type is refused, and with it every entity of the document's own."""
    root = Element("")
    stack = [root]
    parser = expat.ParserCreate(namespace_separator="\n")
    parser.buffer_text = True

    def start(name: str, attributes: dict[str, str]) -> None:
        if len(stack) > _DEPTH:
            raise NotXml(f"it has more than {_DEPTH} elements inside each other")
        element = Element(_name(name), {_name(key): value for key, value in attributes.items()})
        stack[-1].inside.append(element)
        stack.append(element)

    def refuse(*_: object) -> None:
        raise NotXml("it has a document type, which is not read, since entities may grow beyond measure")

    parser.StartElementHandler = start
    parser.EndElementHandler = lambda _: stack.pop()
    parser.CharacterDataHandler = lambda text: stack[-1].inside.append(text)
    parser.CommentHandler = lambda _: stack[-1].inside.append(None)
    parser.ProcessingInstructionHandler = lambda *_: stack[-1].inside.append(None)
    parser.StartDoctypeDeclHandler = refuse
    try:
        parser.Parse(content.strip(), True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise NotXml(str(error)) from None
    return root.elements[0]


def _name(written: str) -> str:
    return written.replace("\n", ":")


def match_xml(
    expected: bytes, actual: bytes, rules: Rules = NO_RULES, *, more_members: bool = True
) -> tuple[Difference, ...]:
    """Where an XML document differs from its example, each difference once.

    ``more_members`` lets there be elements and attributes that the example does not know.
    """
    found: list[Difference] = []
    read: list[Element] = []
    for what, content in (("example", expected), ("body", actual)):
        try:
            read.append(parse_xml(content))
        except NotXml as problem:
            found.append(Difference("$", f"The {what} cannot be read as XML: {problem}.", *_shown(expected, actual)))
    if found:
        return tuple(found)
    example, came = read
    at = Trail.at_root(rules).step(example.name)
    walk = _Walk(more_members)
    return tuple(dict.fromkeys(walk.element(at, example, came, typed=walk.typed(Trail.at_root(rules), False))))


def _shown(expected: bytes, actual: bytes) -> tuple[str, str]:
    return cut(expected.decode(errors="replace")), cut(actual.decode(errors="replace"))


@dataclass(frozen=True, slots=True)
class _Walk:
    """The comparison of two documents. ``typed``: whether a rule of type, of whatever weight, reaches a place."""

    more: bool

    def typed(self, at: Trail, outside: bool) -> bool:
        """Whether a rule of type reaches a place, given that one reaches what is around it."""
        return outside or at.says("type")

    def element(self, at: Trail, expected: Element, actual: Element, *, typed: bool) -> Iterator[Difference]:
        """An element's name; if it fits, its attributes, its elements and its text."""
        rules = at.rules or _EQUAL
        troubles = [_element_trouble(one, expected, actual, cascaded=at.cascaded) for one in rules.matchers]
        if any(troubles) and not (rules.any_of and None in troubles):
            yield from (Difference(at.path, one, expected.name, actual.name) for one in troubles if one is not None)
            return
        yield from self._attributes(at, expected.attributes, actual.attributes)
        yield from self._children(at, expected.elements, actual.elements, self.typed(at, typed))
        yield from _texts(at.step("#text"), expected.text, actual.text)

    def _attributes(self, at: Trail, expected: dict[str, str], actual: dict[str, str]) -> Iterator[Difference]:
        if len(expected) > len(actual) or (not self.more and len(expected) != len(actual)):
            least = "at least " if self.more else ""
            text = f"Expected {least}{len(expected)} attributes, but there are {len(actual)}."
            yield Difference(at.path, text, ", ".join(expected), ", ".join(actual))
            if not expected:
                return
        for name, value in expected.items():
            inner = at.step(f"@{name}")
            if name in actual:
                yield from _texts(inner, value, actual[name])
            else:
                yield Difference(inner.path, f"The attribute {name!r} is missing.", value)

    def _children(self, at: Trail, expected: list[Element], actual: list[Element], typed: bool) -> Iterator[Difference]:
        wanted, came = _by_name(expected), _by_name(actual)
        names = (", ".join(one.name for one in expected), ", ".join(one.name for one in actual))
        if not expected and actual and not self.more:
            yield Difference(at.path, f"Expected no elements inside, but there are: {cut(names[1])}.", *names)
            return
        for name, group in came.items():
            inner = at.step(name)
            reached = self.typed(inner, typed)
            if name not in wanted:
                if reached or not self.more:
                    yield Difference(at.path, f"The element {name!r} is not expected.", *names)
            elif reached:
                for one in group:
                    yield from self.element(inner, wanted[name][0], one, typed=typed)
            else:
                yield from self._in_order(inner, wanted[name], group, typed)
        for name in wanted:
            if name not in came:
                yield Difference(at.path, f"The element {name!r} is missing.", *names)

    def _in_order(self, at: Trail, expected: list[Element], actual: list[Element], typed: bool) -> Iterator[Difference]:
        for example, one in zip_longest(expected, actual):
            if example is None:
                if not self.more:
                    yield Difference(at.path, f"One more element {one.name!r} than expected.", "", one.name)
            elif one is None:
                yield Difference(at.path, f"An element {example.name!r} is missing.", example.name)
            else:
                yield from self.element(at, example, one, typed=typed)


def _by_name(elements: list[Element]) -> dict[str, list[Element]]:
    found: dict[str, list[Element]] = {}
    for element in elements:
        found.setdefault(element.name, []).append(element)
    return found


def _element_trouble(matcher: Matcher, expected: Element, actual: Element, *, cascaded: bool) -> str | None:
    bounded = matcher.least is not None or matcher.most is not None
    match matcher.name:
        case "regex":
            return fits_pattern(matcher.text, actual.name.rpartition(":")[2])
        case "type" if bounded:
            return None if cascaded else length_trouble(matcher, len(actual.inside), "nodes inside")
        case "type" | "equality":
            right = expected.name == actual.name
            return None if right else f"Expected the element {expected.name!r}, but it is {actual.name!r}."
        case "notEmpty":
            return None if actual.inside else f"Expected something inside of the element {actual.name!r}."
        case _:
            return f"The rule {matcher.stated or matcher.name} cannot be applied to an element: {actual.name!r}."


def _texts(at: Trail, expected: str, actual: str) -> Iterator[Difference]:
    rules = at.rules or _EQUAL
    troubles = [text_trouble(one, expected, actual) for one in rules.matchers]
    if rules.any_of and None in troubles:
        return
    for trouble in troubles:
        if trouble is not None:
            yield Difference(at.path, trouble, cut(expected), cut(actual))
