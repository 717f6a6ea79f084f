"""What a comparison misses: why a reader refuses some of what a writer may send."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from troth_schemas.jsonschema.branches import Branch
    from troth_schemas.jsonschema.nodes import Node

MOST_BAD: Final = 16
"""Branches that one miss keeps: an example is looked for in them, and the first ones are the likeliest."""

Change: TypeAlias = Literal["added", "removed", "narrowed", "changed"]


@dataclass(frozen=True, slots=True)
class Lack:
    """Why one kind of values is not wholly accepted. ``bad`` is the part that is refused; None where it is unknown."""

    axis: str
    change: Change
    detail: str
    bad: Any = None
    sure: bool = True


@dataclass(frozen=True, slots=True)
class Miss:
    """A lack at its place. ``bad`` are branches of which some value is refused; ``sure`` says that one is.

    ``keyword`` and ``sentence`` are what is said where it can be neither shown nor ruled out.
    """

    axis: str
    change: Change
    detail: str
    reader: "Node"
    writer: "Node"
    bad: "tuple[Branch, ...]" = ()
    path: tuple[str, ...] = ()
    sure: bool = True
    keyword: str = ""
    sentence: str = ""

    @property
    def cause(self) -> tuple[object, ...]:
        """What makes two misses one."""
        return self.axis, self.change, self.detail, self.reader, self.writer, self.keyword

    def below(self, step: str, bad: "tuple[Branch, ...]", holder: "Branch") -> "Miss":
        """The same, seen from the value that holds it; a schema that stands nowhere gives way to the holder's."""
        writer = holder.source if self.writer.library.is_made else self.writer
        return replace(self, path=(step, *self.path), bad=bad, writer=writer, sure=self.sure and holder.sure)


def miss(
    reader: "Node",
    branch: "Branch",
    lack: Lack,
    bad: "tuple[Branch, ...]",
    *,
    path: tuple[str, ...] = (),
    keyword: str = "",
) -> Miss:
    """A lack at the place of a branch."""
    left_out = "" if keyword else next(iter(branch.loose), "")
    return Miss(
        lack.axis,
        lack.change,
        lack.detail,
        reader,
        branch.source,
        bad[:MOST_BAD],
        path,
        sure=lack.sure and branch.sure,
        keyword=keyword or left_out,
        sentence=f"whether the writer's {left_out} keeps out what the reader refuses was not decided"
        if left_out
        else "",
    )


def unknown(keyword: str, reader: "Node", branch: "Branch", sentence: str) -> Miss:
    """Something that was not judged at all. No example could show that it is the reason."""
    writer = branch.source
    return Miss("schema", "changed", keyword, reader, writer, sure=False, keyword=keyword, sentence=sentence)


def change_of(had: object) -> Change:
    """A limit that the writer has too is narrower in the reader, any other one was added."""
    return "added" if had is None else "narrowed"


def limits(had: object, has: object) -> str:
    """Two limits as people read them."""
    return f"{'none' if had is None else had} → {has}"
