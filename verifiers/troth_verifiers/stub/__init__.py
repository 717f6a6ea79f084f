"""A provider that does just what its contracts say, for the tests of its consumers."""

from troth_verifiers.stub.asked import Asked, Known, Refused, Sent
from troth_verifiers.stub.faults import Fault
from troth_verifiers.stub.opening import Offers, opened
from troth_verifiers.stub.server import Stub
from troth_verifiers.stub.station import Mailing, Station
from troth_verifiers.stub.tls import Certificate

__all__ = [
    "Asked",
    "Certificate",
    "Fault",
    "Known",
    "Mailing",
    "Offers",
    "Refused",
    "Sent",
    "Station",
    "Stub",
    "opened",
]
