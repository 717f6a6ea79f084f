"""Whether a provider could give an answer, found out by executing: resolvers return what is expected, or anything."""

from random import Random
from typing import Any, Final

from graphql import GraphQLSchema, execute_sync, parse

from tests.schemas.graphql.asked import Asked
from tests.schemas.graphql.executed import given

_MOST_RUNS: Final = 300
_Path = tuple[str | int, ...]


def can_answer(schema: GraphQLSchema, asked: Asked, expected: Any) -> bool:
    """Whether some run of the operation has data that holds all that is expected; more may come."""
    left: list[dict[_Path, str]] = [{}]
    for _ in range(_MOST_RUNS):
        if not left:
            return False
        chosen = left.pop()
        run = _Run(schema, expected, chosen)
        if covers(run.data(asked), expected):
            return True
        for path, others in run.opened.items():
            left.extend({**chosen, path: other} for other in others[1:])
            chosen = {**chosen, path: others[0]}
    raise AssertionError("there are too many kinds of objects to try them all")


class _Run:
    """One run, in which objects of interfaces and unions are of the kinds that were chosen for them."""

    def __init__(self, schema: GraphQLSchema, expected: Any, chosen: dict[_Path, str]) -> None:
        self.schema = schema
        self.expected = expected
        self.chosen = chosen
        self.opened: dict[_Path, list[str]] = {}

    def data(self, asked: Asked) -> Any:
        return execute_sync(
            self.schema, parse(asked.text), self.expected, variable_values=asked.variables,
            field_resolver=self._resolve, type_resolver=self._kind,
        ).data  # fmt: skip

    def _resolve(self, source: Any, info: Any, **_arguments: Any) -> Any:
        if isinstance(source, dict) and info.path.key in source:
            return source[info.path.key]
        return given(self.schema, info.return_type, Random(0))

    def _kind(self, value: Any, info: Any, abstract: Any) -> str:
        names = sorted(one.name for one in self.schema.get_possible_types(abstract))
        path = tuple(info.path.as_list())
        stated = value.get("__typename") if isinstance(value, dict) else None
        if stated in names:
            return str(stated)
        if path not in self.chosen:
            self.opened.setdefault(path, names)
        return self.chosen.get(path, names[0])


def covers(actual: Any, expected: Any) -> bool:
    """Whether an answer holds all that is expected: more members may come, but no more elements."""
    if isinstance(expected, dict):
        return isinstance(actual, dict) and all(
            key in actual and covers(actual[key], one) for key, one in expected.items()
        )
    if isinstance(expected, list):
        return (
            isinstance(actual, list)
            and len(actual) == len(expected)
            and all(covers(mine, theirs) for mine, theirs in zip(actual, expected, strict=True))
        )
    return bool(actual == expected) and isinstance(actual, bool) == isinstance(expected, bool)


def spoilt(value: Any, chance: Random) -> Any:
    """The same with one place changed, left out or added."""
    if isinstance(value, dict) and value and chance.random() < 0.85:
        name = chance.choice(list(value))
        kind = chance.random()
        if kind < 0.1:
            return {key: one for key, one in value.items() if key != name}
        if kind < 0.2:
            return {**value, chance.choice(("x1", "i", "a", "k", "nope")): chance.choice(_VALUES)}
        return {**value, name: spoilt(value[name], chance)}
    if isinstance(value, list) and value and chance.random() < 0.8:
        at = chance.randrange(len(value))
        return [*value[:at], spoilt(value[at], chance), *value[at + 1 :]]
    return chance.choice(_VALUES)


_VALUES: Final[tuple[Any, ...]] = (
    None,
    1,
    -1,
    1.5,
    2**40,
    True,
    "X",
    "A",
    "B",
    "text",
    [],
    [1],
    ["X"],
    {},
    [{}],
    [None],
    {"k": 1},
)
