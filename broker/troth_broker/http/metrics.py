"""`/metrics`: the store in numbers as the reference writes them, or this process and the store for Prometheus."""

import importlib
from collections.abc import Iterable, Sequence
from typing import Any

from troth_broker.core.times import iso
from troth_broker.http.hal import Body, link
from troth_broker.services import metrics
from troth_broker.store.metrics import EXACT, Numbers
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.metrics import Meter
from troth_broker.web.negotiation import HAL, JSON, TEXT

OPENMETRICS = "application/openmetrics-text"
_EXPOSITION = "troth_broker.http.exposition"
"""Loaded when Prometheus asks: its library would slow every command that asks a file."""


def get_metrics(call: Call) -> Reply:
    """The numbers, in the form that the client asks for."""
    if call.media in {HAL, JSON}:
        return Reply(200, _document(metrics.numbers(call.world), call.url), call.media)
    exposition = importlib.import_module(_EXPOSITION)
    gauges = metrics.gauges(call.world)
    if call.media == OPENMETRICS:
        return Reply(200, exposition.openmetrics(Meter.of_process(), gauges), f"{OPENMETRICS}; version=1.0.0")
    return Reply(200, exposition.text(Meter.of_process(), gauges), f"{TEXT}; version=0.0.4")


def _distribution(pairs: Iterable[tuple[int, int]]) -> Body:
    return {"distribution": {str(n): count for n, count in pairs}}


def _ends(numbers: Numbers, table: str) -> Body:
    moments = {end: numbers.moments[table, end] for end in ("first", "last")}
    return {end: None if at is None else iso(at) for end, at in moments.items()}


def _document(numbers: Numbers, url: str) -> Body:
    counts = {name: sized.count for name, sized in numbers.sizes.items()}
    estimated = [name for name, sized in numbers.sizes.items() if sized.estimated]

    def share(table: str, name: str) -> int:
        return numbers.sizes[table].share(numbers.shares[name])

    successes, with_branch = share("verification", "successes"), share("version", "versions with a branch")
    body: dict[str, Any] = {
        "interactions": {
            "latestInteractionsCount": numbers.interactions,
            "latestMessagesCount": numbers.messages,
            "latestInteractionsAndMessagesCount": numbers.interactions + numbers.messages,
        },
        "pacticipants": {"count": counts["application"], "withMainBranchSetCount": numbers.with_main_branch},
        "integrations": {"count": counts["integration"]},
        "pactPublications": {"count": counts["publication"], **_ends(numbers, "publication")},
        "providerContracts": {"count": counts["provider_contract"]},
        "pactVersions": {"count": counts["content"]},
        "pactRevisionsPerConsumerVersion": _distribution(numbers.revisions),
        "verificationResults": {
            "count": counts["verification"],
            "successCount": successes,
            "failureCount": counts["verification"] - successes,
            "distinctCount": share("verification", "distinct results"),
            **_ends(numbers, "verification"),
        },
        "verificationResultsPerPactVersion": _distribution(numbers.results),
        "pacticipantVersions": {
            "count": counts["version"],
            "withUserCreatedBranchCount": share("version", "versions with a branch from a person"),
            "withBranchCount": with_branch,
            "withBranchSetCount": with_branch,
        },
        "webhooks": {"count": counts["webhook"]},
        "tags": {
            "count": counts["tag"],
            "distinctCount": numbers.shares["distinct tags"],
            "distinctWithPacticipantCount": numbers.shares["distinct tags of applications"],
        },
        "triggeredWebhooks": {"count": counts["triggered_webhook"]},
        "webhookExecutions": {"count": counts["webhook_execution"]},
        "matrix": {"count": -1},
        "environments": {"count": counts["environment"]},
        "deployedVersions": {
            "count": counts["deployment"],
            "userCreatedCount": share("deployment", "deployments by a person"),
            "currentlyDeployedCount": counts["current_deployment"],
        },
        "releasedVersions": {
            "count": counts["release"],
            "currentlySupportedCount": counts["supported_release"],
        },
        "_links": {"self": link(url, "Metrics")},
    }
    if estimated:
        body["troth"] = _estimates(estimated)
    return body


def _estimates(tables: Sequence[str]) -> Body:
    """Which tables are too large to be counted, said beside the numbers of the reference."""
    return {"estimated": list(tables), "sample": EXACT}


ROUTES = (
    Route(
        paths.METRICS,
        {
            "GET": Action(
                get_metrics,
                "The broker in numbers; for Prometheus as text",
                offers=(HAL, JSON, TEXT, OPENMETRICS),
            )
        },
    ),
)
