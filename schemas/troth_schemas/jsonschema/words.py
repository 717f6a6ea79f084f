"""A text that matches some expressions and not others, of a length between two: found, ruled out, or left open."""

from collections import deque
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from troth_schemas.expressions import LAST, Automaton, NotRegular, automaton

MOST_STEPS: Final = 20_000
MOST_WORK: Final = 100_000
"""How far the search goes: a few hundredths of a second."""

_PLEASANT: Final = "a0A b-_.@/:x1"


class Undecided(Exception):
    """The search was too long, or an expression is not regular."""


def find(patterns: tuple[str, ...], off: tuple[str, ...], least: int = 0, most: int | None = None) -> str | None:
    """The shortest such text; None where there is none. Raises Undecided."""
    found = _answer(patterns, off, least, most)
    if isinstance(found, Undecided):
        raise found
    return found


@lru_cache(maxsize=4096)
def _answer(patterns: tuple[str, ...], off: tuple[str, ...], least: int, most: int | None) -> "str | Undecided | None":
    try:
        automata = [automaton(one) for one in (*patterns, *off)]
        return _Search(automata, len(patterns), least, most).run()
    except NotRegular as problem:
        return Undecided(str(problem))
    except Undecided as problem:
        return Undecided(str(problem))


class _Search:
    """A walk through all automata at once, breadth first."""

    def __init__(self, automata: list[Automaton], wanted: int, least: int, most: int | None) -> None:
        self.automata = automata
        self.wanted = wanted
        self.least = least
        self.most = most
        self.codes = _representatives(automata)
        self.work = 0
        self.moves: dict[tuple[int, frozenset[int], int], frozenset[int]] = {}

    def run(self) -> str | None:
        first = tuple(one.reached(frozenset((one.first,)), at_start=True) for one in self.automata)
        if self.least == 0 and self.fits(first, at_start=True):
            return ""
        start = (first, 0)
        came: dict[tuple[tuple[frozenset[int], ...], int], tuple[object, int]] = {start: (None, 0)}
        left = deque([(start, 0)])
        steps = 0
        while left:
            here, length = left.popleft()
            if length == self.most:
                continue
            for code in self.codes:
                steps += 1
                if steps > MOST_STEPS:
                    raise Undecided("the search was too long")
                states = tuple(self.step(index, states, code) for index, states in enumerate(here[0]))
                if any(not states[index] for index in range(self.wanted)):
                    continue
                there = (states, min(length + 1, self.least))
                if there in came:
                    continue
                came[there] = (here, code)
                if length + 1 >= self.least and self.fits(states, at_start=False):
                    return _spell(there, came)
                left.append((there, length + 1))
        return None

    def step(self, index: int, states: frozenset[int], code: int) -> frozenset[int]:
        key = (index, states, code)
        found = self.moves.get(key)
        if found is None:
            self.work += len(states)
            if self.work > MOST_WORK:
                raise Undecided("the expressions are too large")
            found = self.moves[key] = self.automata[index].after(states, code)
        return found

    def fits(self, states: tuple[frozenset[int], ...], *, at_start: bool) -> bool:
        accepted = (one.accepts(here, at_start=at_start) for one, here in zip(self.automata, states, strict=True))
        return all(found == (index < self.wanted) for index, found in enumerate(accepted))


def _spell(end: object, came: dict[tuple[tuple[frozenset[int], ...], int], tuple[object, int]]) -> str:
    codes: list[int] = []
    while True:
        before, code = came[end]  # type: ignore[index]  # what leads there is of the same kind
        if before is None:
            return "".join(map(chr, reversed(codes)))
        codes.append(code)
        end = before


def _representatives(automata: Iterable[Automaton]) -> list[int]:
    """One character for all that no expression tells apart, the pleasant ones first."""
    borders = {0, 0x20, 0x7F, 0xD800, 0xE000}
    for one in automata:
        for move in one.moves:
            for low, high in () if move is None else move[0]:
                borders |= {low, high + 1}
    edges = sorted(one for one in borders if one <= LAST)
    found: list[int] = []
    for low, high in zip(edges, [*edges[1:], LAST + 1], strict=True):
        if not 0xD800 <= low < 0xE000:
            nice = next((ord(one) for one in _PLEASANT if low <= ord(one) < high), low)
            found.append(nice)
    return sorted(found, key=lambda code: (not 0x21 <= code < 0x7F, not chr(code).isalnum(), code != 97, code))
