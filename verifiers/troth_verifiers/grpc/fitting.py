"""Whether a message surely is as its example says, found out without making a tree of it.

Most messages are, and a tree and its comparison cost many times more. What is asked of each field is worked out once
for a type and its rules. Only the usual is known here, so "no" says nothing: then trees are compared.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any, Final, TypeAlias

from google.protobuf.message import Message

from troth_schemas.json_body import Json
from troth_schemas.matching.patterns import compiled, quick_for
from troth_schemas.matching.trail import Reach, reach_of
from troth_schemas.matching.trees import plainly_fits
from troth_schemas.matching.values import length_trouble, value_trouble
from troth_schemas.pact.matchers import Matcher
from troth_schemas.pact.rules import Rules
from troth_schemas.protobuf.trees import ANY, TIMESTAMP, has_own_form, is_map, is_moment, message_reader, scalar_reader

Fits: TypeAlias = Callable[[Any, Any], bool]
"""Whether a value of Protobuf's surely is as an example says."""

_TREES: Final = (dict, list)


def fits(expected: Json, message: Any, rules: Rules) -> bool:
    """Whether `match_tree` surely finds nothing between an example and the (filled) tree of a message."""
    return _root(message.DESCRIPTOR, rules)(expected, message)


def all_fit(expected: Sequence[Json], messages: Sequence[Any], rules: Rules) -> bool:
    """The same for lists of both, under rules about the list."""
    if not messages:
        return False
    return _root_of_list(messages[0].DESCRIPTOR, rules)(list(expected), messages)


@lru_cache(maxsize=1024)
def _root(kind: Any, rules: Rules) -> Fits:
    return _of_message(kind, reach_of(rules))


@lru_cache(maxsize=1024)
def _root_of_list(kind: Any, rules: Rules) -> Fits:
    return _of_list(lambda inside: _of_message(kind, inside), reach_of(rules))


def _never(_expected: Any, _value: Any) -> bool:
    return False


def _of_message(kind: Any, reach: Reach) -> Fits:
    if has_own_form(kind) or kind.full_name == ANY:
        return _of_form(kind, reach)
    if not _says_no_more_than_type(reach):
        return _never
    members = _Members(kind, reach)

    def fitting(expected: Any, message: Any) -> bool:
        if type(expected) is not dict:
            return False
        for name in expected:  # noqa: SIM110 - a generator takes as long as a member or two
            if not members[name](expected[name], message):
                return False
        return True

    return fitting


def _of_form(kind: Any, reach: Reach) -> Fits:
    """What has a form of its own is compared in that form, a text for the most part; any text will do by its type."""
    if kind.full_name == TIMESTAMP and reach.rules and reach.rules.matchers and _says_no_more_than_type(reach):
        return lambda expected, message: type(expected) is str and is_moment(message)
    read, text = message_reader(kind), _of_scalar(reach)

    def fitting(expected: Any, message: Any) -> bool:
        formed = read(message)
        return text(expected, formed) if type(formed) is str else plainly_fits(reach, expected, formed)

    return fitting


class _Members(dict[str, Fits]):
    """What is asked of a message for each member of its example; worked out for those that examples have."""

    def __init__(self, kind: Any, reach: Reach) -> None:
        super().__init__()
        self._fields = kind.fields_by_name
        self._reach = reach

    def __missing__(self, name: str) -> Fits:
        field = self._fields.get(name)
        hidden = field is None or hasattr(Message, name)
        found = self[name] = _never if hidden else _of_member(field, self._reach.step(name))
        return found


def _of_member(field: Any, reach: Reach) -> Fits:
    name = field.name
    if is_map(field):
        one = _of_map(field, reach)
    elif field.is_repeated:
        one = _of_list(lambda inside: _of_one(field, inside), reach)
    else:
        one = _of_one(field, reach)
    if field.has_presence:
        return lambda expected, message: message.HasField(name) and one(expected, getattr(message, name))
    return lambda expected, message: one(expected, getattr(message, name))


def _of_one(field: Any, reach: Reach) -> Fits:
    if field.message_type is not None:
        return _of_message(field.message_type, reach)
    read, fit = scalar_reader(field), _of_scalar(reach)
    return fit if read is None else lambda expected, value: fit(expected, read(value))


def _of_scalar(reach: Reach) -> Fits:
    rules = reach.rules
    if rules is None:
        return lambda expected, value: type(expected) is type(value) and expected == value
    asked = [_under(matcher, cascaded=reach.cascaded) for matcher in rules.matchers]
    if len(asked) == 1:
        return asked[0]
    return lambda expected, value: bool(asked) and all(fitting(expected, value) for fitting in asked)


def _under(matcher: Matcher, *, cascaded: bool) -> Fits:
    """Whether a value is fine under a rule; the usual rules are asked here, without a sentence in mind."""

    def fitting(expected: Any, value: Any) -> bool:
        return type(expected) not in _TREES and value_trouble(matcher, expected, value, cascaded=cascaded) is None

    match matcher.name:
        case "type":
            return lambda expected, value: type(expected) is type(value)
        case "number" | "integer" | "decimal":  # which look at the type alone
            kinds = [type(one) for one in (1, 0.5) if value_trouble(matcher, one, one) is None]
            return lambda expected, value: type(value) in kinds and type(expected) not in _TREES
        case "regex":
            return _of_expression(matcher.text, fitting)
        case _:
            return fitting


def _of_expression(written: str, slow: Fits) -> Fits:
    pattern, quick = compiled(written), quick_for(written)
    if isinstance(pattern, str):
        return _never
    find = pattern.fullmatch

    def fitting(expected: Any, value: Any) -> bool:
        if type(value) is not str or len(value) > quick or type(expected) in _TREES:
            return slow(expected, value)
        return find(value) is not None

    return fitting


def _of_list(one: Callable[[Reach], Fits], reach: Reach) -> Fits:
    rules = reach.rules
    elements = _Inside(one)
    if rules is None:
        return lambda expected, values: (
            type(expected) is list and len(expected) == len(values) and _each(elements, reach, expected, values)
        )
    if any(matcher.name != "type" for matcher in rules.matchers):
        return _never
    bounds = () if reach.cascaded else rules.matchers

    def fitting(expected: Any, values: Any) -> bool:
        if type(expected) is not list:
            return False
        for matcher in bounds:
            if length_trouble(matcher, len(values), "") is not None:
                return False
        return _each(elements, reach, expected, values) if expected else not values

    return fitting


class _Inside(dict[Reach, Fits]):
    """What is asked of each element of a list or value of a map, by what the rules say about its place."""

    def __init__(self, one: Callable[[Reach], Fits]) -> None:
        super().__init__()
        self._one = one

    def __missing__(self, reach: Reach) -> Fits:
        found = self[reach] = self._one(reach)
        return found


def _each(elements: _Inside, reach: Reach, expected: list[Json], values: Any) -> bool:
    known = len(expected)
    for index, value in enumerate(values):
        if not elements[reach.step(index)](expected[index if index < known else 0], value):
            return False
    return True


def _of_map(field: Any, reach: Reach) -> Fits:
    key, value = (field.message_type.fields_by_name[name] for name in ("key", "value"))
    if key.cpp_type != key.CPPTYPE_STRING or not _says_no_more_than_type(reach):
        return _never
    inside = _Inside(lambda step: _of_one(value, step))
    return lambda expected, values: (
        type(expected) is dict
        and all(name in values and inside[reach.step(name)](expected[name], values[name]) for name in expected)
    )


def _says_no_more_than_type(reach: Reach) -> bool:
    """Whether an object is fine under the rules of its place if all of its example's members are."""
    return reach.rules is None or all(
        matcher.name == "type" and (reach.cascaded or matcher.least is matcher.most is None)
        for matcher in reach.rules.matchers
    )
