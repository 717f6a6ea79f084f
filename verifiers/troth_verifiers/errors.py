"""Everything that can go wrong around a verification, as one tree.

::

    VerifierError                       base of them all; carries `kind`, `exit_code` and the sentence
    ├── UsageError (ValueError)         the caller asked for something that cannot be done
    │   ├── TargetIncomplete            the target lacks what these contracts need (a URL, a message handler)
    │   ├── PublishRefused              publishing was asked together with something that forbids it
    │   └── PluginError                 a verifier or source plug-in is missing, doubled or does not load
    │       └── VerifierMissing         no verifier for the format of a contract is installed
    ├── ContractError                   about what is to be verified
    │   ├── ContractUnreadable (ValueError)   one contract cannot be parsed; carries its name and the problems
    │   ├── InteractionUnreadable (ValueError)  one interaction of it cannot be read, or does not fit its schema
    │   ├── NotReplayable               it is well-formed and cannot be replayed
    │   ├── SourceUnreadable (OSError)  a file, folder or address cannot be read
    │   └── NothingToVerify (LookupError)     no contract, or no interaction, is left to replay
    ├── ProviderUnreachable (ConnectionError)  the provider did not answer at all
    │   ├── ProviderNameUnknown         its host name does not resolve
    │   ├── ProviderRefused             nothing listens on its port
    │   ├── ProviderTimedOut (TimeoutError)   it took the connection, or nothing did, and stayed silent
    │   ├── ProviderTlsFailed           the TLS handshake failed, the certificate included
    │   ├── ProviderNotHttp             something answered that does not speak HTTP
    │   ├── ProviderNotGrpc             something answered that does not speak gRPC
    │   ├── ProviderDropped             it closed the connection without a complete answer
    │   └── AnswerTooLarge              its answer is larger than anyone would compare
    ├── StateError                      a provider state could not be set up or torn down
    │   ├── StateHandlerMissing (LookupError) nobody handles this state
    │   ├── StateHandlerFailed          the handler raised, answered badly or took too long
    │   └── StateValueMissing           the handler returned no value for a name that the contract injects
    ├── MessageError                    a message could not be asked for
    │   └── MessageHandlerMissing (LookupError)   nobody produces this message
    ├── RequestFilterFailed             the request filter raised, or returned no request
    ├── EngineError (RuntimeError)      the verifying engine itself broke down or stayed silent
    ├── DeadlinePassed (TimeoutError)   the time given for the run is over
    └── PublishFailed                   the results could not be handed to the sink

Only `kind` is meant for programs; the sentence is for people.
"""

from collections.abc import Sequence

from troth_verifiers.api import Cause


class VerifierError(Exception):
    """Base of every error of this package: a sentence, a stable `kind` and the exit code it leads to."""

    kind = "verifier-error"
    exit_code = 2

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.text = text

    @property
    def cause(self) -> Cause:
        """The same error as a frozen value, as it stands in a `Result` or a report."""
        return Cause(self.kind, self.text)


def cause_of(error: BaseException) -> Cause:
    """Whatever a verifier raises as a frozen value; it may be a plug-in's, and raise anything."""
    if isinstance(error, VerifierError):
        return error.cause
    return Cause("engine", f"The verifier raised {type(error).__name__}: {error}")


class UsageError(VerifierError, ValueError):
    """The caller asked for something that cannot be done."""

    kind = "usage"


class TargetIncomplete(UsageError):
    """The target lacks something that these contracts need."""

    kind = "target-incomplete"


class PublishRefused(UsageError):
    """Publishing was asked together with something that forbids it."""

    kind = "publish-refused"


class PluginError(UsageError):
    """A plug-in is missing, present twice, or does not load."""

    kind = "plugin"


class VerifierMissing(PluginError):
    """No verifier for the format of a contract is installed."""

    kind = "verifier-missing"


class ContractError(VerifierError):
    """Something about what is to be verified."""

    kind = "contract"


class ContractUnreadable(ContractError, ValueError):
    """One contract cannot be parsed; `name` says which, `problems` lists every place."""

    kind = "contract-unreadable"

    def __init__(self, name: str, problems: Sequence[str]) -> None:
        self.name = name
        self.problems = tuple(problems)
        super().__init__(f"{name} cannot be verified: {'; '.join(self.problems)}")


class InteractionUnreadable(ContractError, ValueError):
    """One interaction of a contract cannot be read, or does not fit the schema that it is written against."""

    kind = "interaction-unreadable"


class NotReplayable(ContractError):
    """One interaction is well-formed, and cannot be replayed."""

    kind = "not-replayable"


class SourceUnreadable(ContractError, OSError):
    """A file, a folder or an address that should hold contracts cannot be read."""

    kind = "source-unreadable"


class NothingToVerify(ContractError, LookupError):
    """No contract, or no interaction, is left to replay."""

    kind = "nothing-to-verify"


class ProviderUnreachable(VerifierError, ConnectionError):
    """The provider did not answer at all; `url` says where it was looked for."""

    kind = "provider-unreachable"
    exit_code = 3

    def __init__(self, url: str, text: str) -> None:
        self.url = url
        super().__init__(text)


class ProviderNameUnknown(ProviderUnreachable):
    """The provider's host name does not resolve."""

    kind = "provider-name-unknown"


class ProviderRefused(ProviderUnreachable):
    """Nothing listens at the provider's address."""

    kind = "provider-refused"


class ProviderTimedOut(ProviderUnreachable, TimeoutError):
    """The provider stayed silent for too long."""

    kind = "provider-timed-out"


class ProviderTlsFailed(ProviderUnreachable):
    """The TLS handshake with the provider failed."""

    kind = "provider-tls-failed"


class ProviderNotHttp(ProviderUnreachable):
    """Something answered at the provider's address, but not in HTTP."""

    kind = "provider-not-http"


class ProviderNotGrpc(ProviderUnreachable):
    """Something answered at the provider's address, but not in gRPC."""

    kind = "provider-not-grpc"


class ProviderDropped(ProviderUnreachable):
    """The provider closed the connection without a complete answer."""

    kind = "provider-dropped"


class AnswerTooLarge(ProviderUnreachable):
    """The provider's answer is larger than anyone would compare."""

    kind = "answer-too-large"


class StateError(VerifierError):
    """A provider state could not be set up or torn down; `state` names it."""

    kind = "state"
    exit_code = 3

    def __init__(self, state: str, text: str) -> None:
        self.state = state
        super().__init__(text)


class StateHandlerMissing(StateError, LookupError):
    """Nobody handles this provider state."""

    kind = "state-handler-missing"


class StateHandlerFailed(StateError):
    """The handler of a provider state raised, answered badly or took too long."""

    kind = "state-handler-failed"


class StateValueMissing(StateError):
    """The handlers returned no value for a name that the contract injects."""

    kind = "state-value-missing"


class MessageError(VerifierError):
    """A message could not be asked for; `description` names it."""

    kind = "message"
    exit_code = 3

    def __init__(self, description: str, text: str) -> None:
        self.description = description
        super().__init__(text)


class MessageHandlerMissing(MessageError, LookupError):
    """Nobody produces this message."""

    kind = "message-handler-missing"


class RequestFilterFailed(VerifierError):
    """The function that changes requests raised, or returned something else than a request."""

    kind = "request-filter"


class EngineError(VerifierError, RuntimeError):
    """The verifying engine itself broke down or stayed silent."""

    kind = "engine"
    exit_code = 3


class DeadlinePassed(VerifierError, TimeoutError):
    """The time given for the whole run is over."""

    kind = "deadline-passed"
    exit_code = 3


class PublishFailed(VerifierError):
    """The results could not be handed to the sink."""

    kind = "publish-failed"
    exit_code = 3
