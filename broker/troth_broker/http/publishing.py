"""Publishing: `POST /contracts/publish`, and the older PUT and PATCH of a single pact."""

from typing import Any

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.published import (
    SIMILAR_NAMES_HEADER,
    SIMILAR_NAMES_PARAMETER,
    ContractModified,
    MergeConflict,
    PossibleDuplicate,
    Published,
    Refused,
)
from troth_broker.core.publishing import NewContract, NewPublication, faults_of_names, read_publication
from troth_broker.http import notices
from troth_broker.http.hal import link, without_nulls
from troth_broker.http.links import BaseLinks
from troth_broker.http.pact_view import pact_name
from troth_broker.http.pacts import DELETE, READ, pact_of_version
from troth_broker.services.publishing import publish, put_pact, with_similar_names
from troth_broker.services.world import World
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.errors import server_error_document
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HAL, JSON, MERGE_PATCH, TEXT, wants_problem


def publish_contracts(call: Call) -> Reply:
    """Record a build's version, branch, tags and contracts in one go."""
    new = read_publication(call.json_object(empty={}))
    done = publish(_world(call), new, BaseLinks(call.base))
    if isinstance(done, Refused):
        told = list(notices.of_refusal(new, done))
        errors = {"contracts": [item["text"] for item in told if item["type"] == "error"]}
        return Reply(409, {"notices": told, "errors": errors}, JSON)
    return Reply(200, _published(new, done, call.base))


def _world(call: Call) -> World:
    """The world to publish in; a request may say that its new names are meant."""
    said = call.headers.get(SIMILAR_NAMES_HEADER.lower()) or call.parameter(SIMILAR_NAMES_PARAMETER) or ""
    return with_similar_names(call.world) if said.strip().lower() == "true" else call.world


def _published(new: NewPublication, done: Published, base: str) -> dict[str, Any]:
    told = list(notices.of_publication(new, done, base))
    application = paths.PACTICIPANT.url(base, pacticipant=new.consumer)
    version = paths.VERSION.url(base, pacticipant=new.consumer, version=new.version)
    return {
        "logs": [{"level": item["type"], "message": item["text"], "deprecationWarning": _REPLACED} for item in told],
        "notices": told,
        "_embedded": {
            "pacticipant": {"name": new.consumer, "_links": {"self": link(application)}},
            "version": without_nulls(
                {
                    "number": new.version,
                    "buildUrl": new.build_url,
                    "_links": {"self": link(version, "Version", new.version)},
                }
            ),
        },
        "_links": {
            "pb:pacticipant": link(application, "Pacticipant", new.consumer),
            "pb:pacticipant-version": link(version, "Pacticipant version", new.version),
            "pb:pacticipant-version-tags": [
                link(
                    paths.VERSION_TAG.url(base, pacticipant=new.consumer, version=new.version, tag=tag),
                    "Tag",
                    tag,
                )
                for tag in new.tags
            ],
            "pb:contracts": [
                link(
                    paths.PACT.url(base, provider=contract.provider, consumer=new.consumer, version=new.version),
                    "Pact",
                    pact_name(new.consumer, new.version, contract.provider),
                )
                for contract in new.contracts
            ],
        },
    }


_REPLACED = "The member notices replaces logs"


def put(call: Call) -> Reply:
    """Publish one pact for a version; its first publication creates whatever it names."""
    return _put(call, NewContract(call.params["provider"], call.body, _document(call)))


def patch(call: Call) -> Reply:
    """Merge one pact into what the version has published."""
    contract = NewContract(call.params["provider"], call.body, _document(call), "merge", refuses_changed_requests=True)
    return _put(call, contract)


def _document(call: Call) -> dict[str, Any]:
    consumer, provider, version = (call.params[name] for name in ("consumer", "provider", "version"))
    document = call.json_object()
    faults = [Fault(place, text) for place, text in faults_of_names(document, consumer, provider)]
    if fault := fault_of_name(version):
        faults.append(Fault("consumer_version_number", fault))
    for role, name in (("consumer", consumer), ("provider", provider)):
        if fault := fault_of_name(name):
            faults.append(Fault(f"{role}.name", fault))
    if faults:
        raise Invalid(faults)
    return document


def _put(call: Call, contract: NewContract) -> Reply:
    try:
        done = put_pact(_world(call), call.params["consumer"], call.params["version"], contract, BaseLinks(call.base))
    except PossibleDuplicate as duplicate:
        return Reply(409, str(duplicate), TEXT)
    except MergeConflict:
        return Reply(409)
    except ContractModified as modified:
        text = f"{modified}\n{modified.modified.difference}"
        if wants_problem(call.headers.get("accept", "")):
            return server_error_document(409, call.base, text)
        return Reply(409, {"error": text})
    reply = pact_of_version(call)
    return Reply(201 if done.created else 200, reply.body, reply.media)


_QUERY = (SIMILAR_NAMES_PARAMETER,)
_WRITTEN = {200: "The pact was revised", 201: "The pact was created", 400: "Invalid", 409: "It conflicts"}

PACT_ACTIONS = {
    "GET": READ,
    "PUT": Action(put, "Publish a pact", offers=(HAL, JSON), consumes=(JSON,), query=_QUERY, answers=_WRITTEN),
    "PATCH": Action(
        patch, "Merge a pact", offers=(HAL, JSON), consumes=(JSON, MERGE_PATCH), query=_QUERY, answers=_WRITTEN
    ),
    "DELETE": DELETE,
}

ROUTES = (
    Route(
        paths.PUBLISH_CONTRACTS,
        {
            "POST": Action(
                publish_contracts,
                "Publish contracts with their version, branch and tags",
                consumes=(JSON,),
                query=_QUERY,
                answers={200: "Recorded", 400: "Invalid", 409: "It conflicts with what is recorded"},
            )
        },
    ),
    *(Route(path, PACT_ACTIONS) for path in (paths.PACT, paths.PACT_PLURAL, paths.PACT_SINGULAR)),
)
