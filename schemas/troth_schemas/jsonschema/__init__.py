"""JSON Schema, draft 4 to 2020-12, and the dialects of OpenAPI: is every instance of one schema valid for another?"""

from troth_schemas.jsonschema.completing import Completion, completed, is_impossible
from troth_schemas.jsonschema.contain import contain, sample
from troth_schemas.jsonschema.overlapping import Couple, Overlaps
from troth_schemas.jsonschema.question import AS_WRITTEN, AXES, Containment, Dialect, Gap, SchemaAt, Unjudged, View
from troth_schemas.jsonschema.validating import Check, Validator, validator

__all__ = [
    "AS_WRITTEN",
    "AXES",
    "Check",
    "Completion",
    "Containment",
    "Couple",
    "Dialect",
    "Gap",
    "Overlaps",
    "SchemaAt",
    "Unjudged",
    "Validator",
    "View",
    "completed",
    "contain",
    "is_impossible",
    "sample",
    "validator",
]
