"""A stub that runs for weeks keeps the latest of what it was asked, and counts the rest."""

import json
from typing import Any

import pytest

from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.stub.serving import serving
from troth_verifiers.pytest_plugin.stubbing import Stubs
from troth_verifiers.stub import Asked, Known, Refused, Sent
from troth_verifiers.stub.asked import Reply
from troth_verifiers.stub.kept import LARGEST, MOST, Kept
from troth_verifiers.stub.memory import Memory


def test_the_latest_are_kept_and_all_are_counted() -> None:
    kept: Kept[int] = Kept(lambda _: 1, most=3)
    for number in range(5):
        kept.append(number)
    assert kept == [2, 3, 4]
    assert (kept.total, kept.dropped, len(kept), kept[0], kept[-1], kept[1:]) == (5, 2, 3, 2, 4, [3, 4])
    assert 1 not in kept
    kept.clear()
    assert not kept
    assert (kept.total, kept.dropped) == (0, 0)


def test_what_is_large_leaves_room_for_less_and_the_latest_is_always_kept() -> None:
    kept: Kept[str] = Kept(len, most=100, largest=10)
    for one in ("aaaa", "bbbb", "cc", "d", "e" * 50):
        kept.append(one)
        assert sum(map(len, kept)) <= 10 or len(kept) == 1
    assert kept == ["e" * 50]
    kept.append("f")
    assert kept == ["f"]
    assert kept.dropped == 5


def test_a_flood_of_known_requests_pushes_no_refusal_out() -> None:
    memory = Memory()
    memory.keep(Refused(Asked("GET", "/lost")))
    for number in range(MOST + 7):
        memory.keep(Known(Asked("GET", f"/{number}"), "known", Reply(200)))
    assert [one.asked.target for one in memory.refused] == ["/lost"]
    assert (len(memory.answered), memory.answered.total, memory.answered.dropped) == (MOST, MOST + 7, 7)


@pytest.mark.parametrize("kind", ["answered", "refused", "sent"])
def test_large_requests_answers_reasons_and_messages_take_no_more_than_so_much(kind: str) -> None:
    memory = Memory()
    for number in range(10):
        large = bytes([number]) * (LARGEST // 4)
        told: dict[str, Any] = {
            "answered": Known(Asked("GET", "/"), "x", Reply(200, content=large)),
            "refused": Refused(Asked("POST", "/", content=large)),
            "sent": Sent("x", "channel", large),
        }
        memory.keep(told[kind])
    assert 3 <= len(getattr(memory, kind)) <= 4
    assert getattr(memory, kind).total == 10
    memory.forget()
    assert getattr(memory, kind).total == 0


@pytest.mark.anyio
async def test_the_interface_tells_what_was_dropped() -> None:
    async with serving(contract(v4(http("an order", "/orders/7", body={"id": 7})))) as (stub, client):
        await client.get("/orders/7")
        for _ in range(MOST + 2):
            stub.refused.append(Refused(Asked("GET", "/orders/8")))
        told = json.loads((await client.get("/_troth/requests")).content)
        assert told["total"] == {"answered": 1, "refused": MOST + 2}
        assert told["dropped"] == {"answered": 0, "refused": 2}
        assert len(told["refused"]) == MOST
        await client.delete("/_troth/requests")
        told = json.loads((await client.get("/_troth/requests")).content)
        assert (told["refused"], told["total"]) == ([], {"answered": 0, "refused": 0})
        assert json.loads((await client.get("/_troth/messages")).content)["dropped"] == {"sent": 0}


def test_a_test_is_told_how_many_refusals_are_not_shown() -> None:
    stubs = Stubs()
    try:
        running = stubs.serve(contract(v4(http("there", "/orders/1"))))
        for number in range(MOST + 3):
            running.refused.append(Refused(Asked("GET", f"/{number}")))
        assert stubs.refusals().endswith(f"No contract knows GET /{MOST + 2}.\nAnd 3 requests before these.")
    finally:
        stubs.close()
