"""The branches of a reader's unions, and which of them takes what was written."""

from collections.abc import Callable

from troth_schemas.avro.model import (
    Avro,
    Broken,
    Definition,
    Enum,
    Fixed,
    Node,
    Record,
    Union,
    Whole,
    title,
    unqualified,
)


class Unions:
    """The reader's unions with their branches by name, so that a union of a thousand records costs no million looks."""

    def __init__(self, reader: Avro, matches: Callable[[Node, Node], bool]) -> None:
        self._reader = reader
        self._matches = matches
        self._named: dict[int, dict[str, list[Node]]] = {}
        self._others: dict[int, dict[str, Node]] = {}
        self._broken: dict[int, Broken | None] = {}

    def broken(self, union: Union) -> Broken | None:
        """A branch of a union, met before, that could not be read."""
        return self._broken[id(union)]

    def branch(self, union: Union, writer: Whole) -> Node | None:
        """The branch that takes a writer's type: the first that matches, but first of all the one that is the same."""
        if id(union) not in self._named:
            self._index(union)
        if isinstance(writer, Record | Enum | Fixed):
            found = self._of_name(union, writer)
            found.sort(key=lambda one: title(self._reader.whole(one)) != writer.name)
        else:
            others = self._others[id(union)]
            found = sorted(others.values(), key=lambda one: others.get(title(writer)) is not one)
        return next((one for one in found if self._matches(one, writer)), None)

    def first(self, union: Union, writer: Whole) -> Node | None:
        """The first branch of a union, met before, that has a writer's type's name; None where only one has it."""
        found = self._of_name(union, writer) if isinstance(writer, Record | Enum | Fixed) else []
        return min(found, key=union.branches.index) if len(found) > 1 else None

    def _of_name(self, union: Union, writer: Definition) -> list[Node]:
        named = self._named[id(union)]
        return [*named.get(unqualified(writer.name), ()), *named.get(f"alias {writer.name}", ())]

    def _index(self, union: Union) -> None:
        named, others = self._named.setdefault(id(union), {}), self._others.setdefault(id(union), {})
        self._broken[id(union)] = None
        for branch in union.branches:
            whole = self._reader.whole(branch)
            if isinstance(whole, Broken):
                self._broken[id(union)] = self._broken[id(union)] or whole
            if isinstance(whole, Record | Enum | Fixed):
                for name in (unqualified(whole.name), *(f"alias {alias}" for alias in whole.aliases)):
                    named.setdefault(name, []).append(branch)
            else:
                others.setdefault(title(whole), branch)
