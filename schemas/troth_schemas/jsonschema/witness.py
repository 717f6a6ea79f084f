"""Values out of branches: examples of what a writer may send. Whoever uses one asks both schemas first."""

from collections.abc import Iterator
from fractions import Fraction
from itertools import islice
from math import ceil, floor
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.jsonschema.arrays import REST
from troth_schemas.jsonschema.branches import Branch, Values
from troth_schemas.jsonschema.numbers import Numbers, as_json
from troth_schemas.jsonschema.spaces import Space
from troth_schemas.jsonschema.strings import Strings
from troth_schemas.jsonschema.texts import texts

DEEPEST: Final = 40
LONGEST: Final = 5_000
"""No example is longer: it is to be read."""


def examples(space: Space, values: Values, depth: int = 0) -> Iterator[Json]:
    """Some of the values, the plainest first."""
    for branch in sorted(values.branches, key=lambda one: _PLAIN.index(one.kind)):
        yield from examples_of(space, branch, depth)


_PLAIN: Final = ("null", "boolean", "number", "string", "object", "array")


def examples_of(space: Space, branch: Branch, depth: int = 0) -> Iterator[Json]:
    """Some values of a branch."""
    if branch.values is not None:
        yield from branch.values
    elif branch.kind == "null":
        yield None
    elif branch.kind == "boolean":
        yield from (True, False)
    elif branch.kind == "number":
        yield from map(as_json, _numbers(branch.numbers))
    elif branch.kind == "string":
        yield from texts(branch.strings)
    elif depth < DEEPEST:
        if branch.kind == "array":
            yield from _arrays(space, branch, depth + 1)
        else:
            yield from _objects(space, branch, depth + 1)


_WIDTH: Final = -(2**31)
"""A least number that is no more than the width of a type, so that nobody wants to be shown it."""


def _numbers(part: Numbers) -> Iterator[Fraction]:
    step = part.step or Fraction(1)
    low, high = part.lowest, part.highest
    around: list[Fraction] = [Fraction(0), step, -step]
    if low is not None:
        start = ceil(low / step) * step
        lowest = [low, start, start + step, start + 2 * step, low + Fraction(1, 2)]
        around = [*lowest, *around] if low > _WIDTH else [*around, *lowest]
    if high is not None:
        start = floor(high / step) * step
        around = [*around, high, start, start - step, high - Fraction(1, 2)]
    if low is not None and high is not None:
        around.append((low + high) / 2)
    for one in part.off:
        around += [base + extra for base in around[:4] for extra in (one / 2, Fraction(1, 2), Fraction(1))]
    for number in dict.fromkeys(around):
        if part.holds(number):
            yield number


def _arrays(space: Space, branch: Branch, depth: int) -> Iterator[Json]:
    part = branch.arrays
    length = max(part.least, max(part.chosen, default=-1) + 1, 2 if part.twins else 0)
    if length > LONGEST:
        return
    for more in (0, 1, 2):
        if part.most is None or length + more <= part.most:
            found = _filled(space, branch, length + more, depth)
            if found is not None:
                yield found
                if part.contains:
                    yield from _containing(space, branch, found, depth)


def _filled(space: Space, branch: Branch, length: int, depth: int) -> list[Json] | None:
    part = branch.arrays
    found: list[Json] = []
    for index in range(length):
        values = space.element(branch, index if index < part.heads else REST)
        options = islice(examples(space, values, depth), 40)
        value = next((one for one in options if not part.unique or one not in found), _GONE)
        if isinstance(value, _Gone):
            return None
        found.append(value)
    if part.twins and len(found) > 1:
        found[-1] = found[-2]
    return found


def _containing(space: Space, branch: Branch, found: list[Json], depth: int) -> Iterator[Json]:
    """The array with elements that it must contain, in the last places or behind them."""
    part = branch.arrays
    needed: list[Json] = []
    for one in part.contains:
        both = space.narrow(space.element(branch, REST).branches, one.node)
        options = (value for piece in both for value in examples_of(space, piece, depth))
        some = list(islice((value for value in options if not part.unique or value not in needed), one.least))
        if some and not part.unique:
            some += some[-1:] * (min(one.least, LONGEST) - len(some))
        needed += some
    if needed:
        yield [*found[: max(0, len(found) - len(needed))], *needed]
        yield [*found, *needed]


def _objects(space: Space, branch: Branch, depth: int) -> Iterator[Json]:
    part = branch.objects
    for chosen in _with_chosen(space, branch, depth):
        found = _required(space, branch, chosen, depth)
        if found is None:
            return
        names = [name for name in part.known if name not in found and name not in part.absent]
        yield from _smallest(space, branch, found, names, depth)
        if not chosen:
            whole = dict(found)
            for name in names:
                value = next(examples(space, space.member(branch, name), depth + DEEPEST // 4), _GONE)
                if not isinstance(value, _Gone):
                    whole[name] = value
                    yield {**found, name: value}
            yield whole


def _with_chosen(space: Space, branch: Branch, depth: int) -> Iterator[dict[str, Json]]:
    """Some values for the members that a difference is about: the first of them in several variations."""
    part = branch.objects
    names = [name for name in part.chosen if name in part.required]
    if not names:
        yield {}
        return
    rest = _required(space, branch, {}, depth, only=names[1:])
    if rest is not None:
        for value in islice(examples(space, part.chosen[names[0]], depth), 8):
            yield {names[0]: value, **rest}


def _required(
    space: Space, branch: Branch, chosen: dict[str, Json], depth: int, only: list[str] | None = None
) -> dict[str, Json] | None:
    found = dict(chosen)
    for name in sorted(branch.objects.required) if only is None else only:
        if name not in found:
            value = next(examples(space, space.member(branch, name), depth), _GONE)
            if isinstance(value, _Gone):
                return None
            found[name] = value
    return found


def _smallest(
    space: Space, branch: Branch, required: dict[str, Json], names: list[str], depth: int
) -> Iterator[dict[str, Json]]:
    """The object with as few members as it may have."""
    least, found = branch.objects.least, dict(required)
    spare = (f"other{count}" for count in range(min(least, LONGEST)))
    for name in (*names, *branch_names(space, branch), *spare):
        if len(found) >= least:
            break
        value = next(examples(space, space.member(branch, name), depth), _GONE)
        if not isinstance(value, _Gone):
            found[name] = value
    yield found


def branch_names(space: Space, branch: Branch) -> Iterator[str]:
    """A few names that fit what is said of names."""
    for node in branch.objects.names:
        for one in space.branches(node):
            if one.kind == "string":
                yield from space.some_texts(one)
    for pattern in branch.objects.patterns:
        yield from islice(texts(Strings(patterns=(pattern,))), 3)


class _Gone:
    """No value."""


_GONE: Final = _Gone()
