"""The verifier of AsyncAPI documents, versions 2 and 3: what the application under test sends, and what it takes.

For each message that it sends a provider state called like the operation, with the parameters ``message`` and
``channel``, lets it send while the channel is listened to. Each that it takes is put on the broker. Without a broker's
address the run's message handlers are asked.
"""

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import PurePosixPath
from typing import Final, TypeAlias

from troth_schemas.asyncapi.loading import read
from troth_schemas.errors import ContractUnreadable as Unreadable
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract, Exchange, Interaction, Mismatch, Outcome, Result, Target
from troth_verifiers.errors import ContractUnreadable, NothingToVerify
from troth_verifiers.events.addresses import address_of
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.described import Described, described, judged_as
from troth_verifiers.events.errors import NothingToReplay
from troth_verifiers.events.opening import broker_of, scheme_of, transport_for
from troth_verifiers.events.operations import Sent, Taken, listed, trouble_of
from troth_verifiers.events.producing import asked, produced
from troth_verifiers.events.registries import Registries
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.taking import Taking
from troth_verifiers.events.watching import Delivery, Judged
from troth_verifiers.transport import Event

_SUFFIXES: Final = (".json", ".yaml", ".yml")

Found: TypeAlias = tuple[tuple[Mismatch, ...], tuple[Exchange, ...]]


class AsyncApiVerifier:
    """Replays what an AsyncAPI document says of the application that runs."""

    calls_states = True

    def __init__(self) -> None:
        self._registries = Registries()
        self._asking: Asking | None = None

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Every message of every operation. Raises `ContractUnreadable`, `NothingToVerify`.

        A consumer's contract, which names consumer and provider, describes the consumer: the provider sends what it
        receives. Any other document describes the application that runs.
        """
        name = _root(contract)
        try:
            api, problems = read(Sources(name, {**contract.files, name: contract.content}))
        except (Unreadable, ImportError) as error:
            raise ContractUnreadable(contract.name, [str(error)]) from None
        found = tuple(listed(api, turned=bool(contract.consumer and contract.provider)))
        wrong = [str(one) for one in problems if one.severity == "error"]
        if wrong and not found:
            raise ContractUnreadable(contract.name, wrong)
        if not found:
            text = "describes no message that its application sends or receives, so nothing would be verified"
            raise NothingToVerify(f"{contract.name} {text}.")
        return found

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Let the application send or take one message, and judge what comes of it."""
        part = interaction.body
        assert isinstance(part, Sent | Taken), "this interaction was not listed by the AsyncAPI verifier"
        if part.trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=part.trouble)
        began = time.monotonic()
        self._asking = self._asking or Asking()
        registry = self._registries.get("", target)
        try:
            if isinstance(part, Taken):
                found, exchanges = await Taking(part, interaction, target, self._asking, registry).run()
            else:
                found, exchanges = await _sent(part, interaction, target, self._asking, registry)
        except NothingToReplay as error:
            return Result(interaction, Outcome.SKIPPED, cause=error.cause)
        outcome = Outcome.FAILED if found else Outcome.PASSED
        took = time.monotonic() - began
        return Result(interaction, outcome, tuple(sorted(found)), duration=took, exchanges=exchanges)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._registries.aclose()
        if self._asking is not None:
            await self._asking.aclose()


async def _sent(
    part: Sent, interaction: Interaction, target: Target, asking: Asking, registry: Registry | None
) -> Found:
    expected = described(part.message, registry)
    others = tuple(_readable(part, registry))

    async def judge(event: Event) -> Judged:
        verdict = await judged_as(expected, event)
        if not verdict.mismatches:
            return verdict
        meant = [not (await judged_as(one, event)).mismatches for one in others]
        return replace(verdict, about=not any(meant))

    address = broker_of(target)
    if address is None:
        return await asked(interaction, target, asking, judge, states=False)
    channel = address_of(part.operation.channel, scheme_of(address), transport_for(address).wildcard)
    return await produced(interaction, target, channel, asking, lambda _: judge, Delivery())


def _readable(part: Sent, registry: Registry | None) -> Iterator[Described]:
    """The other messages that the channel carries, as far as they can be read."""
    for one in {**part.operation.channel.messages, **part.operation.messages}.values():
        if one is not part.message and trouble_of(one) is None:
            yield described(one, registry)


def _root(contract: Contract) -> str:
    """What the document is called among its files, which refer to each other from the folder that it is in."""
    name = PurePosixPath(contract.origin or contract.name).name
    if name.lower().endswith(_SUFFIXES):
        return name
    return "asyncapi.json" if contract.content.lstrip()[:1] == b"{" else "asyncapi.yaml"
