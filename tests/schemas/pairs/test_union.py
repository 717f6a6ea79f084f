"""Several documents of one provider: an interaction is kept if any keeps it, and what none declares is told once."""

from typing import Final

import pytest

from troth_schemas.pairs.union import Said, Told, standing

GONE: Final[Told] = ("breaking", ("get",))
BREAKS: Final[Told] = ("breaking", ("get",))
RISKY: Final[Told] = ("risky", ("get",))
GAP: Final[Told] = ("not-covered", ("get",))
ABOUT_ALL: Final[Told] = ("breaking", ())


def keeps(*names: str) -> Said:
    return Said(frozenset(names), frozenset(), ())


def says(*findings: Told, absent: tuple[str, ...] = (), judged: tuple[str, ...] = ("get",)) -> Said:
    return Said(frozenset(judged), frozenset(absent), findings)


@pytest.mark.parametrize(
    ("documents", "left"),
    [
        ((says(GONE, absent=("get",)), keeps("get")), ((False,), ())),
        ((keeps("get"), says(GONE, absent=("get",))), ((), (False,))),
        ((says(BREAKS), keeps("get")), ((False,), ())),
        ((says(BREAKS), says(GONE, absent=("get",))), ((True,), (False,))),
        ((says(GONE, absent=("get",)), says(GONE, absent=("get",))), ((True,), (False,))),
        ((says(BREAKS), says(BREAKS)), ((True,), (True,))),
        ((says(RISKY), says(BREAKS)), ((True,), (False,))),
        ((says(GAP, judged=()), keeps("get")), ((False,), ())),
        ((says(GAP, judged=()), says(GAP, judged=())), ((True,), (True,))),
        ((says(ABOUT_ALL), keeps("get")), ((True,), ())),
        ((says(("breaking", ("get", "put")), judged=("get", "put")), keeps("get")), ((True,), ())),
        ((says(GONE, absent=("get",)),), ((True,),)),
    ],
)
def test_a_finding_falls_where_another_document_says_better_of_the_same(
    documents: tuple[Said, ...], left: tuple[tuple[bool, ...], ...]
) -> None:
    assert standing(documents) == left
