"""The messages of a pact against a provider's Avro schema: can what the consumer relies on be a datum of it?"""

from troth_schemas.pairs.pact_avro.judging import COVERAGE, PAIR, judge, uses

__all__ = ["COVERAGE", "PAIR", "judge", "uses"]
