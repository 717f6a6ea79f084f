"""Whether a running provider does what its contracts say: replay, plug-ins, provider states.

A name is loaded when it is first used: pytest loads this package in every run of every project that has Troth.
"""

import importlib
import typing

if typing.TYPE_CHECKING:
    from troth_verifiers.api import (
        BatchVerifier,
        Cause,
        Contract,
        Exchange,
        Interaction,
        Mismatch,
        Notice,
        Outcome,
        Outgoing,
        PartSink,
        Payload,
        Progress,
        RequestFilter,
        Result,
        Sink,
        Source,
        SourceFactory,
        State,
        Target,
        Verdict,
        Verifier,
    )
    from troth_verifiers.errors import (
        ContractError,
        ContractUnreadable,
        DeadlinePassed,
        EngineError,
        MessageError,
        MessageHandlerMissing,
        NothingToVerify,
        PluginError,
        ProviderNameUnknown,
        ProviderNotHttp,
        ProviderRefused,
        ProviderTimedOut,
        ProviderTlsFailed,
        ProviderUnreachable,
        PublishFailed,
        PublishRefused,
        SourceUnreadable,
        StateError,
        StateHandlerFailed,
        StateHandlerMissing,
        StateValueMissing,
        TargetIncomplete,
        UsageError,
        VerifierError,
    )
    from troth_verifiers.facade import verify, verify_async
    from troth_verifiers.files import Files
    from troth_verifiers.judged import ContractReport, Publication
    from troth_verifiers.messages import Message
    from troth_verifiers.only import Only
    from troth_verifiers.report import Report
    from troth_verifiers.urls import StateUrl

__all__ = [
    "BatchVerifier",
    "Cause",
    "Contract",
    "ContractError",
    "ContractReport",
    "ContractUnreadable",
    "DeadlinePassed",
    "EngineError",
    "Exchange",
    "Files",
    "Interaction",
    "Message",
    "MessageError",
    "MessageHandlerMissing",
    "Mismatch",
    "NothingToVerify",
    "Notice",
    "Only",
    "Outcome",
    "Outgoing",
    "PartSink",
    "Payload",
    "PluginError",
    "Progress",
    "ProviderNameUnknown",
    "ProviderNotHttp",
    "ProviderRefused",
    "ProviderTimedOut",
    "ProviderTlsFailed",
    "ProviderUnreachable",
    "Publication",
    "PublishFailed",
    "PublishRefused",
    "Report",
    "RequestFilter",
    "Result",
    "Sink",
    "Source",
    "SourceFactory",
    "SourceUnreadable",
    "State",
    "StateError",
    "StateHandlerFailed",
    "StateHandlerMissing",
    "StateUrl",
    "StateValueMissing",
    "Target",
    "TargetIncomplete",
    "UsageError",
    "Verdict",
    "Verifier",
    "VerifierError",
    "verify",
    "verify_async",
]

_HOMES = ("api", "errors", "only", "urls", "judged", "messages", "report", "files", "facade")

if not typing.TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """A name of this package, from the first of its modules that has it."""
        if name in __all__:
            for home in _HOMES:
                module = importlib.import_module(f"{__name__}.{home}")
                if hasattr(module, name):
                    return globals().setdefault(name, getattr(module, name))
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
