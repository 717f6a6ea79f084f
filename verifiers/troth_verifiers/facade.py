"""The public library: verify a provider from Python, such as in its own tests."""

import asyncio
from collections.abc import AsyncIterator, Iterable, Mapping
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, TypeAlias, cast

from troth_verifiers.api import Contract, Progress, Sink, Source, Target
from troth_verifiers.errors import UsageError
from troth_verifiers.files import Files
from troth_verifiers.messages import FunctionMessages, MessageFunction, MessageHandlers, NoMessages
from troth_verifiers.only import Only
from troth_verifiers.plugins import source_factory, states_factory
from troth_verifiers.report import Report
from troth_verifiers.runner import Order, run
from troth_verifiers.states import FunctionStates, NoStates, StateFunction, StateHandlers
from troth_verifiers.urls import StateUrl

SourceLike: TypeAlias = Source | Contract | str | Path | Iterable[Contract | str | Path]
"""A source; or a path, a folder, a glob, a contract, or several of these; or the URL of a broker."""

StatesLike: TypeAlias = Mapping[str, StateFunction] | StateFunction | StateUrl | str | None
"""State handlers: functions by name, one function for all, a URL of the provider's own, or a plug-in's address."""

MessagesLike: TypeAlias = Mapping[str, object] | MessageFunction | str | None
"""Message handlers: functions or messages by description, one function for all, or a URL of the provider's own."""


def verify(
    source: SourceLike,
    target: Target | str | None = None,
    *,
    states: StatesLike = None,
    messages: MessagesLike = None,
    provider: str | None = None,
    consumers: Iterable[str] = (),
    only: Only | None = None,
    publish: Sink | None = None,
    deadline: float | None = None,
    handler_timeout: float = 30.0,
    ignore_missing_states: bool = False,
    allow_empty: bool = False,
    progress: Progress | None = None,
) -> Report:
    """Replay contracts against a running provider and report what it did.

    `source` is where the contracts are: a path, a folder, a glob, several of them, a broker's URL, or a `Source`.
    `target` is the provider's base URL, or a `Target`; it may be left out if all contracts are about messages.
    `states` and `messages` bring the provider into its states and produce its messages: Python functions (see
    `troth_verifiers.states` and `troth_verifiers.messages`) or a URL. Each may take `handler_timeout` seconds.
    A state that nobody handles errors its interaction, unless `ignore_missing_states`.
    `provider` and `consumers` choose among the contracts, `only` among their interactions.
    `publish` is where results go; those of a contract go there only if all of it could be judged.
    `deadline` is in seconds, for all replays together. `progress` is told of every interaction as it ends.

    Returns a `Report` whatever the provider does; `report.check()` raises if the provider does not keep its contracts.
    Raises a `VerifierError` where the run cannot begin: nothing to verify (unless `allow_empty`), a provider that does
    not answer, a source that cannot be read, a wish that cannot be met.
    """
    try:
        asyncio.get_running_loop()
    except RuntimeError:
        return asyncio.run(
            verify_async(
                source,
                target,
                states=states,
                messages=messages,
                provider=provider,
                consumers=consumers,
                only=only,
                publish=publish,
                deadline=deadline,
                handler_timeout=handler_timeout,
                ignore_missing_states=ignore_missing_states,
                allow_empty=allow_empty,
                progress=progress,
            )
        )
    raise UsageError("verify() would block the running event loop; await verify_async() there.")


async def verify_async(
    source: SourceLike,
    target: Target | str | None = None,
    *,
    states: StatesLike = None,
    messages: MessagesLike = None,
    provider: str | None = None,
    consumers: Iterable[str] = (),
    only: Only | None = None,
    publish: Sink | None = None,
    deadline: float | None = None,
    handler_timeout: float = 30.0,
    ignore_missing_states: bool = False,
    allow_empty: bool = False,
    progress: Progress | None = None,
) -> Report:
    """The same as `verify`, for code that runs in an event loop."""
    provider_at = target if isinstance(target, Target) else Target(url=target)
    return await run(
        Order(
            source=source_of(source, provider),
            target=provider_at,
            states=_states(states, provider_at, handler_timeout, overlook=ignore_missing_states),
            messages=_messages(messages, provider_at, handler_timeout),
            provider=provider,
            consumers=tuple(consumers),
            only=only or Only(),
            sink=publish,
            deadline=deadline,
            progress=progress,
            allow_empty=allow_empty,
        )
    )


@dataclass(frozen=True, slots=True)
class _Several:
    """Contracts at hand, and contracts in files, in the order given."""

    items: tuple[Contract | str | Path, ...]

    async def contracts(self) -> AsyncIterator[Contract]:
        for item in self.items:
            if isinstance(item, Contract):
                yield item
            else:
                async for contract in Files(item).contracts():
                    yield contract


def source_of(source: SourceLike, provider: str | None) -> Source:
    """The source that an argument stands for; a URL is asked for the contracts of `provider`."""
    if isinstance(source, str) and "://" in source:
        return source_factory(source.partition("://")[0])(source, provider=provider)
    if isinstance(source, str | Path | Contract):
        return _Several((source,))
    if callable(getattr(source, "contracts", None)):
        return cast("Source", source)
    return _Several(tuple(cast("Iterable[Contract | str | Path]", source)))


def _states(states: StatesLike, target: Target, timeout: float, *, overlook: bool) -> StateHandlers:
    if states is None:
        return NoStates(overlook=overlook)
    if isinstance(states, str):
        made_by = states_factory(states.partition("://")[0])
        if made_by is not None:
            return made_by(states, target=target, timeout=timeout)
        states = StateUrl(states)
    if isinstance(states, StateUrl):
        made: StateHandlers = _remote().RemoteStates(states, timeout=timeout, target=target)
        return made
    return FunctionStates(states, timeout=timeout, overlook=overlook)


def _messages(messages: MessagesLike, target: Target, timeout: float) -> MessageHandlers:
    stated = target.others.get("messages", "")
    if messages is None and stated.startswith(("http://", "https://")):
        messages = stated  # which pacts are asked for as the other formats are
    if messages is None:
        return NoMessages()
    if isinstance(messages, str):
        made: MessageHandlers = _remote().RemoteMessages(messages, timeout=timeout, target=target)
        return made
    return FunctionMessages(messages, timeout=timeout)


def _remote() -> Any:
    """What needs an HTTP client, which is heavy to load and seldom needed."""
    return import_module("troth_verifiers.remote")
