"""What credentials servers and operations want: each scheme by its name and by what it is."""

from typing import Final

from troth_schemas.asyncapi.nodes import Node, last_step
from troth_schemas.json_body import Json
from troth_schemas.problem import steps_of

_TELLING: Final = ("type", "scheme", "name", "openIdConnectUrl", "in")
"""Members of a scheme that say what a client has to bring; "in" comes last: ``httpApiKey X-Key header``."""


def security_3(node: Node) -> tuple[frozenset[str], ...]:
    """The alternatives of an operation or a server of version 3, each a scheme with the scopes that it wants."""
    found = []
    for one in node.elements("security"):
        scopes = one.get("scopes")
        listed = scopes.value if scopes is not None and isinstance(scopes.value, list) else []
        inline = steps_of(one.at.pointer)[-2:-1] == ("security",)
        found.append(_credentials(_shown("" if inline else last_step(one), one), listed))
    return tuple(found)


def security_2(root: Node, node: Node) -> tuple[frozenset[str], ...]:
    """The same of version 2, where a requirement names schemes of the document's components."""
    components = root.get("components")
    schemes = {} if components is None else dict(components.members("securitySchemes"))
    return tuple(_requirement(one.value, schemes) for one in node.elements("security"))


def _requirement(value: Json, schemes: dict[str, Node]) -> frozenset[str]:
    found: frozenset[str] = frozenset()
    for name, scopes in value.items() if isinstance(value, dict) else ():
        found |= _credentials(_shown(name, schemes.get(name)), scopes if isinstance(scopes, list) else [])
    return found


def _shown(name: str, scheme: Node | None) -> str:
    """A scheme as people are told of it: its name, and what it is."""
    told = [] if scheme is None else [text for text in map(scheme.text, _TELLING) if text is not None]
    what = " ".join(told)
    return f"{name} ({what})" if name and what else name or what


def _credentials(scheme: str, scopes: list[Json]) -> frozenset[str]:
    return frozenset((scheme, *(f"{scheme}: {scope}" for scope in scopes)))
