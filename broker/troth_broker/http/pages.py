"""The page that a call asks for, as a window on a collection."""

from troth_broker.core.pages import WHOLE, Window
from troth_broker.web.call import Page


def window(page: Page | None) -> Window:
    """Which slice of a collection a page is."""
    return Window(page.size, page.offset) if page else WHOLE
