"""What a consumer expects of a provider in another format than pact, read from requests."""

from dataclasses import dataclass
from typing import Any

from troth_broker.core.contract_documents import SentDocuments, read_documents
from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.provider_contracts import faults_of_version


@dataclass(frozen=True, slots=True)
class NewConsumerContract:
    """One contract of one version of a consumer with a provider. A version has one of each format."""

    consumer: str
    provider: str
    version: str
    documents: SentDocuments
    place: str
    """Where in the request the documents are."""
    branch: str | None = None
    tags: tuple[str, ...] = ()
    build_url: str | None = None


MEMBER = "contract.specification"


def read_consumer_contract(provider: str, consumer: str, request: dict[str, Any]) -> NewConsumerContract:
    """The contract that a publication carries. Raises Invalid with every fault."""
    names = (("provider", provider), ("consumer", consumer))
    faults = [Fault(place, fault) for place, name in names if (fault := fault_of_name(name))]
    faults += faults_of_version(request)
    contract = request.get("contract")
    if not isinstance(contract, dict):
        absent = "contract" not in request
        raise Invalid([*faults, Fault("contract", "is missing" if absent else "must be an object", missing=absent)])
    documents = read_documents(contract, "specification", "contract", faults)
    if documents.name:
        faults.append(Fault("contract.name", "must not be given: a consumer has one contract of each format"))
    if faults:
        raise Invalid(faults)
    return NewConsumerContract(
        consumer=consumer,
        provider=provider,
        version=request["pacticipantVersionNumber"],
        documents=documents,
        place="contract.content" if documents.is_single else "contract.files",
        branch=request.get("branch"),
        tags=tuple(request.get("tags") or ()),
        build_url=request.get("buildUrl"),
    )
