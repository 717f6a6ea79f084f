"""Look-ups of entities, as gateways of Federation make them: what comes is the entity that each key asks for."""

from collections.abc import Iterator, Mapping

from graphql import FieldNode, VariableNode

from troth_schemas.json_body import Json
from troth_schemas.matching import Difference
from troth_verifiers.graphql.asked import Asked
from troth_verifiers.graphql.injecting import is_to_come


def looks_up(asked: Asked) -> bool:
    """Whether an operation may look entities up; quickly told."""
    return "_entities" in asked.query


def number_differences(asked: Asked, data: Json) -> Iterator[Difference]:
    """Where there are more or fewer entities than keys: they stand in the same order."""
    for key, representations in _looked_up(asked):
        found = data.get(key) if isinstance(data, dict) else None
        if isinstance(found, list) and len(found) != len(representations):
            text = f"Expected an entity for each of {len(representations)} representations, but {len(found)} came."
            yield Difference(f"$.data.{key}", text, str(len(representations)), str(len(found)))


def types_by_path(asked: Asked) -> Mapping[str, str]:
    """The type that each entity has to be of, by its path in the answer."""
    return {
        f"$.data.{key}[{index}]": name
        for key, representations in _looked_up(asked)
        for index, one in enumerate(representations)
        if isinstance(one, dict) and isinstance(name := one.get("__typename"), str)
    }


def are_representations(value: Json) -> bool:
    """Whether a value is a list of keys of entities, each with its type; values of provider states may become one."""
    return is_to_come(value) or (isinstance(value, list) and all(map(_is_representation, value)))


def _is_representation(value: Json) -> bool:
    return is_to_come(value) or (isinstance(value, dict) and isinstance(value.get("__typename"), str))


def _looked_up(asked: Asked) -> Iterator[tuple[str, list[Json]]]:
    """The look-ups of an operation by the names of their answers, each with the keys that it asks for."""
    for node in asked.operation.node.selection_set.selections:
        if isinstance(node, FieldNode) and node.name.value == "_entities":
            variables = [one.value.name.value for one in node.arguments or () if isinstance(one.value, VariableNode)]
            for given in map(asked.variables.get, variables):
                if isinstance(given, list):
                    yield node.alias.value if node.alias else "_entities", given
