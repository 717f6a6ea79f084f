"""A pact against its provider's .proto files: gRPC calls, Protobuf messages, and JSON that names a Protobuf type."""

from troth_schemas.pairs.pact_protobuf.judging import COVERAGE, PAIR, judge, uses

__all__ = ["COVERAGE", "PAIR", "judge", "uses"]
