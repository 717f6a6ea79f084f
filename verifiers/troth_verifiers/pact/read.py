"""A pact's interactions as the plug-in interface wants them; everything that would pass in silence is found here."""

from collections import defaultdict
from re import compile as regex

from troth_schemas.errors import ContractUnreadable as NotJson
from troth_schemas.pact import Document, Problem, parse, problems
from troth_schemas.pact.interactions import elements, read_interaction
from troth_verifiers.api import Cause, Contract, Interaction, State
from troth_verifiers.errors import ContractUnreadable, NothingToVerify
from troth_verifiers.pact.pieces import Piece, injected_names

GRPC = "grpc"
"""The kind of interactions that are calls of gRPC."""

_PART = regex(r"/(interactions|messages)/(\d+)(/|$)")


def interactions(contract: Contract) -> tuple[Interaction, ...]:
    """Every interaction and message of a pact, in its order; one that cannot be replayed carries its trouble.

    Raises `ContractUnreadable` if the bytes are no pact, `NothingToVerify` if they are one without interactions.
    """
    try:
        document = parse(contract.content, what=contract.name)
    except NotJson as error:
        raise ContractUnreadable(contract.name, [f"it {error.reason} at {error.place}. {error.fix}"]) from None
    of_the_whole, of_the_parts = _sorted_out(problems(document))
    found = list(elements(document))
    if not isinstance(document, dict) or (of_the_whole and not _is_empty_pact(document)):
        raise ContractUnreadable(contract.name, [str(problem) for problem in of_the_whole])
    if not found:
        raise NothingToVerify(f"{contract.name} is a pact without a single interaction, so nothing would be verified.")
    head = _head(document, contract)
    return tuple(
        _interaction(place, section, element, document, head, of_the_parts[section, index])
        for place, (section, index, element) in enumerate(found)
    )


def _sorted_out(found: tuple[Problem, ...]) -> tuple[list[Problem], dict[tuple[str, int], list[Problem]]]:
    whole: list[Problem] = []
    parts: dict[tuple[str, int], list[Problem]] = defaultdict(list)
    for problem in found:
        if problem.severity == "error":
            part = _PART.match(problem.pointer)
            (parts[part[1], int(part[2])] if part else whole).append(problem)
    return whole, parts


def _is_empty_pact(document: Document) -> bool:
    sections = [document[name] for name in ("interactions", "messages") if document.get(name) is not None]
    return bool(sections) and all(section == [] for section in sections)


def _head(document: Document, contract: Contract) -> Document:
    """What every small pact begins with."""
    return {
        "consumer": {"name": contract.consumer or "consumer"},
        "provider": {"name": contract.provider or "provider"},
        **({"metadata": document["metadata"]} if "metadata" in document else {}),
    }


def _interaction(
    place: int, section: str, element: object, document: Document, head: Document, found: list[Problem]
) -> Interaction:
    raw: Document = element if isinstance(element, dict) else {}
    assert section in ("interactions", "messages")
    read = read_interaction(document, "messages" if section == "messages" else "interactions", place, raw)
    needs = read.plugins if read.plugins or not _foreign(read.transport) else (str(read.transport),)
    called = call_of(raw) if read.kind == "sync-message" else None
    trouble = Cause("interaction-unreadable", "; ".join(map(str, found))) if found else None
    if trouble is None and called is None:
        trouble = _trouble(read.kind, raw)
    return Interaction(
        index=place,
        description=read.description,
        kind=read.kind if called is None else GRPC,
        key=read.key,
        id=read.id,
        method=read.method,
        path=read.path if called is None else called,
        states=tuple(State(state.name, state.params) for state in read.states),
        injects=injected_names(raw),
        pending=read.pending,
        body=Piece(element=raw, section=section, head=head, trouble=trouble, plugins=needs),
    )


def call_of(element: Document) -> str | None:
    """The method that a gRPC interaction calls, as the Pact protobuf plug-in names it; None for any other."""
    configured = element.get("pluginConfiguration")
    for name in ("protobuf", "grpc"):
        own = configured.get(name) if isinstance(configured, dict) else None
        service = own.get("service") if isinstance(own, dict) else None
        if isinstance(service, str) and "/" in service:
            return service.removeprefix(".")
    return None


def _foreign(transport: str | None) -> bool:
    return transport not in (None, "", "http", "https", "message")


def _trouble(kind: str, element: Document) -> Cause | None:
    """Why a well-formed interaction cannot be replayed all the same, or would pass whatever the provider does."""
    responses = element.get("response")
    if kind == "sync-message" and isinstance(responses, list) and len(responses) > 1:
        return Cause(
            "not-replayable",
            f"The consumer expects {len(responses)} responses to one message; only one response can be replayed, "
            "so this interaction is left unjudged. Split it into one interaction for each response.",
        )
    if kind == "message" and _empty(element.get("contents")):
        return Cause("not-replayable", _NO_CONTENTS)
    if kind == "sync-message" and isinstance(responses, list) and any(_empty(_contents(one)) for one in responses):
        return Cause("not-replayable", _NO_CONTENTS)
    return None


_NO_CONTENTS = (
    "The message has no contents, so there is nothing to compare and any answer would pass. "
    "Let the consumer say what it expects."
)


def _contents(response: object) -> object:
    return response.get("contents") if isinstance(response, dict) else None


def _empty(contents: object) -> bool:
    """Whether contents hold nothing: absent, empty, or a V4 envelope around nothing."""
    if isinstance(contents, dict) and "content" in contents and contents.keys() <= _ENVELOPE:
        contents = contents["content"]
    return contents is None or contents == ""


_ENVELOPE = {"content", "contentType", "contentTypeHint", "encoded"}
