"""The verifier of expectations about messages: the provider's messages, or what the consumer does with them.

Where a message comes from, the target's address ``messages`` says: a message broker is listened to while the states of
the interaction are set up, a URL is asked, and without either the run's own message handlers are. With an address
``outcomes`` the roles turn: the message is put on the broker and the consumer's outcome asked for.
"""

import time
from dataclasses import replace

from troth_verifiers.api import Contract, Interaction, Outcome, Result, Target
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.consuming import consumed
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.judging import judged
from troth_verifiers.events.opening import broker_of
from troth_verifiers.events.payloads import Codec, codec_for
from troth_verifiers.events.producing import asked, produced
from troth_verifiers.events.registries import Registries
from troth_verifiers.events.wanted import Wanted, interactions, wanted_of
from troth_verifiers.events.watching import Found, Judged
from troth_verifiers.transport import Event


class MessageVerifier:
    """Replays expectations about messages."""

    calls_states = True

    def __init__(self) -> None:
        self._registries = Registries()
        self._asking: Asking | None = None

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Every interaction of the document; one that cannot be replayed carries its trouble."""
        return interactions(contract)

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Replay one interaction."""
        wanted = wanted_of(interaction)
        if wanted.trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=wanted.trouble)
        began = time.monotonic()
        registry = self._registries.get(wanted.registry, target)
        codec = codec_for(wanted.encoding, replace(wanted.schemas, registry=registry))
        found, exchanges = await self._replayed(wanted, codec, interaction, target)
        outcome = Outcome.FAILED if found else Outcome.PASSED
        took = time.monotonic() - began
        return Result(interaction, outcome, tuple(sorted(found)), duration=took, exchanges=exchanges)

    async def aclose(self) -> None:
        """Close the connections."""
        await self._registries.aclose()
        if self._asking is not None:
            await self._asking.aclose()

    async def _replayed(self, wanted: Wanted, codec: Codec, interaction: Interaction, target: Target) -> Found:
        self._asking = self._asking or Asking()
        if target.others.get("outcomes"):
            return await consumed(wanted, codec, interaction, target, self._asking)

        async def judge(event: Event) -> Judged:
            return await judged(wanted, codec, event)

        if broker_of(target) is None:
            return await asked(interaction, target, self._asking, judge)
        if not wanted.channel:
            raise NotReplayable("The interaction names no `channel` to listen to.")
        timed = replace(target, timeout=wanted.expectation.timeout or target.timeout)
        return await produced(interaction, timed, wanted.channel, self._asking, lambda _: judge, wanted.delivery)
