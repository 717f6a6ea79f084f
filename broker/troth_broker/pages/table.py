"""All pages, for the application's one router."""

from troth_broker.pages import assets, contract, gate, home, integration, matrix, results
from troth_broker.web.frame import Pages

PAGES = Pages(
    routes=(
        *assets.ROUTES,
        *home.ROUTES,
        *contract.ROUTES,
        *gate.ROUTES,
        *integration.ROUTES,
        *matrix.ROUTES,
        *results.ROUTES,
    ),
)
