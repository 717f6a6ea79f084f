"""What can go wrong around a message broker; each errors one interaction.

::

    BrokerError                 base of them all; `broker` is its address without credentials
    ├── BrokerUnreachable       nothing answers there, or not in time
    ├── BrokerRefused           it answers, and does not let us in or do that
    └── ChannelMissing          it has no such channel
    MessageNeverCame            nothing that could be the message came in time
    RegistryUnreachable         the schema registry cannot be asked
    NotReplayable               the contract asks for something that cannot be replayed as it stands
    NothingToReplay             nothing could be observed of it: the interaction is skipped, not errored
"""

from troth_verifiers.errors import MessageError, VerifierError


class BrokerError(VerifierError):
    """Something about a message broker."""

    kind = "broker"
    exit_code = 3

    def __init__(self, broker: str, text: str) -> None:
        super().__init__(text)
        self.broker = broker


class BrokerUnreachable(BrokerError, ConnectionError):
    """Nothing answers at the broker's address."""

    kind = "broker-unreachable"


class BrokerRefused(BrokerError):
    """The broker answers, and refuses: wrong credentials, no right, too large a message."""

    kind = "broker-refused"


class ChannelMissing(BrokerError, LookupError):
    """The broker has no such channel."""

    kind = "channel-missing"


class MessageNeverCame(MessageError, TimeoutError):
    """The wait is over, and nothing came that could be the message."""

    kind = "message-never-came"


class RegistryUnreachable(VerifierError, ConnectionError):
    """The schema registry cannot be asked."""

    kind = "registry-unreachable"
    exit_code = 3


class NotReplayable(VerifierError):
    """The contract asks for something that cannot be replayed as it stands."""

    kind = "not-replayable"
    exit_code = 3


class NothingToReplay(VerifierError):
    """Nothing of what the application does can be observed, so that there is nothing to judge."""

    kind = "nothing-to-replay"
    exit_code = 3
