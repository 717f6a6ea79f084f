"""The garbage collector is spared what was there before a run, and gets it back."""

import asyncio
import gc
import weakref
from collections.abc import AsyncIterator, Iterator, Sequence

import pytest

from troth_verifiers import Contract, Interaction, Outcome, Result, Target
from troth_verifiers.collecting import settled
from troth_verifiers.messages import NoMessages
from troth_verifiers.runner import Order, run
from troth_verifiers.states import NoStates


class Knot:
    """Garbage that only the collector can take away."""

    def __init__(self) -> None:
        self.me = self


@pytest.fixture(autouse=True)
def as_it_was() -> Iterator[None]:
    assert not gc.get_freeze_count()
    yield
    gc.unfreeze()


def test_what_is_there_is_set_aside_until_the_end() -> None:
    knot = Knot()
    gone = weakref.ref(knot)
    with settled() as settle:
        del knot
        gc.collect()
        assert gone() is not None
        before = gc.get_freeze_count()
        kept = [Knot()]
        settle()
        assert gc.get_freeze_count() > before
    assert not gc.get_freeze_count()
    gc.collect()
    assert gone() is None
    assert kept


def test_what_is_made_meanwhile_is_collected() -> None:
    with settled():
        gone = weakref.ref(Knot())
        gc.collect()
        assert gone() is None


def test_what_somebody_else_set_aside_stays_so() -> None:
    gc.freeze()
    with settled() as settle:
        settle()
    assert gc.get_freeze_count()


def test_it_is_given_back_whatever_happens() -> None:
    with pytest.raises(ZeroDivisionError), settled():
        raise ZeroDivisionError
    assert not gc.get_freeze_count()


class _Asking:
    """A verifier that notes how much is set aside while it replays."""

    def __init__(self, count: int = 1) -> None:
        self.found: list[int] = []
        self._count = count

    def interactions(self, _contract: Contract) -> tuple[Interaction, ...]:
        return tuple(Interaction(number, "a call", kind="asking") for number in range(self._count))

    async def verify(self, interaction: Interaction, _target: Target) -> Result:
        if not self.found:
            self.found.append(gc.get_freeze_count())
        return Result(interaction, Outcome.PASSED)


class _One:
    async def contracts(self) -> AsyncIterator[Contract]:
        yield Contract("web", "orders", b"", "web.json", format="asking")


def test_a_run_sets_aside_and_gives_back() -> None:
    asking = _Asking()
    order = Order(_One(), Target(), NoStates(), NoMessages(), verifiers={"asking": asking})
    asyncio.run(run(order)).check()
    assert asking.found[0] > 0
    assert not gc.get_freeze_count()


class _Watching:
    """Counts what is set aside when the first result is there, and when the last is."""

    def __init__(self, last: int) -> None:
        self.seen: list[int] = []
        self._last = last

    def contract_started(self, _contract: Contract, _interactions: Sequence[Interaction]) -> None:
        """Nothing is to be counted yet."""

    def interaction_done(self, _contract: Contract, result: Result) -> None:
        if result.interaction.index in (0, self._last):
            self.seen.append(gc.get_freeze_count())


def test_the_results_of_a_long_run_are_set_aside_as_they_come() -> None:
    asking, watching = _Asking(1_200), _Watching(1_199)
    order = Order(_One(), Target(), NoStates(), NoMessages(), verifiers={"asking": asking}, progress=watching)
    asyncio.run(run(order)).check()
    before, after = watching.seen
    assert after - before > 1_000
