"""A pact that was read: what it says, interaction by interaction, and where each thing stands."""

from functools import cached_property

from troth_schemas.documents import Document
from troth_schemas.finding import Place
from troth_schemas.json_body import Json, parse
from troth_schemas.lines import JsonLines
from troth_schemas.pact.interactions import elements, is_v4, read_interaction
from troth_schemas.pact.pairing import Placed
from troth_schemas.pact.parts import Exchange, exchange


class Pact:
    """A pact: ``value`` is the decoded JSON, ``interactions`` are values with the raw element that each came from.

    Nothing in it changes, so that many threads may use one.
    """

    def __init__(self, document: Document) -> None:
        self._document = document

    @property
    def value(self) -> Json:
        """The decoded JSON."""
        return self._document.value

    @property
    def name(self) -> str:
        """The document's name."""
        return self._document.name

    @cached_property
    def interactions(self) -> tuple[Placed, ...]:
        """Every interaction and then every message, in the order of the document."""
        return tuple(
            Placed(read_interaction(self.value, section, index, element), element)
            for section, index, element in elements(self.value)
            if isinstance(element, dict)
        )

    @cached_property
    def exchanges(self) -> tuple[Exchange, ...]:
        """The same interactions in the parts that are judged."""
        v4 = is_v4(self.value)
        return tuple(
            exchange(one.interaction, one.element, v4=v4) for one in self.interactions if isinstance(one.element, dict)
        )

    def place(self, pointer: str) -> Place:
        """A place of this pact as findings show it, with its line."""
        return Place(pointer, self._document.line(pointer), self.name)


def read_pact(name: str, content: bytes) -> Pact:
    """The pact in these bytes. Raises ContractUnreadable."""
    value = parse(content, what=f"the pact {name}")
    return Pact(Document(name, value, lambda: JsonLines(content.decode())))


def pact_of(value: Json, name: str = "pact.json") -> Pact:
    """A pact that was made, not read: its places have no lines."""
    return Pact(Document(name, value))
