"""All pages, for the application's one router."""

from troth_broker.pages import (
    applications,
    assets,
    comparisons,
    contract,
    environments,
    gate,
    home,
    integration,
    matrix,
    moved,
    network,
    partial_replays,
    results,
    versions,
    webhooks,
)
from troth_broker.pages.browse import browse
from troth_broker.pages.failed import failed
from troth_broker.web.frame import Pages

PAGES = Pages(
    routes=(
        *home.ROUTES,
        *gate.ROUTES,
        *matrix.ROUTES,
        *integration.ROUTES,
        *contract.ROUTES,
        *comparisons.ROUTES,
        *results.ROUTES,
        *partial_replays.ROUTES,
        *environments.ROUTES,
        *applications.ROUTES,
        *versions.ROUTES,
        *network.ROUTES,
        *webhooks.ROUTES,
        *assets.ROUTES,
        *moved.ROUTES,
    ),
    browse=browse,
    failed=failed,
)
