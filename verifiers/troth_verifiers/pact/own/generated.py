"""An interaction with the values that its contract wants generated, in what is sent and in what is expected."""

import random
from datetime import UTC, datetime

from troth_schemas.json_body import Document
from troth_schemas.matching.generating import generated, has_generators
from troth_schemas.matching.generators import Around, CannotGenerate
from troth_verifiers.api import Target
from troth_verifiers.errors import NotReplayable
from troth_verifiers.pact.expected import with_values

_CHANCE = random.SystemRandom()


def prepared(element: Document, target: Target) -> Document:
    """The interaction as it is to be replayed; raises `NotReplayable` where a value cannot be generated."""
    request = element.get("request")
    ready = with_values(element, target.values)
    if not isinstance(request, dict) or not has_generators(request):
        return ready
    around = Around(_CHANCE, datetime.now(UTC).astimezone(), target.values)
    body = "contents" if "contents" in request and "body" not in request else "body"
    try:
        return {**ready, "request": generated(request, around, body=body)}
    except CannotGenerate as problem:
        raise NotReplayable(f"The request cannot be made. {problem}") from None
