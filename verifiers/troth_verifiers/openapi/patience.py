"""Regular expressions of schemas, judged within a time: a description may hold one that would take for ever.

jsonschema searches with Python's own ``re``, which cannot be interrupted.
"""

import copy
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from jsonschema.validators import extend

from troth_schemas.matching.patterns import matched

Errors = Iterator[Any]


def patient(factory: Any) -> Any:
    """A factory of openapi-core's schema validators that makes such as give up an expression in time."""
    made = copy.copy(factory)
    made.get_validator_cls = lambda spec, schema: _bounded(factory.get_validator_cls(spec, schema))
    return made


@lru_cache
def _bounded(kind: type[Any]) -> Any:
    others = kind.VALIDATORS

    def pattern(validator: Any, written: str, instance: Any, schema: Any) -> Errors:
        if isinstance(instance, str) and matched(written, instance, whole=False) is None:
            yield from others["pattern"](validator, "(?!)", instance, schema)  # which says it in its own words

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

    ours = {"pattern": pattern, "patternProperties": pattern_properties, "additionalProperties": additional}
    made: Any = extend  # it has no types of its own
    return made(kind, {name: one for name, one in ours.items() if name in others})
