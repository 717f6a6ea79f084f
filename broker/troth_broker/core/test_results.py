"""What a verifier said about each interaction of a pact, put beside it.

Verifiers write a list of results, or an object whose `tests` is such a list. A result is about the interaction whose
`_id` it names; without one, about the interaction of its description and provider state (pact_broker_api 5.1).
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, TypeAlias

from troth_schemas.json_body import Document, Json
from troth_schemas.pact import Interaction, interactions, with_ids

_Key: TypeAlias = tuple[str, str | None]


def with_tests(document: Document, test_results: Any) -> Document:
    """The pact with an `_id` and a list `tests` on every interaction and message; the list is empty without results."""
    served = with_ids(document)
    found = interactions(served)
    by_id: dict[str, list[Json]] = defaultdict(list)
    by_words: dict[_Key, list[Json]] = defaultdict(list)
    for test in tests_in(test_results):
        if isinstance(test.get("interactionId"), str):
            by_id[test["interactionId"]].append(test)
        elif (words := _words_of_test(test, found)) is not None:
            by_words[words].append(test)
    tests = {
        (one.section, one.index): [*by_id[one.id], *(test for key in _words(one) for test in by_words[key])]
        for one in found
    }
    sections: Document = {
        section: [
            {**element, "tests": tests[section, index]} if isinstance(element, dict) else element
            for index, element in enumerate(elements)
        ]
        for section in dict.fromkeys(one.section for one in found)
        if isinstance(elements := served[section], list)
    }
    return {**served, **sections}


def tests_in(test_results: Any) -> Iterator[dict[str, Any]]:
    """What a verifier said, one entry for each interaction."""
    listed = test_results.get("tests") if isinstance(test_results, dict) else test_results
    for test in listed if isinstance(listed, list) else ():
        if isinstance(test, dict):
            yield test


def _words(one: Interaction) -> Iterator[_Key]:
    """What a result may call the interaction's provider states, each once."""
    names = [state.name for state in one.states]
    spellings: Iterable[str | None] = (", ".join(names), " and ".join(names)) if names else (None,)
    for spelling in dict.fromkeys(spellings):
        yield one.description, spelling


def _words_of_test(test: dict[str, Any], found: tuple[Interaction, ...]) -> _Key | None:
    """The description and state that a result names; a result that knows no states means the one of its description."""
    description, state = test.get("interactionDescription"), test.get("interactionProviderState")
    if not isinstance(description, str):
        return None
    if "interactionProviderState" not in test:
        alike = [one for one in found if one.description == description]
        return next(_words(alike[0])) if len(alike) == 1 else None
    return (description, state or None) if isinstance(state, str | None) else None
