"""Rules about who may ask: alternatives, scopes, and the schemes themselves."""

from collections.abc import Iterator

from troth_schemas.finding import Found, Witness
from troth_schemas.openapi.model import Api, Operation, Requirement, SecurityScheme
from troth_schemas.openapi.pair import ApiPair, Pair, Subject
from troth_schemas.rule import rule

OperationPair = Pair[Operation]


@rule("openapi/security-added", severity="breaking", mirror="openapi/security-removed",
      aliases=("api-security-added", "api-global-security-added"))  # fmt: skip
def security_added(pair: OperationPair) -> Iterator[Found]:
    """Requests must prove who asks, which they need not do before.

    Why it breaks: clients that send no credentials get 401.
    Instead: let it be optional first (an empty alternative, `{}`), until all clients send credentials.
    """
    if pair.both:
        reader, writer = pair.both
        if _open(writer) and not _open(reader):
            yield pair.subject.found(
                f"{_words(reader.security[0])} became necessary",
                reader=reader.security[0].location,
                writer=writer.security[0].location if writer.security else writer.location,
                witness=pair.probe() if pair.probe else None,
            )


@rule("openapi/security-removed", severity="safe", mirror="openapi/security-added",
      aliases=("api-security-removed", "api-global-security-removed"))  # fmt: skip
def security_removed(pair: OperationPair) -> Iterator[Found]:
    """Requests need no longer prove who asks.

    Why it matters: anybody may ask now, perhaps by mistake.
    Instead: nothing, if it is meant.
    """
    if pair.both:
        reader, writer = pair.both
        if _open(reader) and not _open(writer):
            yield pair.subject.found(
                f"{_words(writer.security[0])} is no longer necessary",
                reader=reader.security[0].location if reader.security else reader.location,
                writer=writer.security[0].location,
            )


@rule("openapi/security-alternative-removed", severity="breaking", mirror="openapi/security-alternative-added",
      aliases=("api-security-updated",))  # fmt: skip
def security_alternative_removed(pair: OperationPair) -> Iterator[Found]:
    """A way to prove who asks is no longer enough.

    Why it breaks: clients that use it get 401.
    Instead: go on accepting it beside the new one, until no client uses it.
    """
    for one, missing in _refused(pair):
        if missing is None:
            reader, writer = pair.both or (None, None)
            assert reader is not None
            assert writer is not None
            yield pair.subject.found(
                f"{_words(one)} is no longer enough",
                _words(one),
                reader=reader.security[0].location,
                writer=one.location,
                witness=_credentials(pair, one),
            )


@rule("openapi/security-scope-added", severity="breaking", mirror="openapi/security-scope-removed",
      aliases=("api-security-scope-added",))  # fmt: skip
def security_scope_added(pair: OperationPair) -> Iterator[Found]:
    """A scope is needed that was not needed before.

    Why it breaks: clients whose tokens do not have it get 403.
    Instead: accept the old scopes beside the new one, until all tokens have it.
    """
    for one, missing in _refused(pair):
        if missing is not None:
            scopes, new = missing
            names = " and ".join(map(repr, scopes))
            yield pair.subject.found(
                f"{_words(one)} needs the scope {names}",
                _words(one),
                reader=new.location,
                writer=one.location,
                witness=_credentials(pair, one),
            )


@rule("openapi/security-scope-removed", severity="safe", mirror="openapi/security-scope-added",
      aliases=("api-security-scope-removed",))  # fmt: skip
def security_scope_removed(pair: OperationPair) -> Iterator[Found]:
    """A scope is no longer needed.

    Why it matters: clients need ask for less.
    Instead: nothing, it breaks nobody.
    """
    for one, missing in _refused(pair, back=True):
        if missing is not None:
            scopes, old = missing
            names = " and ".join(map(repr, scopes))
            yield pair.subject.found(
                f"{_words(one)} no longer needs the scope {names}",
                _words(one),
                reader=one.location,
                writer=old.location,
            )


@rule("openapi/security-alternative-added", severity="safe", mirror="openapi/security-alternative-removed")
def security_alternative_added(pair: OperationPair) -> Iterator[Found]:
    """There is another way to prove who asks.

    Why it matters: clients may use it.
    Instead: nothing, additions break nobody.
    """
    for one, missing in _refused(pair, back=True):
        if missing is None:
            writer = pair.both[1] if pair.both else None
            assert writer is not None
            yield pair.subject.found(
                f"{_words(one)} is enough now", _words(one), reader=one.location, writer=writer.security[0].location
            )


def _open(operation: Operation) -> bool:
    """Whether anybody may ask."""
    return not operation.security or any(not one.schemes for one in operation.security)


def _words(one: Requirement) -> str:
    return " and ".join(repr(name) for name, _ in one.schemes) or "No credentials"


def _refused(
    pair: OperationPair, *, back: bool = False
) -> Iterator[tuple[Requirement, tuple[tuple[str, ...], Requirement] | None]]:
    """The writer's alternatives that are not enough for the reader; with the scopes that each lacks if only scopes do.

    ``back``: the other way about.
    """
    if pair.both is None:
        return
    reader, writer = pair.both
    sides = pair.subject.sides
    first, second, mine, yours = reader, writer, sides.reader, sides.writer
    if back:
        first, second, mine, yours = writer, reader, sides.writer, sides.reader
    if _open(first) or _open(second):
        return
    wanted = [(one, _meant(one, mine, yours)) for one in first.security]
    for alternative in second.security:
        given = dict(alternative.schemes)
        lacking = [(_lacks(asked, given), one) for one, asked in wanted]
        if any(scopes == () for scopes, _ in lacking):
            continue
        yield alternative, next(((scopes, one) for scopes, one in lacking if scopes), None)


def _meant(one: Requirement, mine: Api, yours: Api) -> dict[str, tuple[str, ...]]:
    """What an alternative asks for, in the other side's names for the schemes."""
    return {_renamed(name, mine, yours): scopes for name, scopes in one.schemes}


def _renamed(name: str, mine: Api, yours: Api) -> str:
    scheme = mine.security_schemes.get(name)
    if scheme is None or name in yours.security_schemes:
        return name
    return next(
        (other.name for other in yours.security_schemes.values() if _signature(other) == _signature(scheme)), name
    )


def _signature(one: SecurityScheme) -> tuple[object, ...]:
    where = one.parameter.lower() if one.where == "header" and one.parameter else one.parameter
    return one.type, one.scheme, one.where, where, tuple(sorted(one.urls.items()))


def _lacks(asked: dict[str, tuple[str, ...]], given: dict[str, tuple[str, ...]]) -> tuple[str, ...] | None:
    """The scopes that are asked for and not given; None where a whole scheme is."""
    if not asked.keys() <= given.keys():
        return None
    return tuple(sorted(scope for name, scopes in asked.items() for scope in {*scopes} - {*given[name]}))


def _credentials(pair: OperationPair, one: Requirement) -> Witness | None:
    return pair.probe(one) if pair.probe else None


@rule("openapi/security-scheme-changed", severity="breaking", mirror="its own mirror: every change breaks both ways")
def security_scheme_changed(pair: ApiPair) -> Iterator[Found]:
    """A security scheme asks for credentials of another kind.

    Why it breaks: what clients send is no longer understood as credentials.
    Instead: add another scheme as an alternative, and remove this one when no client uses it.
    """
    for new, old in _schemes(pair):
        if (new.type, new.scheme) != (old.type, old.scheme):
            before, after = (" ".join(filter(None, (one.type, one.scheme))) for one in (old, new))
            yield _about(pair, new).found(
                f"The security scheme {new.name!r} became {after}, it was {before}",
                reader=new.location,
                writer=old.location,
                witness=_sent(pair, old),
            )


@rule("openapi/api-key-moved", severity="breaking", mirror="its own mirror: every move breaks both ways")
def api_key_moved(pair: ApiPair) -> Iterator[Found]:
    """An API key is expected in another place, or under another name.

    Why it breaks: clients send it where nobody looks, and get 401.
    Instead: go on looking in the old place too, until no client uses it.
    """
    for new, old in _schemes(pair):
        if new.type == old.type == "apiKey" and _place(new) != _place(old):
            yield _about(pair, new).found(
                f"The API key {new.name!r} moved from {' '.join(_place(old))} to {' '.join(_place(new))}",
                reader=new.location,
                writer=old.location,
                witness=_sent(pair, old),
            )


@rule("openapi/oauth-flow-removed", severity="breaking", mirror="openapi/oauth-flow-added",
      aliases=("api-security-component-oauth-flow-removed",))  # fmt: skip
def oauth_flow_removed(pair: ApiPair) -> Iterator[Found]:
    """An OAuth flow is no longer offered.

    Why it breaks: clients that get their tokens by it get none.
    Instead: go on offering it until no client uses it.
    Note: tokens are not got by a request of this API, so there is no witness.
    """
    for new, old in _schemes(pair):
        for flow in sorted(old.scopes.keys() - new.scopes.keys()):
            yield _about(pair, new).found(
                f"The flow {flow} of {new.name!r} was removed", flow, reader=new.location, writer=old.location
            )


@rule("openapi/oauth-flow-added", severity="safe", mirror="openapi/oauth-flow-removed")
def oauth_flow_added(pair: ApiPair) -> Iterator[Found]:
    """Another OAuth flow is offered.

    Why it matters: clients may get their tokens by it.
    Instead: nothing, additions break nobody.
    """
    for new, old in _schemes(pair):
        for flow in sorted(new.scopes.keys() - old.scopes.keys()):
            yield _about(pair, new).found(
                f"The flow {flow} of {new.name!r} was added", flow, reader=new.location, writer=old.location
            )


@rule("openapi/oauth-scope-removed", severity="risky", mirror="openapi/oauth-scope-added",
      aliases=("api-security-component-oauth-scope-removed",))  # fmt: skip
def oauth_scope_removed(pair: ApiPair) -> Iterator[Found]:
    """A scope can no longer be asked for.

    Why it breaks: clients that ask for it may get no token at all.
    Instead: go on granting it, even if nothing needs it.
    """
    for new, old in _schemes(pair):
        for flow, scopes in old.scopes.items():
            for scope in sorted({*scopes} - {*new.scopes.get(flow, scopes)}):
                yield _about(pair, new).found(
                    f"The scope {scope!r} of {new.name!r} was removed",
                    flow,
                    scope,
                    reader=new.location,
                    writer=old.location,
                )


@rule("openapi/oauth-scope-added", severity="safe", mirror="openapi/oauth-scope-removed",
      aliases=("api-security-component-oauth-scope-added",))  # fmt: skip
def oauth_scope_added(pair: ApiPair) -> Iterator[Found]:
    """Another scope can be asked for.

    Why it matters: clients may ask for it.
    Instead: nothing, additions break nobody.
    """
    for new, old in _schemes(pair):
        for flow, scopes in new.scopes.items():
            for scope in sorted({*scopes} - {*old.scopes.get(flow, scopes)}):
                yield _about(pair, new).found(
                    f"The scope {scope!r} of {new.name!r} was added",
                    flow,
                    scope,
                    reader=new.location,
                    writer=old.location,
                )


@rule("openapi/security-url-changed", severity="risky", mirror="its own mirror: every move is one both ways",
      aliases=("api-security-component-oauth-url-changed",
               "api-security-component-oauth-token-url-changed"))  # fmt: skip
def security_url_changed(pair: ApiPair) -> Iterator[Found]:
    """Credentials are got at another address.

    Why it breaks: clients that were told the old address get no token there, if it goes.
    Instead: keep the old address working.
    """
    for new, old in _schemes(pair):
        for key in sorted(new.urls.keys() & old.urls.keys()):
            if new.urls[key] != old.urls[key]:
                yield _about(pair, new).found(
                    f"The address {key} of {new.name!r} became {new.urls[key]}",
                    key,
                    reader=new.location,
                    writer=old.location,
                )


def _schemes(pair: ApiPair) -> Iterator[tuple[SecurityScheme, SecurityScheme]]:
    new, old = pair.sides.reader.security_schemes, pair.sides.writer.security_schemes
    for name in sorted(new.keys() & old.keys()):
        yield new[name], old[name]


def _about(pair: ApiPair, scheme: SecurityScheme) -> Subject:
    return pair.subject.inner(f"security scheme {scheme.name!r}", "security", scheme.name)


def _place(one: SecurityScheme) -> tuple[str, str]:
    return one.where or "", one.parameter or ""


def _sent(pair: ApiPair, scheme: SecurityScheme) -> Witness | None:
    """A request with the old credentials, of an operation that asks for them."""
    return pair.probe(scheme) if pair.probe else None


SECURITY_RULES = (
    security_added,
    security_removed,
    security_alternative_removed,
    security_scope_added,
    security_scope_removed,
    security_alternative_added,
)
SCHEME_RULES = (
    security_scheme_changed,
    api_key_moved,
    oauth_flow_removed,
    oauth_flow_added,
    oauth_scope_removed,
    oauth_scope_added,
    security_url_changed,
)
