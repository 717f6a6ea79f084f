"""Fixtures: a provider that runs, and what collects what a run tells or publishes."""

from collections.abc import Iterator, Sequence

import pytest

from tests.verifiers.providing import Provider, providing
from troth_verifiers import Contract, Interaction, Result, Verdict


@pytest.fixture
def provider() -> Iterator[Provider]:
    """A provider of the test's own."""
    with providing() as running:
        yield running


class Recorder:
    """A sink and a listener that keep what they are given; a sink that refuses says `refusal`."""

    def __init__(self) -> None:
        self.verdicts: list[Verdict] = []
        self.started: list[tuple[str, int]] = []
        self.done: list[Result] = []
        self.refusal: Exception | None = None

    async def publish(self, verdict: Verdict) -> str:
        """Keep a verdict."""
        if self.refusal is not None:
            raise self.refusal
        self.verdicts.append(verdict)
        return f"result {len(self.verdicts)}"

    def contract_started(self, contract: Contract, interactions: Sequence[Interaction]) -> None:
        """Keep the start of a contract."""
        self.started.append((contract.consumer, len(interactions)))

    def interaction_done(self, contract: Contract, result: Result) -> None:
        """Keep a result."""
        self.done.append(result)


@pytest.fixture
def recorder() -> Recorder:
    """A sink and listener of the test's own."""
    return Recorder()
