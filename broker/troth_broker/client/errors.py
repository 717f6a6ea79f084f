"""What can go wrong between a client and a broker, as one tree.

BrokerError
├── BadAddress (ValueError)              the address itself cannot be used
├── MissingExtra (ImportError)           a part of Troth that is not installed is needed
├── BrokerUnreachable (ConnectionError)  no usable answer came back; nothing may be concluded
│   ├── ConnectionRefused                nothing listens there
│   ├── NameNotFound                     the host's name means nothing
│   ├── TimedOut                         no answer in time
│   ├── TlsFailed                        no trusted, encrypted connection
│   ├── NotABroker                       something answered, but not as a broker does
│   └── ServerError                      the broker answered with a failure of its own (5xx, 429)
└── Refused                              the broker understood and said no
    ├── Unauthorised (PermissionError)   credentials are missing, wrong or too weak
    ├── NotFound (LookupError)           a thing that was named does not exist
    └── Invalid (ValueError)             the request breaks a rule; `problems` lists each
        └── Conflict                     it contradicts what is already recorded
"""

from collections.abc import Iterable


class BrokerError(Exception):
    """Anything that stops a client from getting what it asked a broker for."""


class BadAddress(BrokerError, ValueError):
    """An address that can be used neither as a server's nor as a file's."""


class MissingExtra(BrokerError, ImportError):
    """A part of Troth that was left out of this installation; the sentence says how to add it."""


class BrokerUnreachable(BrokerError, ConnectionError):
    """No usable answer came back, so nothing may be concluded from it."""


class ConnectionRefused(BrokerUnreachable):
    """Nothing listens at the broker's address, or the connection broke off."""


class NameNotFound(BrokerUnreachable):
    """The name of the broker's host cannot be resolved."""


class TimedOut(BrokerUnreachable):
    """The broker did not answer in time."""


class TlsFailed(BrokerUnreachable):
    """A trusted, encrypted connection to the broker could not be made."""


class NotABroker(BrokerUnreachable):
    """Something answered, but what it said is not what a broker says."""


class ServerError(BrokerUnreachable):
    """The broker failed on its own side (a 5xx or 429 answer)."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Refused(BrokerError):
    """The broker understood the request and said no; `problems` holds its own sentences."""

    def __init__(self, message: str, status: int, problems: Iterable[str] = ()) -> None:
        super().__init__(message)
        self.status = status
        self.problems = tuple(problems)


class Unauthorised(Refused, PermissionError):
    """The credentials are missing, wrong or do not allow this."""


class NotFound(Refused, LookupError):
    """A thing that was named does not exist at the broker."""


class Invalid(Refused, ValueError):
    """The request breaks one of the broker's rules."""


class Conflict(Invalid):
    """The request contradicts what the broker has already recorded."""
