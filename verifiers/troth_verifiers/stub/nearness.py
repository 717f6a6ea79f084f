"""Which interactions of a pact a request may be, and which are nearest to it: cheap looks, before any is compared.

A pact may hold thousands of interactions, at one path too. Comparing one takes a tenth of a millisecond, and a request
that none of them knows would be compared with all.
"""

import json
import re
from dataclasses import dataclass
from functools import cached_property
from typing import Final
from urllib.parse import unquote

from troth_schemas.json_body import Json
from troth_schemas.pact.contents import kind_of
from troth_schemas.pact.rules import NO_RULES
from troth_verifiers.pact.own.wanted import Wanted
from troth_verifiers.stub.asked import Asked
from troth_verifiers.stub.respelling import meant

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
    def paths(self) -> frozenset[str]:
        """The path as it travels and as it is meant."""
        return frozenset((self.asked.path, unquote(self.asked.path)))

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

    `plain` says that only an equal body of JSON is taken, of which `value` is what it means.
    """

    expected: Wanted
    words: frozenset[str]
    plain: bool
    value: Json

    @classmethod
    def at(cls, expected: Wanted) -> "Looked":
        """Look at a request of an interaction."""
        body, content = expected.body, expected.body.content or b""
        plain = bool(content) and expected.rules.body == NO_RULES and kind_of(body.media) == "json"
        query = " ".join(f"{name} {' '.join(values)}" for name, values in expected.query.items())
        words = _words(f"{expected.path} {query}", content)
        return cls(expected, words, plain, _value(content) if plain else None)

    def may_be(self, seen: Seen) -> bool:
        """Whether a request may be this one."""
        return not self.plain or self.value == seen.value

    def distance(self, seen: Seen) -> tuple[bool, bool, int]:
        """How far a request is: the same path is nearest, then the same method, then the most words in common."""
        another = self.expected.path not in seen.paths
        return another, self.expected.method != seen.method, len(self.words ^ seen.words)


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
