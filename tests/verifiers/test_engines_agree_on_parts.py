"""Our own engine and the official library say the same of answers of every kind; the same ones in every run.

``TROTH_TEST_EXAMPLES`` and ``TROTH_TEST_SEED`` let there be more and others. What they say differently, and why, stands
in docs/verify.md; it is left out of what is made up here.
"""

import os
from collections.abc import Callable, Iterator
from random import Random

import pytest

from tests.verifiers import agreement_parts as made
from tests.verifiers.agreement import Case, Said, agree_on, said_of, told
from tests.verifiers.providing import Provider, providing

CASES = int(os.environ.get("TROTH_TEST_EXAMPLES", "15"))
SEED = os.environ.get("TROTH_TEST_SEED", "1")
ALL = [
    made.dates, made.scalars, made.arrays, made.members, made.variants, made.binary, made.charsets, made.kinds,
    made.old_bodies, made.forms, made.headers, made.statuses, made.texts, made.parts, made.empty_bodies,
    made.envelopes,
]  # fmt: skip


@pytest.fixture(scope="module")
def server() -> Iterator[Provider]:
    with providing() as running:
        yield running


def _without_places(said: Said) -> Said:
    """Inside of parts the library names no part, and a wrong type as that of the whole body."""
    return said[0], frozenset()


@pytest.mark.parametrize("make", ALL, ids=lambda one: one.__name__)
def test_on_answers_of_every_kind(server: Provider, make: Callable[[Random], Case]) -> None:
    chance = Random(f"{make.__name__} {SEED}")
    found = said_of([make(chance) for _ in range(CASES)], server)
    if make is made.parts:
        found = [(case, _without_places(theirs), _without_places(ours)) for case, theirs, ours in found]
    disagreements = [told(*one) for one in found if not agree_on(one[0].response, *one[1:])]
    assert not disagreements, "\n\n".join(disagreements)
    assert len({theirs[0] for _, theirs, _ in found}) == 2, "some should pass and some fail"
