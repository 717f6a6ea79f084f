"""Verification results: published by a provider's build, read back, deleted (pact_broker_api 1.5.6 and 5)."""

from troth_broker.core.contract_documents import FORMATS, word_of
from troth_broker.core.metadata import decode
from troth_broker.core.partial_results import NewPart
from troth_broker.core.results import read_result
from troth_broker.core.times import iso
from troth_broker.http import partial_replays as part_view
from troth_broker.http.hal import Body, curies, link, without_nulls
from troth_broker.http.links import BaseLinks
from troth_broker.http.result_view import contract_links, number_of, reply, verified_by
from troth_broker.services import partial_replays, results
from troth_broker.services.results import Address
from troth_broker.store.results import Result
from troth_broker.store.tables import PACT
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route


def address_of(call: Call) -> Address:
    """The content that the path names: a pact's, where it names no format."""
    format_name = format_of(call) if "format" in call.params else PACT
    return Address(call.params["provider"], call.params["consumer"], call.params["sha"], format_name)


def format_of(call: Call) -> str:
    """The format that the path names, by what it is called here."""
    asked = call.params["format"]
    return FORMATS.get(asked, asked)


def result_url(found: Result, base: str) -> str:
    """The address of a result."""
    return BaseLinks(base).result(found.provider, found.consumer, found.format, found.sha, found.number)


def result_document(found: Result, base: str) -> Body:
    """A result as its resource."""
    kind = "Pact" if found.format == PACT else f"{word_of(found.format)} contract"
    about = f"Verification result {found.number} for {kind} between {found.consumer} and {found.provider}"
    return {
        **without_nulls(
            {
                "providerName": found.provider,
                "providerApplicationVersion": found.provider_version,
                "success": found.success,
                "verificationDate": iso(found.happened_at),
                "buildUrl": found.build_url,
                "testResults": found.test_results,
                "verifiedBy": verified_by(found.verified_by),
            }
        ),
        "_links": {
            "self": link(result_url(found, base), "Verification result", about),
            **contract_links(found, base),
            "pb:triggered-webhooks": link(
                f"{result_url(found, base)}/triggered-webhooks",
                "Webhooks triggered by the publication of this verification result",
            ),
            "curies": curies(base, "verification-result"),
        },
    }


def publish_result(call: Call) -> Reply:
    """Publish a verification result, or a replay of a part; its address remembers how the pact was selected."""
    new = read_result(call.json(empty={}))
    if isinstance(new, NewPart):
        return part_view.published(call, partial_replays.publish(call.world, address_of(call), new))
    metadata = decode(call.params.get("metadata", ""))
    found = results.publish_result(call.world, address_of(call), new, metadata, BaseLinks(call.base))
    return reply(201, result_document(found, call.base), Location=result_url(found, call.base))


def result(call: Call) -> Reply:
    """One verification result."""
    return reply(200, result_document(results.result(call.world, address_of(call), number_of(call)), call.base))


def delete_result(call: Call) -> Reply:
    """Delete one verification result."""
    results.delete_result(call.world, address_of(call), number_of(call))
    return Reply(204)


def latest_result(call: Call) -> Reply:
    """The newest verification result of a content."""
    return reply(200, result_document(results.latest_result(call.world, address_of(call)), call.base))


def latest_result_of_pact(call: Call) -> Reply:
    """The newest verification result of a version's pact, or of the newest pact."""
    found = results.latest_result_of_pact(
        call.world,
        call.params["provider"],
        call.params["consumer"],
        version=call.params.get("version"),
        tag=call.params.get("tag"),
    )
    return reply(200, result_document(found, call.base))


def results_of_consumer_version(call: Call) -> Reply:
    """What each provider of a consumer version says, by its newest result."""
    consumer, number = call.params["consumer"], call.params["version"]
    found = results.results_of_consumer_version(call.world, consumer, number)
    summary = found.summary
    providers = {"successful": summary.successful, "failed": summary.failed, "unknown": summary.unknown}
    return reply(
        200,
        {
            "success": summary.success,
            "providerSummary": providers,
            "_embedded": {"verificationResults": [result_document(one, call.base) for one in found.results]},
            "_links": {
                "self": link(call.url, f"Latest verification results for consumer {consumer} version {number}"),
                "curies": curies(call.base, "verification-results"),
            },
        },
    )


_PUBLISH = Action(
    publish_result,
    "Publish a verification result",
    answers={201: "Published", 400: "The result is not valid", 404: "No such content"},
)
_FOUND = {200: "The result", 404: "There is none"}
_READ = {
    "GET": Action(result, "A verification result", answers=_FOUND),
    "DELETE": Action(delete_result, "Delete a verification result", answers={204: "Deleted", 404: "There is none"}),
}
_LATEST_OF_PACT = {"GET": Action(latest_result_of_pact, "The newest verification result of a pact", answers=_FOUND)}

ROUTES = (
    *part_view.ROUTES,
    Route(paths.RESULTS, {"POST": _PUBLISH}),
    Route(paths.RESULTS_WITH_METADATA, {"POST": _PUBLISH}),
    Route(paths.CONTRACT_RESULTS, {"POST": _PUBLISH}),
    Route(paths.CONTRACT_RESULTS_WITH_METADATA, {"POST": _PUBLISH}),
    Route(
        paths.LATEST_CONTRACT_RESULT,
        {"GET": Action(latest_result, "The newest verification result of a contract but a pact", answers=_FOUND)},
    ),
    Route(paths.CONTRACT_RESULT, _READ),
    Route(paths.RESULT, _READ),
    Route(paths.RESULT_WITH_METADATA, _READ),
    Route(
        paths.LATEST_RESULT_OF_CONTENT,
        {"GET": Action(latest_result, "The newest verification result of a content", answers=_FOUND)},
    ),
    Route(paths.LATEST_RESULT_OF_VERSION, _LATEST_OF_PACT),
    Route(paths.LATEST_RESULT_OF_LATEST, _LATEST_OF_PACT),
    Route(paths.LATEST_RESULT_OF_TAGGED, _LATEST_OF_PACT),
    Route(
        paths.CONSUMER_VERSION_RESULTS,
        {
            "GET": Action(
                results_of_consumer_version, "The newest verification result of each provider of a consumer version"
            )
        },
    ),
)
