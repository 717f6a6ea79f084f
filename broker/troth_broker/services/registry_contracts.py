"""Schemas of the registry as contracts: read with what they stand on, and compared with the past of their subject."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from sqlalchemy import Connection

from troth_broker.core.registry import LATEST, TYPES, Compatibility, NewSchema, Reference, Refused, Registered
from troth_broker.core.registry_names import beside
from troth_broker.services.registry_forms import as_json, as_proto, in_form, sources_of
from troth_broker.services.world import World
from troth_broker.store import registry as store
from troth_schemas.contract import Contract, compare
from troth_schemas.errors import ContractUnreadable, ExtraMissing
from troth_schemas.evolution import evolve
from troth_schemas.options import Options
from troth_schemas.report import Report

_OPTIONS: Final = Options(registry=True)
_MOST_REFERENCES: Final = 500


def written_form(world: World, new: NewSchema) -> NewSchema:
    """A schema as it is kept. Raises Refused."""
    return as_proto(new, _others(world, new)) if new.format == "protobuf" else as_json(new)


def pinned(world: World, subject: str, new: NewSchema) -> NewSchema:
    """A schema of a subject whose references say which context they lead to, and which version the newest one is."""

    def pin(db: Connection) -> NewSchema:
        return replace(new, references=tuple(_pinned(db, subject, one) for one in new.references))

    return world.store.read(pin) if new.references else new


def _pinned(db: Connection, subject: str, reference: Reference) -> Reference:
    found = replace(reference, subject=beside(reference.subject, subject))
    if found.version != LATEST:
        return found
    alive = [one.version for one in store.versions(db, found.subject) if not one.deleted]
    return replace(found, version=alive[-1] if alive else LATEST)


def contract_of(world: World, new: NewSchema) -> Contract:
    """A schema with all that it stands on. Raises Refused where a reference leads nowhere."""
    return Contract(new.format, sources_of(new, _others(world, new)))


def _others(world: World, new: NewSchema) -> dict[str, bytes]:
    """What a schema stands on, by the names that it has for it. Raises Refused."""
    found: dict[str, bytes] = {}
    left = list(new.references)
    while left:
        reference = left.pop()
        if reference.name in found:
            continue
        schema = world.store.read(store.version, reference.subject, reference.version)
        if schema is None:
            raise unresolved(reference)
        if len(found) >= _MOST_REFERENCES:
            raise Refused(42201, f"Invalid schema: it stands on more than {_MOST_REFERENCES} others")
        found[reference.name] = schema.text.encode()
        left += schema.references
    return found


def unresolved(reference: Reference) -> Refused:
    """A reference that leads to nothing."""
    where = f"version {reference.version} of subject {reference.subject!r}"
    return Refused(42201, f"Invalid schema: its reference {reference.name!r} leads to {where}, which is not there")


def text_of(world: World, schema: NewSchema, form: str | None) -> str:
    """A schema's text in the form that is asked for."""
    return in_form(contract_of(world, schema), schema.text, form) if form else schema.text


def refuse_problems(candidate: Contract) -> None:
    """Raise Refused for a schema that cannot be read, or that is wrong."""
    try:
        problems = [one for one in candidate.loaded.problems if one.severity == "error"]
    except ContractUnreadable as problem:
        raise Refused(42201, f"Invalid schema: {problem}") from None
    except ExtraMissing as problem:
        raise Refused(42201, f"This broker cannot read schemas of that type: {problem}") from None
    if problems:
        raise Refused(42201, f"Invalid schema: {'; '.join(map(str, problems[:5]))}")


def compared(world: World, candidate: Contract, past: Sequence[Registered], level: Compatibility) -> Report:
    """What a candidate says of the past, under a level. Raises Refused where they are of two types."""
    other = next((one for one in past if one.format != candidate.format), None)
    if other is not None and level != "NONE":
        kind, its = TYPES[candidate.format], TYPES[other.format]
        raise Refused(40901, _incompatible(other.subject, [f"it is {kind}, and version {other.version} is {its}"]))
    history = [contract_of(world, as_new(one)) for one in past]
    return evolve(candidate, history, level, lambda reader, writer: compare(reader, writer, _OPTIONS))


def obstacles_of(report: Report) -> list[str]:
    """What is in the way of a new version; what could not be judged is, too."""
    found = (*report.breaking, *report.not_covered)
    return [
        f"{{errorType:'{one.aliases[0] if one.aliases else one.rule}', description:'{one.message}', "
        f"additionalInfo:'{place.pointer if (place := one.reader or one.writer) else ''}'}}"
        for one in found
    ]


def refuse_incompatible(subject: str, report: Report, level: Compatibility) -> None:
    """Raise Refused for what breaks the past, with every reason."""
    obstacles = obstacles_of(report)
    if obstacles:
        raise Refused(40901, _incompatible(subject, [*obstacles, f"{{compatibility: '{level}'}}"]))


def _incompatible(subject: str, obstacles: Iterable[str]) -> str:
    return (
        f'Schema being registered is incompatible with an earlier schema for subject "{subject}", '
        f"details: [{', '.join(obstacles)}]"
    )


def as_new(one: Registered) -> NewSchema:
    """A registered schema as it was sent."""
    return NewSchema(one.format, one.text, one.references)
