"""Security schemes and what an operation asks of them."""

from collections.abc import Mapping

from troth_schemas.json_body import Json
from troth_schemas.openapi.model import Requirement, SecurityScheme
from troth_schemas.openapi.reading import At, Reading, members, text, texts


def schemes(reading: Reading, at: At) -> dict[str, SecurityScheme]:
    """The security schemes of a description (``securityDefinitions`` of 2.0 too), by name."""
    return {name: _scheme(name, reading.follow(one)) for name, one in at.members.items()}


def _scheme(name: str, at: At) -> SecurityScheme:
    value = members(at.value)
    kind = text(value.get("type")) or ""
    scheme = text(value.get("scheme"))
    if kind == "basic":
        kind, scheme = "http", "basic"
    flows = _flows(at)
    return SecurityScheme(
        name=name,
        type=kind,
        location=at.location,
        scheme=scheme.lower() if scheme else None,
        where=text(value.get("in")),
        parameter=text(value.get("name")),
        scopes={flow: tuple(members(one["scopes"].value)) for flow, one in flows.items()},
        urls=_urls(value, flows),
    )


def _flows(at: At) -> dict[str, At]:
    flow = text(members(at.value).get("flow"))
    if flow is not None:  # 2.0 has one flow, under other names
        known = {"accessCode": "authorizationCode", "application": "clientCredentials"}
        return {known.get(flow, flow): at}
    return at["flows"].named


def _urls(value: Mapping[str, Json], flows: Mapping[str, At]) -> dict[str, str]:
    found = {"openIdConnectUrl": value.get("openIdConnectUrl")}
    for flow, one in flows.items():
        found.update({f"{flow} {key}": one[key].value for key in ("authorizationUrl", "tokenUrl", "refreshUrl")})
    return {key: url for key, url in found.items() if isinstance(url, str)}


def requirements(at: At) -> tuple[Requirement, ...]:
    """The alternatives of a ``security`` member. Nobody is asked anything: no alternative."""
    return tuple(
        Requirement(tuple(sorted((name, texts(scopes)) for name, scopes in members(one.value).items())), one.location)
        for one in at.elements
    )
