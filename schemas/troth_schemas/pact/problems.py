"""What is wrong with a pact: every problem with its place, and none of them an exception."""

from collections.abc import Callable, Iterator, Mapping

from troth_schemas.json_body import Document, Json
from troth_schemas.pact.identity import SECTIONS
from troth_schemas.pact.interactions import KINDS, Kind, elements, is_v4, kind_of, plugins
from troth_schemas.pact.merging import identity
from troth_schemas.problem import Problem, pointer


def problems(document: Json) -> tuple[Problem, ...]:
    """Every problem of a pact in the order of the document, the ones of the whole first; () for a sound pact.

    An ``error`` keeps an interaction, or the pact, from being verified as it was meant.
    """
    if not isinstance(document, dict):
        return (Problem("", "A pact is a JSON object with `interactions` or `messages`."),)
    return (*_of_the_whole(document), *_of_the_parts(document))


def _of_the_whole(document: Document) -> Iterator[Problem]:
    for role in ("consumer", "provider"):
        party = document.get(role)
        name = party.get("name") if isinstance(party, dict) else None
        if not isinstance(name, str) or not name.strip():
            yield Problem(pointer(role, "name"), f"The {role} has no name.", "warning")
    present = [section for section in SECTIONS if document.get(section) is not None]
    if not present:
        yield Problem("", "There is neither `interactions` nor `messages`, so nothing can be verified.")
    lists = [value for section in present if isinstance(value := document[section], list)]
    for section in present:
        if not isinstance(document[section], list):
            yield Problem(pointer(section), f"`{section}` must be an array.")
    if lists and not any(lists):
        yield Problem(pointer(present[0]), "There are no interactions, so nothing can be verified.")


def _of_the_parts(document: Document) -> Iterator[Problem]:
    first: dict[tuple[str, str, str, str], str] = {}
    known_plugins = {plugin.name for plugin in plugins(document)}
    for section, index, element in elements(document):
        at = pointer(section, index)
        if not isinstance(element, dict):
            yield Problem(at, "An interaction must be an object.")
            continue
        kind = kind_of(document, section, element)
        yield from _of_any(at, element)
        yield from _of_states(at, element)
        if kind == "unknown":
            yield _unknown_type(at, document, element)
        else:
            yield from _OF_KIND[kind](at, element)
        configured = element.get("pluginConfiguration")
        for name in configured if isinstance(configured, dict) else ():
            if name not in known_plugins:
                sentence = f"The plug-in {name!r} is configured here but not listed in `metadata.plugins`."
                yield Problem(f"{at}{pointer('pluginConfiguration', name)}", sentence, "warning")
        earlier = first.setdefault((section, *identity(section, element)), at)
        if earlier != at:
            sentence = f"Description and provider states are those of {earlier}, so results cannot tell the two apart."
            yield Problem(at, sentence, "warning")


def _of_any(at: str, element: Document) -> Iterator[Problem]:
    description = element.get("description")
    if not isinstance(description, str):
        yield Problem(f"{at}/description", "The description is missing or no text.")
    elif not description.strip():
        yield Problem(f"{at}/description", "The description is blank.", "warning")
    if not isinstance(element.get("pending", False), bool):
        yield Problem(f"{at}/pending", "`pending` must be true or false.")
    if not isinstance(element.get("comments", {}), dict):
        yield Problem(f"{at}/comments", "`comments` must be an object.", "warning")
    key = element.get("key")
    if key is not None and not isinstance(key, str):
        yield Problem(f"{at}/key", "`key` must be a text.", "warning")


def _of_states(at: str, element: Document) -> Iterator[Problem]:
    for name in ("providerState", "provider_state"):
        if not isinstance(element.get(name), str | None):
            yield Problem(f"{at}/{name}", f"`{name}` must be a text; use `providerStates` for several states.")
    listed = element.get("providerStates")
    if listed is None:
        return
    if not isinstance(listed, list):
        yield Problem(f"{at}/providerStates", "`providerStates` must be an array of objects with a `name`.")
        return
    for index, state in enumerate(listed):
        place = f"{at}/providerStates/{index}"
        if isinstance(state, str):
            continue
        if not isinstance(state, dict) or not isinstance(state.get("name"), str):
            yield Problem(place, "A provider state must be an object with a `name`.")
        elif not isinstance(state.get("params"), dict | None):
            yield Problem(f"{place}/params", "The parameters of a provider state must be an object.")


def _unknown_type(at: str, document: Document, element: Document) -> Problem:
    known = ", ".join(f'"{name}"' for name in KINDS)
    if element.get("type") is None and is_v4(document):
        return Problem(at, f"A V4 interaction needs a `type`: one of {known}.")
    return Problem(f"{at}/type", f"This type of interaction is not known; known are {known}.")


def _of_http(at: str, element: Document) -> Iterator[Problem]:
    request, response = element.get("request"), element.get("response")
    if isinstance(request, dict):
        yield from _of_request(f"{at}/request", request)
    else:
        yield Problem(f"{at}/request", "An HTTP interaction needs a `request` object.")
    if isinstance(response, dict):
        status = response.get("status", 200)
        if isinstance(status, bool) or not isinstance(status, int) or not 100 <= status <= 599:
            written = f", not the text {status!r}" if isinstance(status, str) else ""
            yield Problem(f"{at}/response/status", f"The status must be a whole number from 100 to 599{written}.")
        yield from _of_headers(f"{at}/response", response)
    else:
        yield Problem(f"{at}/response", "An HTTP interaction needs a `response` object.")


def _of_request(at: str, request: Document) -> Iterator[Problem]:
    method, path, query = request.get("method"), request.get("path"), request.get("query")
    if not isinstance(method, str) or not method.isalpha():
        yield Problem(f"{at}/method", "The method is missing or no HTTP method.")
    if not isinstance(path, str):
        yield Problem(f"{at}/path", "The path is missing or no text.")
    elif not path.startswith("/"):
        yield Problem(f"{at}/path", "The path does not begin with a slash.", "warning")
    if not isinstance(query, str | dict | None):
        yield Problem(f"{at}/query", "The query must be a text (V1, V2) or an object of arrays (V3, V4).")
    yield from _of_headers(at, request)


def _of_headers(at: str, message: Document) -> Iterator[Problem]:
    if not isinstance(message.get("headers"), dict | None):
        yield Problem(f"{at}/headers", "The headers must be an object.")


def _of_message(at: str, element: Document) -> Iterator[Problem]:
    if element.get("contents") is None:
        sentence = "The message has no `contents`, so a verification would compare nothing and pass."
        yield Problem(f"{at}/contents", sentence)


def _of_sync_message(at: str, element: Document) -> Iterator[Problem]:
    if not isinstance(element.get("request"), dict):
        yield Problem(f"{at}/request", "A synchronous message needs a `request` object.")
    responses = element.get("response")
    if not isinstance(responses, list) or not responses:
        sentence = "A synchronous message needs `response`, an array with at least one element."
        yield Problem(f"{at}/response", sentence)
        return
    for index, response in enumerate(responses):
        if not isinstance(response, dict) or response.get("contents") is None:
            sentence = "The response has no `contents`, so a verification would compare nothing and pass."
            yield Problem(f"{at}/response/{index}", sentence)


_OF_KIND: Mapping[Kind, Callable[[str, Document], Iterator[Problem]]] = {
    "http": _of_http,
    "message": _of_message,
    "sync-message": _of_sync_message,
}
