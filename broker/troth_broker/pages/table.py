"""All pages, for the application's one router."""

from troth_broker.pages import assets, home
from troth_broker.web.frame import Pages

PAGES = Pages(
    routes=(
        *assets.ROUTES,
        *home.ROUTES,
    ),
)
