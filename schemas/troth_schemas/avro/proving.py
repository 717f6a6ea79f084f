"""Who proves what is found between two schemas; what makes the proofs is loaded when the first is wanted."""

from importlib import import_module
from typing import Any

from troth_schemas.avro.model import Avro, Node
from troth_schemas.avro.route import Route
from troth_schemas.finding import Witness


class Proofs:
    """The witnesses of one comparison (`witness.py`)."""

    def __init__(self, reader: Avro, writer: Avro, reader_root: Node, writer_root: Node) -> None:
        self._compared = reader, writer, reader_root, writer_root
        self._prover: Any = None

    def witness(self, route: Route | None, symbol: str | None = None) -> Witness | None:
        """A datum that leads down the route (to a symbol) and that the reader refuses; None if there is none."""
        if self._prover is None:
            self._prover = import_module("troth_schemas.avro.witness").Prover(*self._compared)
        found: Witness | None = self._prover.witness(route, symbol)
        return found
