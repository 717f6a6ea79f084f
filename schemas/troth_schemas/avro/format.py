"""Avro in the table of formats."""

from importlib.util import find_spec
from typing import Final

from troth_schemas.avro.canonical import canonical, digest
from troth_schemas.avro.comparing import resolve, unsound_schema, with_unsound
from troth_schemas.avro.model import Avro
from troth_schemas.avro.protocols import PROTOCOL_RULES, compare_protocols
from troth_schemas.avro.reading import read
from troth_schemas.avro.rules import ON
from troth_schemas.formats import Format, Loaded
from troth_schemas.options import Options
from troth_schemas.report import Report
from troth_schemas.sources import Sources

if find_spec("fastavro") is None:
    raise ModuleNotFoundError("fastavro makes the proofs", name="fastavro")  # said now, not at the first proof


def load(sources: Sources) -> Loaded:
    """The schema or protocol in the root document, with its problems. Raises ContractUnreadable."""
    return Loaded(*read(sources))


def compare(reader: Avro, writer: Avro, _options: Options) -> Report:
    """Whether the reader's schema reads all that the writer's may write; schema registries ask the very same.

    Of two protocols the reader's is the server that must go on answering the clients of the writer's.
    """
    if reader.root is None or writer.root is None:
        return with_unsound(compare_protocols(reader, writer), reader, writer)
    return with_unsound(resolve(reader, writer, reader.root, writer.root, writer.name), reader, writer)


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("names: unqualified match or alias", "judged"),
    ("fixed size", "judged"),
    ("enum symbols, a reader's default saves", "judged"),
    ("reader field without default missing in the writer", "judged"),
    ("promotions int→long→float→double, string↔bytes", "judged"),
    ("unions branch by branch", "judged"),
    ("recursion assumed compatible", "judged"),
    ("field order, doc and extra writer fields ignored", "judged"),
    ("default values valid for their type", "judged"),
    ("logical types: decimal precision and scale, timestamps, uuid", "judged"),
    ("named schemas in other files", "judged"),
    ("identity: parsing canonical form and fingerprint", "judged"),
    ("protocols: messages, one-way, errors", "judged"),
    ("Avro IDL (.avdl)", "not-covered: compile it to .avpr; it is refused when it is read"),
    ("a schema against a protocol", "not-covered: nothing says which type of the protocol the schema stands for"),
)

_RULES: Final = {one.id: one for family in (*ON.values(), PROTOCOL_RULES, (unsound_schema,)) for one in family}


def count(avro: Avro) -> int:
    """How many messages a protocol has; a schema counts as one."""
    return len(avro.messages) if avro.root is None else 1


FORMAT = Format(
    name="avro",
    load=load,
    canonical=canonical,
    digest=digest,
    compare=compare,
    rules=tuple(_RULES.values()),
    count=count,
)
