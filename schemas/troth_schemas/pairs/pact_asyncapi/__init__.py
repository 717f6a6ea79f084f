"""The messages of a pact against a provider's AsyncAPI document.

An interaction names its operation (``comments.references.AsyncAPI.operationId``), or the operation is found by what the
message holds.
"""

from troth_schemas.pairs.pact_asyncapi.judging import COVERAGE, PAIR, judge, uses

__all__ = ["COVERAGE", "PAIR", "judge", "uses"]
