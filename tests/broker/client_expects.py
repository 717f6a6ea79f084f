"""What a client expects of one request: the state before it, and the least that the answer must hold."""

import re
from dataclasses import dataclass, field
from typing import Any

from tests.broker.client_states import BASE, State, nothing


@dataclass(frozen=True, slots=True)
class Expected:
    """One request and the least that its answer must hold."""

    request: str
    status: int
    state: State = nothing
    body: Any = None
    holds: Any = field(default_factory=dict)
    merge_patch: bool = False


def ends(path: str) -> dict[str, Any]:
    """A link whose address ends like this."""
    return {"href": re.compile(re.escape(path) + r"\Z")}


def at(path: str) -> dict[str, Any]:
    """A link to exactly this address."""
    return {"href": BASE + path}


def links(**relations: Any) -> dict[str, Any]:
    """Links by relation, without the prefix; an underscore stands for a dash."""
    return {"_links": {f"pb:{name.replace('_', '-')}": link for name, link in relations.items()}}


def index(**relations: Any) -> Expected:
    """The index with these relations."""
    return Expected("GET /", 200, holds=links(**relations))
