"""Short requests run one after the other, and none of them waits for a long one."""

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

from troth_broker.web.turns import Turns

LONG = 60.0


def test_short_functions_run_one_at_a_time() -> None:
    running = threading.Semaphore(1)

    def short(number: int) -> int:
        assert running.acquire(blocking=False), "another one runs, too"
        running.release()
        return number

    async def many() -> list[int]:
        turns = Turns(workers, 1, patience=LONG)
        return await asyncio.gather(*(turns.run(short, number) for number in range(50)))

    with ThreadPoolExecutor(8) as workers:
        assert asyncio.run(many()) == list(range(50))


def test_a_function_that_takes_long_lets_the_next_one_begin() -> None:
    second_ran = threading.Event()

    def first(_: None) -> bool:
        return second_ran.wait(30)

    def second(_: None) -> None:
        second_ran.set()

    async def both() -> bool:
        turns = Turns(workers, 1, patience=0.001)
        waited, _ = await asyncio.gather(turns.run(first, None), turns.run(second, None))
        return waited

    with ThreadPoolExecutor(2) as workers:
        assert asyncio.run(both())


def test_a_function_that_fails_passes_its_turn_on() -> None:
    def fail(_: None) -> None:
        raise KeyError("on purpose")

    async def three() -> list[BaseException | None]:
        turns = Turns(workers, 1, patience=LONG)
        return await asyncio.gather(*(turns.run(fail, None) for _ in range(3)), return_exceptions=True)

    with ThreadPoolExecutor(2) as workers:
        assert [type(found) for found in asyncio.run(three())] == [KeyError] * 3


def test_who_gives_up_waiting_holds_nobody_up() -> None:
    go_on = threading.Event()

    async def one_gives_up() -> str:
        turns = Turns(workers, 1, patience=LONG)
        first = asyncio.create_task(turns.run(go_on.wait, 30.0))
        gone, called_too_late, last = (asyncio.create_task(turns.run(str, "done")) for _ in range(3))
        await asyncio.sleep(0)
        gone.cancel()
        go_on.set()
        await first  # passes the turn to the next, which gives up at the very same moment
        called_too_late.cancel()
        await asyncio.wait([gone, called_too_late])
        return await last

    with ThreadPoolExecutor(2) as workers:
        assert asyncio.run(one_gives_up()) == "done"
