"""The paths of interactions by their segments: of thousands, only those are compared that a path may be.

A path under a regular expression has the segments that the expression spells out, up to the first thing that might
reach over a slash; ``/orders/\\d+/items/7`` has all of its own, and any third one. Expressions that may be anything are
compared with every path, each once however many interactions have it.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Final
from urllib.parse import unquote

from troth_schemas.matching import Difference, match_text
from troth_schemas.pact.matchers import RuleList
from troth_verifiers.pact.own.wanted import Wanted
from troth_verifiers.stub.asked import Asked

_TIMES: Final = r"(?:[*+?]|\{[0-9]*,?[0-9]*\})[+?]?"
_ANY_OF: Final = (
    r"\\[dw]|\[(?:[0-9A-Za-z]-[0-9A-Za-z]|\\[dw]|[0-9A-Za-z_.]|\\-|-(?=\]))+\]|\[\^(?:\\?/|[?#])*/(?:\\?/|[?#])*\]"
)
_ITSELF: Final = r"[^\\/\[\](){}.*+?|^$]"
_GROUP: Final = rf"\((?:\?:)?(?:(?:{_ANY_OF}|\\[^0-9A-Za-z/]|{_ITSELF}|\|)(?:{_TIMES})?)*\)"
_PIECE: Final = re.compile(
    rf"(?:(?P<slash>\\?/)|(?P<wild>{_ANY_OF}|{_GROUP})|\\(?P<escaped>[^0-9A-Za-z])|(?P<plain>{_ITSELF}))"
    rf"(?P<times>{_TIMES})?"
)
"""What an expression says of a slash, or of something without one, and how often."""
_ABOUT_ALL: Final = re.compile(r"\||\(\?[^:]")
"""What may say something of all that stands before it too: another alternative, a switch such as ``(?i)``."""
_BY_EXAMPLE: Final = ("equality", "values")

Segments = tuple[str | None, ...]


class Paths:
    """The paths of some requests, each known by its index."""

    def __init__(self, expected: Sequence[Wanted]) -> None:
        self._fixed: dict[str, list[int]] = {}
        self._ruled = _Node()
        for index, one in enumerate(expected):
            rules = one.rules.path
            if rules is None:
                self._fixed.setdefault(one.path, []).append(index)
            else:
                self._ruled.put(one, rules, index)

    def fitting(self, asked: Asked) -> list[int]:
        """Which of the requests have the path that came, in their order."""
        spellings = {asked.path, unquote(asked.path)}
        found = {index for path in spellings for index in self._fixed.get(path, ())}
        for one, indexes in self._ruled.may_be(spellings):
            if not path_differences(one, asked):
                found.update(indexes)
        return sorted(found)


def path_differences(expected: Wanted, asked: Asked) -> tuple[Difference, ...]:
    """What is different about a path, which pacts write as it is meant or as it travels."""
    found = match_text(expected.path, asked.path, expected.rules.path, path="path")
    meant = unquote(asked.path)
    if found and meant != asked.path and not match_text(expected.path, meant, expected.rules.path):
        return ()
    return found


class _Node:
    """The requests whose paths begin alike; under None what has any segment in the next place."""

    def __init__(self) -> None:
        self.inner: dict[str | None, _Node] = {}
        self.whole: dict[object, tuple[Wanted, list[int]]] = {}
        self.begun: dict[object, tuple[Wanted, list[int]]] = {}

    def put(self, one: Wanted, rules: RuleList, index: int) -> None:
        """Add a request; those under the same rules are kept together."""
        segments, whole = _segments(rules)
        node = self
        for segment in segments:
            node = node.inner.setdefault(segment, _Node())
        by_example = any(each.name in _BY_EXAMPLE for each in rules.matchers)
        kept = node.whole if whole else node.begun
        kept.setdefault((one.path if by_example else None, rules), (one, []))[1].append(index)

    def may_be(self, paths: Iterable[str]) -> Iterator[tuple[Wanted, list[int]]]:
        """The requests that one of the paths may be: one of those under the same rules, with the indexes of all."""
        for path in paths:
            nodes = [self]
            for segment in path.split("/"):
                for node in nodes:
                    yield from node.begun.values()
                nodes = [each for node in nodes for key in (segment, None) if (each := node.inner.get(key))]
            for node in nodes:
                yield from node.begun.values()
                yield from node.whole.values()


def _segments(rules: RuleList) -> tuple[Segments, bool]:
    """The segments that every path under some rules has, None for any, and whether it has no more."""
    regex = None if rules.any_of else rules.first("regex")
    text, at = regex.text.removeprefix("^").removesuffix("$") if regex else ".", 0
    found: list[str | None] = []
    segment: str | None = ""
    while (piece := _PIECE.match(text, at)) is not None and not (piece["slash"] and piece["times"]):
        at = piece.end()
        if piece["slash"]:
            found.append(segment)
            segment = ""
        elif piece["times"] or piece["wild"]:
            segment = None
        elif segment is not None:
            segment += piece["escaped"] or piece["plain"]
    if _ABOUT_ALL.search(text, at):
        return (), False
    return ((*found, segment), True) if at == len(text) else (tuple(found), False)
