"""Members of JSON documents that are given twice: the last one counts, and nobody sees that the first is lost."""

import json
from collections.abc import Iterator
from typing import Any

from troth_schemas.lines import JsonLines
from troth_schemas.problem import Problem, pointer
from troth_schemas.sources import Sources


class _Object(dict[str, Any]):
    """An object that knows which of its names were given more than once."""

    def __init__(self, members: list[tuple[str, Any]]) -> None:
        super().__init__(members)
        names = [name for name, _ in members]
        self.twice = [name for name in self if names.count(name) > 1] if len(self) < len(names) else []


def given_twice(sources: Sources) -> list[Problem]:
    """A warning for each name that an object of a JSON document has twice, in documents that could be read."""
    found: list[Problem] = []
    for name, content in sources.files.items():
        if content.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] not in {b"{", b"["}:
            continue
        try:
            text = content.decode("utf-8-sig")
            value = json.loads(text, object_pairs_hook=_Object)
        except (ValueError, RecursionError):
            continue  # no JSON after all, but YAML or something else that its own reader has read
        document = "" if name == sources.root else name
        lines = JsonLines(text)
        found += [
            Problem(place, "The member is given twice; the last one counts.", "warning", lines.line(place), document)
            for place in _places(value)
        ]
    return found


def _places(value: Any) -> Iterator[str]:
    left: list[tuple[str, Any]] = [("", value)]
    while left:
        at, inner = left.pop()
        if isinstance(inner, _Object):
            yield from (at + pointer(name) for name in inner.twice)
            left += [(at + pointer(name), one) for name, one in inner.items()]
        elif isinstance(inner, list):
            left += [(at + pointer(number), one) for number, one in enumerate(inner)]
