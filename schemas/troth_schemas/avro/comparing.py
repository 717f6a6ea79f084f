"""An Avro reader against an Avro writer, by schema resolution."""

from collections.abc import Iterator

from troth_schemas.avro.model import Avro, Node
from troth_schemas.avro.proving import Proofs
from troth_schemas.avro.resolution import Fields, Sides, Spot, Types, meetings
from troth_schemas.avro.rules import ON
from troth_schemas.documents import Location
from troth_schemas.finding import Finding, Found
from troth_schemas.report import Report, make_report, merge
from troth_schemas.rule import rule


def resolve(reader: Avro, writer: Avro, reader_root: Node, writer_root: Node, name: str, scope: str = "") -> Report:
    """Whether data of one schema of the writer's can be read with one of the reader's.

    ``name`` is what to call the whole, ``scope`` tells findings at its top from those of another.
    """
    sides = Sides(reader, writer, name, Proofs(reader, writer, reader_root, writer_root))
    findings: list[Finding] = []
    judged = 0
    for pair in meetings(Spot(sides, scope), reader_root, writer_root):
        judged += isinstance(pair, Types)
        if isinstance(pair, Types | Fields) and pair.settled:
            continue
        for one in ON[type(pair)]:
            findings.extend(one(pair))
    return make_report(findings, judged, (name,))


@rule("avro/unsound-schema", severity="not-covered", mirror="itself: reader and writer change places")
def unsound_schema(about: tuple[Avro, Location, str, bool]) -> Iterator[Found]:
    """A schema has an error for which libraries refuse all of it: a name that is none, or one that is there twice.

    Why it matters: with a library that refuses it, nothing is read; with another, which of two is meant is a guess.
    Instead: mend the schema; `troth lint` shows all its problems.
    """
    avro, at, sentence, is_reader = about
    side, place = ("reader", avro.place(at)) if is_reader else ("writer", avro.place(at))
    key = (side, at.pointer, sentence)
    yield Found(sentence, key, place if is_reader else None, None if is_reader else place, avro.name)


def with_unsound(report: Report, reader: Avro, writer: Avro) -> Report:
    """A report with what is wrong on either side that it does not tell as not compared already."""
    told = {
        (place.document, place.pointer) for one in report.not_covered for place in (one.reader, one.writer) if place
    }
    more = [
        finding
        for avro, is_reader in ((reader, True), (writer, False))
        for at, sentence in avro.unsound
        if (at.document, at.pointer) not in told
        for finding in unsound_schema((avro, at, sentence, is_reader))
    ]
    return merge((report, make_report(more, 0))) if more else report
