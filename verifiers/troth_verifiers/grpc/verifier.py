"""The built-in `grpc` verifier: calls of all four kinds, from Troth's own form of expectations."""

from collections.abc import AsyncIterator, Sequence

from troth_verifiers.api import Contract, Interaction, Outcome, Result, Target
from troth_verifiers.grpc.batches import replayed
from troth_verifiers.grpc.preparing import prepared
from troth_verifiers.grpc.reading import interactions, written_of
from troth_verifiers.grpc.replaying import Replaying


class GrpcVerifier:
    """Replays gRPC calls, over one connection for each address."""

    def __init__(self) -> None:
        self._replaying: Replaying | None = None

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """Every call that the contract expects, in its order."""
        self._kept().foresee(contract)
        return interactions(contract)

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Make one call; raises a `VerifierError` where nothing can be said."""
        spec = written_of(interaction).spec
        if spec.trouble is not None:
            return Result(interaction, Outcome.ERRORED, cause=spec.trouble)
        replaying = self._kept()
        known = await replaying.known(spec.documents, spec.service, target)
        return await replaying.replay(interaction, prepared(spec, known), target)

    def verify_all(self, interactions: Sequence[Interaction], target: Target) -> AsyncIterator[Result]:
        """Make many calls, as many at once as the target may bear."""
        return replayed(self._kept(), interactions, target)

    async def aclose(self) -> None:
        """Close the connections."""
        if self._replaying is not None:
            await self._replaying.aclose()
        self._replaying = None

    def _kept(self) -> Replaying:
        if self._replaying is None:
            self._replaying = Replaying()
        return self._replaying
