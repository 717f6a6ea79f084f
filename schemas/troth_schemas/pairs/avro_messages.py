"""A message of a pact as a datum of Avro types: of several types and spellings the one with the least wrong."""

from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from troth_schemas.avro import Avro
from troth_schemas.avro.json_schema import SPELLINGS, Spelled, spelled
from troth_schemas.avro.model import Node
from troth_schemas.json_body import Json
from troth_schemas.options import Options
from troth_schemas.pairs.pact_bodies import FITS, Misfit, Verdict
from troth_schemas.pairs.pact_messages import Sending, against
from troth_schemas.problem import steps_of

_BOUNDS: Final = ("minimum", "maximum")


def against_avro(avro: Avro, types: Iterable[Node], value: Json, sending: Sending, options: Options) -> Verdict:
    """How a datum and the best of the types fit; the places are those of the Avro schema.

    A rule for any whole number is wider than an int or a long, and nobody means that: only an example beyond counts.
    """
    found: list[tuple[Verdict, Spelled]] = []
    for one in types:
        for spelling in SPELLINGS:
            schema = spelled(avro, one, spelling)
            found.append((against(value, sending, schema.schema, options), schema))
    if not found:
        return FITS
    verdict, schema = min(found, key=lambda each: len(each[0].wrong))
    doubt = tuple(one for one in verdict.doubt if one.axis not in _BOUNDS or _beyond(value, one))
    parts = (verdict.wrong, doubt, verdict.uncovered)
    return Verdict(*(tuple(replace(one, schema=schema.origin(one.schema)) for one in part) for part in parts))


def _beyond(value: Json, misfit: Misfit) -> bool:
    """Whether it is the example's own number that is told, and not the rule's set."""
    for step in steps_of(misfit.pointer):
        if isinstance(value, dict):
            value = value.get(step)
        elif isinstance(value, list) and step.isdecimal() and int(step) < len(value):
            value = value[int(step)]
    return misfit.sentence.startswith(f"is {value},")
