"""Contracts with one request and its expected status on each line: a source and a verifier for them."""

import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx

from troth_verifiers import (
    Contract,
    ContractUnreadable,
    EngineError,
    Interaction,
    Mismatch,
    Outcome,
    Result,
    SourceUnreadable,
    State,
    Target,
)

from .reading import PARTIES, PROMISE


class LinesSource:
    """The contract in the file behind an address such as ``lines://contracts/web.txt``."""

    def __init__(self, address: str, *, provider: str | None) -> None:
        _ = provider  # there is one contract in a file, so nothing to choose from
        self.path = Path(address.removeprefix("lines://"))

    async def contracts(self) -> AsyncIterator[Contract]:
        """Yield the one contract."""
        try:
            content = self.path.read_bytes()
        except OSError as error:
            raise SourceUnreadable(f"{self.path} cannot be read: {error.strerror}.") from None
        parties = PARTIES.match(content.decode(errors="replace"))
        consumer, provider = parties.groups() if parties else ("", "")
        yield Contract(consumer, provider, content, name=str(self.path), format="lines")


class LinesVerifier:
    """Sends each request and compares the status."""

    def interactions(self, contract: Contract) -> tuple[Interaction, ...]:
        """A promise for each line after the first."""
        lines = contract.content.decode(errors="replace").splitlines()[1:]
        found = [PROMISE.fullmatch(line) for line in lines]
        wrong = [f"line {index + 2} is no promise: {lines[index]!r}" for index, match in enumerate(found) if not match]
        if wrong:
            raise ContractUnreadable(contract.name, wrong)
        return tuple(_interaction(index, match) for index, match in enumerate(found) if match)

    async def verify(self, interaction: Interaction, target: Target) -> Result:
        """Send one request."""
        assert interaction.method is not None
        assert interaction.path is not None
        try:
            async with httpx.AsyncClient(base_url=target.url or "", timeout=target.timeout, trust_env=False) as client:
                answer = await client.request(interaction.method, interaction.path, headers=list(target.headers))
        except httpx.HTTPError as error:
            raise EngineError(f"{interaction.method} {interaction.path}: {error}") from None
        expected = interaction.body
        if answer.status_code == expected:
            return Result(interaction, Outcome.PASSED)
        text = f"Expected {expected} but was {answer.status_code}"
        mismatch = Mismatch("status", "", text, str(expected), str(answer.status_code))
        return Result(interaction, Outcome.FAILED, (mismatch,))


def _interaction(index: int, match: re.Match[str]) -> Interaction:
    return Interaction(
        index,
        match[0],
        method=match["method"],
        path=match["path"],
        states=(State(match["state"]),) if match["state"] else (),
        body=int(match["status"]),
    )
