"""What is wrong with a description beyond its structure: references that lead nowhere, names used twice, paths that no
request can tell apart, parameters that nobody declares, schemes that are not there, patterns that are none.
"""

import json
import re
from typing import Final

from troth_schemas.documents import Document, Location
from troth_schemas.errors import BrokenReference, ContractUnreadable
from troth_schemas.json_body import Json
from troth_schemas.jsonschema.patterns import is_pattern
from troth_schemas.openapi.lifecycles import STABILITY, rank, unreadable
from troth_schemas.openapi.model import Api, Operation
from troth_schemas.openapi.path_index import shape, templates
from troth_schemas.openapi.reading import Reading, into
from troth_schemas.openapi.sameness import DATA, MAPS
from troth_schemas.problem import Way, pointer_back

_EXAMPLES: Final = frozenset({"example", "examples", *DATA})
_TEXT: Final = re.compile(rb"""[ \t\r\n]*:[ \t\r\n]*+("(?:[^"\\]|\\.)*+")""")
"""A member's value that is a text."""
_HOLDERS: Final = (dict, list)


def check(reading: Reading, api: Api) -> None:
    """Note every problem of a description that was read."""
    _references(reading)
    _paths(reading, api)
    _names(reading, api)
    for one in api.operations:
        _operation(reading, api, one, named=set(templates(one.path)))
    for one in api.webhooks:
        _operation(reading, api, one, named={each.name for each in one.parameters if each.where == "path"})


def _references(reading: Reading) -> None:
    """Every ``$ref`` and every pattern of every document, also those that nothing leads to."""
    for name in reading.documents.sources.files:
        try:
            document = reading.documents.document(name)
        except ContractUnreadable as problem:
            reading.error(Location(reading.documents.sources.root), str(problem))
            continue
        if _all_lead(reading, document) and _all_match(document):
            continue
        left: list[tuple[Json, Way, bool]] = [(document.value, None, False)]
        while left:
            one, way, named = left.pop()
            if isinstance(one, dict):
                if not named and ("$ref" in one or "pattern" in one):
                    _texts(reading, one, Location(name, pointer_back(way)))
                for key, inner in one.items():
                    if isinstance(inner, _HOLDERS) and (named or key not in _EXAMPLES):
                        left.append((inner, (way, key), key in MAPS and not named))
            elif isinstance(one, list):
                left.extend((inner, (way, index), False) for index, inner in enumerate(one))


def _all_lead(reading: Reading, document: Document) -> bool:
    """Whether each ``$ref`` of a document plainly leads somewhere, told from its text: most have nothing wrong."""
    told = _written(document, "$ref")
    return told is not None and all(_leads(reading, one, document.name) for one in told)


def _all_match(document: Document) -> bool:
    """Whether each pattern plainly is one."""
    told = _written(document, "pattern")
    return told is not None and all(map(is_pattern, told))


def _written(document: Document, name: str) -> set[str] | None:
    """The texts that a member has anywhere in a document; None where its text does not tell."""
    following = document.texts_after(name)
    if following is None:
        return None
    found = {text[1] for one in following if (text := _TEXT.match(one)) is not None}
    return {json.loads(one) for one in found}


def _texts(reading: Reading, value: dict[str, Json], here: Location) -> None:
    reference, pattern = value.get("$ref"), value.get("pattern")
    if isinstance(reference, str):
        _reference(reading, reference, here)
    if isinstance(pattern, str) and "type" in value and not is_pattern(pattern):
        reading.error(into(here, "pattern"), f"{pattern!r} is no regular expression.")


def _is_anchor(reference: str) -> bool:
    """Whether it is JSON Schema's affair where a reference leads."""
    address, _, fragment = reference.partition("#")
    return not address and bool(fragment) and not fragment.startswith("/")


def _leads(reading: Reading, reference: str, document: str) -> bool:
    try:
        return _is_anchor(reference) or bool(reading.documents.resolve(document, reference))
    except BrokenReference:
        return False


def _reference(reading: Reading, reference: str, here: Location) -> None:
    if _is_anchor(reference):
        return
    try:
        reading.documents.resolve(here.document, reference)
    except BrokenReference as problem:
        reading.error(into(here, "$ref"), f"{str(problem)[:1].upper()}{str(problem)[1:]}.")


def _paths(reading: Reading, api: Api) -> None:
    seen: dict[tuple[str, str], str] = {}
    for one in api.operations:
        if not one.path.startswith("/"):
            reading.error(one.path_location, f"The path {one.path!r} must begin with a slash.")
        other = seen.setdefault((shape(one.path), one.method), one.path)
        if other != one.path:
            reading.error(
                one.location, f"No request can tell {one.method.upper()} {one.path} from {one.method.upper()} {other}."
            )


def _names(reading: Reading, api: Api) -> None:
    seen: dict[str, Operation] = {}
    for one in (*api.operations, *api.webhooks):
        if one.operation_id is not None:
            other = seen.setdefault(one.operation_id, one)
            if other is not one and other.location != one.location:
                reading.error(
                    into(one.location, "operationId"),
                    f"The operationId {one.operation_id!r} is also that of {other.name}.",
                )


def _operation(reading: Reading, api: Api, one: Operation, named: set[str]) -> None:
    declared = {each.name for each in one.parameters if each.where == "path"}
    for name in sorted(named - declared):
        reading.error(one.location, f"The path has {{{name}}}, but no path parameter of that name is declared.")
    for name in sorted(declared - named):
        reading.error(one.location, f"The path parameter {name!r} is declared, but the path {one.path} has none.")
    for requirement in one.security:
        for scheme, _ in requirement.schemes:
            if scheme not in api.security_schemes:
                reading.error(requirement.location, f"There is no security scheme {scheme!r}.")
    _answers(reading, api, one)
    if unreadable(one.lifecycle):
        reading.warning(into(one.location, "x-sunset"), f"{one.lifecycle.sunset!r} is no date; write it as 2030-12-31.")
    if rank(one.lifecycle) is None:
        levels = ", ".join(STABILITY)
        reading.warning(into(one.location, "x-stability-level"), f"{one.lifecycle.stability!r} is none of {levels}.")


def _answers(reading: Reading, api: Api, one: Operation) -> None:
    if not one.responses and api.version != "3.1":
        reading.error(one.location, "The operation has no response.")
    for response in one.responses:
        if not _is_status(response.status):
            reading.error(response.location, f"{response.status!r} is no status: write 200, 2XX or default.")


def _is_status(status: str) -> bool:
    return status == "default" or (
        len(status) == 3 and status[0] in "12345" and (status[1:] == "XX" or status[1:].isdecimal())
    )
