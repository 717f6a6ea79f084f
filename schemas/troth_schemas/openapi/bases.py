"""The addresses of servers: their hosts, the paths below which everything is, and what variables make of both."""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice, product
from typing import Final, TypeAlias

Values: TypeAlias = Mapping[str, tuple[tuple[str, ...], bool]]
"""The variables of an address: their known values, and whether others will do too."""
Base: TypeAlias = tuple[str, Values]
"""A server's address, and its variables."""

ANY: Final = "*"
"""What stands for a variable that takes any value."""

_VARIABLE: Final = re.compile(r"\{([^{}/]*)\}")
_AUTHORITY: Final = re.compile(r"(?:[A-Za-z][A-Za-z0-9+.-]*:)?//[^/]*")
_MOST: Final = 256
"""How many addresses of one server are told apart; its variables may have any number of values."""


def base_path(url: str) -> str:
    """The path of a server's address, without the slash at its end: ``https://{host}/v1/`` has ``/v1``."""
    path = _AUTHORITY.sub("", url, count=1).partition("?")[0].partition("#")[0].rstrip("/")
    path = path if not path or path.startswith("/") else f"/{path}"
    return _without_dots(path) if "/." in path else path


def _without_dots(path: str) -> str:
    kept: list[str] = []
    for step in path.split("/")[1:]:
        if step == "..":
            del kept[-1:]
        elif step != ".":
            kept.append(step)
    return "".join(f"/{step}" for step in kept)


def origin(url: str) -> str:
    """The scheme and the host of a server's address, in small letters; empty where it is a path alone."""
    found = _AUTHORITY.match(url)
    return "" if found is None else found.group().lower()


def spelled(url: str, variables: Values) -> Iterator[str]:
    """The address with every combination of its variables' values; `*` is any other."""
    pieces = _VARIABLE.split(url)
    choices: list[tuple[str, ...]] = []
    for index, piece in enumerate(pieces):
        values, others = variables.get(piece, ((), True)) if index % 2 else ((piece,), False)
        choices.append((*values, ANY) if others else values)
    yield from dict.fromkeys("".join(chosen) for chosen in islice(product(*choices), _MOST))


def with_roots(url: str, variables: Values) -> Iterator[Base]:
    """The address with those variables replaced that stand before its path and may hold a part of the path themselves:
    ``{server}/v1``, ``https://example.com{base}``."""
    head = _AUTHORITY.match(url)
    first = _VARIABLE.match(url)
    rooted = {name for name, (values, _) in variables.items() if any("/" in value for value in values)}
    names = [one for one in _VARIABLE.findall("" if head is None else head.group()) if one in rooted]
    if first is not None and first[1] in variables:
        names.append(first[1])
    if not names:
        yield url, variables
        return
    left = {name: one for name, one in variables.items() if name not in names}
    for chosen in islice(product(*(variables[name][0] for name in names)), _MOST):
        written = url
        for name, value in zip(names, chosen, strict=True):
            written = written.replace(f"{{{name}}}", value)
        yield written, left


def is_among(host: str, hosts: Iterable[str]) -> bool:
    """Whether a host is one of those; where one of the two names no scheme, the host alone counts."""
    return any(
        host == one or (host.partition("//")[2] == one.partition("//")[2] and (host[:2] == "//" or one[:2] == "//"))
        for one in hosts
    )
