"""The verifier of AsyncAPI documents, versions 2 and 3: each message that an operation sends, as it is really sent.

For each of them a provider state called like the operation, with the parameters ``message`` and ``channel``, lets the
application send while the channel is listened to. Without a broker's address the run's message handlers are asked.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from urllib.parse import urlsplit

from troth_schemas.asyncapi.loading import read
from troth_schemas.asyncapi.model import Api, Message, Operation
from troth_schemas.errors import ContractUnreadable as Unreadable
from troth_schemas.sources import Sources
from troth_verifiers.api import Cause, Contract, Interaction, Outcome, Result, State, Target
from troth_verifiers.errors import ContractUnreadable, NothingToVerify
from troth_verifiers.events.addresses import address_of
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.described import Described, described, judged_as
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.opening import broker_of, transport_for
from troth_verifiers.events.producing import asked, produced
from troth_verifiers.events.registries import Registries
from troth_verifiers.events.watching import Delivery, Judged
from troth_verifiers.transport import Event


@dataclass(frozen=True, slots=True)
class Sending:
    """One message of one operation. `trouble` says why it cannot be replayed."""

    operation: Operation
    message: Message
    trouble: Cause | None = None


class AsyncApiVerifier:
    """Replays what an AsyncAPI document says that its application sends."""

    calls_states = True

    def __init__(self) -> None:
        self._registries = Registries()
        self._asking: Asking | None = None

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Every message of every operation that sends. Raises `ContractUnreadable`, `NothingToVerify`."""
        name = "asyncapi.json" if contract.content.lstrip()[:1] == b"{" else "asyncapi.yaml"
        try:
            api, problems = read(Sources(name, {**contract.files, name: contract.content}))
        except (Unreadable, ImportError) as error:
            raise ContractUnreadable(contract.name, [str(error)]) from None
        wrong = [str(one) for one in problems if one.severity == "error"]
        if wrong and not any(one.action == "send" for one in api.operations.values()):
            raise ContractUnreadable(contract.name, wrong)
        found = tuple(_interactions(api))
        if not found:
            text = "describes no message that its application sends, so nothing would be verified"
            raise NothingToVerify(f"{contract.name} {text}.")
        return found

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Let the application send one message, and judge it."""
        sending = interaction.body
        assert isinstance(sending, Sending), "this interaction was not listed by the AsyncAPI verifier"
        if sending.trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=sending.trouble)
        began = time.monotonic()
        self._asking = self._asking or Asking()
        registry = self._registries.get("", target)
        expected = described(sending.message, registry)
        others = tuple(_readable(sending, registry))

        async def judge(event: Event) -> Judged:
            verdict = await judged_as(expected, event)
            if not verdict.mismatches:
                return verdict
            meant = [not (await judged_as(one, event)).mismatches for one in others]
            return replace(verdict, about=not any(meant))

        address = broker_of(target)
        if address is None:
            found, exchanges = await asked(interaction, target, self._asking, judge, states=False)
        else:
            scheme = urlsplit(address).scheme
            channel = address_of(sending.operation, scheme, transport_for(address).wildcard)
            found, exchanges = await produced(interaction, target, channel, self._asking, lambda _: judge, Delivery())
        outcome = Outcome.FAILED if found else Outcome.PASSED
        took = time.monotonic() - began
        return Result(interaction, outcome, tuple(sorted(found)), duration=took, exchanges=exchanges)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._registries.aclose()
        if self._asking is not None:
            await self._asking.aclose()


def _interactions(api: Api) -> Iterator[Interaction]:
    index = 0
    for operation in api.operations.values():
        if operation.action != "send":
            continue
        for message in operation.messages.values():
            channel = operation.channel.address or operation.channel.name
            yield Interaction(
                index=index,
                description=f"{operation.name} sends {message.name}",
                kind="message",
                key=f"{operation.name}/{message.name}",
                path=channel,
                states=(State(operation.name, {"message": message.name, "channel": channel}),),
                body=Sending(operation, message, _trouble(message)),
            )
            index += 1


def _trouble(message: Message) -> Cause | None:
    try:
        described(message, None)
    except NotReplayable as error:
        return error.cause
    return None


def _readable(sending: Sending, registry: object) -> Iterator[Described]:
    """The other messages that the channel carries, as far as they can be read."""
    _ = registry
    for one in {**sending.operation.channel.messages, **sending.operation.messages}.values():
        if one is not sending.message and _trouble(one) is None:
            yield described(one, None)
