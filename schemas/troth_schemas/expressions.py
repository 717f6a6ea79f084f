"""Regular expressions of the kind that schemas use, read into automata that can be asked more than whether they match.

The dialect is ECMA 262 without what is not regular or hardly ever used: look-around, back references, word borders,
Unicode properties. Whatever is not understood raises `NotRegular`, and the question stays open.
"""

from dataclasses import dataclass, field
from functools import lru_cache
from typing import Final, TypeAlias

LAST: Final = 0x10FFFF
MOST_STATES: Final = 4_000
"""Counted repetitions are written out; what gets larger than this is not worth it."""

Chars: TypeAlias = tuple[tuple[int, int], ...]
"""Characters as ranges of code points in order, without overlaps."""

_DIGITS: Final[Chars] = ((48, 57),)
_WORD: Final[Chars] = ((48, 57), (65, 90), (95, 95), (97, 122))
_SPACE: Final[Chars] = (
    (9, 13), (32, 32), (160, 160), (0x1680, 0x1680), (0x2000, 0x200A), (0x2028, 0x2029), (0x202F, 0x202F),
    (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_LINE_ENDS: Final[Chars] = ((10, 10), (13, 13), (0x2028, 0x2029))
_CONTROLS: Final = {"n": 10, "r": 13, "t": 9, "f": 12, "v": 11, "0": 0}


class NotRegular(ValueError):
    """An expression that this file does not understand."""


@dataclass(slots=True)
class Automaton:
    """States with what leads out of each: a move over characters, and moves without any.

    ``starts`` and ``ends`` are moves that may be made only at the beginning and at the end of a text.
    """

    moves: list[tuple[Chars, int] | None] = field(default_factory=list)
    free: list[list[int]] = field(default_factory=list)
    starts: list[list[int]] = field(default_factory=list)
    ends: list[list[int]] = field(default_factory=list)
    first: int = 0
    last: int = 0

    def state(self) -> int:
        """One more state."""
        if len(self.moves) >= MOST_STATES:
            raise NotRegular("too many states")
        self.moves.append(None)
        self.free.append([])
        self.starts.append([])
        self.ends.append([])
        return len(self.moves) - 1

    def reached(self, states: frozenset[int], *, at_start: bool, at_end: bool = False) -> frozenset[int]:
        """The states that can be reached without reading anything."""
        found, left = set(states), list(states)
        while left:
            one = left.pop()
            nexts = self.free[one]
            if at_start:
                nexts = [*nexts, *self.starts[one]]
            if at_end:
                nexts = [*nexts, *self.ends[one]]
            for other in nexts:
                if other not in found:
                    found.add(other)
                    left.append(other)
        return frozenset(found)

    def after(self, states: frozenset[int], code: int) -> frozenset[int]:
        """The states after one character."""
        found = set()
        for one in states:
            move = self.moves[one]
            if move is not None and _has(move[0], code):
                found.add(move[1])
        return self.reached(frozenset(found), at_start=False)

    def accepts(self, states: frozenset[int], *, at_start: bool) -> bool:
        """Whether a text may end here."""
        return self.last in states or self.last in self.reached(states, at_start=at_start, at_end=True)


def _has(chars: Chars, code: int) -> bool:
    return any(low <= code <= high for low, high in chars)


@lru_cache(maxsize=1024)
def automaton(pattern: str) -> Automaton:
    """The automaton of the texts in which an expression matches somewhere. Raises NotRegular."""
    return _Parser(pattern).whole()


class _Parser:
    """A recursive descent over the expression; each piece becomes a pair of states, its beginning and its end."""

    def __init__(self, pattern: str) -> None:
        self.text = pattern
        self.at = 0
        self.depth = 0
        self.made = Automaton()

    def whole(self) -> Automaton:
        made = self.made
        made.first = made.state()
        made.moves[made.first] = (_ANY, made.first)
        begin, end = self.alternatives()
        if self.at < len(self.text):
            raise NotRegular(f"unexpected {self.text[self.at]!r}")
        made.free[made.first].append(begin)
        made.last = made.state()
        made.free[end].append(made.last)
        made.moves[made.last] = (_ANY, made.last)
        return made

    def peek(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self) -> str:
        found = self.peek()
        if not found:
            raise NotRegular("ends too early")
        self.at += 1
        return found

    def alternatives(self) -> tuple[int, int]:
        self.depth += 1
        if self.depth > 50:
            raise NotRegular("nested too deeply")
        begin, end = self.made.state(), self.made.state()
        while True:
            first, last = self.sequence()
            self.made.free[begin].append(first)
            self.made.free[last].append(end)
            if self.peek() != "|":
                break
            self.at += 1
        self.depth -= 1
        return begin, end

    def sequence(self) -> tuple[int, int]:
        begin = end = self.made.state()
        while self.peek() not in ("", "|", ")"):
            first, last = self.repeated()
            self.made.free[end].append(first)
            end = last
        return begin, end

    def repeated(self) -> tuple[int, int]:
        begins = self.at
        piece = self.atom()
        ends = self.at
        least, most = self.quantifier()
        if (least, most) == (1, 1):
            return piece
        return self.repeat(piece, (begins, ends), least, most)

    def repeat(self, piece: tuple[int, int], where: tuple[int, int], least: int, most: int | None) -> tuple[int, int]:
        """The piece as often as it may come; each time it is read anew."""
        made = self.made
        begin = end = made.state()
        after = self.at
        for _ in range(least):
            made.free[end].append(piece[0])
            end = piece[1]
            piece = self.again(where)
        if most is None:
            loop = made.state()
            made.free[end].append(loop)
            made.free[loop].append(piece[0])
            made.free[piece[1]].append(loop)
            end = loop
        else:
            final = made.state()
            for _ in range(most - least):
                made.free[end] += [piece[0], final]
                end = piece[1]
                piece = self.again(where)
            made.free[end].append(final)
            end = final
        self.at = after
        return begin, end

    def again(self, where: tuple[int, int]) -> tuple[int, int]:
        self.at = where[0]
        return self.atom()

    def quantifier(self) -> tuple[int, int | None]:
        mark = self.peek()
        found: tuple[int, int | None] = (1, 1)
        if mark in ("*", "+", "?") and mark:
            self.at += 1
            found = {"*": (0, None), "+": (1, None), "?": (0, 1)}[mark]
        elif mark == "{":
            found = self.counted()
        else:
            return found
        if self.peek() == "?":
            self.at += 1
        elif self.peek() in ("*", "+", "{"):
            raise NotRegular("a quantifier of a quantifier")
        return found

    def counted(self) -> tuple[int, int | None]:
        end = self.text.find("}", self.at)
        least, comma, most = self.text[self.at + 1 : end].partition(",")
        if end < 0 or not least.isdecimal() or (most and not most.isdecimal()) or len(least) > 4 or len(most) > 4:
            raise NotRegular("an odd repetition")
        self.at = end + 1
        if most and int(most) < int(least):
            raise NotRegular("a repetition that ends before it begins")
        return int(least), (int(most) if most else None) if comma else int(least)

    def atom(self) -> tuple[int, int]:
        made = self.made
        char = self.take()
        if char == "(":
            return self.group()
        begin, end = made.state(), made.state()
        if char == "^":
            made.starts[begin].append(end)
        elif char == "$":
            made.ends[begin].append(end)
        else:
            made.moves[begin] = (self.chars(char), end)
        return begin, end

    def group(self) -> tuple[int, int]:
        if self.peek() == "?":
            self.at += 1
            kind = self.take()
            if kind == "<" and self.peek() not in ("=", "!"):
                while self.take() != ">":
                    pass
            elif kind != ":":
                raise NotRegular("look-around or flags")
        found = self.alternatives()
        if self.take() != ")":
            raise NotRegular("a group without end")
        return found

    def chars(self, char: str) -> Chars:
        if char == "[":
            return self.bracket()
        if char == ".":
            return without(_LINE_ENDS)
        if char == "\\":
            return self.escape()
        if char in "*+?{})":
            raise NotRegular(f"unexpected {char!r}")
        return ((ord(char), ord(char)),)

    def escape(self, *, inside: bool = False) -> Chars:
        char = self.take()
        classes = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
        if char.lower() in classes:
            found = classes[char.lower()]
            return found if char.islower() else without(found)
        if char in _CONTROLS:
            code = _CONTROLS[char]
        elif char == "x" or (char == "u" and self.peek() != "{"):
            code = self.hexadecimal(2 if char == "x" else 4)
        elif char == "b" and inside:
            code = 8
        elif char.isalnum():
            raise NotRegular(f"the escape \\{char}")
        else:
            code = ord(char)
        return ((code, code),)

    def hexadecimal(self, length: int) -> int:
        digits = self.text[self.at : self.at + length]
        self.at += length
        try:
            return int(digits, 16)
        except ValueError:
            raise NotRegular("an odd escape") from None

    def bracket(self) -> Chars:
        negative = self.peek() == "^"
        self.at += negative
        found: list[tuple[int, int]] = []
        while self.peek() != "]":
            found += self.range()
        self.at += 1
        chars = joined(found)
        return without(chars) if negative else chars

    def range(self) -> Chars:
        low = self.one()
        if self.peek() != "-" or self.text[self.at + 1 : self.at + 2] in ("]", ""):
            return low
        self.at += 1
        high = self.one()
        if len(low) != 1 or len(high) != 1 or low[0][0] != low[0][1] or low[0][0] > high[0][1]:
            raise NotRegular("an odd range")
        return ((low[0][0], high[0][1]),)

    def one(self) -> Chars:
        char = self.take()
        if char == "\\":
            return self.escape(inside=True)
        if char in "[&~" and self.peek() in (":", "&", "~", char):
            raise NotRegular("a set operation")
        return ((ord(char), ord(char)),)


def joined(ranges: list[tuple[int, int]]) -> Chars:
    """Ranges in order, those that touch made one."""
    found: list[tuple[int, int]] = []
    for low, high in sorted(ranges):
        if found and low <= found[-1][1] + 1:
            found[-1] = (found[-1][0], max(high, found[-1][1]))
        else:
            found.append((low, high))
    return tuple(found)


def without(chars: Chars) -> Chars:
    """All other characters."""
    found = []
    begin = 0
    for low, high in (*chars, (LAST + 1, LAST + 1)):
        if begin < low:
            found.append((begin, low - 1))
        begin = high + 1
    return tuple(found)


_ANY: Final[Chars] = ((0, LAST),)
