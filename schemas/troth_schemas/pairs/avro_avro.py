"""A consumer's Avro schema against its provider's: can the consumer read what the provider writes?"""

from dataclasses import replace
from typing import Final

from troth_schemas.avro.comparing import resolve, with_unsound
from troth_schemas.avro.format import FORMAT, compare
from troth_schemas.avro.model import Array, Avro, Broken, Definition, Map, Node, Primitive
from troth_schemas.avro.proving import Proofs
from troth_schemas.avro.resolution import Fields, Sides, Spot, Types, meetings, same_name
from troth_schemas.options import Options
from troth_schemas.pairs.table import Pair
from troth_schemas.report import Report


def judge(consumer: Avro, provider: Avro, options: Options) -> Report:
    """Whether the consumer reads what the provider writes; of protocols, whether the provider answers its client.

    The consumer's schema meets the provider's type of its name, wherever in the provider's documents that stands. Where
    there is none the name is told as unjudged, too: another document of the provider's may have it.
    """
    if consumer.root is None:
        return compare(provider, consumer, options)
    written = counterpart(consumer, provider)
    if written is not None:
        report = resolve(consumer, provider, consumer.root, written, consumer.name)
        return with_unsound(report, consumer, provider)
    if provider.root is None:
        return compare(consumer, provider, options)
    report = resolve(consumer, provider, consumer.root, provider.root, consumer.name)
    return with_unsound(replace(report, scope=(), unjudged=(consumer.name,)), consumer, provider)


def counterpart(consumer: Avro, provider: Avro) -> Node | None:
    """What the provider writes for the consumer's schema: its type of that name, else its root if that has no name."""
    whole = None if consumer.root is None else consumer.whole(consumer.root)
    if not isinstance(whole, Definition):
        return provider.root
    root = None if provider.root is None else provider.whole(provider.root)
    for one in (root, *provider.types.values()):
        if isinstance(one, Definition) and type(one) is type(whole) and same_name(whole, one):
            return one
    return root if isinstance(root, Primitive | Array | Map | Broken) else None


def uses(consumer: Avro, provider: Avro) -> frozenset[str]:
    """The provider's fields and types that the consumer reads."""
    written = counterpart(consumer, provider)
    if consumer.root is None or written is None:
        return frozenset(consumer.messages)
    sides = Sides(consumer, provider, consumer.name, Proofs(consumer, provider, consumer.root, written))
    found: set[str] = set()
    for pair in meetings(Spot(sides), consumer.root, written):
        if isinstance(pair, Types):
            found.add(pair.element)
        elif isinstance(pair, Fields) and pair.reader is not None:
            found.add(pair.spot.element)
            found.add(f"{pair.writer_record.name}.{(pair.writer or pair.reader).name}")
    return frozenset(found)


COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("the provider's type of the consumer's name, in whichever document or protocol", "judged"),
    ("schema resolution, as between two versions of a schema", "judged"),
    ("protocols: messages that the consumer sends", "judged"),
    ("an unnamed schema against a protocol", "not-covered: nothing says which of its types is meant"),
)
"""What of two Avro schemas is judged, in the words of the catalogue."""

PAIR: Final = Pair("avro", "avro", judge, uses, FORMAT.rules)
