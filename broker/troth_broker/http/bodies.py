"""What requests carry, as JSON Schemas for the API's document: by method and path, in the route table's order.

A schema here says what is taken, so that a client can be made from the document; what is refused, and in which words,
is decided in `core`.
"""

from collections.abc import Mapping
from typing import Any

from troth_broker.core.contract_documents import FORMATS
from troth_broker.core.webhooks import EVENTS
from troth_broker.web import paths
from troth_broker.web.paths import Path
from troth_schemas.options import MODES

Schema = dict[str, Any]

_NAME: Schema = {"type": "string", "minLength": 1, "maxLength": 200, "pattern": r"^[A-Za-z0-9][A-Za-z0-9._ /+-]*$"}
"""A name as nearly everybody writes them; Troth also takes other single lines."""
_TEXT: Schema = {"type": ["string", "null"], "maxLength": 500, "pattern": r"^[^\u0000\ud800-\udfff]*$"}
_LINE: Schema = {"type": ["string", "null"], "maxLength": 500, "pattern": r"^[ -~]*$"}
_NOTHING: Schema = {"type": "object", "properties": {}}


def _object(properties: Schema, *required: str) -> Schema:
    made: Schema = {"type": "object", "properties": properties}
    return {**made, "required": list(required)} if required else made


_PACT = _object(
    {
        "interactions": {"type": "array", "items": {"type": "object"}},
        "messages": {"type": "array", "items": {"type": "object"}},
        "metadata": {"type": "object"},
    }
)
_APPLICATION: Schema = {
    "displayName": _TEXT,
    "mainBranch": {"anyOf": [_NAME, {"type": "null"}]},
    "repositoryUrl": _TEXT,
    "repositoryName": _TEXT,
    "repositoryNamespace": _TEXT,
}
_VERSION = _object({"buildUrl": _LINE})
_ENVIRONMENT = _object(
    {
        "name": {"type": "string", "minLength": 1, "maxLength": 60, "pattern": r"^[A-Za-z0-9._-]+$"},
        "displayName": _TEXT,
        "production": {"type": "boolean"},
        "contacts": {
            "type": "array",
            "items": _object({"name": _NAME, "details": {"type": "object", "additionalProperties": _TEXT}}, "name"),
        },
    },
    "name",
    "production",
)
_INSTANCE = _object({"applicationInstance": _LINE, "target": _LINE})
_PUBLICATION = _object(
    {
        "pacticipantName": _NAME,
        "pacticipantVersionNumber": _NAME,
        "branch": {"anyOf": [_NAME, {"type": "null"}]},
        "tags": {"type": ["array", "null"], "items": _NAME},
        "buildUrl": _LINE,
        "contracts": {
            "type": "array",
            "items": _object(
                {
                    "consumerName": {**_NAME, "description": "The same as `pacticipantName`."},
                    "providerName": _NAME,
                    "specification": {"const": "pact"},
                    "contentType": {"const": "application/json"},
                    "content": {"type": "string", "contentEncoding": "base64", "description": "A pact, in base64."},
                    "onConflict": {"enum": ["overwrite", "merge"]},
                },
                "consumerName",
                "providerName",
                "specification",
                "contentType",
                "content",
            ),
        },
    },
    "pacticipantName",
    "pacticipantVersionNumber",
    "contracts",
)
_SELF_VERIFICATION = _object(
    {
        "success": {"type": ["boolean", "null"]},
        "content": {"type": "string", "contentEncoding": "base64", "description": "What the test printed, in base64."},
        "contentType": _TEXT,
        "format": _TEXT,
        "verifier": _TEXT,
        "verifierVersion": _TEXT,
    }
)
_DOCUMENT: Schema = {
    "content": {"type": "string", "contentEncoding": "base64", "description": "The only document, in base64."},
    "files": {
        "type": "array",
        "minItems": 1,
        "description": "Several documents instead, the root first; one that the broker has may be named by its digest.",
        "items": _object(
            {
                "name": {"type": "string", "pattern": r"^[a-z]{1,20}\.(json|yaml|proto|graphql|avsc)$"},
                "content": {"type": "string", "contentEncoding": "base64"},
                "sha256": {"type": "string", "pattern": "^[0-9a-f]{64}$"},
            },
            "name",
        ),
    },
    "contentType": {"enum": ["application/yaml", "application/json", None]},
}
_FORMAT: Schema = {"enum": [*FORMATS], "description": "Told from the document, where it is not said."}
_CONTRACT_NAME: Schema = {**_NAME, "description": "Tells several contracts of one format apart."}
_PROVIDER_PUBLICATION = _object(
    {
        "pacticipantVersionNumber": _NAME,
        "branch": {"anyOf": [_NAME, {"type": "null"}]},
        "tags": {"type": ["array", "null"], "items": _NAME},
        "buildUrl": _LINE,
        "contract": _object(
            {
                **_DOCUMENT,
                "name": _CONTRACT_NAME,
                "specification": _FORMAT,
                "selfVerificationResults": _SELF_VERIFICATION,
            },
        ),
    },
    "pacticipantVersionNumber",
    "contract",
)
_CONSUMER_PUBLICATION = _object(
    {
        "pacticipantVersionNumber": _NAME,
        "branch": {"anyOf": [_NAME, {"type": "null"}]},
        "tags": {"type": ["array", "null"], "items": _NAME},
        "buildUrl": _LINE,
        "contract": _object({**_DOCUMENT, "specification": _FORMAT}),
    },
    "pacticipantVersionNumber",
    "contract",
)
_PROVIDER_CONTRACT = _object(
    {**_DOCUMENT, "name": _CONTRACT_NAME, "contractType": _FORMAT, "verificationResults": _SELF_VERIFICATION}
)
_REGISTERED = _object(
    {
        "schema": {"type": "string", "description": "The schema's text."},
        "schemaType": {"enum": ["AVRO", "JSON", "PROTOBUF"], "description": "AVRO unless it is said."},
        "references": {
            "type": "array",
            "items": _object(
                {"name": _NAME, "subject": _NAME, "version": {"type": "integer", "minimum": 1, "maximum": 1_000}},
                "name",
                "subject",
                "version",
            ),
        },
    },
    "schema",
)
_LEVEL = _object(
    {
        "compatibility": {
            "enum": [
                "NONE", "BACKWARD", "FORWARD", "FULL", "BACKWARD_TRANSITIVE", "FORWARD_TRANSITIVE", "FULL_TRANSITIVE",
            ]
        }
    },
    "compatibility",
)  # fmt: skip
_MODE = _object({"mode": {"enum": ["READWRITE", "READONLY", "READONLY_OVERRIDE", "IMPORT", "FORWARD"]}}, "mode")
_RECOMPARE = _object(
    {"consumer": {"anyOf": [_NAME, {"type": "null"}]}, "provider": {"anyOf": [_NAME, {"type": "null"}]}}
)
_SECRET = _object(
    {
        "name": {"type": "string", "pattern": r"^[A-Za-z0-9_.-]{1,100}$"},
        "value": {"type": "string", "minLength": 1, "description": "Written only; left out, it stays as it is."},
        "description": _TEXT,
    },
    "name",
)
_RESULT = _object(
    {
        "success": {
            "type": ["boolean", "null"],
            "description": "Null for a replay of a part: `testResults` then holds the outcome of each interaction.",
        },
        "providerApplicationVersion": _NAME,
        "buildUrl": _LINE,
        "testResults": {"description": "What the verifier reports, interaction by interaction; kept as it is."},
        "verifiedBy": _object({"implementation": {"type": "string"}, "version": {"type": "string"}}),
    },
    "success",
    "providerApplicationVersion",
)
_SELECTOR = _object(
    {
        "consumer": _NAME,
        "mainBranch": {"const": True},
        "branch": {"anyOf": [_NAME, {"const": True}]},
        "matchingBranch": {"const": True},
        "fallbackBranch": _NAME,
        "tag": _NAME,
        "fallbackTag": _NAME,
        "latest": {"type": "boolean"},
        "deployed": {"const": True},
        "released": {"const": True},
        "deployedOrReleased": {"const": True},
        "environment": _NAME,
    }
)
_FOR_VERIFICATION = _object(
    {
        "consumerVersionSelectors": {"type": "array", "items": _SELECTOR},
        "providerVersionBranch": {"anyOf": [_NAME, {"type": "null"}]},
        "providerVersionTags": {"type": "array", "items": _NAME},
        "includePendingStatus": {"type": "boolean"},
        "includeWipPactsSince": {"type": "string", "format": "date"},
    }
)
_PARTY = {
    "type": ["object", "null"],
    "properties": {"name": _NAME, "label": _NAME},
    "description": "Those with this name, or with this label; nobody is left out without either.",
    "maxProperties": 1,
}
_WEBHOOK = _object(
    {
        "description": _TEXT,
        "enabled": {"type": ["boolean", "null"]},
        "consumer": _PARTY,
        "provider": _PARTY,
        "events": {"type": ["array", "null"], "items": _object({"name": {"enum": [*EVENTS]}}, "name")},
        "request": _object(
            {
                "method": {"enum": ["POST"], "description": "The broker's settings may allow other methods."},
                "url": {
                    "type": "string",
                    "pattern": r"^https://[a-z]{1,20}\.example\.org(/[a-z0-9]{1,20})?$",
                    "description": "Any https URL; the broker's settings say which hosts.",
                },
                "headers": {"type": ["object", "null"], "additionalProperties": {"type": "string"}},
                "body": {
                    "description": "Any JSON, or a text; templates such as `${pactbroker.pactUrl}` are filled in."
                },
                "username": _LINE,
                "password": _LINE,
            },
            "method",
            "url",
        ),
    },
    "request",
)

_POLICY = _object(
    {
        "needs": {"type": ["array", "null"], "items": {"enum": ["replay", "comparison"]}},
        "blocks": {
            "enum": [["breaking"], ["breaking", "risky"], None],
            "description": "The severities of findings that make a comparison a no.",
        },
        "not_covered": {"enum": ["blocks", "allows", None]},
        "max_age_days": {"type": ["integer", "null"], "minimum": 1, "maximum": 36_500},
        "evolution": {
            "anyOf": [
                {"enum": [*MODES, None]},
                {"type": "object", "minProperties": 1, "maxProperties": 10, "additionalProperties": {"enum": [*MODES]}},
            ]
        },
    }
)

BODIES: Mapping[tuple[str, Path], Schema] = {
    ("POST", paths.PUBLISH_CONTRACTS): _PUBLICATION,
    **{
        (method, path): _PACT
        for method in ("PUT", "PATCH")
        for path in (paths.PACT, paths.PACT_PLURAL, paths.PACT_SINGULAR)
    },
    ("POST", paths.PUBLISH_PROVIDER_CONTRACT): _PROVIDER_PUBLICATION,
    ("POST", paths.PUBLISH_CONSUMER_CONTRACT): _CONSUMER_PUBLICATION,
    ("PUT", paths.PROVIDER_CONTRACT): _PROVIDER_CONTRACT,
    ("PUT", paths.INTEGRATION_POLICY): _POLICY,
    ("PUT", paths.ENVIRONMENT_POLICY): _POLICY,
    **{
        ("POST", path): _REGISTERED
        for path in (
            paths.REGISTRY_SUBJECT,
            paths.REGISTRY_VERSIONS,
            paths.REGISTRY_CHECK_ALL,
            paths.REGISTRY_CHECK,
        )
    },
    ("PUT", paths.REGISTRY_CONFIG): _LEVEL,
    ("PUT", paths.REGISTRY_SUBJECT_CONFIG): _LEVEL,
    ("PUT", paths.REGISTRY_MODE): _MODE,
    ("PUT", paths.REGISTRY_SUBJECT_MODE): _MODE,
    ("POST", paths.RECOMPARE): _RECOMPARE,
    ("POST", paths.SECRETS): _SECRET,
    ("PUT", paths.SECRET): _SECRET,
    ("POST", paths.PACTICIPANTS): _object({"name": _NAME, **_APPLICATION}, "name"),
    ("PUT", paths.PACTICIPANT): _object(_APPLICATION),
    ("PATCH", paths.PACTICIPANT): _object(_APPLICATION),
    ("PUT", paths.PACTICIPANT_LABEL): _NOTHING,
    ("PUT", paths.VERSION): _VERSION,
    ("PATCH", paths.VERSION): _VERSION,
    ("PUT", paths.VERSION_TAG): _NOTHING,
    ("PUT", paths.BRANCH_VERSION): _NOTHING,
    ("POST", paths.ENVIRONMENTS): _ENVIRONMENT,
    ("PUT", paths.ENVIRONMENT): _ENVIRONMENT,
    ("POST", paths.VERSION_DEPLOYMENTS): _INSTANCE,
    ("PATCH", paths.DEPLOYED_VERSION): _object({"currentlyDeployed": {"const": False}}),
    ("POST", paths.VERSION_RELEASES): _NOTHING,
    ("PATCH", paths.RELEASED_VERSION): _object({"currentlySupported": {"const": False}}),
    ("POST", paths.FOR_VERIFICATION): _FOR_VERIFICATION,
    ("POST", paths.CONTRACTS_FOR_VERIFICATION): _FOR_VERIFICATION,
    ("POST", paths.RESULTS): _RESULT,
    ("POST", paths.RESULTS_WITH_METADATA): _RESULT,
    ("POST", paths.CONTRACT_RESULTS): _RESULT,
    ("POST", paths.CONTRACT_RESULTS_WITH_METADATA): _RESULT,
    **{
        ("POST", path): _WEBHOOK
        for path in (
            paths.WEBHOOKS,
            paths.CONSUMER_AND_PROVIDER_WEBHOOKS,
            paths.PROVIDER_WEBHOOKS,
            paths.CONSUMER_WEBHOOKS,
            paths.PAIR_WEBHOOKS,
            paths.UNSAVED_WEBHOOK_EXECUTION,
        )
    },
    ("PUT", paths.WEBHOOK): _WEBHOOK,
}
