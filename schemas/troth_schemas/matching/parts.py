"""The parts of a request, a response or a message that are texts: status, path, query, headers and metadata."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.matching.difference import Difference, shown
from troth_schemas.matching.trees import match_tree
from troth_schemas.matching.values import OF_INSIDES, array_trouble, text_trouble, value_trouble
from troth_schemas.pact.matchers import STATUS_CLASSES, Matcher, RuleList, statuses
from troth_schemas.pact.rules import Rules

_WITH_PARAMETERS: Final = ("accept", "content-type")
"""Headers of a media type and parameters, which are compared one by one."""

Texts = Mapping[str, Sequence[str]]
"""Values by name."""


def match_status(expected: int, actual: int, rules: RuleList | None = None) -> tuple[Difference, ...]:
    """A status code; without a rule the very one."""
    if rules is None:
        right = expected == actual
        text = f"Expected the status {expected}, but it is {actual}."
        return () if right else (Difference("", text, str(expected), str(actual)),)
    found = [_status_trouble(one, expected, actual) for one in rules.matchers]
    return _judged("", rules, found, str(expected), str(actual))


def _status_trouble(matcher: Matcher, expected: int, actual: int) -> str | None:
    if matcher.name == "notEmpty" or matcher.name in OF_INSIDES:
        return f"The rule {matcher.stated} cannot be applied to a status: {actual}."
    if matcher.name != "statusCode":
        return value_trouble(matcher, expected, actual)
    unknown = [one for one in matcher.statuses if isinstance(one, str) and one.lower() not in STATUS_CLASSES]
    if unknown:
        return f"No such class of statuses is known: {', '.join(unknown)}; there are {', '.join(STATUS_CLASSES)}."
    if actual in statuses(matcher):
        return None
    if not matcher.statuses:
        return f"The rule {matcher.stated} names no status."
    wanted = " or ".join(str(one) for one in matcher.statuses)
    return f"Expected a status of {wanted}, but it is {actual}."


def match_text(expected: str, actual: str, rules: RuleList | None = None, *, path: str = "$") -> tuple[Difference, ...]:
    """One text, such as a request's path or a body of plain text; without a rule the very one."""
    if rules is None:
        text = f"Expected {shown(expected)}, but it is {shown(actual)}."
        return () if expected == actual else (Difference(path, text, expected, actual),)
    return _judged(path, rules, [text_trouble(one, expected, actual) for one in rules.matchers], expected, actual)


def match_query(
    expected: Texts, actual: Texts, rules: Mapping[str, RuleList], *, more: bool = False
) -> tuple[Difference, ...]:
    """A query's parameters, in any order; the values of one in theirs. ``more`` lets there be unknown ones."""
    found: list[Difference] = []
    for name, values in expected.items():
        if name not in actual:
            found.append(Difference(name, f"The query parameter {name!r} is missing.", shown(list(values))))
        else:
            found += _listed(name, list(values), list(actual[name]), rules.get(name))
    for name in () if more else actual:
        if name not in expected:
            text = f"The query parameter {name!r} is not expected."
            found.append(Difference(name, text, "", shown(list(actual[name]))))
    return tuple(found)


def match_headers(expected: Texts, actual: Texts, rules: Mapping[str, RuleList]) -> tuple[Difference, ...]:
    """Headers by their names in any case; those that are not expected do not matter.

    Names of ``actual`` and of ``rules`` are in lower case, those of ``expected`` as people are to see them.
    """
    found: list[Difference] = []
    for name, values in expected.items():
        came = actual.get(name.lower())
        if came is None:
            found.append(Difference(name, f"The header {name!r} is missing.", ", ".join(values)))
        elif not values and came:
            text = f"The header {name!r} has a value, and is expected to have none."
            found.append(Difference(name, text, "", ", ".join(came)))
        else:
            found += _header(name, list(values), list(came), rules.get(name.lower()))
    return tuple(found)


def match_metadata(
    expected: Mapping[str, Json], actual: Mapping[str, Json], rules: Mapping[str, RuleList]
) -> tuple[Difference, ...]:
    """What goes with a message, by name; what is not expected does not matter."""
    found: list[Difference] = []
    for name, value in expected.items():
        if name not in actual:
            found.append(Difference(name, f"The metadata {name!r} is missing.", shown(value)))
            continue
        came, listed = actual[name], rules.get(name)
        if listed is None and name.lower() in ("contenttype", "content-type"):
            found += _header(name, [str(value)], [str(came)], None)
            continue
        ours = listed or RuleList((Matcher("equality"),))
        troubles = [value_trouble(one, value, came) for one in ours.matchers]
        found += _judged(name, ours, troubles, shown(value), shown(came))
    return tuple(found)


def _judged(
    path: str, rules: RuleList, found: Sequence[str | None], expected: str, actual: str
) -> tuple[Difference, ...]:
    """What a list of rules says: all of them count, or any is enough."""
    if rules.any_of and None in found:
        return ()
    return tuple(Difference(path, text, expected, actual) for text in found if text is not None)


def _listed(name: str, expected: list[str], actual: list[str], rules: RuleList | None) -> Iterator[Difference]:
    """The values of one query parameter."""
    if rules is not None:
        yield from _under_rules(name, expected, actual, rules)
        return
    for example, value in zip(expected, actual, strict=False):
        if example != value:
            text = f"Expected the query parameter {name!r} to be {shown(example)}, but it is {shown(value)}."
            yield Difference(name, text, example, value)
    if len(expected) != len(actual):
        text = f"Expected {len(expected)} values of the query parameter {name!r}, but there are {len(actual)}."
        yield Difference(name, text, shown(list(expected)), shown(list(actual)))


def _under_rules(
    name: str, expected: list[str], actual: list[str], rules: RuleList, *, single: bool = False
) -> Iterator[Difference]:
    """Values under rules: each like the example's at its place, or like its first. A ``single`` one is no list."""
    if not expected:
        return
    found = []
    for matcher in rules.matchers:
        whole = None if single else list_trouble(matcher, expected, actual)
        each = [] if single and matcher.name in OF_INSIDES else [matcher]
        if single and not each:
            whole = f"The rule {matcher.stated} cannot be applied to a single value: {shown(actual[0])}."
        found.append([*([whole] if whole else ()), *each_trouble(each, expected, actual)])
    if rules.any_of and not all(found):
        return
    for troubles in found:
        for trouble in troubles:
            yield Difference(name, trouble, shown([*expected]), shown([*actual]))


def list_trouble(
    matcher: Matcher, expected: Sequence[str], actual: Sequence[str], *, cascaded: bool = False
) -> str | None:
    """A rule over several values as a whole; each of them is compared besides."""
    if matcher.name == "arrayContains":
        found = match_tree([*expected], [*actual], Rules.of([((), RuleList((matcher,)))]))
        return found[0].text if found else None
    return array_trouble(matcher, [*expected], [*actual], cascaded=cascaded)


def each_trouble(
    matchers: Sequence[Matcher], expected: Sequence[str], actual: Sequence[str], places: Sequence[int] | None = None
) -> Iterator[str]:
    """What rules say of each of several values; each like the example's at its place, or like its first."""
    for matcher in matchers:
        if matcher.name == "arrayContains":
            continue  # it speaks of them all together
        inner = matcher.matchers if matcher.name == "eachValue" else (matcher,)
        for index in range(len(actual)) if places is None else places:
            example = expected[index] if index < len(expected) else expected[0]
            yield from (found for one in inner if (found := text_trouble(one, example, actual[index])) is not None)


def _header(name: str, expected: list[str], actual: list[str], rules: RuleList | None) -> Iterator[Difference]:
    if rules is not None:
        wanted, came = [one.strip() for one in expected], [one.strip() for one in actual]
        yield from _under_rules(name, wanted, came, rules, single=len(expected) == len(actual) == 1)
        return
    if len(expected) != len(actual) and _without_space(",".join(expected)) == _without_space(",".join(actual)):
        return  # several lines, or one with commas: they mean the same (RFC 9110, 5.3)
    for index, example in enumerate(expected):
        if index >= len(actual):
            yield Difference(name, f"The header {name!r} lacks the value {shown(example)}.", example)
        elif not _same_header(name, example, actual[index]):
            text = f"Expected the header {name!r} to be {shown(example)}, but it is {shown(actual[index])}."
            yield Difference(name, text, example, actual[index])
    for value in actual[len(expected) :]:
        yield Difference(name, f"The header {name!r} has a value more than expected: {shown(value)}.", "", value)


def _same_header(name: str, expected: str, actual: str) -> bool:
    if name.lower() in _WITH_PARAMETERS:
        (kind, wanted), (came, given) = parameters(expected), parameters(actual)
        return kind == came and all(given.get(key) == value for key, value in wanted.items())
    return _without_space(expected) == _without_space(actual)


def parameters(text: str) -> tuple[str, dict[str, str]]:
    """Take apart ``text/html; charset=UTF-8`` as its type and its parameters; their values in lower case."""
    parts = [part.strip() for part in text.split(";") if part.strip()]
    pairs = (part.partition("=") for part in parts[1:])
    return (parts[0] if parts else ""), {key.strip(): value.strip().lower() for key, sign, value in pairs if sign}


def _without_space(text: str) -> str:
    return ",".join(part.strip() for part in text.strip().split(","))
