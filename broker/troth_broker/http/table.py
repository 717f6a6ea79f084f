"""The one route table of the API."""

from troth_broker.http import index
from troth_broker.http.frame import Route

ROUTES: tuple[Route, ...] = (*index.ROUTES,)
