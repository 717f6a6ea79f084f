"""Reading members of a description without trusting their types, and following ``$ref``s, with every problem noted."""

from dataclasses import dataclass, field
from typing import Final

from troth_schemas.documents import Documents, Location
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem, pointer

_MOST_STEPS: Final = 100
"""A chain of ``$ref``s longer than this is taken for a circle."""


def members(value: Json) -> dict[str, Json]:
    """An object's members; none where it is no object."""
    return value if isinstance(value, dict) else {}


def elements(value: Json) -> list[Json]:
    """An array's elements; none where it is no array."""
    return value if isinstance(value, list) else []


def text(value: Json) -> str | None:
    """A text; None where it is none."""
    return value if isinstance(value, str) else None


def texts(value: Json) -> tuple[str, ...]:
    """The texts in an array."""
    return tuple(one for one in elements(value) if isinstance(one, str))


def into(location: Location, *steps: str | int) -> Location:
    """The place that is reached from another by further steps."""
    return Location(location.document, location.pointer + pointer(*steps))


class At:
    """A value and where it stands; the place is written out when somebody asks, which of most things nobody does."""

    __slots__ = ("_above", "_location", "_step", "value")

    def __init__(
        self, value: Json, location: Location | None = None, above: "At | None" = None, step: str | int = ""
    ) -> None:
        self.value = value
        self._location = location
        self._above = above
        self._step = step

    @property
    def location(self) -> Location:
        """The place: the one that was given, or a step into that of what is above."""
        if self._location is None:
            assert self._above is not None, "what has no place of its own stands in something"
            self._location = into(self._above.location, self._step)
        return self._location

    def __getitem__(self, step: str) -> "At":
        value = self.value
        return At(value.get(step) if isinstance(value, dict) else None, None, self, step)

    @property
    def members(self) -> dict[str, "At"]:
        """The members of an object with their places."""
        return {name: At(value, None, self, name) for name, value in members(self.value).items()}

    @property
    def elements(self) -> list["At"]:
        """The elements of an array with their places."""
        return [At(value, None, self, index) for index, value in enumerate(elements(self.value))]

    @property
    def named(self) -> dict[str, "At"]:
        """The members of a map that are no extensions; of headers and media types, whose names are free, all are."""
        own = members(self.value).items()
        return {name: At(value, None, self, name) for name, value in own if not name.startswith("x-")}


@dataclass(slots=True)
class Reading:
    """What is being read: the documents, and the problems found so far, each once."""

    documents: Documents
    problems: dict[tuple[Location, str], Problem] = field(default_factory=dict)

    def follow(self, at: At) -> At:
        """What stands where a chain of ``$ref``s ends; the start itself where there is none or one leads nowhere."""
        here = at
        for _ in range(_MOST_STEPS):
            reference = members(here.value).get("$ref")
            if not isinstance(reference, str):
                return here
            try:
                location = self.documents.resolve(here.location.document, reference)
            except (BrokenReference, ContractUnreadable):
                return At({}, at.location)  # told by `references.py`, which looks at every one
            here = At(self.documents.value(location), location)
        self.error(at.location, f"The reference {members(at.value).get('$ref')!r} leads in a circle.")
        return At({}, at.location)

    def error(self, location: Location, sentence: str) -> None:
        """Note what keeps a part from being checked."""
        self.problems.setdefault((location, sentence), self._problem(location, sentence, warning=False))

    def warning(self, location: Location, sentence: str) -> None:
        """Note what may well be meant."""
        self.problems.setdefault((location, sentence), self._problem(location, sentence, warning=True))

    def _problem(self, location: Location, sentence: str, *, warning: bool) -> Problem:
        place = self.documents.place(location)
        document = "" if location.document == self.documents.sources.root else location.document
        return Problem(location.pointer, sentence, "warning" if warning else "error", place.line, document)
