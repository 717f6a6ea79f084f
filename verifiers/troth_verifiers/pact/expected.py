"""Values of the provider state where the library leaves the example: in what is expected of the provider.

The library injects such values into HTTP requests only, and compares the answer with the consumer's example. So they
are put in the example's place here, before the library sees it. What no handler supplied stays the example, which
nothing is compared with where a matching rule of the consumer covers the place; elsewhere `compared` asks for it.
"""

import copy
from collections.abc import Iterator, Mapping
from re import compile as regex

from troth_schemas.matching.generators import as_text, state_value
from troth_schemas.matching.trail import Trail
from troth_schemas.pact import Document, Json
from troth_schemas.pact.matchers import RuleList
from troth_schemas.pact.rules import read_rules

_STEP = regex(r"\.(\w+)|\[(\d+)\]|\['([^']*)'\]")


def with_values(element: Document, values: Mapping[str, object]) -> Document:
    """The interaction with values of the provider state in its expected answers; itself where there are none."""
    if not values or not any("generators" in part for part, _ in _untouched(element)):
        return element
    changed = copy.deepcopy(element)
    for part, contents in _untouched(changed):
        _fill(part, contents, values)
    return changed


def compared(element: Document) -> Iterator[Document]:
    """The generators of values of the state that an answer is held against: those that no matching rule covers."""
    for part, _ in _untouched(element):
        if part is element.get("request"):
            continue
        rules = read_rules(part.get("matchingRules"))
        for place, generator in _of_the_state(part, "body"):
            trail, steps = Trail.at_root(rules.body), _steps(place)
            for step in steps:
                trail = trail.step(step)
            if -1 not in steps and not _covers(trail.rules):
                yield generator
        for section, known in (("header", rules.header), ("metadata", rules.metadata)):
            for place, generator in _of_the_state(part, section):
                name = place.removeprefix("$.")
                if not _covers(known.get(name.lower() if section == "header" else name)):
                    yield generator
        yield from (one for _, one in _of_the_state(part, "status") if not _covers(rules.status))


def _covers(rules: RuleList | None) -> bool:
    return rules is not None and rules.first("equality") is None


def filled(tree: Json, part: Document, values: Mapping[str, object]) -> Json:
    """A part's contents, decoded, with values of the provider state in the places of its generators."""
    whole: Document = {"": copy.deepcopy(tree)}
    for place, generator in _of_the_state(part, "body"):
        _put(whole, ["", *_steps(place)], generator, values)
    return whole[""]


def _untouched(element: Document) -> Iterator[tuple[Document, str]]:
    """Everything that the library leaves as it is, with the name of the member that holds its contents.

    What a provider gives back; and the request of a synchronous message, which only its message function sees.
    """
    response = element.get("response")
    if isinstance(response, dict):
        yield response, "body"
    elif isinstance(response, list):
        yield from ((one, "contents") for one in [element.get("request"), *response] if isinstance(one, dict))
    elif "contents" in element:
        yield element, "contents"


def _fill(part: Document, contents: str, values: Mapping[str, object]) -> None:
    for place, generator in _of_the_state(part, "body"):
        envelope, name = _envelope(part, contents)
        _put(envelope, [name, *_steps(place)], generator, values)
    for section, member in (("header", "headers"), ("metadata", "metadata"), ("metadata", "metaData")):
        for place, generator in _of_the_state(part, section):
            _put(part, [member, place.removeprefix("$.")], generator, values)
    for _, generator in _of_the_state(part, "status"):
        _put(part, ["status"], generator, values)


def _of_the_state(part: Document, section: str) -> Iterator[tuple[str, Document]]:
    generators = part.get("generators")
    places = generators.get(section) if isinstance(generators, dict) else None
    if isinstance(places, dict):
        places = {"": places} if isinstance(places.get("type"), str) else places
        for place, generator in places.items():
            if isinstance(generator, dict) and generator.get("type") == "ProviderState":
                yield place, generator


def _envelope(part: Document, contents: str) -> tuple[Document, str]:
    """Where the contents stand: inside the envelope of V4, or right there."""
    inner = part.get(contents)
    if isinstance(inner, dict) and "content" in inner and ("contentType" in inner or "encoded" in inner):
        return inner, "content"
    return part, contents


def _steps(path: str) -> list[str | int]:
    """``$.items[0]['id']`` as the steps that lead there; a path of any other kind leads nowhere."""
    steps: list[str | int] = []
    rest = path.removeprefix("$")
    while rest:
        step = _STEP.match(rest)
        if step is None:
            return [-1]
        steps.append(int(step[2]) if step[2] is not None else step[1] or step[3])
        rest = rest[step.end() :]
    return steps


def _put(at: Json, steps: list[str | int], generator: Document, values: Mapping[str, object]) -> None:
    """Replace the value at the end of the steps, if it is there and the state supplies another."""
    for step in steps[:-1]:
        at = _inside(at, step)
    last = steps[-1]
    if _inside(at, last) is None:
        return
    try:
        value = state_value(generator, values)
    except LookupError:
        return
    if isinstance(at, dict) and isinstance(last, str):
        at[last] = [as_text(value)] if isinstance(at[last], list) else value
    elif isinstance(at, list) and isinstance(last, int):
        at[last] = value


def _inside(value: Json, step: str | int) -> Json:
    if isinstance(value, dict) and isinstance(step, str):
        return value.get(step)
    if isinstance(value, list) and isinstance(step, int) and 0 <= step < len(value):
        return value[step]
    return None
