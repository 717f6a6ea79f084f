"""What a name may be: the names of applications, versions, branches and tags are non-blank single lines of text."""

import re
import unicodedata

_WORDS = re.compile(r"::|[\s\-_]+|(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NOISE = {"api", "provider", "service"}
_LONGEST = 2000
"""Bytes: an index of PostgreSQL takes no more than 2704 of them, and every name is looked up by one."""


def fault_of_length(value: str) -> str | None:
    """What is wrong with the length of a text that something is looked up by; None if nothing is."""
    size = len(value.encode(errors="surrogatepass"))
    return f"must not be longer than {_LONGEST} bytes (it has {size})" if size > _LONGEST else None


def fault_of_name(value: object) -> str | None:
    """What is wrong with a value as a name; None if nothing is."""
    if not isinstance(value, str):
        return "must be a string"
    if not value.strip():
        return "can't be blank"
    if any(char in value for char in "\n\r"):
        return "must be a single line"
    if any(unicodedata.category(char) == "Cc" for char in value):
        return "must not hold control characters"
    return fault_of_length(value)


def likeness(name: str) -> str:
    """What remains of a name when spelling habits are taken away: equal for names that are probably meant to be one.

    Words are split at case changes, spaces, `-`, `_` and `::`; lower case; a trailing "s" goes, and so do the words
    api, provider and service (pact_broker setting `check_for_potential_duplicate_pacticipant_names`).
    """
    words = [word.lower().removesuffix("s") for word in _WORDS.split(name) if word]
    return "".join(word for word in words if word not in _NOISE) or "".join(words)


def lookalikes(name: str, known: tuple[str, ...]) -> tuple[str, ...]:
    """The known names that a new name is probably a misspelling of."""
    own = likeness(name)
    return tuple(other for other in known if other != name and likeness(other) == own)
