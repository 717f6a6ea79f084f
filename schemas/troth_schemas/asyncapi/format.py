"""AsyncAPI in the table of formats."""

from typing import Final

from troth_schemas.asyncapi.canonical import canonical, digest
from troth_schemas.asyncapi.comparing import compare
from troth_schemas.asyncapi.document_rules import DOCUMENT_RULES
from troth_schemas.asyncapi.gathering import needs
from troth_schemas.asyncapi.loading import read
from troth_schemas.asyncapi.model import Api
from troth_schemas.asyncapi.schema_rules import MESSAGE_RULES
from troth_schemas.formats import Format, Loaded
from troth_schemas.sources import Sources


def load(sources: Sources) -> Loaded:
    """The document with its problems. Raises ContractUnreadable."""
    return Loaded(*read(sources))


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("versions 2.0 to 2.6, 3.0 and 3.1", "judged"),
    ("channels: address, parameters, servers", "judged"),
    ("operations: send and receive; publish and subscribe of version 2 seen from the other side", "judged"),
    ("messages: by name, oneOf", "judged"),
    ("payloads in JSON Schema and AsyncAPI's superset of it", "judged"),
    ("AsyncAPI's discriminator", "not-covered: what it tells apart is not judged; equal schemas are equal"),
    ("payloads in Avro", "judged"),
    ("payloads in Protobuf, and the files that they import", "judged"),
    ("payloads in OpenAPI's schemas", "judged"),
    ("payloads in RAML and other schema formats", "not-covered: nothing here reads them"),
    ("headers", "judged"),
    ("headers that several traits put together, where their number changes", "not-covered: they are not merged"),
    ("correlation ids", "judged"),
    ("bindings", "judged"),
    ("traits of operations and messages", "judged"),
    ("replies", "judged"),
    ("servers: protocol, address, security", "judged"),
    ("references within the document and to other given files", "judged"),
    ("references that lead nowhere", "not-covered: a problem tells which; nothing behind them is taken as gone"),
    ("a message bound to several content types by its examples", "not-covered: examples are not judged"),
)
"""What of AsyncAPI is compared, in the words of the catalogue."""


def count(api: Api) -> int:
    """How many operations there are."""
    return len(api.operations)


FORMAT: Final = Format("asyncapi", load, canonical, digest, compare, (*DOCUMENT_RULES, *MESSAGE_RULES), needs, count)
