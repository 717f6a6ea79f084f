"""OpenAPI in the table of formats."""

import hashlib
from typing import Final

from troth_schemas.documents import missing
from troth_schemas.formats import Format
from troth_schemas.openapi.body_rules import BODY_RULES, MEDIA_RULES, RESPONSE_RULES
from troth_schemas.openapi.canonical import canonical
from troth_schemas.openapi.loading import load
from troth_schemas.openapi.model import Api
from troth_schemas.openapi.operation_rules import OPERATION_RULES
from troth_schemas.openapi.parameter_rules import HEADER_RULES, PARAMETER_RULES
from troth_schemas.openapi.property_rules import PROPERTY_RULES
from troth_schemas.openapi.schema_table import SCHEMA_RULES
from troth_schemas.openapi.security_rules import SCHEME_RULES, SECURITY_RULES
from troth_schemas.openapi.server_rules import SERVER_RULES, WEBHOOK_RULES
from troth_schemas.openapi.walk import compare
from troth_schemas.rule import Rule

RULES: Final[tuple[Rule, ...]] = (
    *OPERATION_RULES, *PARAMETER_RULES, *HEADER_RULES, *BODY_RULES, *MEDIA_RULES, *RESPONSE_RULES, *SECURITY_RULES,
    *SCHEME_RULES, *SERVER_RULES, *WEBHOOK_RULES, *PROPERTY_RULES, *SCHEMA_RULES,
)  # fmt: skip


def digest(api: Api) -> str:
    """The SHA-256 of the canonical form."""
    return hashlib.sha256(canonical(api)).hexdigest()


def count(api: Api) -> int:
    """How many operations there are, those that the provider calls among them."""
    return len(api.operations) + len(api.webhooks)


FORMAT = Format(
    name="openapi",
    load=load,
    canonical=canonical,
    digest=digest,
    compare=compare,
    rules=RULES,
    needs=missing,
    count=count,
)

COVERAGE: Final[tuple[tuple[str, str], ...]] = (
    ("operations: added, removed, deprecated, x-sunset, x-stability-level", "judged"),
    ("addresses: base path and path together, path parameters renamed", "judged"),
    ("operationId, tags", "judged"),
    ("path, query, header and cookie parameters", "judged"),
    ("styles, explode, collectionFormat, allowReserved, allowEmptyValue", "judged"),
    ("request bodies, media types, encoding of parts", "judged"),
    ("responses: exact statuses, ranges, default; headers", "judged"),
    ("schemas by direction: type, enum, const, bounds, lengths, pattern, items, required, nullable", "judged"),
    ("schemas by direction: allOf, oneOf, anyOf, not, if, additionalProperties", "judged"),
    ("properties added, removed, deprecated, readOnly, writeOnly", "judged"),
    ("default, format, contentEncoding, contentMediaType", "judged"),
    ("discriminator: its property, its mapping, and the schema that each value names", "judged"),
    ("x-extensible-enum", "judged"),
    ("security: alternatives, scopes, schemes, API keys, flows", "judged"),
    ("servers of the API, of paths and of operations, their variables, basePath", "judged"),
    ("links: removed, leading elsewhere (hints, on which no request depends)", "judged"),
    ("webhooks and callbacks: what the provider sends", "judged"),
    ("several documents, $ref in circles", "judged"),
    ("webhooks and callbacks: parameters and what the consumer answers", "not-covered: only the payload is compared"),
    ("oneOf whose alternatives nothing tells apart, where one takes more", "not-covered: a value may be of two"),
    ("XML bodies", "not-covered: how XML is read by a JSON schema is not judged"),
    ("3.2: query operations, additionalOperations, itemSchema, querystring", "not-covered: only what 3.1 has is read"),
)
"""What a comparison of two descriptions judges, and what it does not."""
