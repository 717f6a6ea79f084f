"""A provider that does just what its contracts say, for the tests of its consumers."""

from troth_verifiers.stub.asked import Asked, Known, Refused
from troth_verifiers.stub.faults import Fault
from troth_verifiers.stub.server import Stub

__all__ = ["Asked", "Fault", "Known", "Refused", "Stub"]
