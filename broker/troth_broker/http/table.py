"""The one route table of the API."""

from troth_broker.http import index, pact_lists, pacts, publishing
from troth_broker.http.frame import Route

ROUTES: tuple[Route, ...] = (
    *index.ROUTES,
    *publishing.ROUTES,
    *pacts.ROUTES,
    *pact_lists.ROUTES,
)
