"""From a JSON pointer to the line that it stands on, found only when somebody asks."""

import json
import re
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Any, Final

from troth_schemas.problem import steps_of
from troth_schemas.yaml_body import compose

_BLOCK: Final = 4096
"""Characters of a text whose lines are counted together."""
_SPACE: Final = re.compile(r"[ \t\r\n]*")
_COLON: Final = re.compile(r"[ \t\r\n]*:[ \t\r\n]*")
_NEXT: Final = re.compile(r'[ \t\r\n]*,?[ \t\r\n]*(?:"([^"\\]*)"[ \t\r\n]*:[ \t\r\n]*)?')
"""What leads to the next value: a comma, and a name in which nothing is escaped, with its colon."""


@dataclass(slots=True)
class _Members:
    """The members of an array or object that were met so far: where each begins, and where its value does."""

    is_array: bool
    at: int | None
    """Where to read on; None at the end."""
    end: int | None = None
    """Where all of it ends, once that was met."""
    last: int | None = None
    """Where the value begins that is to be skipped first."""
    found: dict[str, tuple[int, int]] = field(default_factory=dict)


class JsonLines:
    """Lines in a JSON text. Only what leads to a place is looked at; values on the way are skipped at full speed."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._above: list[int] | None = None
        """How many lines end before each block."""
        self._members: dict[int, _Members] = {}
        self._decode = json.JSONDecoder().raw_decode

    def line(self, pointer: str) -> int:
        """The line (from 1) of the member or element; where it is absent, the line of what would hold it."""
        shown = at = _end_of(_SPACE, self._text, 0)
        for step in steps_of(pointer):
            members = self._members.get(at)
            if members is None:
                members = self._members[at] = self._begun(at)
            while step not in members.found and members.at is not None:
                self._read_on(members, members.at)
            found = members.found.get(step)
            if found is None:
                break
            shown, at = found
        if self._above is None:
            starts = range(0, len(self._text), _BLOCK)
            self._above = [0, *accumulate(self._text.count("\n", at, at + _BLOCK) for at in starts)]
        block = shown // _BLOCK
        return self._above[block] + self._text.count("\n", block * _BLOCK, shown) + 1

    def _begun(self, at: int) -> _Members:
        opening = self._text[at : at + 1]
        if opening not in ("{", "["):
            return _Members(is_array=False, at=None)
        return _Members(is_array=opening == "[", at=_end_of(_SPACE, self._text, at + 1))

    def _read_on(self, members: _Members, at: int) -> None:
        """Read the next member's name; its value is skipped when the one after it is asked for."""
        found = _NEXT.match(self._text, at if members.last is None else self._end_of_value(members.last))
        assert found is not None
        name, begins, at = found[1], found.start(1) - 1, found.end()
        if name is None:
            begins = at
            if self._text[at] in "}]":
                members.at, members.end = None, at + 1
                return
            name = str(len(members.found))
            if not members.is_array:
                name, at = self._decode(self._text, at)
                at = _end_of(_COLON, self._text, at)
        members.found[name] = begins, at
        members.at = members.last = at

    def _end_of_value(self, at: int) -> int:
        """Where a value ends; one that was looked into is read on from where that ended."""
        members = self._members.get(at)
        if members is None:
            return self._decode(self._text, at)[1]
        while members.at is not None:
            self._read_on(members, members.at)
        return self._decode(self._text, at)[1] if members.end is None else members.end


def _end_of(pattern: re.Pattern[str], text: str, at: int) -> int:
    found = pattern.match(text, at)
    assert found is not None
    return found.end()


class YamlLines:
    """Lines in a YAML text, from the marks of its nodes."""

    def __init__(self, text: str) -> None:
        self._text = text
        self._root: Any = None

    def line(self, pointer: str) -> int:
        """The line (from 1) of the member or element; where it is absent, the line of what would hold it."""
        if self._root is None:
            self._root = compose(self._text, what="the document")
        mark, node = self._root.start_mark, self._root
        for step in steps_of(pointer):
            found = _member(node, step, set())
            if found is None:
                break
            mark, node = found
        return int(mark.line) + 1


def _member(node: Any, step: str, seen: set[int]) -> tuple[Any, Any] | None:
    """Where a member begins, and its node; also members that are merged in (``<<``)."""
    if node.id == "sequence":
        index = int(step) if step.isdecimal() else -1
        return (node.value[index].start_mark, node.value[index]) if 0 <= index < len(node.value) else None
    if node.id != "mapping" or id(node) in seen:
        return None
    seen.add(id(node))
    merged: list[Any] = []
    for name, value in node.value:
        if name.value == step:
            return name.start_mark, value
        if name.value == "<<":
            merged += value.value if value.id == "sequence" else [value]
    return next((found for one in merged if (found := _member(one, step, seen)) is not None), None)
