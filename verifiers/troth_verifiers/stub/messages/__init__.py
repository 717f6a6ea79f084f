"""Messages for stubs: what contracts say that a provider sends, put onto a real broker."""

from troth_verifiers.stub.messages.promised import Promised
from troth_verifiers.stub.messages.publishing import Publisher
from troth_verifiers.stub.messages.reading import pact_messages

__all__ = ["Promised", "Publisher", "pact_messages"]
