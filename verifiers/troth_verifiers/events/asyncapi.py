"""The verifier of AsyncAPI documents, versions 2 and 3: what the application under test sends, and what it takes.

For each message that it sends a provider state called like the operation, with the parameters ``message`` and
``channel``, lets it send while the channel is listened to. Each that it takes is put on the broker, as is each reply to
what it sends. Without a broker's address the run's message handlers are asked.
"""

import time
from pathlib import PurePosixPath
from typing import Final

from troth_schemas.asyncapi.loading import read
from troth_schemas.errors import ContractUnreadable as Unreadable
from troth_schemas.sources import Sources
from troth_verifiers.api import Contract, Interaction, Outcome, Result, Target
from troth_verifiers.errors import ContractUnreadable, NothingToVerify
from troth_verifiers.events.answering import Answering
from troth_verifiers.events.asking import Asking
from troth_verifiers.events.errors import NothingToReplay
from troth_verifiers.events.operations import Answered, Sent, Taken, listed
from troth_verifiers.events.registries import Registries
from troth_verifiers.events.sending import sent
from troth_verifiers.events.taking import Taking

_SUFFIXES: Final = (".json", ".yaml", ".yml")


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


def _root(contract: Contract) -> str:
    """What the document is called among its files, which refer to each other from the folder that it is in."""
    name = PurePosixPath(contract.origin or contract.name).name
    if name.lower().endswith(_SUFFIXES):
        return name
    return "asyncapi.json" if contract.content.lstrip()[:1] == b"{" else "asyncapi.yaml"
