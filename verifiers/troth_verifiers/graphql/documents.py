"""Plain documents as interactions: each operation of a ``.graphql`` document or of a manifest of persisted queries.

Variables stand beside in ``NAME.variables.json``: an object of variables by the operation's name or id, or a list of
such objects, each of which is replayed by itself.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from hashlib import sha256
from pathlib import PurePath

from troth_schemas.errors import SchemasError
from troth_schemas.graphql.operations import Operation
from troth_schemas.json_body import Document, Json
from troth_verifiers.api import Cause, Contract, Interaction
from troth_verifiers.drafting import VARIABLES
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.graphql.asked import Asked, Persisted, Piece, fault, interaction, schema_interaction
from troth_verifiers.graphql.beside import beside
from troth_verifiers.graphql.checking import Checker, lacking
from troth_verifiers.graphql.texts import sent_text
from troth_verifiers.json_bodies import read_alike


def read(contract: Contract) -> tuple[Interaction, ...]:
    """An interaction for each operation and each set of its variables, then the schema's. Raises ContractUnreadable.

    A document that is itself a schema is only compared with the running one.
    """
    if not contract.content.strip():
        raise ContractUnreadable(contract.name, ["It is empty."])
    root = PurePath(contract.name).name or "operations.graphql"
    others = {name: content for name, content in contract.files.items() if not name.endswith(VARIABLES)}
    try:
        around = beside({root: contract.content, **others})
    except SchemasError as error:
        raise ContractUnreadable(contract.name, [str(error)]) from None
    given = _given(contract)
    whole = Piece(schema=around.schema)
    if around.schema is None and not any(unit.document == root for unit in around.units):
        raise ContractUnreadable(contract.name, ["It holds neither expectations, nor operations, nor a schema."])
    reader = _Reader(contract, given, whole, _ids(contract.content), Checker(around.schema))
    mine = [one for unit in around.units if unit.document == root for one in unit.operations]
    pieces = [piece for one in mine for piece in reader.pieces(one)]
    pieces += reader.strange(mine)
    found = [interaction(index, name, piece) for index, (name, piece) in enumerate(pieces)]
    if around.schema is not None:
        found.append(schema_interaction(len(found), whole))
    return tuple(found)


def _given(contract: Contract) -> Mapping[str, list[Document]]:
    """The sets of variables by operation. Raises ContractUnreadable."""
    file = next((name for name in contract.files if name.endswith(VARIABLES)), None)
    if file is None:
        return {}
    try:
        value = read_alike(contract.files[file])
    except (ValueError, RecursionError) as error:
        raise ContractUnreadable(contract.name, [f"{file} is no JSON: {error}"]) from None
    if not isinstance(value, dict):
        raise ContractUnreadable(contract.name, [f"{file} is no object of variables by the names of operations"])
    sets = {name: written if isinstance(written, list) else [written] for name, written in value.items()}
    strange = [name for name, every in sets.items() if not all(isinstance(one, dict) for one in every)]
    if strange:
        text = f"the variables of {', '.join(strange)} in {file} are no object, nor a list of objects"
        raise ContractUnreadable(contract.name, [text])
    return {name: [one for one in every if isinstance(one, dict)] for name, every in sets.items()}


def _ids(content: bytes) -> Mapping[str, str]:
    """The ids under which clients know the texts of Apollo's manifest."""
    try:
        value: Json = json.loads(content)
    except (ValueError, RecursionError):
        return {}
    listed = value.get("operations") if isinstance(value, dict) else None
    found: dict[str, str] = {}
    for one in listed if isinstance(listed, list) else []:
        if isinstance(one, dict) and isinstance(one.get("body"), str) and isinstance(one.get("id"), str):
            found[str(one["id"])] = str(one["body"])
    return found


def _name(one: Operation) -> str:
    return one.name.removesuffix(f" ({one.unit.document})")


@dataclass(frozen=True, slots=True)
class _Reader:
    """Makes the pieces of one contract."""

    contract: Contract
    given: Mapping[str, list[Document]]
    whole: Piece
    ids: Mapping[str, str]
    checker: Checker

    def pieces(self, one: Operation) -> Iterator[tuple[str, Piece]]:
        """One piece for each set of variables of an operation, with its description."""
        name = _name(one)
        sets = self.given.get(name) or [{}]
        for number, variables in enumerate(sets, 1):
            called = f"{name} with its variables {number}" if len(sets) > 1 else name
            yield called, self._piece(one, name, variables)

    def strange(self, operations: Iterable[Operation]) -> list[tuple[str, Piece]]:
        """What has variables, and is no operation, each as a piece that errors."""
        names = {_name(one) for one in operations}
        text = "There are variables of {}, and no operation is called so; there are: {}."
        known = ", ".join(sorted(names)) or "none"
        return [(name, Piece(trouble=fault(text.format(name, known)))) for name in self.given if name not in names]

    def _piece(self, one: Operation, name: str, variables: Document) -> Piece:
        place = one.unit.place(one.node)
        missing = lacking(one, variables)
        if missing:
            file = PurePath(self.contract.name).name.partition(".")[0] + VARIABLES
            text = f"{name} requires {', '.join(f'${each}' for each in missing)}; give values in {file}, beside it."
            return Piece(trouble=Cause("variables-missing", text))
        trouble = self.checker.trouble(one, variables)
        if trouble is not None:
            return Piece(trouble=fault(f"{trouble} ({place})"))
        text = self._text(one)
        hashed = sha256(text.encode()).hexdigest() in self.ids
        persisted: Persisted = "tried" if hashed else "no"
        called = one.node.name.value if one.node.name else None
        conditions, fixed = self.checker.selecting(one)
        sent = Asked(text, one, called, variables, persisted=persisted, conditions=conditions, fixed=fixed)
        return Piece(asked=sent, schema=self.whole.schema)

    def _text(self, one: Operation) -> str:
        """What is sent: a persisted text as it stands, else the operation with its fragments and nothing else."""
        source = one.node.loc.source.body if one.node.loc else ""
        if source in self.ids.values():
            return source
        return sent_text(one)
