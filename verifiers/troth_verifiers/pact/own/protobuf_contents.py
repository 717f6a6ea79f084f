"""Protobuf messages by the descriptors that the protobuf plug-in kept."""

from collections.abc import Callable

from google.protobuf.message import DecodeError

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.rules import Rules
from troth_schemas.pairs.pact_protobuf.examples import astray, example_tree
from troth_schemas.pairs.pact_protobuf.reading import descriptors, message_type
from troth_schemas.protobuf.trees import tree
from troth_verifiers.errors import NotReplayable


def reader_of(kept: str, configured: Document, content_type: str) -> tuple[str, Callable[[bytes, Rules | None], Json]]:
    """What people call the type, and what decodes it. Raises ValueError, LookupError.

    What decodes raises ValueError, and `NotReplayable` for a rule about no field of the type.
    """
    schema = descriptors(kept)
    stated = configured.get("message")
    name = message_type(schema, content_type, stated if isinstance(stated, str) else "")

    def decode(content: bytes, rules: Rules | None) -> Json:
        message = schema.pool.new(name)
        try:
            message.MergeFromString(content)
        except DecodeError as problem:
            raise ValueError(f"its {len(content)} bytes cannot be read as such: {problem}") from None
        for path in astray(message.DESCRIPTOR, rules) if rules is not None else ():
            raise NotReplayable(f"The matching rule {path} leads to no field of {name}.")
        return tree(message, filled=True) if rules is None else example_tree(message, content, rules)

    return f"Protobuf {name}", decode
