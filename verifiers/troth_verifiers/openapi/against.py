"""A description as a second witness: every request and answer of a replayed contract is held against it too."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit

from troth_schemas.json_body import Json
from troth_schemas.openapi import Match, Missed, Operation
from troth_verifiers.api import Contract, Incoming, Interaction, Mismatch, Outgoing
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.checking import KIND, Checker
from troth_verifiers.openapi.described import Described, described


@dataclass
class Against:
    """A check for `Target.checks`. Make one with `against`.

    With `warn` it lets everything pass, and keeps in `findings` what it would have said, with the interaction's title.
    """

    whole: Described
    checker: Checker
    url: str | None = None
    warn: bool = False
    findings: list[tuple[str, Mismatch]] = field(default_factory=list)

    def __call__(self, request: Outgoing, answer: Incoming, interaction: Interaction) -> tuple[Mismatch, ...]:
        """What breaks the description. A request that it forbids is no fault where the provider refused it."""
        found = tuple(self._faults(request, answer))
        if not self.warn:
            return found
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
        yield from self.checker.response(operation, answer.status, answer.headers, answer.content)

    def _find(self, request: Outgoing) -> Match[Operation] | Missed:
        path = urlsplit(request.url).path or "/"
        found = self.whole.api.find(request.method, path)
        below = urlsplit(self.url or "").path.rstrip("/")
        if isinstance(found, Missed) and below and path.startswith(f"{below}/"):
            return self.whole.api.find(request.method, path.removeprefix(below))
        return found

    def _undeclared(self, operation: Operation, request: Outgoing) -> Iterator[Mismatch]:
        """Query parameters that the description does not know; openapi-core lets them pass."""
        declared = [one for one in self.whole.parameters(operation) if one.get("in") == "query"]
        if any(self._is_object(one.get("schema")) for one in declared):
            return  # its members stand in the query by names of their own
        names = {str(one.get("name")) for one in declared}
        for name in dict.fromkeys(name for name, _ in parse_qsl(urlsplit(request.url).query, keep_blank_values=True)):
            if name not in names and name.removesuffix("[]") not in names:
                text = f"The description of {operation.name} knows no query parameter {name!r}."
                yield Mismatch(KIND, f"request query {name}", text, ", ".join(sorted(names)), name)

    def _is_object(self, schema: Json) -> bool:
        one = followed(self.whole.document, schema)
        return one.get("type") == "object" or "properties" in one or "allOf" in one


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
