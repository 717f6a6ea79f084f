"""Every path of the API, once: routes are matched by it and links are written with it."""

import re
from functools import lru_cache
from urllib.parse import quote

_VARIABLE = re.compile(r"\{(\w+)\}")


@lru_cache(maxsize=16384)
def segment(text: str) -> str:
    """One path segment, percent-encoded (RFC 3986): `/` becomes `%2F`, a space `%20`."""
    return quote(text, safe="")


class Var(str):
    """The name of a variable that stays open in a link template."""

    __slots__ = ()


class Path:
    """One path of the API with its variables."""

    __slots__ = ("_text", "template_text", "variables")

    def __init__(self, text: str) -> None:
        self.template_text = text
        self.variables: tuple[str, ...] = tuple(_VARIABLE.findall(text))
        self._text = _VARIABLE.sub("%s", text)

    def url(self, base: str, **values: str | int) -> str:
        """The absolute URL with every variable filled in; a `Var` stays an open `{name}`."""
        parts = [segment(part) if type(part := values[name]) is str else _fill(part) for name in self.variables]
        return base + self._text % tuple(parts)

    def template(self, base: str, **values: str) -> str:
        """The URL template: variables that get no value stay open under their own names."""
        return base + self._text % tuple([_fill(values.get(name, Var(name))) for name in self.variables])

    def __repr__(self) -> str:
        return f"Path({self.template_text!r})"


def _fill(value: str | int) -> str:
    if isinstance(value, Var):
        return f"{{{value}}}"
    return segment(value) if isinstance(value, str) else str(value)


INDEX = Path("/")
HEARTBEAT = Path("/diagnostic/status/heartbeat")
DEPENDENCIES = Path("/diagnostic/status/dependencies")
READY = Path("/ready")
METRICS = Path("/metrics")
OPENAPI = Path("/openapi.json")
DOC = Path("/doc/{rel}")
TEST_ERROR = Path("/test/error")
ASSET = Path("/assets/{name}")
HAL_BROWSER = Path("/hal-browser/browser.html")

PUBLISH_CONTRACTS = Path("/contracts/publish")
PUBLISH_PROVIDER_CONTRACT = Path("/provider-contracts/provider/{provider}/publish")
PROVIDER_CONTRACTS = Path("/contracts/provider/{provider}")
PROVIDER_CONTRACT = Path("/contracts/provider/{provider}/version/{version}")
PROVIDER_CONTRACT_DOCUMENT = Path("/contracts/provider/{provider}/version/{version}/document")
PROVIDER_CONTRACT_RESULTS = Path("/contracts/provider/{provider}/version/{version}/self-verification-results")
PROVIDER_FORMAT_CONTRACT = Path("/contracts/provider/{provider}/version/{version}/format/{format}")
PROVIDER_FORMAT_DOCUMENT = Path("/contracts/provider/{provider}/version/{version}/format/{format}/document")
PROVIDER_FORMAT_FILE = Path("/contracts/provider/{provider}/version/{version}/format/{format}/documents/{name}")
PROVIDER_FORMAT_DIFF = Path(
    "/contracts/provider/{provider}/version/{version}/format/{format}/diff/version/{comparison}"
)

_CONSUMER_CONTRACTS = "/consumer-contracts/provider/{provider}/consumer/{consumer}"
PUBLISH_CONSUMER_CONTRACT = Path(_CONSUMER_CONTRACTS + "/publish")
CONSUMER_CONTRACTS = Path(_CONSUMER_CONTRACTS)
CONSUMER_VERSION_CONTRACTS = Path(_CONSUMER_CONTRACTS + "/version/{version}")
CONSUMER_CONTRACT = Path(_CONSUMER_CONTRACTS + "/version/{version}/{format}")
CONSUMER_CONTRACT_DOCUMENT = Path(_CONSUMER_CONTRACTS + "/version/{version}/{format}/document")
CONSUMER_CONTRACT_FILE = Path(_CONSUMER_CONTRACTS + "/version/{version}/{format}/documents/{name}")
CONSUMER_CONTRACT_DIFF = Path(_CONSUMER_CONTRACTS + "/version/{version}/{format}/diff/version/{comparison}")
CONTRACT_CONTENT = Path(_CONSUMER_CONTRACTS + "/content/{format}/{sha}")
CONTRACT_CONTENT_WITH_METADATA = Path(_CONSUMER_CONTRACTS + "/content/{format}/{sha}/metadata/{metadata}")
CONTRACT_RESULTS = Path(_CONSUMER_CONTRACTS + "/content/{format}/{sha}/verification-results")
CONTRACT_RESULTS_WITH_METADATA = Path(
    _CONSUMER_CONTRACTS + "/content/{format}/{sha}/metadata/{metadata}/verification-results"
)
CONTRACT_RESULT = Path(_CONSUMER_CONTRACTS + "/content/{format}/{sha}/verification-results/{number}")
CONTRACT_RESULT_TRIGGERED_WEBHOOKS = Path(
    _CONSUMER_CONTRACTS + "/content/{format}/{sha}/verification-results/{number}/triggered-webhooks"
)
LATEST_CONTRACT_RESULT = Path(_CONSUMER_CONTRACTS + "/content/{format}/{sha}/verification-results/latest")

_PAIR = "/pacts/provider/{provider}/consumer/{consumer}"
PACT = Path(_PAIR + "/version/{version}")
PACT_PLURAL = Path(_PAIR + "/versions/{version}")
PACT_SINGULAR = Path("/pact/provider/{provider}/consumer/{consumer}/version/{version}")
PACT_PREVIOUS_DISTINCT = Path(_PAIR + "/version/{version}/previous-distinct")
PACT_DIFF_PREVIOUS_DISTINCT = Path(_PAIR + "/version/{version}/diff/previous-distinct")
PACT_DIFF = Path(_PAIR + "/version/{version}/diff/version/{comparison}")
PACT_TRIGGERED_WEBHOOKS = Path(_PAIR + "/version/{version}/triggered-webhooks")
PACT_CONTENT = Path(_PAIR + "/pact-version/{sha}")
PACT_CONTENT_DIFF = Path(_PAIR + "/pact-version/{sha}/diff/pact-version/{comparison}")
PACT_CONTENT_WITH_METADATA = Path(_PAIR + "/pact-version/{sha}/metadata/{metadata}")
LATEST_PACT = Path(_PAIR + "/latest")
LATEST_PACT_SINGULAR = Path("/pact/provider/{provider}/consumer/{consumer}/latest")
LATEST_TAGGED_PACT = Path(_PAIR + "/latest/{tag}")
LATEST_UNTAGGED_PACT = Path(_PAIR + "/latest-untagged")
LATEST_BRANCH_PACT = Path(_PAIR + "/branch/{branch}/latest")
PACT_VERSIONS = Path(_PAIR + "/versions")
TAGGED_PACT_VERSIONS = Path(_PAIR + "/tag/{tag}")
BRANCH_PACT_VERSIONS = Path(_PAIR + "/branch/{branch}")
MAIN_BRANCH_PACTS = Path(_PAIR + "/branch")
LATEST_MAIN_BRANCH_PACTS = Path(_PAIR + "/branch/latest")
MAIN_BRANCH_PACT_VERSIONS = Path(_PAIR + "/branch/versions")
LATEST_BRANCH_PACT_VERSIONS = Path(_PAIR + "/branch/{branch}/latest/versions")
LATEST_MAIN_BRANCH_PACT_VERSIONS = Path(_PAIR + "/branch/latest/versions")
PAIR_WEBHOOKS = Path(_PAIR + "/webhooks")
PAIR_WEBHOOKS_STATUS = Path(_PAIR + "/webhooks/status")

PROVIDER_PACTS = Path("/pacts/provider/{provider}")
PROVIDER_PACTS_WITH_TAG = Path("/pacts/provider/{provider}/tag/{tag}")
LATEST_PROVIDER_PACTS = Path("/pacts/provider/{provider}/latest")
LATEST_PROVIDER_PACTS_WITH_TAG = Path("/pacts/provider/{provider}/latest/{tag}")
PROVIDER_PACTS_WITH_MAIN_BRANCH = Path("/pacts/provider/{provider}/branch")
PROVIDER_PACTS_WITH_BRANCH = Path("/pacts/provider/{provider}/branch/{branch}")
LATEST_PROVIDER_PACTS_WITH_MAIN_BRANCH = Path("/pacts/provider/{provider}/branch/latest")
LATEST_PROVIDER_PACTS_WITH_BRANCH = Path("/pacts/provider/{provider}/branch/{branch}/latest")
LATEST_PACTS = Path("/pacts/latest")

FOR_VERIFICATION = Path("/pacts/provider/{provider}/for-verification")
CONTRACTS_FOR_VERIFICATION = Path("/contracts/provider/{provider}/for-verification")

PROVIDER_STATES = Path("/pacts/provider/{provider}/provider-states")
PROVIDER_STATES_WITH_BRANCH = Path("/pacts/provider/{provider}/provider-states/branch/{branch}")
PROVIDER_STATES_WITH_ENVIRONMENT = Path("/pacts/provider/{provider}/provider-states/environment/{environment}")

RESULTS = Path(_PAIR + "/pact-version/{sha}/verification-results")
RESULTS_WITH_METADATA = Path(_PAIR + "/pact-version/{sha}/metadata/{metadata}/verification-results")
RESULT = Path(_PAIR + "/pact-version/{sha}/verification-results/{number}")
RESULT_WITH_METADATA = Path(_PAIR + "/pact-version/{sha}/metadata/{metadata}/verification-results/{number}")
LATEST_RESULT_OF_CONTENT = Path(_PAIR + "/pact-version/{sha}/verification-results/latest")
LATEST_RESULT_OF_VERSION = Path(_PAIR + "/version/{version}/verification-results/latest")
LATEST_RESULT_OF_LATEST = Path(_PAIR + "/latest/verification-results/latest")
LATEST_RESULT_OF_TAGGED = Path(_PAIR + "/latest/{tag}/verification-results/latest")
RESULT_TRIGGERED_WEBHOOKS = Path(_PAIR + "/pact-version/{sha}/verification-results/{number}/triggered-webhooks")
CONSUMER_VERSION_RESULTS = Path("/verification-results/consumer/{consumer}/version/{version}/latest")

PACTICIPANTS = Path("/pacticipants")
NEW_PACTICIPANT_LOCATION = Path("/pacticpants/{pacticipant}")
"""What the reference answers as the `Location` of a new application; the spelling is its own and nothing is there."""
PACTICIPANTS_WITH_LABEL = Path("/pacticipants/label/{label}")
PACTICIPANT = Path("/pacticipants/{pacticipant}")
PACTICIPANT_LABEL = Path("/pacticipants/{pacticipant}/labels/{label}")
LABELS = Path("/labels")
VERSIONS = Path("/pacticipants/{pacticipant}/versions")
VERSION = Path("/pacticipants/{pacticipant}/versions/{version}")
LATEST_VERSION = Path("/pacticipants/{pacticipant}/latest-version")
LATEST_TAGGED_VERSION = Path("/pacticipants/{pacticipant}/latest-version/{tag}")
VERSION_CONTRACTS = Path("/pacticipants/{pacticipant}/versions/{version}/contracts")
VERSION_TAG = Path("/pacticipants/{pacticipant}/versions/{version}/tags/{tag}")
TAG_VERSIONS = Path("/pacticipants/{pacticipant}/tags/{tag}/versions")
BRANCHES = Path("/pacticipants/{pacticipant}/branches")
BRANCH = Path("/pacticipants/{pacticipant}/branches/{branch}")
BRANCH_LATEST_VERSION = Path("/pacticipants/{pacticipant}/branches/{branch}/latest-version")
BRANCH_VERSIONS = Path("/pacticipants/{pacticipant}/branches/{branch}/versions")
BRANCH_VERSION = Path("/pacticipants/{pacticipant}/branches/{branch}/versions/{version}")
PACTICIPANT_ENVIRONMENT_VERSIONS = Path("/pacticipants/{pacticipant}/environments/{uuid}/versions")
DEPLOYED_OR_RELEASED_VERSIONS = Path("/pacticipants/{pacticipant}/deployed-or-released/versions")

ENVIRONMENTS = Path("/environments")
ENVIRONMENT = Path("/environments/{uuid}")
ENVIRONMENT_POLICY = Path("/environments/{uuid}/policy")
ENVIRONMENT_POLICY_VERSIONS = Path("/environments/{uuid}/policy/versions")
CURRENTLY_DEPLOYED = Path("/environments/{uuid}/deployed-versions/currently-deployed")
CURRENTLY_SUPPORTED = Path("/environments/{uuid}/released-versions/currently-supported")
VERSION_DEPLOYMENTS = Path("/pacticipants/{pacticipant}/versions/{version}/deployed-versions/environment/{uuid}")
VERSION_RELEASES = Path("/pacticipants/{pacticipant}/versions/{version}/released-versions/environment/{uuid}")
DEPLOYED_VERSION = Path("/deployed-versions/{uuid}")
RELEASED_VERSION = Path("/released-versions/{uuid}")

WEBHOOKS = Path("/webhooks")
WEBHOOK = Path("/webhooks/{uuid}")
WEBHOOK_EXECUTION = Path("/webhooks/{uuid}/execute")
UNSAVED_WEBHOOK_EXECUTION = Path("/webhooks/execute")
CONSUMER_WEBHOOKS = Path("/webhooks/consumer/{consumer}")
PROVIDER_WEBHOOKS = Path("/webhooks/provider/{provider}")
CONSUMER_AND_PROVIDER_WEBHOOKS = Path("/webhooks/provider/{provider}/consumer/{consumer}")
TRIGGERED_WEBHOOK_LOGS = Path("/triggered-webhooks/{uuid}/logs")

NETWORK = Path("/network")
PACTICIPANT_NETWORK = Path("/pacticipants/{pacticipant}/network")
SECRETS = Path("/secrets")
SECRET = Path("/secrets/{uuid}")

INTEGRATIONS = Path("/integrations")
INTEGRATION = Path("/integrations/provider/{provider}/consumer/{consumer}")
INTEGRATION_POLICY = Path("/integrations/provider/{provider}/consumer/{consumer}/policy")
INTEGRATION_POLICY_VERSIONS = Path("/integrations/provider/{provider}/consumer/{consumer}/policy/versions")

COMPARISON = Path("/comparisons/{number}")
PARTIAL_REPLAY = Path("/partial-replays/{number}")

DASHBOARD = Path("/dashboard")
PAIR_DASHBOARD = Path("/dashboard/provider/{provider}/consumer/{consumer}")
RELATIONSHIPS = Path("/relationships")
GROUP = Path("/groups/{pacticipant}")

MATRIX = Path("/matrix")
PAIR_MATRIX = Path("/matrix/provider/{provider}/consumer/{consumer}")
CAN_I_DEPLOY = Path("/can-i-deploy")
CAN_I_DEPLOY_TO_TAG = Path("/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}")
LATEST_PACT_BADGE = Path(_PAIR + "/latest/badge")
LATEST_TAGGED_PACT_BADGE = Path(_PAIR + "/latest/{tag}/badge")
LATEST_UNTAGGED_PACT_BADGE = Path(_PAIR + "/latest-untagged/badge")
MATRIX_BADGE = Path("/matrix/provider/{provider}/latest/{provider_tag}/consumer/{consumer}/latest/{tag}/badge")
CAN_I_MERGE_BADGE = Path("/pacticipants/{pacticipant}/main-branch/can-i-merge/badge")
CAN_I_DEPLOY_TO_TAG_BADGE = Path("/pacticipants/{pacticipant}/latest-version/{tag}/can-i-deploy/to/{to}/badge")
CAN_I_DEPLOY_TO_ENVIRONMENT = Path(
    "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}"
)
CAN_I_DEPLOY_TO_ENVIRONMENT_BADGE = Path(
    "/pacticipants/{pacticipant}/branches/{branch}/latest-version/can-i-deploy/to-environment/{environment}/badge"
)

RECOMPARE = Path("/comparisons/recompare")
REGISTRY_TYPES = Path("/schemas/types")
REGISTRY_CONTEXTS = Path("/contexts")
REGISTRY_SCHEMAS = Path("/schemas")
REGISTRY_SCHEMA = Path("/schemas/ids/{id}")
REGISTRY_SCHEMA_TEXT = Path("/schemas/ids/{id}/schema")
REGISTRY_SCHEMA_SUBJECTS = Path("/schemas/ids/{id}/subjects")
REGISTRY_SCHEMA_VERSIONS = Path("/schemas/ids/{id}/versions")
REGISTRY_SUBJECTS = Path("/subjects")
REGISTRY_SUBJECT = Path("/subjects/{subject}")
REGISTRY_VERSIONS = Path("/subjects/{subject}/versions")
REGISTRY_VERSION = Path("/subjects/{subject}/versions/{version}")
REGISTRY_VERSION_TEXT = Path("/subjects/{subject}/versions/{version}/schema")
REGISTRY_REFERENCED_BY = Path("/subjects/{subject}/versions/{version}/referencedby")
REGISTRY_CHECK_ALL = Path("/compatibility/subjects/{subject}/versions")
REGISTRY_CHECK = Path("/compatibility/subjects/{subject}/versions/{version}")
REGISTRY_CONFIG = Path("/config")
REGISTRY_SUBJECT_CONFIG = Path("/config/{subject}")
REGISTRY_MODE = Path("/mode")
REGISTRY_SUBJECT_MODE = Path("/mode/{subject}")
