"""The libraries of the extra, looked for when this is loaded: without them the sentence says what to install."""

from importlib.util import find_spec
from typing import Final

from troth_schemas.errors import ExtraMissing
from troth_verifiers.errors import PluginError

LIBRARIES: Final = ("openapi_core", "jsonschema", "yaml")

for _module in LIBRARIES:
    if find_spec(_module) is None:
        raise PluginError(f"{ExtraMissing('OpenAPI', 'openapi', _module)}.")
