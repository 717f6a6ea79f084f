"""Several documents of expectations as one, as pacts of one pair are merged: a version has one contract of a format."""

from collections.abc import Mapping
from copy import deepcopy

from troth_schemas.json_body import Document, Json


class Unmergeable(ValueError):
    """Documents contradict each other; the sentence names both and the place."""


def merged(documents: Mapping[str, Document]) -> Document:
    """The documents, by their names, as one: their schemas and settings together, and every interaction once.

    They are of the same consumer, provider and protocol. An interaction of the same description and states that stands
    in two of them must be the same in both. Raises `Unmergeable`.
    """
    (first, whole), *others = ((name, deepcopy(document)) for name, document in documents.items())
    sources = {_identity(one): (first, one) for one in _listed(whole.get("interactions"))}
    for name, document in others:
        for one in _listed(document.get("interactions")):
            before, known = sources.setdefault(_identity(one), (name, one))
            if known != one:
                raise Unmergeable(
                    f"the interaction {_described(one)} of {name} differs from the one of the same description and "
                    f"states in {before}; give one of them another description"
                )
        whole["schema"] = [*dict.fromkeys((*_texts(whole.get("schema")), *_texts(document.get("schema"))))]
        whole["settings"] = _settings(whole.get("settings"), document.get("settings"), first, name)
    whole["interactions"] = [one for _, one in sources.values()]
    whole.pop("comment", None)
    return {member: value for member, value in whole.items() if value or member not in ("schema", "settings")}


def _settings(mine: Json, theirs: Json, first: str, name: str) -> Document:
    found: Document = dict(mine) if isinstance(mine, dict) else {}
    for key, value in (theirs if isinstance(theirs, dict) else {}).items():
        if found.setdefault(key, value) != value:
            raise Unmergeable(f"the setting {key!r} of {name} differs from that in {first}")
    return found


def _identity(one: Json) -> str:
    if not isinstance(one, dict):
        return repr(one)
    states = one.get("states")
    listed = states if isinstance(states, list) else [states] if states is not None else []
    return repr((one.get("description"), [{"name": state} if isinstance(state, str) else state for state in listed]))


def _described(one: Json) -> str:
    return repr(one.get("description") if isinstance(one, dict) else one)


def _listed(value: Json) -> list[Json]:
    return value if isinstance(value, list) else []


def _texts(value: Json) -> list[str]:
    return [one for one in (value if isinstance(value, list) else [value]) if isinstance(one, str)]
