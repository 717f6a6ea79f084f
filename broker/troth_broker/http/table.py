"""The one route table of the API."""

from troth_broker.http import (
    branches,
    deployments,
    environments,
    failing,
    for_verification,
    index,
    integrations,
    labels,
    matrix,
    metrics,
    openapi,
    pact_diffs,
    pact_lists,
    pacticipants,
    pacts,
    provider_states,
    publishing,
    relations,
    releases,
    results,
    tags,
    versions,
)
from troth_broker.web.frame import Route

_ROUTES: tuple[Route, ...] = (
    *index.ROUTES,
    *publishing.ROUTES,
    *pacts.ROUTES,
    *pact_lists.ROUTES,
    *pact_diffs.ROUTES,
    *pacticipants.ROUTES,
    *versions.ROUTES,
    *branches.ROUTES,
    *tags.ROUTES,
    *environments.ROUTES,
    *deployments.ROUTES,
    *releases.ROUTES,
    *labels.ROUTES,
    *integrations.ROUTES,
    *metrics.ROUTES,
    *for_verification.ROUTES,
    *provider_states.ROUTES,
    *results.ROUTES,
    *matrix.ROUTES,
    *relations.ROUTES,
    *failing.ROUTES,
)

ROUTES: tuple[Route, ...] = (*_ROUTES, openapi.route_of(_ROUTES))
