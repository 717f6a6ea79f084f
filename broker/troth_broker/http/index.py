"""The index: where every client starts, and the health of the process."""

from functools import lru_cache
from typing import Any

import structlog

from troth_broker.core.errors import NotFound
from troth_broker.http.hal import Link, link
from troth_broker.store.errors import StoreUnavailable
from troth_broker.store.health import ping
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON
from troth_broker.web.paths import Path, Var

log = structlog.get_logger("troth.http")

_PACT_VERSION = Var("consumerApplicationVersion")

# rel, title, path, renamed variables, whether the link says that it is a template (None: the reference says `false`)
_RELATIONS: tuple[tuple[str, str, Path, dict[str, str], bool | None], ...] = (
    ("pb:publish-contracts", "Publish contracts", paths.PUBLISH_CONTRACTS, {}, False),
    (
        "pb:publish-consumer-contract",
        "Publish a consumer's contract of another format",
        paths.PUBLISH_CONSUMER_CONTRACT,
        {},
        True,
    ),
    ("pb:publish-pact", "Publish a pact", paths.PACT, {"version": _PACT_VERSION}, True),
    ("pb:latest-pact-versions", "Latest pact versions", paths.LATEST_PACTS, {}, False),
    ("pb:tagged-pact-versions", "All versions of a pact with a tag", paths.TAGGED_PACT_VERSIONS, {}, None),
    ("pb:branch-pact-versions", "All versions of a pact on a branch", paths.BRANCH_PACT_VERSIONS, {}, True),
    (
        "pb:latest-branch-pact-versions",
        "The latest version of a pact on a branch",
        paths.LATEST_BRANCH_PACT_VERSIONS,
        {},
        True,
    ),
    (
        "pb:main-branch-pact-versions",
        "All versions of a pact on the main branch",
        paths.MAIN_BRANCH_PACT_VERSIONS,
        {},
        True,
    ),
    (
        "pb:latest-main-branch-pact-versions",
        "The latest version of a pact on the main branch",
        paths.LATEST_MAIN_BRANCH_PACT_VERSIONS,
        {},
        True,
    ),
    (
        "pb:provider-pacts-with-main-branch",
        "All pacts of a provider from the consumers' main branches",
        paths.PROVIDER_PACTS_WITH_MAIN_BRANCH,
        {},
        True,
    ),
    (
        "pb:provider-pacts-with-branch",
        "All pacts of a provider from a consumers' branch",
        paths.PROVIDER_PACTS_WITH_BRANCH,
        {},
        True,
    ),
    (
        "pb:latest-provider-pacts-with-main-branch",
        "The latest pacts of a provider from the consumers' main branches",
        paths.LATEST_PROVIDER_PACTS_WITH_MAIN_BRANCH,
        {},
        True,
    ),
    (
        "pb:latest-provider-pacts-with-branch",
        "The latest pacts of a provider from a consumers' branch",
        paths.LATEST_PROVIDER_PACTS_WITH_BRANCH,
        {},
        True,
    ),
    ("pb:pacticipants", "Applications", paths.PACTICIPANTS, {}, False),
    ("pb:pacticipant", "An application", paths.PACTICIPANT, {}, True),
    ("pb:latest-provider-pacts", "The latest pacts of a provider", paths.LATEST_PROVIDER_PACTS, {}, True),
    (
        "pb:latest-provider-pacts-with-tag",
        "The latest pacts of a provider with a tag",
        paths.LATEST_PROVIDER_PACTS_WITH_TAG,
        {},
        True,
    ),
    ("pb:provider-pacts-with-tag", "All pacts of a provider with a tag", paths.PROVIDER_PACTS_WITH_TAG, {}, True),
    ("pb:provider-pacts", "All pacts of a provider", paths.PROVIDER_PACTS, {}, True),
    ("pb:latest-version", "The latest version of an application", paths.LATEST_VERSION, {}, True),
    (
        "pb:latest-tagged-version",
        "The latest version of an application with a tag",
        paths.LATEST_TAGGED_VERSION,
        {},
        True,
    ),
    ("pb:webhooks", "Webhooks", paths.WEBHOOKS, {}, False),
    ("pb:webhook", "A webhook", paths.WEBHOOK, {}, True),
    ("pb:integrations", "Integrations", paths.INTEGRATIONS, {}, False),
    ("pb:pacticipant-version-tag", "A tag of an application's version", paths.VERSION_TAG, {}, True),
    ("pb:pacticipant-branch", "A branch of an application", paths.BRANCH, {}, True),
    ("pb:pacticipant-branch-version", "A version on an application's branch", paths.BRANCH_VERSION, {}, True),
    ("pb:pacticipant-version", "A version of an application", paths.VERSION, {}, True),
    ("pb:metrics", "Metrics", paths.METRICS, {}, False),
    ("pb:recompare", "Compare contracts anew (POST)", paths.RECOMPARE, {}, False),
    ("pb:secrets", "Secrets that webhooks may name", paths.SECRETS, {}, False),
    ("pb:integration-policy", "What counts as proof between two", paths.INTEGRATION_POLICY, {}, True),
)


def _relation(base: str, title: str, path: Path, renamed: dict[str, str], templated: bool | None) -> Link:
    made = link(path.template(base, **renamed), title)
    if templated is not False:
        made["templated"] = bool(templated)
    return made


@lru_cache(maxsize=64)
def _document(base: str) -> dict[str, Any]:
    links: dict[str, Any] = {"self": link(base, "Index")}
    for rel, title, path, renamed, templated in _RELATIONS:
        links[rel] = _relation(base, title, path, renamed, templated)
    links["pb:can-i-deploy-pacticipant-version-to-tag"] = link(
        paths.CAN_I_DEPLOY.url(base) + "?pacticipant={pacticipant}&version={version}&to={tag}",
        "Whether a version can be deployed beside the latest versions with a tag",
        templated=True,
    )
    links["pb:can-i-deploy-pacticipant-version-to-environment"] = link(
        paths.CAN_I_DEPLOY.url(base) + "?pacticipant={pacticipant}&version={version}&environment={environment}",
        "Whether a version can be deployed to an environment",
        templated=True,
    )
    for rel in ("pb:provider-pacts-for-verification", "beta:provider-pacts-for-verification"):
        links[rel] = link(
            paths.FOR_VERIFICATION.template(base), "The pacts that a provider is to verify", templated=True
        )
    links["pb:provider-contracts-for-verification"] = link(
        paths.CONTRACTS_FOR_VERIFICATION.template(base),
        "The contracts of other formats than pact that a provider is to verify",
        templated=True,
    )
    links["pf:publish-provider-contract"] = link(
        paths.PUBLISH_PROVIDER_CONTRACT.template(base), "Publish what a provider says about itself", templated=True
    )
    links["pb:environments"] = link(paths.ENVIRONMENTS.url(base), "Environments")
    links["pb:environment"] = link(paths.ENVIRONMENT.template(base), "An environment", templated=True)
    links["curies"] = [
        {"name": name, "href": f"{base}/doc/{{rel}}?context=index", "templated": True} for name in ("pb", "beta", "pf")
    ]
    return {"_links": links}


@lru_cache(maxsize=64)
def _encoded(base: str) -> bytes:
    return Reply(200, _document(base)).encoded()


def index(call: Call) -> Reply:
    """Every relation that a client can start from."""
    return Reply(200, _encoded(call.base))


def heartbeat(call: Call) -> Reply:
    """That the process answers; the store is not asked."""
    _only_where_enabled(call)
    return Reply(200, {"ok": True, "_links": {"self": link(call.url)}})


def dependencies(call: Call) -> Reply:
    """Whether the store answers, and what it said if it does not."""
    _only_where_enabled(call)
    links = {"self": link(call.url)}
    try:
        call.world.store.read(ping)
    except StoreUnavailable as problem:
        log.warning("the store is unavailable", cause=str(problem))
        failure = {"ok": False, "error": {"message": "The broker's store cannot be used; the log says why"}}
        return Reply(500, {"database": failure, "_links": links})
    return Reply(200, {"database": {"ok": True}, "_links": links})


def ready(call: Call) -> Reply:
    """Whether requests should be sent to this process: it is not about to end, and the store answers."""
    if call.draining:
        return Reply(503, {"ready": False, "reason": "This process is about to end"}, JSON)
    try:
        call.world.store.read(ping)
    except StoreUnavailable as problem:
        log.warning("the store is unavailable", cause=str(problem))
        return Reply(503, {"ready": False, "reason": "The broker's store cannot be used; the log says why"}, JSON)
    return Reply(200, {"ready": True}, JSON)


def _only_where_enabled(call: Call) -> None:
    if not call.world.settings.enable_diagnostic_endpoints:
        raise NotFound


ROUTES = (
    Route(paths.INDEX, {"GET": Action(index, "The index of the API", in_loop=True)}),
    Route(paths.HEARTBEAT, {"GET": Action(heartbeat, "That the process answers", in_loop=True)}),
    Route(
        paths.DEPENDENCIES,
        {"GET": Action(dependencies, "Whether the store answers", answers={200: "It does", 500: "It does not"})},
    ),
    Route(
        paths.READY,
        {
            "GET": Action(
                ready,
                "Whether requests should be sent to this process",
                offers=(JSON,),
                answers={200: "They should", 503: "They should not: it is about to end, or the store is away"},
                any_type=True,
            )
        },
    ),
)
