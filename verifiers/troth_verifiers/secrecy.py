"""What reports do not show: credentials, which go into logs and pages that many may read."""

from re import IGNORECASE
from re import compile as regex
from typing import Final

HIDDEN: Final = "**********"
"""What stands in the place of a credential."""

_SECRET: Final = regex(r"authorization|cookie|token|secret|password|api-?key|^x-key$|signature", IGNORECASE)


def hidden(name: str, value: str) -> str:
    """The value of a header as reports show it: hidden where the name says that it is a credential."""
    return HIDDEN if _SECRET.search(name) else value
