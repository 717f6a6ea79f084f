"""The libraries of the extra, looked for when this is loaded: without them the sentence says what to install."""

from troth_verifiers.extras import need

need("OpenAPI", "openapi", "openapi_core", "jsonschema", "yaml")
