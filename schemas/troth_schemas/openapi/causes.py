"""What many operations share is told once: the first finding of a cause is made, and of the others only where they are.

A component that ten operations use leads to one finding and nine notes; a large description has ten thousand of these.
"""

from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from troth_schemas.finding import Finding, Witness


@dataclass(slots=True)
class Cause:
    """One cause: its first finding, and what the further ones would have said otherwise."""

    first: Finding
    element: str | None
    witness: Witness | None
    where: dict[str, None] = field(default_factory=dict)

    def again(self, operation: str, element: str | None) -> None:
        """Note that it is met in another place."""
        self.where[operation] = None
        if element != self.element:
            self.element = None


class Causes:
    """The causes of one comparison."""

    def __init__(self) -> None:
        self._known: dict[Hashable, Cause | None] = {}

    @property
    def known(self) -> Mapping[Hashable, Cause | None]:
        """The causes that were met, also those of which nothing is to be told."""
        return self._known

    def get(self, key: Hashable) -> Cause | None:
        """A cause that was told."""
        return self._known.get(key)

    def add(self, key: Hashable, first: Finding) -> Finding:
        """Remember a cause that is met for the first time; gives its finding."""
        self._known[key] = Cause(first, first.element, first.witness)
        return first

    def nothing(self, key: Hashable) -> None:
        """Remember that of a cause nothing is to be told."""
        self._known[key] = None

    def repeated(self) -> Iterator[Finding]:
        """For each cause that was met again one finding that lists where; a report unites it with the first."""
        for one in self._known.values():
            if one is not None and one.where:
                yield replace(one.first, where=tuple(one.where), element=one.element, witness=one.witness)
