"""Reads a matrix question from nested query parameters (pact_broker_api 6.1). Blank values count as absent."""

from collections.abc import Mapping
from typing import Final, cast

from troth_broker.core.errors import InvalidQuestion
from troth_broker.core.nested_query import BadQuery, Nested, nest, split_pairs
from troth_broker.core.question import Ignored, LatestBy, Question, Selector, Wanted

ROWS_SHOWN: Final = 100
MOST_ROWS_SHOWN: Final = 10_000
_LATESTBY: Final = ("cvpv", "cvp", "cp")
_MOST_SELECTORS: Final = 200


class _Reader:
    """Takes values out of the parameters and collects what is wrong with them."""

    def __init__(self, given: Mapping[str, Nested]) -> None:
        self.given = given
        self.faults: list[str] = []

    def text(self, name: str, within: Mapping[str, Nested] | None = None) -> str | None:
        """A plain value; None if it is blank or absent."""
        value = (self.given if within is None else within).get(name)
        if value is None or (isinstance(value, str) and not value.strip()):
            return None
        if not isinstance(value, str):
            self.faults.append(f"{name} must be a plain value, not a list or an object")
            return None
        return value

    def flag(self, name: str, within: Mapping[str, Nested] | None = None) -> bool:
        """Whether a value is `true`."""
        return self.text(name, within) == "true"

    def items(self, name: str) -> list[Nested]:
        """A list; a plain value or an object in its place is wrong."""
        value = self.given.get(name)
        if value is None or value == "":
            return []
        if not isinstance(value, list):
            self.faults.append(f"{name} must be a list: write {name}[][pacticipant]=NAME")
            return []
        if len(value) > _MOST_SELECTORS:
            self.faults.append(f"{name} may hold {_MOST_SELECTORS} selectors at most")
            return []
        return value


def read_parameters(query_string: str) -> Mapping[str, Nested]:
    """The nested parameters of a query string. Raises InvalidQuestion where one name is used in two ways."""
    try:
        return nest(split_pairs(query_string))
    except BadQuery as problem:
        raise InvalidQuestion([f"the query string cannot be read: {problem}"]) from None


def read_question(query_string: str) -> Question:
    """The question of `GET /matrix`. Raises InvalidQuestion with everything that is wrong with it."""
    reader = _Reader(read_parameters(query_string))
    selectors = tuple(selector for item in reader.items("q") if (selector := _selector(reader, item)))
    if not selectors and not reader.faults:
        reader.faults.append("Name at least one application: q[][pacticipant]=NAME")
    target = _target(reader)
    question = Question(
        selectors, target, _latestby(reader), _verdicts(reader), read_ignored(reader), _limit(reader, ROWS_SHOWN)
    )
    if reader.faults:
        raise InvalidQuestion(dict.fromkeys(reader.faults))
    return question


def read_pair_question(query_string: str, consumer: str, provider: str) -> Question:
    """The question of `GET /matrix/provider/{P}/consumer/{C}`: all rows between the two."""
    reader = _Reader(read_parameters(query_string))
    question = Question(
        (Selector(consumer), Selector(provider)),
        latestby=_latestby(reader),
        success=_verdicts(reader),
        limit=_limit(reader, MOST_ROWS_SHOWN // 10),
    )
    if reader.faults:
        raise InvalidQuestion(dict.fromkeys(reader.faults))
    return question


def read_ignore(query_string: str) -> tuple[Ignored, ...]:
    """The `ignore[]` parameters alone: names, or objects with a name and perhaps a version."""
    reader = _Reader(read_parameters(query_string))
    if not isinstance(reader.given.get("ignore"), list):
        return ()  # as the reference: a plain `ignore=NAME` is not looked at
    found = read_ignored(reader)
    if reader.faults:
        raise InvalidQuestion(dict.fromkeys(reader.faults))
    return found


def read_ignored(reader: _Reader) -> tuple[Ignored, ...]:
    """What is to be disregarded."""
    found = []
    for item in reader.items("ignore"):
        if isinstance(item, str) and not item.strip():
            continue
        name, version = item, None
        if isinstance(item, dict):
            name, version = reader.text("pacticipant", item) or "", reader.text("version", item)
        if isinstance(name, str) and name.strip():
            found.append(Ignored(name, version))
        else:
            reader.faults.append("Each ignore selector needs the name of an application: ignore[][pacticipant]=NAME")
    return tuple(found)


def _selector(reader: _Reader, item: Nested) -> Selector | None:
    given: Mapping[str, Nested] = item if isinstance(item, dict) else {}
    name = reader.text("pacticipant", given)
    if name is None:
        reader.faults.append("Each selector needs the name of an application: q[][pacticipant]=NAME")
        return None
    wanted = Wanted(
        version=reader.text("version", given),
        latest=reader.flag("latest", given),
        tag=reader.text("tag", given),
        branch=reader.text("branch", given),
        environment=reader.text("environment", given),
        main_branch=reader.flag("mainBranch", given),
    )
    if wanted.version is not None and wanted.latest:
        reader.faults.append(
            f"The selector of {name} names a version and asks for the latest: only one of them can be meant"
        )
    return Selector(name, wanted)


def _target(reader: _Reader) -> Wanted | None:
    wanted = Wanted(
        latest=reader.flag("latest"),
        tag=reader.text("tag"),
        branch=reader.text("branch"),
        environment=reader.text("environment"),
        main_branch=reader.flag("mainBranch"),
    )
    named = [
        name
        for name, given in (
            ("tag", wanted.tag),
            ("branch", wanted.branch),
            ("environment", wanted.environment),
            ("mainBranch", wanted.main_branch),
        )
        if given
    ]
    if len(named) > 1:
        reader.faults.append(f"Only one of {', '.join(named)} can say which versions of the other applications count")
    if wanted.latest and wanted.environment is not None:
        reader.faults.append("latest=true and environment cannot be combined: every version in an environment counts")
    return None if wanted.everything else wanted


def _latestby(reader: _Reader) -> LatestBy | None:
    value = reader.text("latestby")
    if value is None:
        return None
    if value not in _LATESTBY:
        reader.faults.append(f"latestby must be one of {', '.join(_LATESTBY)}, not {value!r}")
        return None
    return cast(LatestBy, value)


def _verdicts(reader: _Reader) -> frozenset[bool | None] | None:
    value = reader.given.get("success")
    if value is None:
        return None
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(one, str) for one in values):
        reader.faults.append("success must be true, false or empty, once or as a list: success[]=true")
        return None
    return frozenset(None if one == "" else one == "true" for one in values)


def _limit(reader: _Reader, default: int) -> int:
    value = reader.text("limit")
    if value is None:
        return default
    number = int(value) if value.isascii() and value.isdigit() and len(value) < 10 else 0
    if number < 1:
        reader.faults.append("limit must be a whole number of 1 or more")
    return min(number, MOST_ROWS_SHOWN)
