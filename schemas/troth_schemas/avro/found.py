"""How a rule of Avro says what it found."""

from typing import Final

from troth_schemas.avro.resolution import Spot, Types
from troth_schemas.documents import Location
from troth_schemas.finding import Found, Witness

ITSELF: Final = "itself: reader and writer change places"


def of_types(pair: Types, message: str, witness: Witness | None = None) -> Found:
    """A finding about two types."""
    sides = pair.spot.sides
    return Found(
        message,
        pair.key,
        sides.reader.place(pair.reader.at),
        sides.writer.place(pair.writer.at),
        sides.name,
        pair.element,
        witness,
    )


def at(spot: Spot, message: str, reader: Location, writer: Location, witness: Witness | None = None) -> Found:
    """A finding about a spot."""
    places = spot.sides.reader.place(reader), spot.sides.writer.place(writer)
    return Found(message, spot.key, *places, spot.sides.name, spot.element, witness)


def proof(pair: Types, symbol: str | None = None) -> Witness | None:
    """Data that lead to the meeting (and to a symbol there) and that the reader refuses."""
    return pair.spot.sides.prover.witness(pair.spot.route, symbol)
