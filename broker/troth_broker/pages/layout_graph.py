"""Where the boxes of a network stand: consumers left of their providers, in layers, with few crossings.

Plain arithmetic (after Sugiyama): cycles are broken by a walk, layers follow the longest way, and each layer is put in
order by the places of its neighbours. Lines that pass a layer share one lane for each provider, clear of the boxes.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

BOX_HEIGHT, LANE_HEIGHT, GAP_X, GAP_Y, MARGIN = 30, 6, 74, 14, 16
_SIGN = 7.4
_PADDING = 24
_LONGEST_NAME = 28
_SWEEPS = 8
Pair = tuple[str, str]
Key = str | tuple[str, int]
"""An application, or the lane to a provider in a layer."""


@dataclass(frozen=True, slots=True)
class Box:
    """One application."""

    name: str
    label: str
    x: float
    y: float
    width: float


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of a box or of a lane."""

    x: float
    y: float
    width: float
    height: int

    @property
    def right(self) -> float:
        """Where lines leave it."""
        return self.x + self.width

    @property
    def middle(self) -> float:
        """Where lines meet it."""
        return self.y + self.height / 2


@dataclass(frozen=True, slots=True)
class Line:
    """One integration, from the consumer's box to the provider's, as a path of SVG."""

    consumer: str
    provider: str
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """Boxes and lines, and how large it all is."""

    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]
    width: float
    height: float


@lru_cache(maxsize=32)
def drawn(names: tuple[str, ...], pairs: tuple[Pair, ...]) -> Drawing:
    """The drawing of a network."""
    layers = _layers(names, _forward(pairs))
    lanes, ways = _lanes(layers, pairs)
    joined = [piece for way in ways.values() for piece in pairwise(way)]
    slots = _placed(_ordered([[*layer, *lane] for layer, lane in zip(layers, lanes, strict=True)], joined))
    lines = tuple(Line(*pair, _path([slots[key] for key in ways[pair]])) for pair in pairs)
    boxes = tuple(
        Box(key, _label(key), slot.x, slot.y, slot.width) for key, slot in slots.items() if isinstance(key, str)
    )
    width = max((slot.x + slot.width for slot in slots.values()), default=MARGIN) + MARGIN
    height = max((slot.y + slot.height for slot in slots.values()), default=MARGIN) + MARGIN
    return Drawing(boxes, lines, width, height)


def _lanes(layers: Sequence[Sequence[str]], pairs: Iterable[Pair]) -> tuple[list[list[Key]], dict[Pair, list[Key]]]:
    """For each layer the lanes by which lines pass it on their way to a provider, and the way of each line."""
    at = {name: depth for depth, layer in enumerate(layers) for name in layer}
    lanes: list[dict[Key, None]] = [{} for _ in layers]
    ways: dict[Pair, list[Key]] = {}
    for consumer, provider in pairs:
        passed: list[Key] = [(provider, depth) for depth in range(at[consumer] + 1, at[provider])]
        for lane in passed:
            lanes[lane[1]][lane] = None  # type: ignore[index] # a lane is a pair
        ways[consumer, provider] = [consumer, *passed, provider]
    return [list(lane) for lane in lanes], ways


def _placed(layers: Sequence[Sequence[Key]]) -> dict[Key, Slot]:
    """Where each box and each lane of the ordered layers stands."""
    heights = [sum(_height(key) + GAP_Y for key in layer) - GAP_Y for layer in layers]
    found: dict[Key, Slot] = {}
    x = float(MARGIN)
    for layer, height in zip(layers, heights, strict=True):
        width = max((_width(key) for key in layer if isinstance(key, str)), default=0.0)
        y = MARGIN + (max(heights) - height) / 2
        for key in layer:
            found[key] = Slot(x, y, width, _height(key))
            y += _height(key) + GAP_Y
        x += width + GAP_X
    return found


def _height(key: Key) -> int:
    return BOX_HEIGHT if isinstance(key, str) else LANE_HEIGHT


def _label(name: str) -> str:
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _width(name: str) -> float:
    return round(len(_label(name)) * _SIGN + _PADDING, 1)


def _forward(pairs: Iterable[Pair]) -> Mapping[str, list[str]]:
    """Who stands right of whom, once the lines that close a circle are left out."""
    beside: dict[str, list[str]] = defaultdict(list)
    for consumer, provider in sorted(set(pairs)):
        if consumer != provider:
            beside[consumer].append(provider)
    kept: dict[str, list[str]] = defaultdict(list)
    done: set[str] = set()
    called = {provider for found in beside.values() for provider in found}
    for start in [*sorted(beside.keys() - called), *sorted(beside)]:
        if start in done:
            continue
        done.add(start)
        open_: dict[str, None] = {start: None}
        waiting = [(start, iter(beside[start]))]
        while waiting:
            name, rest = waiting[-1]
            following = next(rest, None)
            if following is None:
                waiting.pop()
                del open_[name]
            elif following not in open_:
                kept[name].append(following)
                if following not in done:
                    done.add(following)
                    open_[following] = None
                    waiting.append((following, iter(beside.get(following, ()))))
    return kept


def _layers(names: Sequence[str], forward: Mapping[str, list[str]]) -> list[list[str]]:
    """Each name in the layer that its longest chain of consumers leads to."""
    before: dict[str, int] = dict.fromkeys(names, 0)
    for found in forward.values():
        for name in found:
            before[name] += 1
    layer = dict.fromkeys(names, 0)
    ready = sorted(name for name, count in before.items() if not count)
    while ready:
        name = ready.pop()
        for following in forward.get(name, ()):
            layer[following] = max(layer[following], layer[name] + 1)
            before[following] -= 1
            if not before[following]:
                ready.append(following)
    found_layers: list[list[str]] = [[] for _ in range(max(layer.values(), default=-1) + 1)]
    for name in names:
        found_layers[layer[name]].append(name)
    return [found for found in found_layers if found]


def _ordered(layers: list[list[Key]], pieces: Iterable[tuple[Key, Key]]) -> list[list[Key]]:
    """The layers with each box and lane near its neighbours: sweeps forth and back by the mean of their places."""
    beside: dict[Key, list[Key]] = defaultdict(list)
    for one, other in pieces:
        beside[one].append(other)
        beside[other].append(one)
    found = [sorted(layer, key=str) for layer in layers]
    place = {key: _share(at, layer) for layer in found for at, key in enumerate(layer)}
    for sweep in range(_SWEEPS):
        for layer in found if sweep % 2 == 0 else reversed(found):
            mine = set(layer)
            means = {key: _mean(key, beside.get(key, ()), place, mine) for key in layer}
            layer.sort(key=lambda key: (means[key], str(key)))
            place.update((key, _share(at, layer)) for at, key in enumerate(layer))
    return found


def _mean(key: Key, beside: Iterable[Key], place: Mapping[Key, float], mine: set[Key]) -> float:
    near = [place[one] for one in beside if one not in mine]
    return sum(near) / len(near) if near else place[key]


def _share(at: int, layer: Sequence[Key]) -> float:
    return (at + 0.5) / len(layer)


def _path(way: Sequence[Slot]) -> str:
    """A line by its lanes; one that runs backwards, or to its own layer, goes around by a loop."""
    start, end = way[0], way[-1]
    if start is end:
        return f"M{start.right:.0f} {start.middle - 6:.0f}c34 -26 34 38 0 12"
    if end.x == start.x:
        return _curve(start.right, start.middle, 46, end.right + 5, end.middle, 41, begin=True)
    if end.x < start.x:
        return _curve(start.x, start.middle, -40, end.right + 5, end.middle, 40, begin=True)
    parts = []
    for one, following in pairwise(way):
        to = following.x - (5 if following is end else 0)
        bend = (to - one.right) / 2
        parts.append(_curve(one.right, one.middle, bend, to, following.middle, -bend, begin=one is start))
        if following is not end:
            parts.append(f"H{following.right:.0f}")
    return "".join(parts)


def _curve(x1: float, y1: float, bend1: float, x2: float, y2: float, bend2: float, *, begin: bool) -> str:
    move = f"M{x1:.0f} {y1:.0f}" if begin else ""
    return f"{move}C{x1 + bend1:.0f} {y1:.0f} {x2 + bend2:.0f} {y2:.0f} {x2:.0f} {y2:.0f}"
