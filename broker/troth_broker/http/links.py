"""The addresses that webhooks tell, written for one base URL (services.ports.Links)."""

from dataclasses import dataclass

from troth_broker.core.contract_documents import word_of
from troth_broker.store.tables import PACT
from troth_broker.web import paths


@dataclass(frozen=True, slots=True)
class BaseLinks:
    """Addresses under a base URL."""

    base: str

    def pact(self, provider: str, consumer: str, sha: str, metadata: str) -> str:
        """Where a pact can be fetched."""
        pair = {"provider": provider, "consumer": consumer}
        return paths.PACT_CONTENT_WITH_METADATA.url(self.base, **pair, sha=sha, metadata=metadata)

    def content(self, provider: str, consumer: str, format_name: str, sha: str, metadata: str) -> str:
        """Where a contract of another format can be fetched."""
        of = {"provider": provider, "consumer": consumer, "format": word_of(format_name)}
        return paths.CONTRACT_CONTENT_WITH_METADATA.url(self.base, **of, sha=sha, metadata=metadata)

    def result(self, provider: str, consumer: str, format_name: str, sha: str, number: int) -> str:
        """Where a verification result can be read."""
        of = {"provider": provider, "consumer": consumer, "sha": sha}
        if format_name == PACT:
            return paths.RESULT.url(self.base, **of, number=number)
        return paths.CONTRACT_RESULT.url(self.base, **of, format=word_of(format_name), number=number)

    def provider_contract(self, provider: str, version: str) -> str:
        """Where what a provider's version says about itself can be read."""
        return paths.PROVIDER_CONTRACT.url(self.base, provider=provider, version=version)

    def comparison(self, number: int) -> str:
        """Where a comparison can be read."""
        return paths.COMPARISON.url(self.base, number=number)
