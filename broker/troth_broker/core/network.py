"""Who depends on whom: the applications around one, nearest first, as far as a picture can show them."""

from collections import defaultdict, deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from troth_broker.core.standing import Status


@dataclass(frozen=True, slots=True)
class Edge:
    """A consumer, its provider, and how their newest contract stands; no status where nobody asked for it."""

    consumer: str
    provider: str
    status: Status | None = None


@dataclass(frozen=True, slots=True)
class Network:
    """Applications and what joins them; `left_out` counts the applications that the limit kept out."""

    nodes: tuple[str, ...]
    edges: tuple[Edge, ...]
    left_out: int = 0


def network(pairs: Iterable[tuple[str, str]]) -> Network:
    """The network of these (consumer, provider) pairs, as a whole."""
    edges = tuple(Edge(*pair) for pair in pairs)
    return Network(tuple(sorted({name for edge in edges for name in (edge.consumer, edge.provider)})), edges)


def around(pairs: Iterable[tuple[str, str]], start: str, most: int) -> Network:
    """The applications that are joined to one, directly or through others: at most so many, the nearest.

    Among those equally near, names come in their order, so that one question has one answer.
    """
    found = tuple(pairs)
    reached = _reached(_neighbours(found), start)
    kept = frozenset(reached[: max(1, most)])
    edges = tuple(Edge(*pair) for pair in found if kept.issuperset(pair))
    return Network(tuple(sorted(kept)), edges, len(reached) - len(kept))


def best_joined(pairs: Iterable[tuple[str, str]], most: int) -> Network:
    """The applications that are joined to the most others, at most so many; of equals by name."""
    found = tuple(pairs)
    beside = _neighbours(found)
    ordered = sorted(beside, key=lambda name: (-len(beside[name]), name))
    kept = frozenset(ordered[: max(1, most)])
    edges = tuple(Edge(*pair) for pair in found if kept.issuperset(pair))
    return Network(tuple(sorted(kept)), edges, len(ordered) - len(kept))


def _neighbours(pairs: Iterable[tuple[str, str]]) -> Mapping[str, set[str]]:
    beside: dict[str, set[str]] = defaultdict(set)
    for consumer, provider in pairs:
        beside[consumer].add(provider)
        beside[provider].add(consumer)
    return beside


def _reached(beside: Mapping[str, set[str]], start: str) -> list[str]:
    """Everything that a walk from there meets, level by level."""
    met, order, waiting = {start}, [start], deque([start])
    while waiting:
        for name in sorted(beside.get(waiting.popleft(), set()) - met):
            met.add(name)
            order.append(name)
            waiting.append(name)
    return order
