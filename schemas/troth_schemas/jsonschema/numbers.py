"""Sets of numbers, and what a reader asks of them."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from math import ceil, floor, lcm
from typing import Final

from troth_schemas.jsonschema.facts import Bound, Facts, exact, tighter
from troth_schemas.jsonschema.missing import Change, Lack, change_of

WHOLE = Fraction(1)
_FEW: Final = 50


@dataclass(frozen=True, slots=True)
class Numbers:
    """The numbers between two bounds that are multiples of ``step``, and of none of ``off``."""

    least: Bound | None = None
    most: Bound | None = None
    step: Fraction | None = None
    off: tuple[Fraction, ...] = ()

    def meet(self, other: "Numbers") -> "Numbers | None":
        """What both hold; None for nothing."""
        found = Numbers(
            tighter(self.least, other.least, least=True),
            tighter(self.most, other.most, least=False),
            common_step(self.step, other.step),
            tuple(dict.fromkeys((*self.off, *other.off))),
        )
        return None if found.is_empty else found

    @property
    def lowest(self) -> Fraction | None:
        """The least number in it, where the steps tell; otherwise its bound."""
        if self.least is None or self.step is None:
            return None if self.least is None else self.least[0]
        count = ceil(self.least[0] / self.step)
        return (count + 1 if self.least[1] and count * self.step == self.least[0] else count) * self.step

    @property
    def highest(self) -> Fraction | None:
        """The greatest number in it, where the steps tell; otherwise its bound."""
        if self.most is None or self.step is None:
            return None if self.most is None else self.most[0]
        count = floor(self.most[0] / self.step)
        return (count - 1 if self.most[1] and count * self.step == self.most[0] else count) * self.step

    @property
    def is_empty(self) -> bool:
        """Whether it holds nothing for sure."""
        if self.step is not None and any(_divides(one, self.step) for one in self.off):
            return True
        low, high = self.lowest, self.highest
        if low is None or high is None:
            return False
        excluded = self.step is None and ((self.least or (0, False))[1] or (self.most or (0, False))[1])
        return low > high or (low == high and excluded)

    @property
    def few(self) -> tuple[Fraction, ...] | None:
        """All numbers in it, where they are few; None where they are many."""
        low, high = self.lowest, self.highest
        if low is None or high is None or (self.step is None and low != high):
            return None
        step = self.step or WHOLE
        if high - low > _FEW * step:
            return None
        return tuple(
            one for one in (low + count * step for count in range(int((high - low) / step) + 1)) if self.holds(one)
        )

    def holds(self, value: Fraction) -> bool:
        """Whether a number is in it."""
        if self.least is not None and (value < self.least[0] or (self.least[1] and value == self.least[0])):
            return False
        if self.most is not None and (value > self.most[0] or (self.most[1] and value == self.most[0])):
            return False
        if self.step is not None and value % self.step:
            return False
        return all(value % one for one in self.off)


def common_step(one: Fraction | None, other: Fraction | None) -> Fraction | None:
    """The step of what is a multiple of both."""
    if one is None or other is None:
        return one or other
    numerator = lcm(one.numerator * other.denominator, other.numerator * one.denominator)
    return Fraction(numerator, one.denominator * other.denominator)


def numbers_of(facts: Facts) -> Numbers | None:
    """The numbers that a schema allows by itself; None for nothing."""
    step = facts.step
    if facts.whole:
        step = common_step(step, WHOLE)
    found = Numbers(facts.minimum, facts.maximum, step)
    return None if found.is_empty else found


def lacking(facts: Facts, numbers: Numbers) -> Iterator[Lack]:
    """Why some of the numbers are refused."""
    if facts.minimum is not None and not _above(numbers, facts.minimum):
        value, excluded = facts.minimum
        below = numbers.meet(Numbers(most=(value, not excluded)))
        yield Lack("minimum", change_of(numbers.least), _bounds(numbers.least, facts.minimum), below)
    if facts.maximum is not None and not _below(numbers, facts.maximum):
        value, excluded = facts.maximum
        above = numbers.meet(Numbers(least=(value, not excluded)))
        yield Lack("maximum", change_of(numbers.most), _bounds(numbers.most, facts.maximum), above)
    if facts.step is not None and not _steps(numbers, facts.step):
        off = replace(numbers, off=(*numbers.off, facts.step))
        was = "any" if numbers.step is None else show(numbers.step)
        yield Lack("multiple-of", _step_change(numbers.step, facts.step), f"{was} → {show(facts.step)}", off)


def _step_change(had: Fraction | None, has: Fraction) -> Change:
    if had is None or had == WHOLE:
        return "added"
    return "narrowed" if _divides(had, has) else "changed"


def not_whole(numbers: Numbers) -> Numbers | None:
    """What of it is not an integer; None where all is."""
    if numbers.step is not None and numbers.step.denominator == 1:
        return None
    low = numbers.lowest
    if low is not None and low == numbers.highest and low.denominator == 1:
        return None
    return replace(numbers, off=(*numbers.off, WHOLE))


def _above(numbers: Numbers, bound: Bound) -> bool:
    low = numbers.lowest
    if low is None or numbers.least is None:
        return False
    if low != bound[0]:
        return low > bound[0]
    return not bound[1] or (numbers.step is None and numbers.least[1])


def _below(numbers: Numbers, bound: Bound) -> bool:
    high = numbers.highest
    if high is None or numbers.most is None:
        return False
    if high != bound[0]:
        return high < bound[0]
    return not bound[1] or (numbers.step is None and numbers.most[1])


def _steps(numbers: Numbers, step: Fraction) -> bool:
    if numbers.step is not None and _divides(step, numbers.step):
        return True
    low, high = numbers.lowest, numbers.highest
    return low is not None and low == high and low % step == 0


def _divides(step: Fraction, other: Fraction) -> bool:
    return (other / step).denominator == 1


def _bounds(had: Bound | None, has: Bound) -> str:
    return f"{_bound(had)} → {_bound(has)}"


def _bound(bound: Bound | None) -> str:
    if bound is None:
        return "none"
    return f"{show(bound[0])} excluded" if bound[1] else show(bound[0])


def show(number: Fraction) -> str:
    """A number as people write it."""
    if number.denominator == 1:
        return str(number.numerator)
    return repr(float(number))


def refused(facts: Facts, value: object) -> bool:
    """Whether a schema by itself refuses a number, its type aside."""
    number = exact(value)  # type: ignore[arg-type]  # only numbers are asked about
    return any(True for _ in lacking(facts, Numbers((number, False), (number, False))))


FORMATS: Final[dict[str, "Numbers"]] = {
    "int32": Numbers((Fraction(-(2**31)), False), (Fraction(2**31 - 1), False)),
    "int64": Numbers((Fraction(-(2**63)), False), (Fraction(2**63 - 1), False)),
    "float": Numbers((-exact(3.4028234663852886e38), False), (exact(3.4028234663852886e38), False)),
}
"""The formats that are ranges. A ``double`` holds whatever JSON does."""


def outside(numbers: Numbers, limit: Numbers) -> Iterator[Numbers]:
    """What of some numbers a range does not hold."""
    assert limit.least is not None
    assert limit.most is not None
    for beyond in (Numbers(most=(limit.least[0], True)), Numbers(least=(limit.most[0], True))):
        found = numbers.meet(beyond)
        if found is not None:
            yield found


def as_json(number: Fraction) -> int | float:
    """A number as JSON has it."""
    return number.numerator if number.denominator == 1 else float(number)
