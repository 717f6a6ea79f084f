"""Where operations answer: the base paths of their servers and their own paths together.

A path `/v1/orders` on the server `/` and a path `/orders` on the server `/v1` are one address. A description without
servers says nothing of where it is served, so that nothing is concluded from that.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TypeAlias

from troth_schemas.openapi.bases import ANY, base_path, origin, spelled
from troth_schemas.openapi.model import Operation, Server
from troth_schemas.openapi.path_index import shape

Key: TypeAlias = tuple[str, str]
"""A path and a method."""


def urls(server: Server) -> tuple[str, ...]:
    """The addresses of a server with the values that its variables are known to take; `*` is any."""
    return tuple(spelled(server.url, server.values))


def bases(server: Server) -> tuple[str, ...]:
    """The base paths of a server, with the values of its variables."""
    return tuple(dict.fromkeys(map(base_path, urls(server)))) if server.variables else (base_path(server.url),)


def addresses(operation: Operation) -> tuple[str, ...]:
    """Where an operation answers, without the names of its templates; `*` is any segment."""
    path = shape(operation.path)
    found = dict.fromkeys(base for one in operation.servers for base in bases(one))
    return tuple(f"{base}{path}" for base in found or ("",))


@dataclass(frozen=True, slots=True)
class Met:
    """An old operation and a new one, or one alone. ``path`` is the old one's as the new one's servers would have it
    asked: the whole address, where the two are written differently."""

    reader: Operation | None
    writer: Operation | None
    path: str = ""


class Addresses:
    """The addresses of all operations of a description."""

    def __init__(self, operations: Iterable[Operation]) -> None:
        self._exact: dict[tuple[str, str], list[Operation]] = {}
        self._open: list[tuple[str, list[str], Operation]] = []
        for one in operations:
            for address in addresses(one):
                self._exact.setdefault((address, one.method), []).append(one)
                if ANY in address:
                    self._open.append((one.method, address.split("/"), one))

    def at(self, address: str, method: str) -> list[Operation]:
        """What answers at an address."""
        exact = self._exact.get((address, method))
        if exact is not None or not self._open:
            return exact or []
        steps = address.split("/")
        return [one for known, open_to, one in self._open if known == method and _covers(open_to, steps)]

    def serve(self, address: str, method: str) -> bool:
        """Whether anything answers there."""
        return bool(self.at(address, method))


def _covers(open_to: Sequence[str], steps: Sequence[str]) -> bool:
    return len(open_to) == len(steps) and all(
        one == other or (one == ANY and other != "{}") for one, other in zip(open_to, steps, strict=True)
    )


def side_by_side(reader: Iterable[Operation], writer: Iterable[Operation]) -> Iterator[Met]:
    """Operations side by side, sorted: of one address; else of the same path, or of one that differs only in its
    templates' names. An old operation that several new ones serve meets each of them."""
    new = {(one.path, one.method): one for one in reader}
    old = {(one.path, one.method): one for one in writer}
    there = None if _one_base(new.values(), old.values()) else Addresses(new.values())
    met: dict[Key, list[Met]] = {}
    taken: set[Key] = set()
    if there is not None:
        for key, one in old.items():
            met[key] = list(_at_its_addresses(one, there))
            taken.update((each.reader.path, each.reader.method) for each in met[key] if each.reader is not None)
    by_shape = {(shape(path), method): key for key in new for path, method in [key] if key not in old}
    for key, one in old.items():
        if met.get(key):
            continue
        other = key if key in new else by_shape.get((shape(key[0]), key[1]))
        other = None if other in taken else other
        met[key] = [Met(new.get(other) if other is not None else None, one)]
    renamed = taken | {
        (each.reader.path, each.reader.method) for one in met.values() for each in one if each.reader is not None
    }
    for key, one in new.items():
        if key not in renamed:
            met.setdefault(key, []).append(Met(one, None))
    for key in sorted(met):
        yield from met[key]


def _at_its_addresses(one: Operation, there: Addresses) -> Iterator[Met]:
    found: dict[int, Met] = {}
    for address in addresses(one):
        for other in there.at(address, one.method):
            written = address.removesuffix(shape(one.path)) + one.path if ANY not in address else ""
            found.setdefault(id(other), Met(other, one, "" if other.path == one.path else written))
    yield from found.values()


def _one_base(new: Iterable[Operation], old: Iterable[Operation]) -> bool:
    """Whether all operations of both descriptions have the same base paths, so that paths alone tell them apart."""
    kinds = {one.servers for each in (new, old) for one in each}
    if len(kinds) < 2:
        return True
    known = {frozenset(base for one in servers for base in bases(one)) or frozenset({""}) for servers in kinds}
    return len(known) < 2


def lost(one: Operation, server: Server, there: Addresses) -> list[str]:
    """The addresses that an operation had through a server, and at which nothing answers any more."""
    path = shape(one.path)
    every = [f"{base}{path}" for base in bases(server)]
    fixed = [address for address in every if ANY not in address] or every
    return [address for address in fixed if not there.serve(address, one.method)]


def origins(servers: Iterable[Server]) -> frozenset[str]:
    """The hosts of servers, in small letters."""
    return frozenset(origin(url) for one in servers for url in urls(one)) or frozenset({""})
