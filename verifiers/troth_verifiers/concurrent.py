"""Several workers that produce results, read as one stream that ends with them and passes on their errors."""

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from typing import TypeAlias

from troth_verifiers.api import Result

Put: TypeAlias = Callable[[Result], None]


async def stream(work: Callable[[Put], Awaitable[None]], workers: int) -> AsyncGenerator[Result, None]:
    """Run `work` in as many tasks as there are workers, and yield what they put; ends when all of them have."""
    results: asyncio.Queue[Result | None] = asyncio.Queue()
    tasks = [asyncio.create_task(_to_the_end(work, results)) for _ in range(workers)]
    try:
        running = workers
        while running:
            result = await results.get()
            if result is None:
                running -= 1
            else:
                yield result
        for task in tasks:
            await task  # raises what a worker raised
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _to_the_end(work: Callable[[Put], Awaitable[None]], results: "asyncio.Queue[Result | None]") -> None:
    try:
        await work(results.put_nowait)
    finally:
        results.put_nowait(None)
