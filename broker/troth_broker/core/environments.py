"""What a request says about an environment, checked."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.texts import faults_of_texts


@dataclass(frozen=True, slots=True)
class DescribedEnvironment:
    """What people say about an environment; `contacts` is JSON text."""

    name: str
    display_name: str | None
    production: bool
    contacts: str | None


def read_environment(body: Mapping[str, Any]) -> DescribedEnvironment:
    """An environment as a body describes it; members that it lacks are empty. Raises Invalid."""
    faults = tuple(_faults(body))
    if faults:
        raise Invalid(faults)
    contacts = body.get("contacts")
    return DescribedEnvironment(
        body["name"],
        body.get("displayName") or None,
        body["production"],
        None if contacts is None else json.dumps(contacts, ensure_ascii=False),
    )


def name_taken(name: str) -> Invalid:
    """The refusal of a name that another environment has."""
    return Invalid.at("name", f"is already used: another environment is called '{name}'")


def _faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    yield from _faults_of_name(body)
    yield from faults_of_texts(body, ("displayName",))
    if body.get("production") is None:
        yield Fault("production", "is missing", missing=True)
    elif not isinstance(body["production"], bool):
        yield Fault("production", "must be true or false")
    yield from _faults_of_contacts(body.get("contacts"))


def _faults_of_name(body: Mapping[str, Any]) -> Iterator[Fault]:
    name = body.get("name")
    if name is None:
        yield Fault("name", "is missing", missing=True)
    elif (fault := fault_of_name(name)) is not None:
        yield Fault("name", fault)
    elif any(char.isspace() for char in name):
        yield Fault("name", "cannot contain spaces")


def _faults_of_contacts(contacts: object) -> Iterator[Fault]:
    if contacts is None:
        return
    if not isinstance(contacts, list):
        yield Fault("contacts", "must be an array")
        return
    for index, contact in enumerate(contacts):
        if not isinstance(contact, dict):
            yield Fault("contacts", f"must hold objects (at index {index})", inside=(index,))
            continue
        if contact.get("name") is None:
            yield Fault("contacts", f"name is missing (at index {index})", True, (index, "name"))
        elif (fault := fault_of_name(contact["name"])) is not None:
            yield Fault("contacts", f"name {fault} (at index {index})", inside=(index, "name"))
        if not isinstance(contact.get("details", {}), dict):
            yield Fault("contacts", f"details must be an object (at index {index})", inside=(index, "details"))
