"""What a request may say about an application, as a change to what is recorded."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.names import fault_of_name
from troth_broker.core.texts import faults_of_texts

MEMBERS = {
    "displayName": "display_name",
    "mainBranch": "main_branch",
    "repositoryUrl": "repository_url",
    "repositoryName": "repository_name",
    "repositoryNamespace": "repository_namespace",
}
"""The members of the body and the columns that they set."""


@dataclass(frozen=True, slots=True)
class Described:
    """What people say about an application."""

    display_name: str | None = None
    main_branch: str | None = None
    repository_url: str | None = None
    repository_name: str | None = None
    repository_namespace: str | None = None


def check_name(value: object, place: str = "name") -> str:
    """The name of an application, version, branch, tag or label. Raises Invalid."""
    fault = fault_of_name(value)
    if fault is not None:
        raise Invalid.at(place, fault)
    assert isinstance(value, str)
    return value


def read_description(body: Mapping[str, Any], before: Described | None = None) -> Described:
    """What a body says; members that it lacks stay as they were before. Unknown members are ignored. Raises Invalid."""
    faults = list(faults_of_texts(body, MEMBERS))
    branch = body.get("mainBranch")
    if isinstance(branch, str) and branch and (fault := fault_of_name(branch)) is not None:
        faults.append(Fault("mainBranch", fault))
    if faults:
        raise Invalid(dict.fromkeys(faults))
    known = before or Described()
    values = {column: body.get(name, getattr(known, column)) for name, column in MEMBERS.items()}
    return Described(**{column: value or None for column, value in values.items()})
