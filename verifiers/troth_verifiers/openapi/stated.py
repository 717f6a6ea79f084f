"""The answers that a description shows as examples, held against their own schemas: nothing is sent for them."""

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace

from troth_schemas.openapi import Operation
from troth_schemas.openapi.media_types import essence
from troth_verifiers.api import Mismatch
from troth_verifiers.json_bodies import is_json
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.examples import shown_beside


@dataclass(frozen=True, slots=True)
class Misstated:
    """The example of an answer that is not as its schema says: `told` names it, `faults` say why."""

    operation: Operation
    told: str
    faults: tuple[Mismatch, ...]


def misstated(checker: Checker, operation: Operation) -> Iterator[Misstated]:
    """The examples of an operation's answers in JSON that are not as the description says."""
    for status, response in checker.described.responses(operation).items():
        number = _status(operation, status)
        content = response.get("content")
        for kind, media in content.items() if isinstance(content, dict) and number else ():
            if not isinstance(media, dict) or not is_json(essence(kind)):
                continue
            for name, value in shown_beside(checker.described.document, media).items():
                body = json.dumps(value).encode()
                found = checker.response(operation, number, (("Content-Type", kind),), body)
                faults = tuple(_told(one) for one in found if one.place.startswith("response body"))
                if faults:
                    told = f"example {name!r} of the answer {status}" if name else f"the example of the answer {status}"
                    yield Misstated(operation, told, faults)


def _status(operation: Operation, status: str) -> int:
    """A status for which an answer is declared; 0 where there is none."""
    numbers = [int(status)] if status.isdigit() else range(200, 600)
    found = ((number, operation.response(number)) for number in numbers)
    return next((number for number, one in found if one is not None and one.status.lower() == status.lower()), 0)


def _told(fault: Mismatch) -> Mismatch:
    return replace(fault, text=f"The example is not as the description says: {fault.text}")
