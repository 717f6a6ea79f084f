"""AsyncAPI 2 and 3: channels, operations and messages, and what changes of them break."""

from troth_schemas.asyncapi.comparing import compare
from troth_schemas.asyncapi.loading import read
from troth_schemas.asyncapi.model import Api, Channel, Message, Operation, Schema

__all__ = ["Api", "Channel", "Message", "Operation", "Schema", "compare", "read"]
