"""A verification result as a page: each interaction of the contract with what the provider did otherwise."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import Any

from troth_broker.core.contract_documents import FORMATS, word_of
from troth_broker.core.errors import NotFound
from troth_broker.core.test_results import with_tests
from troth_broker.pages.engine import page
from troth_broker.pages.words import FAILED, PASSED, Mark
from troth_broker.services import pacts, results
from troth_broker.services.results import Address
from troth_broker.services.world import World
from troth_broker.store.partial_replays import PartialReplay
from troth_broker.store.results import Result
from troth_broker.store.tables import PACT
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML
from troth_schemas.errors import ContractUnreadable
from troth_schemas.pact import interactions, parse

_UNTOLD = Mark("none", "–", "no result told")
_UNOBSERVED = Mark("none", "–", "not observed")
_LONGEST = 200
"""How many interactions and how many mismatches of each are shown."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """One thing that was otherwise than promised."""

    place: str
    text: str


@dataclass(frozen=True, slots=True)
class Tested:
    """An interaction and what became of it."""

    title: str
    mark: Mark
    mismatches: tuple[Mismatch, ...]


def result(call: Call) -> Reply:
    """One result."""
    return _page(call, results.result(call.world, _address(call), number_in(call)))


def number_in(call: Call) -> int:
    """The number that the path names. Raises NotFound where it is none."""
    number = call.params["number"]
    if not (number.isascii() and number.isdigit() and len(number) < 16):
        raise NotFound
    return int(number)


def latest(call: Call) -> Reply:
    """The newest result of a content."""
    return _page(call, results.latest_result(call.world, _address(call)))


def _address(call: Call) -> Address:
    asked = call.params.get("format", PACT)
    named = call.params["provider"], call.params["consumer"], call.params["sha"]
    return Address(*named, FORMATS.get(asked, asked))


def failures(world: World, numbers: Iterable[int]) -> Mapping[int, tuple[str, ...]]:
    """What went wrong in some results, in a line for each mismatch, by the number of the result."""
    return {one.number: tuple(islice(_lines(one.test_results), 4)) for one in results.by_number(world, numbers)}


def _lines(test_results: Any) -> Iterator[str]:
    listed = test_results.get("tests") if isinstance(test_results, Mapping) else test_results
    for test in _list(listed):
        if test.get("success") is False:
            what = str(test.get("interactionDescription") or "an interaction")
            found = list(_mismatches(test))
            yield from (f"{what}: {one.place} {one.text}" for one in found)
            if not found:
                yield what


def _page(call: Call, found: Result) -> Reply:
    mark = PASSED if found.success else FAILED
    says = "keeps" if found.success else "breaks"
    return replay_page(call, found, f"Result {found.number}", mark, f"{says} its contract")


def replay_page(call: Call, found: Result | PartialReplay, title: str, mark: Mark, says: str) -> Reply:
    """A replay of the whole of a contract or of a part of it, with each interaction."""
    told = tuple(_told_of_pact(call.world, found) if found.format == PACT else _told(found.test_results))
    return page(
        call,
        "result.html",
        result=found,
        title=title,
        says=says,
        word=word_of(found.format),
        mark=mark,
        tested=told[:_LONGEST],
        left_out=max(0, len(told) - _LONGEST),
        raw=json.dumps(found.test_results, indent=2, ensure_ascii=False) if found.test_results is not None else None,
        verified_by=_implementation(found.verified_by),
    )


def _told_of_pact(world: World, found: Result | PartialReplay) -> Iterator[Tested]:
    return tested(pacts.pact_of_content(world, found.provider, found.consumer, found.sha).body, found)


def _told(test_results: Any) -> Iterator[Tested]:
    """What a verifier told of each interaction of a contract of another format, failures first."""
    listed = test_results.get("tests") if isinstance(test_results, Mapping) else test_results
    told = [_tested(str(one.get("interactionDescription") or "an interaction"), [one]) for one in _list(listed)]
    yield from sorted(told, key=_failures_first)


def _failures_first(one: Tested) -> int:
    return {"no": 0, "none": 1, "yes": 2}[one.mark.tone]


def tested(contract: bytes, found: Result | PartialReplay) -> Iterator[Tested]:
    """Each interaction of a contract with what a result says of it, failures first."""
    try:
        document = parse(contract)
    except ContractUnreadable:
        return
    served: Any = with_tests(document, found.test_results) if isinstance(document, dict) else {}
    told = [_tested(one.title, served[one.section][one.index]["tests"]) for one in interactions(served)]
    yield from sorted(told, key=_failures_first)


def _tested(title: str, tests: Any) -> Tested:
    verdicts = [test.get("success") for test in tests]
    skipped = any(test.get("outcome") == "skipped" for test in tests)
    unknown = _UNOBSERVED if skipped else _UNTOLD
    mark = FAILED if False in verdicts else PASSED if True in verdicts else unknown
    return Tested(title, mark, tuple(each for test in tests for each in _mismatches(test))[:_LONGEST])


def _mismatches(test: Mapping[str, Any]) -> Iterator[Mismatch]:
    for one in _list(test.get("mismatches")):
        place = " ".join(str(one[name]) for name in ("attribute", "identifier") if one.get(name))
        yield Mismatch(place, str(one.get("description") or ""))
    for one in _list(test.get("exceptions")):
        yield Mismatch("error", str(one.get("message") or ""))


def _list(found: Any) -> list[Mapping[str, Any]]:
    return [item for item in found if isinstance(item, Mapping)] if isinstance(found, list) else []


def _implementation(verified_by: Any) -> str:
    if not isinstance(verified_by, Mapping):
        return ""
    return " ".join(str(verified_by[name]) for name in ("implementation", "version") if verified_by.get(name))


_PATHS = (paths.RESULT, paths.RESULT_WITH_METADATA, paths.CONTRACT_RESULT)
ROUTES = (
    *(Route(path, {"GET": Action(result, "A verification result", (HTML,))}) for path in _PATHS),
    *(
        Route(path, {"GET": Action(latest, "The newest result of a content", (HTML,))})
        for path in (paths.LATEST_RESULT_OF_CONTENT, paths.LATEST_CONTRACT_RESULT)
    ),
)
