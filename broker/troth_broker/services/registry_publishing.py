"""A registered schema as a contract of the application that its subject belongs to.

So the matrix, the gate and the comparisons see what the registry knows. The contract has the subject's name, and stands
at the application's version `SUBJECT NUMBER`, unless the request says which one it is.
"""

from dataclasses import dataclass

from sqlalchemy import Connection

from troth_broker.core.contract_documents import SentDocuments, likely_type
from troth_broker.core.provider_contracts import NewProviderContract, SelfVerification
from troth_broker.services import provider_contracts as contracts
from troth_broker.services.contract_reading import NewDocuments
from troth_broker.services.ports import Links
from troth_broker.services.world import World
from troth_broker.store import applications, provider_contracts, versions
from troth_schemas.contract import Contract, fingerprint_of


@dataclass(frozen=True, slots=True)
class Publisher:
    """Whose contract a schema becomes: of which version of which application, on which branch."""

    application: str
    links: Links
    version: str | None = None
    """None for one that is named after the subject's version."""
    branch: str | None = None

    def number(self, subject: str, number: int) -> str:
        """The application's version that publishes a version of a subject."""
        return self.version or f"{subject} {number}"


def documents_of(subject: str, contract: Contract) -> NewDocuments:
    """A schema with what it stands on, as a contract's documents. Computes its digest: not for open transactions."""
    return NewDocuments(
        contract.format,
        subject,
        likely_type(contract.format, contract.sources.text),
        contract.sources,
        fingerprint_of(contract.sources),
        contract.digest,
        contract.loaded.problems,
    )


def is_published(db: Connection, publisher: Publisher, number: str, documents: NewDocuments) -> bool:
    """Whether that version of the application has published this very contract."""
    owner = applications.id_of(db, publisher.application)
    version = None if owner is None else versions.find(db, owner, number)
    if version is None:
        return False
    found = provider_contracts.named(db, version.id, documents.format, documents.name)
    on_branch = publisher.branch is None or versions.has_branch(db, version.id)
    return found is not None and found.sha == documents.sha and on_branch


def publish(db: Connection, world: World, publisher: Publisher, number: str, documents: NewDocuments, now: int) -> None:
    """Record the contract, as if its provider had published it; webhooks are told, and comparisons queued."""
    new = NewProviderContract(
        provider=publisher.application,
        version=number,
        documents=SentDocuments((), documents.format, documents.name),
        place="schema",
        member="schemaType",
        verification=SelfVerification(),
        branch=publisher.branch,
    )
    contracts.record(db, world, new, documents, publisher.links, now)
