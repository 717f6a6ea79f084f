"""Whether a running provider does what its own OpenAPI description says: 3.0, 3.1 and Swagger 2.0."""

import troth_verifiers.openapi.needed  # noqa: F401 - says what to install before anything fails for the lack of it
from troth_verifiers.openapi.against import Against, against
from troth_verifiers.openapi.plan import Plan, Tally
from troth_verifiers.openapi.verifier import OpenapiVerifier

__all__ = ["Against", "OpenapiVerifier", "Plan", "Tally", "against"]
