"""Several workers that produce results, read as one stream that ends with them and passes on their errors."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator, Awaitable, Callable, Sequence
from contextlib import aclosing
from typing import TypeAlias

from troth_verifiers.api import Interaction, Result, Target

Verify: TypeAlias = Callable[[Interaction, Target], Awaitable[Result]]
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


async def each(verify: Verify, interactions: Sequence[Interaction], target: Target) -> AsyncGenerator[Result, None]:
    """A result for each interaction, in the order they end, as many at once as the target may bear."""
    waiting = deque(interactions)

    async def work(put: Put) -> None:
        while waiting:
            put(await verify(waiting.popleft(), target))

    async with aclosing(stream(work, max(1, min(target.concurrency, len(waiting))))) as results:
        async for result in results:
            yield result


async def _to_the_end(work: Callable[[Put], Awaitable[None]], results: "asyncio.Queue[Result | None]") -> None:
    try:
        await work(results.put_nowait)
    finally:
        results.put_nowait(None)
