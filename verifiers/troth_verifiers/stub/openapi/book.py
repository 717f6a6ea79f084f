"""Answers to requests that a description of OpenAPI knows; the others are refused with what is wrong with them."""

from collections.abc import Iterator
from difflib import get_close_matches
from typing import Final

from troth_schemas.openapi import Match, Missed, Operation
from troth_verifiers.api import Contract, Outgoing
from troth_verifiers.errors import EngineError
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.checking import Checker
from troth_verifiers.openapi.described import ORIGIN, Described, described
from troth_verifiers.openapi.securing import unmet
from troth_verifiers.stub.asked import Asked, Known, Refused
from troth_verifiers.stub.instances import NoInstance
from troth_verifiers.stub.openapi.answers import Answers, NoAnswer
from troth_verifiers.stub.openapi.preferring import IN_QUERY, wish_of

_MOST_TOLD: Final = 10


class OpenapiBook:
    """The operations of one description, below its servers' base paths or without them.

    `security` asks for the credentials that the description asks for: any of the right form are enough.
    """

    def __init__(self, name: str, whole: Described, *, security: bool = True) -> None:
        self._name = name
        self._security = security
        self._whole = whole
        self._checker = Checker(whole)
        self._answers = Answers(whole)

    @property
    def titles(self) -> tuple[str, ...]:
        """The operations."""
        return tuple(one.name for one in self._whole.api.operations)

    def look_up(self, asked: Asked) -> Known | Refused:
        """The answer to a request that is as described, or what is wrong with it."""
        found = self._whole.api.find(asked.method.lower(), asked.path)
        if isinstance(found, Missed):
            return Refused(asked, ((self._name, (self._unknown(asked, found),)),))
        operation = found.operation
        barred = self._barred(asked, operation) if self._security else None
        if barred is not None:
            return barred
        faults = tuple(self._faults(asked, found))
        if faults:
            return Refused(asked, ((operation.name, faults),), f"{asked.told} is not as {self._name} describes it.")
        try:
            answer = self._answers.answer(operation, asked, wish_of(asked))
        except (NoAnswer, NoInstance) as problem:
            return Refused(asked, why=f"{asked.told} cannot be answered. {problem}")
        return Known(asked, f"{operation.name} → {answer.title}", answer.reply)

    def _barred(self, asked: Asked, operation: Operation) -> Refused | None:
        lock = self._whole.lock(operation)
        if lock is None:
            return None
        lacking = unmet(lock, _outgoing(asked))
        if lacking is None:
            return None
        challenge = next((place.scheme.capitalize() for place in lock.places if place.scheme), "ApiKey")
        why = f"{asked.told} is turned away, as {self._name} says."
        return Refused(asked, ((operation.name, (lacking,)),), why, status=401, challenge=challenge)

    def _unknown(self, asked: Asked, missed: Missed) -> str:
        if missed.why == "method":
            return f"The description has {', '.join(one.upper() for one in missed.known)} of this path."
        paths = list(dict.fromkeys(one.path for one in self._whole.api.operations))
        near = ", ".join(missed.known or get_close_matches(asked.path, paths, n=3))
        return f"The description has no such path{f'; similar are {near}' if near else ''}."

    def _faults(self, asked: Asked, found: Match[Operation]) -> Iterator[str]:
        request = _outgoing(asked)
        try:
            for one in self._checker.request(found.operation, dict(found.parameters), request)[:_MOST_TOLD]:
                yield f"{one.place.removeprefix('request ')}: {one.text}"
        except EngineError as error:
            yield error.text
        yield from self._undeclared(asked, found.operation)

    def _undeclared(self, asked: Asked, operation: Operation) -> Iterator[str]:
        """Parameters of the query that the description does not know, which validation lets pass."""
        declared = [one for one in self._whole.parameters(operation) if one.get("in") == "query"]
        if any(one.get("style") == "deepObject" or _is_object(self._whole, one) for one in declared):
            return  # its members stand in the query by names of their own
        lock = self._whole.lock(operation)
        keys = {place.name for place in (lock.places if lock else ()) if place.where == "query"}
        names = {str(one.get("name")) for one in declared} | keys
        for name in asked.query:
            if name not in IN_QUERY and name not in names and name.removesuffix("[]") not in names:
                yield f"query {name}: The description knows no such parameter."


def _outgoing(asked: Asked) -> Outgoing:
    return Outgoing(asked.method, f"{ORIGIN}{asked.local}", asked.headers, asked.content)


def _is_object(whole: Described, parameter: object) -> bool:
    schema = parameter.get("schema") if isinstance(parameter, dict) else None
    one = followed(whole.document, schema)
    return one.get("type") == "object" or "properties" in one or "allOf" in one


def book_of(contract: Contract, *, security: bool = True) -> OpenapiBook:
    """The book of a description. Raises `ContractUnreadable`."""
    return OpenapiBook(contract.name, described(contract), security=security)
