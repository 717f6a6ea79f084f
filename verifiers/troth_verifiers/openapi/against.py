"""A description as a second witness: every request and answer of a replayed contract is held against it too."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from troth_schemas.json_body import Document
from troth_schemas.openapi import Match, Missed, Operation
from troth_verifiers.api import Contract, Incoming, Interaction, Mismatch, Outgoing
from troth_verifiers.errors import EngineError
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.checking import KIND, Checker
from troth_verifiers.openapi.described import Described, described


@dataclass
class Against:
    """A check for `Target.checks`. Make one with `against`.

    With `warn` it lets everything pass, and keeps in `findings` what it would have said, with the interaction's title;
    so it does with what it cannot check, which raises `EngineError` otherwise.
    """

    whole: Described
    checker: Checker
    url: str | None = None
    warn: bool = False
    findings: list[tuple[str, Mismatch]] = field(default_factory=list)

    def __call__(self, request: Outgoing, answer: Incoming, interaction: Interaction) -> tuple[Mismatch, ...]:
        """What breaks the description. A request that it forbids is no fault where the provider refused it."""
        found: list[Mismatch] = []
        try:
            found.extend(self._faults(request, answer))
        except EngineError as problem:
            if not self.warn and not found:
                raise
            found.append(Mismatch(KIND, "unchecked", problem.text))
        if not self.warn:
            return tuple(found)
        self.findings += [(interaction.title, one) for one in found]
        return ()

    def _faults(self, request: Outgoing, answer: Incoming) -> Iterator[Mismatch]:
        match = self._find(request)
        if isinstance(match, Missed):
            yield _unknown(match, request)
            return
        operation = match.operation
        if not 400 <= answer.status < 500:
            yield from self.checker.request(operation, dict(match.parameters), request)
            yield from self._undeclared(operation, request)
        if answer.unread:
            raise EngineError(answer.unread)
        yield from self.checker.response(operation, answer.status, answer.headers, answer.content)

    def _find(self, request: Outgoing) -> Match[Operation] | Missed:
        path = urlsplit(request.url).path or "/"
        found = self.whole.api.find(request.method, path)
        below = urlsplit(self.url or "").path.rstrip("/")
        if isinstance(found, Missed) and below and path.startswith(f"{below}/"):
            return self.whole.api.find(request.method, path.removeprefix(below))
        return found

    def _undeclared(self, operation: Operation, request: Outgoing) -> Iterator[Mismatch]:
        """A body and query parameters that the description does not know; openapi-core lets them pass."""
        if request.content and not self.whole.body(operation):
            yield Mismatch(KIND, "request body", f"The description of {operation.name} knows no body.")
        declared = [one for one in self.whole.parameters(operation) if one.get("in") == "query"]
        if any(self._is_spread(one) for one in declared):
            return
        names = {str(one.get("name")) for one in declared}
        known = names | self.whole.keys
        deep = tuple(f"{one.get('name')}[" for one in declared if one.get("style") == "deepObject")
        for name in dict.fromkeys(name for name, _ in parse_qsl(urlsplit(request.url).query, keep_blank_values=True)):
            if not {name, name.removesuffix("[]")} & known and not name.startswith(deep):
                text = f"The description of {operation.name} knows no query parameter {name!r}."
                yield Mismatch(KIND, f"request query {name}", text, ", ".join(sorted(names)), name)

    def _is_spread(self, parameter: Document) -> bool:
        """Whether a parameter is an object whose members stand in the query by names of their own."""
        one = followed(self.whole.document, parameter.get("schema"))
        is_object = one.get("type") == "object" or "properties" in one or "allOf" in one
        return is_object and parameter.get("style", "form") == "form" and parameter.get("explode") is not False


def against(contract: Contract, *, url: str | None = None, warn: bool = False) -> Against:
    """The check for a description; `url` is the provider's base URL. Raises `ContractUnreadable`."""
    whole = described(contract)
    return Against(whole, Checker(whole), url, warn)


def _unknown(missed: Missed, request: Outgoing) -> Mismatch:
    path = urlsplit(request.url).path
    if missed.why == "method":
        known = ", ".join(one.upper() for one in missed.known)
        return Mismatch(
            KIND, "request method", f"The description has {known} of {path}, and no {request.method}.", known
        )
    return Mismatch(KIND, "request path", f"The description knows no path like {path}.", ", ".join(missed.known))
