"""A reader's schema against a writer's, as a report."""

from collections.abc import Iterator
from dataclasses import dataclass

from troth_schemas.documents import Documents
from troth_schemas.finding import Finding, Found, Place, Witness
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.canonical import canonical, digest
from troth_schemas.jsonschema.contain import contain
from troth_schemas.jsonschema.defaults import changed_defaults
from troth_schemas.jsonschema.nodes import node_at
from troth_schemas.jsonschema.question import AS_WRITTEN, Gap, SchemaAt, Unjudged
from troth_schemas.jsonschema.rules import DEFAULT_CHANGED, NOT_COVERED, kind_of_gap, rule_of
from troth_schemas.options import Options
from troth_schemas.report import Report, make_report

SCOPE = ("schema",)
"""What is judged: a schema is one thing, whose elements are paths such as ``/orders/*/price``."""


@dataclass(frozen=True, slots=True)
class JsonSchema:
    """A schema with its documents."""

    at: SchemaAt

    @property
    def documents(self) -> Documents:
        """The documents that it is written in."""
        return self.at.documents

    def canonical(self) -> bytes:
        """What it says, as bytes."""
        return canonical(node_at(self.at))

    def digest(self) -> str:
        """The SHA-256 of what it says."""
        return digest(node_at(self.at))


def compare(reader: JsonSchema, writer: JsonSchema, options: Options) -> Report:
    """Whether the reader accepts all that the writer may write."""
    answer = contain(reader.at, writer.at, AS_WRITTEN, options)
    findings = [_finding(gap, reader, writer, options) for gap in answer.gaps]
    findings += [_not_covered(one, reader, writer) for one in answer.unjudged]
    findings += list(_defaults(reader, writer))
    return make_report(findings, answer.judged, SCOPE, SCOPE if answer.contained is None else ())


def _finding(gap: Gap, reader: JsonSchema, writer: JsonSchema, options: Options) -> Finding:
    kind = kind_of_gap(gap.axis, gap.change)
    rule = rule_of(kind)
    where = shown(gap.path)
    return rule.finding(
        Found(
            message=_capital(kind.sentence.format(where=where, detail=gap.detail)),
            key=(*gap.path, gap.detail),
            reader=_place(reader, gap.reader.document, gap.reader.pointer),
            writer=_place(writer, gap.writer.document, gap.writer.pointer),
            element=_element(gap),
            witness=None if gap.witness is None else _witness(gap.witness[0]),
            severity="risky" if options.registry and _is_let_go(gap, options) else None,
        )
    )


def _is_let_go(gap: Gap, options: Options) -> bool:
    """What schema registries let pass when open models are judged leniently."""
    return options.open_models == "lenient" and gap.axis in ("additional-properties", "unevaluated-properties")


def _element(gap: Gap) -> str:
    return element((*gap.path, gap.detail) if gap.axis == "required" else gap.path)


def element(path: tuple[str, ...]) -> str:
    """A place in instances, as facts of use name it."""
    return "/" + "/".join(step.replace("~", "~0").replace("/", "~1") for step in path)


def shown(path: tuple[str, ...]) -> str:
    """A place in instances, as sentences name it."""
    return element(path) if path else "the value"


def _capital(sentence: str) -> str:
    return sentence[:1].upper() + sentence[1:]


def _place(side: JsonSchema, document: str, pointer: str) -> Place | None:
    if document not in side.documents.sources.files:
        return Place("", None, side.documents.sources.root)
    return Place(pointer, side.documents.document(document).line(pointer), document)


def _witness(value: Json) -> Witness:
    return Witness("instance", value)


def _not_covered(one: Unjudged, reader: JsonSchema, writer: JsonSchema) -> Finding:
    return NOT_COVERED.finding(
        Found(
            message=_capital(f"{shown(one.path)}: {one.sentence}."),
            key=(*one.path, one.keyword),
            reader=_place(reader, one.reader.document, one.reader.pointer),
            writer=_place(writer, one.writer.document, one.writer.pointer),
            element=element(one.path),
        )
    )


def _defaults(reader: JsonSchema, writer: JsonSchema) -> Iterator[Finding]:
    if not any(b"default" in content for content in writer.documents.sources.files.values()):
        return
    for path, ours, theirs, sentence in changed_defaults(node_at(reader.at), node_at(writer.at)):
        yield DEFAULT_CHANGED.finding(
            Found(
                message=_capital(f"{shown(path)} {sentence}."),
                key=path,
                reader=_place(reader, ours.location.document, ours.location.pointer),
                writer=_place(writer, theirs.location.document, theirs.location.pointer),
                element=element(path),
            )
        )
