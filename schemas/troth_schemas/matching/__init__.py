"""Whether what came is what was promised: Pact's matching rules, V1 to V4, over decoded trees.

A tree is JSON-like: objects, arrays, texts, numbers, booleans, null; whatever a protocol carries (Protobuf fields,
GraphQL data, Avro records, headers) is decoded into one first. Nothing here reads a clock, a file or a network.
"""

from troth_schemas.matching.bodies import Body, BodyDifferences, match_body
from troth_schemas.matching.difference import Difference
from troth_schemas.matching.parts import match_headers, match_metadata, match_query, match_status, match_text
from troth_schemas.matching.trees import match_tree

__all__ = [
    "Body",
    "BodyDifferences",
    "Difference",
    "match_body",
    "match_headers",
    "match_metadata",
    "match_query",
    "match_status",
    "match_text",
    "match_tree",
]
