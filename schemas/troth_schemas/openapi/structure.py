"""What is wrong with a description's own structure: members missing, of another type, or unknown."""

from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.openapi.reading import At, Reading, members
from troth_schemas.openapi.shapes import Shape, shapes

_TYPES: Final = {"text": (str,), "boolean": (bool,), "number": (int, float)}
_KIND: Final = {dict: "an object", list: "an array", str: "a text", bool: "a boolean", type(None): "null"}


class Structure:
    """Checks a description from its root; what is referred to is checked where it stands."""

    def __init__(self, reading: Reading, version: str) -> None:
        self._reading = reading
        self._version = version
        self._shapes = shapes(version)
        self._needed = {name: _needed(shape) for name, shape in self._shapes.items()}
        self._kinds = {
            name: {one: kind.rstrip("!") for one, kind in shape.members.items()} for name, shape in self._shapes.items()
        }

    def check(self, root: At) -> None:
        """Note every problem of the root document's structure."""
        left: list[tuple[At, str]] = [(root, "api")]
        while left:
            at, what = left.pop()
            left.extend(self._object(at, self._shapes[what], what))
        if self._version != "2.0" and not {"paths", "components", "webhooks"} & members(root.value).keys():
            self._reading.error(root.location, "The description has none of paths, components and webhooks.")

    def _object(self, at: At, shape: Shape, what: str) -> list[tuple[At, str]]:
        if not isinstance(at.value, dict):
            self._reading.error(at.location, f"This must be an object, not {kind(at.value)}.")
            return []
        if isinstance(at.value.get("$ref"), str) and what != "path":
            return []
        for name in self._needed[what]:
            if name not in at.value:
                self._reading.error(at.location, f"The member {name!r} is missing.")
        left: list[tuple[At, str]] = []
        kinds = self._kinds[what]
        for name, value in at.value.items():
            known = kinds.get(name)
            if name.startswith("x-") or known == "any":
                continue
            if known is None:
                if not shape.open:
                    self._reading.warning(at[name].location, f"OpenAPI {self._version} knows no member {name!r} here.")
            elif known not in _TYPES or not isinstance(value, _TYPES[known]):
                left.extend(self._member(at[name], known, name))
        return left

    def _member(self, at: At, what: str, name: str) -> list[tuple[At, str]]:
        if what == "any":
            return []
        if what in _TYPES:
            if not isinstance(at.value, _TYPES[what]):
                self._reading.error(at.location, f"The member {name!r} must be a {what}, not {kind(at.value)}.")
            return []
        inner = what[1:-1]
        if what.startswith("["):
            if not isinstance(at.value, list):
                self._reading.error(at.location, f"The member {name!r} must be an array, not {kind(at.value)}.")
            each = at.elements if inner != "any" else []
            return [found for one in each for found in self._inner(one, inner, name)]
        if what.startswith("{"):
            if not isinstance(at.value, dict):
                self._reading.error(at.location, f"The member {name!r} must be an object, not {kind(at.value)}.")
            each = list(at.named.values()) if inner != "any" else []
            return [found for one in each for found in self._inner(one, inner, name)]
        return [(at, what)]

    def _inner(self, at: At, what: str, name: str) -> list[tuple[At, str]]:
        if what in self._shapes:
            return [(at, what)]
        return self._member(at, what, name)


def _needed(shape: Shape) -> tuple[str, ...]:
    return tuple(name for name, wanted in shape.members.items() if wanted.endswith("!"))


def kind(value: Json) -> str:
    """What a value is, in words."""
    return _KIND.get(type(value), "a number")
