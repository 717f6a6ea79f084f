"""The addresses that webhooks tell, written for one base URL (services.ports.Links)."""

from dataclasses import dataclass

from troth_broker.web import paths


@dataclass(frozen=True, slots=True)
class BaseLinks:
    """Addresses under a base URL."""

    base: str

    def pact(self, provider: str, consumer: str, sha: str, metadata: str) -> str:
        """Where a contract can be fetched."""
        pair = {"provider": provider, "consumer": consumer}
        return paths.PACT_CONTENT_WITH_METADATA.url(self.base, **pair, sha=sha, metadata=metadata)

    def result(self, provider: str, consumer: str, sha: str, number: int) -> str:
        """Where a verification result can be read."""
        return paths.RESULT.url(self.base, provider=provider, consumer=consumer, sha=sha, number=number)
