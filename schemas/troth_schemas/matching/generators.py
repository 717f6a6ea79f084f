"""Values that a contract wants to be made anew for every run, instead of those of its examples.

What they depend on (chance, the time, values of the provider's state) is passed in; nothing here has any of its own.
"""

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final, Protocol

from troth_schemas.expressions import NotRegular, automaton
from troth_schemas.json_body import Document, Json
from troth_schemas.matching.moments import BadExpression, moved, written_as
from troth_schemas.matching.patterns import fits_pattern, matched

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]*)\}")
_LETTERS: Final = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_MOST: Final = 65_535
"""Characters that one generator may be asked for."""
_MOST_STEPS: Final = 1_000
_USUAL: Final = {"Date": "yyyy-MM-dd", "Time": "HH:mm:ss", "DateTime": "yyyy-MM-dd'T'HH:mm:ss.SSSZ"}


class Chance(Protocol):
    """Where random numbers come from; ``random.Random`` is one."""

    def randrange(self, below: int, /) -> int:
        """A whole number from 0 to one less than `below`."""
        ...


@dataclass(frozen=True, slots=True)
class Around:
    """What generated values depend on. ``server`` is the address that URLs are made for, "" where there is none."""

    chance: Chance
    now: datetime
    values: Mapping[str, object] = field(default_factory=dict)
    server: str = ""


class CannotGenerate(Exception):
    """A value cannot be generated; the reason is a sentence."""


def generate(generator: Document, example: Json, around: Around) -> Json:
    """The value for an example's place; the example itself where the generator is for another side.

    Raises `CannotGenerate` where there is no such value, or no such generator.
    """
    name = generator.get("type")
    made = _MADE.get(name) if isinstance(name, str) else None
    if made is None:
        raise CannotGenerate(f"No generator is called {name!r}.")
    return made(generator, example, around)


def state_value(generator: Document, values: Mapping[str, object]) -> Json:
    """What an expression over values of the provider's state stands for, as the type that it asks for.

    Raises LookupError if the state does not supply it.
    """
    expression = str(generator.get("expression", ""))
    names = _PLACEHOLDER.findall(expression) or [expression]
    if not all(name in values for name in names):
        raise LookupError(expression)
    if expression in (names[0], f"${{{names[0]}}}"):
        return _typed(values[names[0]], generator.get("dataType"))
    return _typed(_PLACEHOLDER.sub(lambda found: as_text(values[found[1]]), expression), generator.get("dataType"))


def as_text(value: object) -> str:
    """A value in a place where only a text can be: as JSON has it, and nothing for null."""
    if value is None or isinstance(value, str):
        return value or ""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), default=str) if _is_json(value) else str(value)


def _is_json(value: object) -> bool:
    return value is None or isinstance(value, str | int | float | bool | list | dict)


def _typed(value: object, kind: Json) -> Json:
    try:
        match kind:
            case "STRING":
                return "null" if value is None else as_text(value)
            case "INTEGER" if isinstance(value, int | float | str):
                return int(value)
            case "DECIMAL" | "FLOAT" if isinstance(value, int | float | str):
                return float(value)
            case "BOOLEAN" if isinstance(value, int | float):
                return bool(value)
            case "BOOLEAN" if isinstance(value, str) and value.lower() in ("true", "false"):
                return value.lower() == "true"
    except (ValueError, OverflowError):
        pass  # it is as the handler says; the comparison tells
    return value if _is_json(value) else str(value)  # type: ignore[return-value]  # which mypy cannot see


def _integer(generator: Document, example: Json, around: Around) -> Json:
    least, most = _whole(generator, "min", 0), _whole(generator, "max", 10)
    if most < least:
        raise CannotGenerate(f"There is no whole number from {least} to {most}.")
    return _like(example, least + around.chance.randrange(most - least + 1))


def _decimal(generator: Document, example: Json, around: Around) -> Json:
    digits = [str(around.chance.randrange(10)) for _ in range(_size(generator, "digits"))]
    if len(digits) == 1:
        return _like(example, int(digits[0]))
    digits[0], digits[-1] = (str(1 + around.chance.randrange(9)) for _ in range(2))
    at = 1 + around.chance.randrange(len(digits) - 1)
    text = f"{''.join(digits[:at])}.{''.join(digits[at:])}"
    return text if isinstance(example, str) else float(text)


def _hexadecimal(generator: Document, _example: Json, around: Around) -> Json:
    return _of("0123456789ABCDEF", _size(generator, "digits"), around)


def _string(generator: Document, _example: Json, around: Around) -> Json:
    return _of(_LETTERS, _size(generator, "size"), around)


def _of(letters: str, count: int, around: Around) -> str:
    return "".join(letters[around.chance.randrange(len(letters))] for _ in range(count))


def _boolean(_generator: Document, _example: Json, around: Around) -> Json:
    return around.chance.randrange(2) == 1


def _uuid(generator: Document, _example: Json, around: Around) -> Json:
    bits = around.chance.randrange(1 << 128)
    bits = bits & ~(0xF << 76) & ~(0x3 << 62) | (4 << 76) | (2 << 62)
    simple = f"{bits:032x}"
    dashed = "-".join((simple[:8], simple[8:12], simple[12:16], simple[16:20], simple[20:]))
    match generator.get("format"):
        case "simple":
            return simple
        case "upper-case-hyphenated":
            return dashed.upper()
        case "URN":
            return f"urn:uuid:{dashed}"
        case _:
            return dashed


def _regex(generator: Document, _example: Json, around: Around) -> Json:
    pattern = str(generator.get("regex", ""))
    text = _walked(pattern, around.chance)
    if text is None or fits_pattern(pattern, text) is not None:
        raise CannotGenerate(f"No text could be made that matches {pattern!r}.")
    return text


def _walked(pattern: str, chance: Chance) -> str | None:
    """A walk through an expression's automaton; None where it has none or the walk does not end."""
    try:
        made = automaton(f"^(?:{pattern})$")
    except (NotRegular, RecursionError):
        return None
    states, text = made.reached(frozenset({made.first}), at_start=True), ""
    for _ in range(_MOST_STEPS):
        moves = [move for one in states - {made.first, made.last} if (move := made.moves[one]) is not None]
        may_end = made.accepts(states, at_start=not text)
        if may_end and (not moves or chance.randrange(2)):
            return text
        if not moves:
            return None
        ranges = [(low, high) for chars, _ in moves for low, high in chars]
        printable = [(max(low, 32), min(high, 126)) for low, high in ranges if high >= 32 and low <= 126] or ranges
        low, high = printable[chance.randrange(len(printable))]
        code = low + chance.randrange(high - low + 1)
        states, text = made.after(states - {made.first, made.last}, code), text + chr(code)
    return None


def _moment(generator: Document, _example: Json, around: Around) -> Json:
    name = str(generator["type"])
    written, expression = generator.get("format"), generator.get("expression")
    try:
        then = moved(around.now, expression if isinstance(expression, str) else "", name)
        return written_as(then, written if isinstance(written, str) and written else _USUAL[name])
    except BadExpression as problem:
        raise CannotGenerate(str(problem)) from None


def _of_state(generator: Document, _example: Json, around: Around) -> Json:
    try:
        return state_value(generator, around.values)
    except LookupError:
        raise CannotGenerate(f"The provider's state does not supply {generator.get('expression')!r}.") from None


def _address(generator: Document, example: Json, around: Around) -> Json:
    """The example, or what it is to be called: its path behind the address of the server."""
    if not around.server:
        return example
    try:
        found = matched(str(generator.get("regex", "")), str(generator.get("example", "")), whole=False)
    except ValueError as problem:
        raise CannotGenerate(str(problem)) from None
    if found is None or not found.groups():
        return example
    return around.server.rstrip("/") + str(found.group(1))


def _whole(generator: Document, name: str, otherwise: int) -> int:
    value = generator.get(name, otherwise)
    return value if isinstance(value, int) and not isinstance(value, bool) else otherwise


def _size(generator: Document, name: str) -> int:
    count = _whole(generator, name, 10)
    if not 1 <= count <= _MOST:
        raise CannotGenerate(f"The generator asks for {count} characters.")
    return count


def _like(example: Json, value: int) -> Json:
    return str(value) if isinstance(example, str) else value


_MADE: Final[Mapping[str, Callable[[Document, Json, Around], Json]]] = {
    "RandomInt": _integer,
    "RandomDecimal": _decimal,
    "RandomHexadecimal": _hexadecimal,
    "RandomString": _string,
    "RandomBoolean": _boolean,
    "Uuid": _uuid,
    "Regex": _regex,
    "Date": _moment,
    "Time": _moment,
    "DateTime": _moment,
    "ProviderState": _of_state,
    "MockServerURL": _address,
}
