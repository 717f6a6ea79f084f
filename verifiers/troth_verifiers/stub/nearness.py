"""Which interactions of a pact a request may be, and which are nearest to it: cheap looks, before any is compared.

A pact may hold thousands of interactions, at one path too. Comparing one takes a tenth of a millisecond, and a request
that none of them knows would be compared with all.
"""

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from troth_schemas.json_body import Json
from troth_schemas.pact.contents import kind_of
from troth_verifiers.pact.own.wanted import Wanted
from troth_verifiers.stub.asked import Asked
from troth_verifiers.stub.respelling import meant

_WITH_PARAMETERS: Final = ("accept", "content-type")
"""Headers that may say more than is expected of them."""
_WORD: Final = re.compile(r"\w+")
_MOST: Final = 4096
"""Characters of a body whose words are looked at."""


@dataclass(frozen=True)
class Seen:
    """A request as it came, looked at once for all interactions, and only where one wants to know."""

    asked: Asked

    @cached_property
    def method(self) -> str:
        """The method in capitals."""
        return self.asked.method.upper()

    @cached_property
    def query(self) -> dict[str, list[str]]:
        """The query's values by name."""
        return self.asked.query

    @cached_property
    def headers(self) -> dict[str, str]:
        """The headers by name, the lines of each as one, without the space around commas."""
        found: dict[str, list[str]] = {}
        for name, text in self.asked.headers:
            found.setdefault(name, []).append(text)
        return {name: _joined(lines) for name, lines in found.items()}

    @cached_property
    def words(self) -> frozenset[str]:
        """The words of path, query and body."""
        return _words(unquote(self.asked.local), self.asked.content)

    @cached_property
    def value(self) -> Json:
        """What the body says in JSON; None where it says nothing."""
        return _value(self.asked.content)


@dataclass(frozen=True, slots=True)
class Looked:
    """The request that an interaction expects, looked at once for all that come.

    `plain` says that only an equal body of JSON is taken, of which `value` is what it means. `query` is what a query
    has to be, None where rules speak of it. `headers` have to be there, and to be this where that is not None.
    """

    expected: Wanted
    words: frozenset[str]
    plain: bool
    value: Json
    query: Mapping[str, list[str]] | None
    headers: tuple[tuple[str, str | None], ...]

    @classmethod
    def at(cls, expected: Wanted) -> "Looked":
        """Look at a request of an interaction."""
        body, content, rules = expected.body, expected.body.content or b"", expected.rules
        plain = bool(content) and not rules.body and kind_of(body.media) == "json"
        query = " ".join(f"{name} {' '.join(values)}" for name, values in expected.query.items())
        words = _words(f"{expected.path} {query}", content)
        ruled = rules.query or "query" in expected.query  # which may be an operation of GraphQL, spelled otherwise
        exact = None if ruled else {name: list(values) for name, values in expected.query.items()}
        headers = tuple(
            (name.lower(), None if name.lower() in (*rules.header, *_WITH_PARAMETERS) else _joined(values))
            for name, values in expected.headers.items()
        )
        return cls(expected, words, plain, _value(content) if plain else None, exact, headers)

    def may_be(self, seen: Seen) -> bool:
        """Whether a request, whose path it is, may be this one."""
        if self.expected.method != seen.method or (self.query is not None and self.query != seen.query):
            return False
        for name, text in self.headers:
            came = seen.headers.get(name)
            if came is None or (text is not None and text != came):
                return False
        return not self.plain or self.value == seen.value

    def distance(self, seen: Seen, here: bool) -> tuple[bool, bool, int]:
        """How far a request is: one `here`, of its path, is nearest, the same method, most words in common."""
        return not here, self.expected.method != seen.method, len(self.words ^ seen.words)


def _joined(values: Iterable[str]) -> str:
    return ",".join(part.strip() for text in values for part in text.strip().split(","))


def _words(target: str, content: bytes) -> frozenset[str]:
    return frozenset(_WORD.findall(f"{target} {content[:_MOST].decode(errors='replace')}"))


def _value(content: bytes) -> Json:
    """What is meant in JSON: an operation of GraphQL in one spelling."""
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return None
    if isinstance(value, dict) and isinstance(query := value.get("query"), str):
        return {**value, "query": meant(query)}
    return value
