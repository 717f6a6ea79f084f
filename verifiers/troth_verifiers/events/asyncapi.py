"""The verifier of AsyncAPI documents, versions 2 and 3: what the application under test sends, and what it takes.

For each message that it sends a provider state called like the operation, with the parameters ``message`` and
``channel``, lets it send while the channel is listened to. Each that it takes is put on the broker, as is each reply to
what it sends. Without a broker's address the run's message handlers are asked.
"""

import time

from troth_verifiers.api import Contract, Interaction, Outcome, Result, Target
from troth_verifiers.errors import ContractUnreadable, NothingToVerify
from troth_verifiers.events.answering import Answering
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.documents import api_of, is_consumers
from troth_verifiers.events.errors import NothingToReplay
from troth_verifiers.events.operations import Answered, Sent, Taken, listed
from troth_verifiers.events.registries import Registries
from troth_verifiers.events.sending import sent
from troth_verifiers.events.taking import Taking


class AsyncApiVerifier:
    """Replays what an AsyncAPI document says of the application that runs."""

    calls_states = True

    def __init__(self) -> None:
        self._registries = Registries()
        self._asking: Asking | None = None

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Every message of every operation. Raises `ContractUnreadable`, `NothingToVerify`.

        Of a consumer's contract the provider runs, and sends what the consumer receives. Any other document describes
        the application that runs.
        """
        api, wrong = api_of(contract)
        found = tuple(listed(api, turned=is_consumers(contract)))
        if wrong and not found:
            raise ContractUnreadable(contract.name, wrong)
        if not found:
            text = "describes no message that its application sends or receives, so nothing would be verified"
            raise NothingToVerify(f"{contract.name} {text}.")
        return found

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Let the application send or take one message, and judge what comes of it."""
        part = interaction.body
        assert isinstance(part, Sent | Taken | Answered), "this interaction was not listed by the AsyncAPI verifier"
        if part.trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=part.trouble)
        began = time.monotonic()
        self._asking = self._asking or Asking()
        registry = self._registries.get("", target)
        try:
            match part:
                case Taken():
                    found, exchanges = await Taking(part, interaction, target, self._asking, registry).run()
                case Answered():
                    found, exchanges = await Answering(part, interaction, target, self._asking, registry).run()
                case Sent():
                    found, exchanges = await sent(part, interaction, target, self._asking, registry)
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
