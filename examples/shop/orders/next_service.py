"""The next version of the orders service: money becomes a text with its currency. The web shop was not asked."""

from typing import Any

import service  # type: ignore[import-not-found]  # a script beside this one


def shown(order: dict[str, Any]) -> dict[str, Any]:
    """An order as this version answers it."""
    return {"id": order["id"], "status": order["status"], "total": f"{order['cents'] / 100:.2f} EUR"}


service.shown = shown

if __name__ == "__main__":
    service.main()
