"""Whether a request carries what an operation asks of its callers, told by presence: nobody knows a secret's value."""

from troth_schemas.openapi import Api, Operation, Requirement, SecurityScheme
from troth_schemas.pact.parts import Part
from troth_schemas.pairs.pact_openapi.parameters import cookies

_TYPES = {"mutualTLS": "mutual TLS"}
_SCHEMES = {"basic": "Basic", "bearer": "Bearer", "digest": "Digest"}


def missing(api: Api, operation: Operation, request: Part) -> tuple[str, ...]:
    """What is missing from each alternative, in words; () where one of them may be satisfied or none is needed."""
    found: list[str] = []
    for one in operation.security:
        lacking = [_named(scheme) for scheme in _schemes(api, one) if not _carries(request, scheme)]
        if not lacking:
            return ()
        found.append(" and ".join(lacking))
    return tuple(dict.fromkeys(found))


def unseen(api: Api, operation: Operation, request: Part) -> tuple[str, ...]:
    """What a request cannot show, in words, of the alternatives that it may satisfy; () where it satisfies one."""
    found: list[str] = []
    for one in operation.security:
        if all(_carries(request, scheme) for scheme in _schemes(api, one)):
            hidden = [why for name, _ in one.schemes if (why := _hidden(api, name))]
            if not hidden:
                return ()
            found += hidden
    return tuple(dict.fromkeys(found))


def _hidden(api: Api, name: str) -> str:
    scheme = api.security_schemes.get(name)
    if scheme is None:
        return f"the security scheme {name!r} is not described"
    seen = scheme.type in ("apiKey", "http", "oauth2", "openIdConnect")
    return "" if seen else f"a request does not show {_TYPES.get(scheme.type, scheme.type)}"


def names(api: Api, operation: Operation, where: str) -> set[str]:
    """The names that security schemes take in the query, the headers (in lower case) or the cookies."""
    schemes = [scheme for one in operation.security for scheme in _schemes(api, one)]
    found = {scheme.parameter or "" for scheme in schemes if scheme.type == "apiKey" and scheme.where == where}
    return {name.lower() for name in found} if where == "header" else found


def _schemes(api: Api, one: Requirement) -> list[SecurityScheme]:
    return [api.security_schemes[name] for name, _ in one.schemes if name in api.security_schemes]


def _carries(request: Part, scheme: SecurityScheme) -> bool:
    name = scheme.parameter or ""
    if scheme.type == "apiKey":
        if scheme.where == "query":
            return name in request.query
        return name in cookies(request.headers) if scheme.where == "cookie" else name.lower() in request.headers
    if scheme.type in ("http", "oauth2", "openIdConnect"):
        values = request.headers.get("authorization", ())
        stated = _SCHEMES.get(scheme.scheme or "") if scheme.type == "http" else None
        if stated is None or "authorization" in request.rules.header:
            return bool(values)
        return any(one.strip().lower().startswith(stated.lower()) for one in values)
    return True  # mutual TLS and what is not known is not to be seen in a request


def _named(scheme: SecurityScheme) -> str:
    if scheme.type == "apiKey":
        return f"the API key {scheme.parameter!r} ({scheme.where})"
    kind = _SCHEMES.get(scheme.scheme or "", scheme.scheme or "") if scheme.type == "http" else scheme.type
    return f"the header Authorization ({kind})"
