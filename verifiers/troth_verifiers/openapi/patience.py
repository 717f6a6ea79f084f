"""Keywords of schemas that are judged otherwise than jsonschema does it.

Regular expressions within a time: a description may hold one that would take for ever, and jsonschema searches with
Python's own ``re``, which cannot be interrupted. Multiples by their decimals; members by the way that they go; before
3.1 a reference alone, whatever stands beside it.
"""

import copy
from collections.abc import Iterable, Iterator
from fractions import Fraction
from functools import lru_cache, partial
from typing import Any

from jsonschema.exceptions import ValidationError
from jsonschema.validators import create

from troth_schemas.matching.patterns import matched
from troth_verifiers.openapi.discriminating import beside, discriminator

Errors = Iterator[Any]


def patient(factory: Any, elsewhere: str) -> Any:
    """A factory of openapi-core's schema validators that makes such as give up an expression in time.

    Members that are marked as ``elsewhere`` (``readOnly`` or ``writeOnly``) need not come this way.
    """
    made = copy.copy(factory)
    made.get_validator_cls = lambda spec, schema: _bounded(factory.get_validator_cls(spec, schema), elsewhere)
    return made


@lru_cache
def _bounded(kind: type[Any], elsewhere: str) -> Any:
    others = kind.VALIDATORS

    def pattern(_validator: Any, written: str, instance: Any, _schema: Any) -> Errors:
        if isinstance(instance, str) and matched(written, instance, whole=False) is None:
            yield ValidationError(f"{instance!r} does not match {written!r}")

    def pattern_properties(validator: Any, patterns: dict[str, Any], instance: Any, _schema: Any) -> Errors:
        for name in instance if validator.is_type(instance, "object") else ():
            for written, inner in patterns.items():
                if matched(written, name, whole=False):
                    yield from validator.descend(instance[name], inner, path=name, schema_path=written)

    def additional(validator: Any, stated: Any, instance: Any, schema: Any) -> Errors:
        patterns = schema.get("patternProperties", {})
        if not patterns or not validator.is_type(instance, "object"):
            yield from others["additionalProperties"](validator, stated, instance, schema)
            return
        left = {
            name: value
            for name, value in instance.items()
            if not any(matched(written, name, whole=False) for written in patterns)
        }
        alone = {name: value for name, value in schema.items() if name != "patternProperties"}
        yield from others["additionalProperties"](validator, stated, left, alone)

    ours = {
        "multipleOf": _multiple,
        "pattern": pattern,
        "patternProperties": pattern_properties,
        "additionalProperties": additional,
        "unevaluatedProperties": partial(_unevaluated, others),
        "required": partial(_required, elsewhere),
        **{name: beside(others[name]) for name in ("allOf", "oneOf", "anyOf")},
    }
    made: Any = create  # it has no types of its own
    return made(
        kind.META_SCHEMA,
        {**others, "discriminator": discriminator} | {name: one for name, one in ours.items() if name in others},
        type_checker=kind.TYPE_CHECKER,
        format_checker=kind.FORMAT_CHECKER,
        id_of=kind.ID_OF,
        applicable_validators=dict.items if "$dynamicRef" in others else _alone,
    )


def _alone(schema: dict[str, Any]) -> Iterable[tuple[str, Any]]:
    """The keywords that count before 3.1, where a reference stands alone whatever is written beside it."""
    return [("$ref", schema["$ref"])] if "$ref" in schema else schema.items()


def _multiple(validator: Any, factor: Any, instance: Any, _schema: Any) -> Errors:
    """Judge by the decimals that are written: 0.3 is a multiple of 0.1, though their doubles are not."""
    if validator.is_type(instance, "number") and (_exact(instance) / _exact(factor)).denominator != 1:
        yield ValidationError(f"{instance!r} is not a multiple of {factor}")


def _exact(number: float) -> Fraction:
    return Fraction(repr(number) if isinstance(number, float) else number)


def _required(elsewhere: str, validator: Any, names: list[str], instance: Any, schema: Any) -> Errors:
    for name in names if validator.is_type(instance, "object") else ():
        if name not in instance and not _is_marked(validator, schema.get("properties", {}).get(name), elsewhere):
            yield ValidationError(f"{name!r} is a required property")


def _is_marked(validator: Any, schema: Any, mark: str, left: int = 20) -> bool:
    """Whether a schema, or one that it refers to or is made of, has a mark."""
    if not isinstance(schema, dict) or not left:
        return False
    if schema.get(mark) is True:
        return True
    if "$ref" in schema:
        there = validator._resolver.lookup(schema["$ref"])  # noqa: SLF001  # as the library's own keywords do
        return _is_marked(validator.evolve(_resolver=there.resolver), there.contents, mark, left - 1)
    return any(_is_marked(validator, one, mark, left - 1) for one in schema.get("allOf", ()))


def _unevaluated(others: dict[str, Any], validator: Any, stated: Any, instance: Any, schema: Any) -> Errors:
    if validator.is_type(instance, "object"):
        spoken = _spoken(validator, instance, schema, own=True)
        left = {name: value for name, value in instance.items() if name not in spoken}
        yield from others["unevaluatedProperties"](validator, stated, left, {})


def _spoken(validator: Any, instance: dict[str, Any], schema: Any, *, own: bool = False) -> set[str]:
    """The members that a schema which holds speaks of, with what it is made of; without its ``own``
    ``unevaluatedProperties``."""
    if not isinstance(schema, dict):
        return set()
    if "additionalProperties" in schema or (not own and "unevaluatedProperties" in schema):
        return set(instance)
    patterns = schema.get("patternProperties", {})
    found = {name for name in instance if any(matched(written, name, whole=False) for written in patterns)}
    found |= schema.get("properties", {}).keys() & instance.keys()
    for judge, inner in _made_of(validator, instance, schema):
        found |= _spoken(judge, instance, inner)
    return found


def _made_of(validator: Any, instance: dict[str, Any], schema: dict[str, Any]) -> Iterator[tuple[Any, Any]]:
    """The schemas that hold for an object through one, each with a validator that knows where it stands."""
    for keyword in ("$ref", "$dynamicRef"):
        if keyword in schema:
            there = validator._resolver.lookup(schema[keyword])  # noqa: SLF001  # as the library's own keywords do
            yield validator.evolve(schema=there.contents, _resolver=there.resolver), there.contents
    some = [one for keyword in ("allOf", "anyOf", "oneOf") for one in schema.get(keyword, ())]
    some += [one for name, one in schema.get("dependentSchemas", {}).items() if name in instance]
    yield from ((validator, one) for one in some if validator.evolve(schema=one).is_valid(instance))
    if "if" in schema:
        holds = validator.evolve(schema=schema["if"]).is_valid(instance)
        ways = ("if", "then") if holds else ("else",)
        yield from ((validator, schema[one]) for one in ways if one in schema)
