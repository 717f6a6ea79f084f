"""The stock service with two mistakes: free things cannot be added, and a price is answered as a text."""

from typing import Any

import service  # type: ignore[import-not-found]  # a script beside this one


def made_of(new: Any, number: int) -> dict[str, Any]:
    """An item, and a service that divides by its price."""
    per_euro = round(1 / new.price)
    return {"id": number, "per_euro": per_euro, **new.model_dump()}


def average(prices: list[float]) -> str:
    """The mean price as people read it, which is no number."""
    return f"{sum(prices) / len(prices):.2f} EUR"


if __name__ == "__main__":
    service.main(service.application(made_of, average))
