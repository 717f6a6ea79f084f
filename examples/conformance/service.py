"""A small stock service on FastAPI that does what openapi.yaml beside it says. `python service.py PORT` runs it."""

import sys
from typing import Annotated, Any

import uvicorn
from fastapi import FastAPI, HTTPException, Path, Query, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict, Field


class NewItem(BaseModel):
    """What is put into stock. Strict: a number in quotes is no number."""

    model_config = ConfigDict(strict=True)
    name: str = Field(min_length=1, max_length=40)
    price: float = Field(ge=0, le=1_000_000)
    tags: list[str] = Field(default_factory=list, max_length=5)


class Item(NewItem):
    """What is in stock."""

    id: int


def made_of(new: NewItem, number: int) -> dict[str, Any]:
    """The answer about an item; the broken version changes this."""
    return {"id": number, **new.model_dump()}


def average(prices: list[float]) -> float:
    """The mean price; the broken version changes this."""
    return sum(prices) / len(prices) if prices else 0.0


def application(make: Any = made_of, mean: Any = average) -> FastAPI:
    """The service with its own empty stock but for item 1."""
    app = FastAPI(openapi_url=None)
    stock: dict[int, dict[str, Any]] = {1: make(NewItem(name="tea", price=4.5, tags=["hot"]), 1)}

    @app.exception_handler(RequestValidationError)
    async def refused(_request: Request, error: RequestValidationError) -> JSONResponse:
        return JSONResponse({"error": f"{len(error.errors())} faults"}, status_code=422)

    @app.exception_handler(HTTPException)
    async def failed(_request: Request, error: HTTPException) -> JSONResponse:
        return JSONResponse({"error": str(error.detail)}, status_code=error.status_code)

    @app.get("/items")
    def items(request: Request, limit: Annotated[int, Query(ge=1, le=100)] = 10) -> JSONResponse:
        written = request.query_params.getlist("limit")
        if len(written) > 1 or not all(one.lstrip("-").isascii() and one.lstrip("-").isdigit() for one in written):
            raise RequestValidationError([{"loc": ("query", "limit")}])
        return JSONResponse(list(stock.values())[:limit])

    @app.post("/items")
    def add(new: NewItem) -> JSONResponse:
        number = max(stock) + 1
        if number > 50:  # a small shelf: the oldest makes room
            del stock[min(stock)]
        stock[number] = make(new, number)
        return JSONResponse(stock[number], status_code=201, headers={"Location": f"/items/{number}"})

    @app.get("/items/{number}")
    def item(number: Annotated[int, Path(ge=1)]) -> JSONResponse:
        if number not in stock:
            raise HTTPException(404, "no such item")
        return JSONResponse(stock[number])

    @app.get("/prices/mean")
    def mean_price() -> JSONResponse:
        return JSONResponse({"mean": mean([one["price"] for one in stock.values()])})

    return app


def main(app: FastAPI) -> None:
    """Serve on the port that is given."""
    uvicorn.run(app, host="127.0.0.1", port=int(sys.argv[1]), log_level="warning")


if __name__ == "__main__":
    main(application())
