"""What reports do not show: credentials, which go into logs and pages that many may read."""

from re import IGNORECASE
from re import compile as regex
from typing import Final

HIDDEN: Final = "**********"
"""What stands in the place of a credential."""

_SECRET: Final = regex(r"authorization|cookie|token|secret|password|api[-_]?key|^x-key$|signature|^sig$", IGNORECASE)
_IN_QUERY: Final = regex(r"([?&])([^=&?#\s]+)=([^&#\s]*)")
_BEFORE_QUERY: Final = regex("[?#]")


def hidden(name: str, value: str) -> str:
    """The value of a header as reports show it: hidden where the name says that it is a credential."""
    return HIDDEN if _SECRET.search(name) else value


def hidden_in_query(text: str) -> str:
    """A text with addresses in it, without the values of their parameters whose names say that they are credentials."""
    return _IN_QUERY.sub(lambda found: f"{found[1]}{found[2]}={hidden(found[2], found[3])}", text)


def bare(address: str) -> str:
    """An address without user, password and query, even where these are written so that it is none."""
    scheme, mark, rest = address.partition("://")
    told = _BEFORE_QUERY.split(rest)[0]
    port = told.partition("/")[0].rpartition("]")[2].partition(":")[2]
    if "@" not in told and port and not port.isdigit():
        told = rest  # what looks like the port is the beginning of a password
    return f"{scheme}{mark}{_BEFORE_QUERY.split(told.rpartition('@')[2])[0]}"
