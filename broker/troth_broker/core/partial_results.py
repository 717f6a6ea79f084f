"""The result of a verification in which something could not be observed: told as null, neither a yes nor a no."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from troth_broker.core.facts import Unobserved
from troth_broker.core.test_results import tests_in

_PASSED, _SKIPPED = "passed", "skipped"
_NAMED = 3
"""How many of the interactions that were not observed are named wherever the replay is told of."""
_LONGEST = 200


@dataclass(frozen=True, slots=True)
class NewPart:
    """What a build says about a part of one content. `test_results` and `verified_by` are kept as they came."""

    provider_version: str
    replayed: int
    skipped: int
    unobserved: tuple[Unobserved, ...]
    test_results: Any
    build_url: str | None = None
    verified_by: Mapping[str, Any] | None = None


def fault_of_part(test_results: Any) -> str | None:
    """Why test results are no replay of a part; None if they are one.

    Something was skipped, something passed, and nothing ended in another way: a failure is a no to the whole.
    """
    outcomes = [test.get("outcome") for test in tests_in(test_results)]
    if _SKIPPED in outcomes and _PASSED in outcomes and all(one in (_SKIPPED, _PASSED) for one in outcomes):
        return None
    return (
        "is null, which says that a part was replayed: then testResults must hold an outcome for each interaction, "
        f'"{_PASSED}" or "{_SKIPPED}", and each of the two at least once'
    )


def new_part(provider_version: str, test_results: Any, build_url: str | None, verified_by: Any) -> NewPart:
    """A replay of a part, counted; its test results are known to be one."""
    tests = tuple(tests_in(test_results))
    skipped = [test for test in tests if test["outcome"] == _SKIPPED]
    named = tuple(Unobserved(_line(test.get("interactionDescription")), _cause(test)) for test in skipped[:_NAMED])
    replayed = len(tests) - len(skipped)
    return NewPart(provider_version, replayed, len(skipped), named, test_results, build_url, verified_by)


def _cause(test: Mapping[str, Any]) -> str:
    return next((text for one in _exceptions(test) if (text := _line(one.get("message"), ""))), "no cause is told")


def _exceptions(test: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    found = test.get("exceptions")
    return (one for one in (found if isinstance(found, Sequence) else ()) if isinstance(one, Mapping))


def _line(found: object, otherwise: str = "an interaction") -> str:
    """A text of others as one line of bounded length that a terminal shows as it is."""
    text = "".join(sign if sign.isprintable() else " " for sign in found) if isinstance(found, str) else ""
    line = " ".join(text.split())
    return (line if len(line) <= _LONGEST else f"{line[:_LONGEST]}…").rstrip(" .") or otherwise
