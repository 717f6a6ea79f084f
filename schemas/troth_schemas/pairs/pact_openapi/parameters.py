"""What a consumer sends for each parameter of an operation, read as its style says."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Json, parse
from troth_schemas.jsonschema import SchemaAt, View, validator
from troth_schemas.openapi import Parameter
from troth_schemas.pact.contents import Headers, kind_of, media_type
from troth_schemas.pairs.pact_openapi.texts import Wanted, assigned, coerced, pairs, split, wanted

REQUEST: Final = View(access="request")

Values = Mapping[str, tuple[str, ...]]
"""The texts that are sent under each name."""


@dataclass(frozen=True, slots=True)
class Given:
    """A parameter and what is sent for it. ``errors`` say why the schema refuses that; ``uncovered`` why nobody can
    tell."""

    parameter: Parameter
    present: bool
    value: Json = None
    errors: tuple[str, ...] = ()
    uncovered: str = ""


def cookies(headers: Headers) -> Values:
    """The cookies of a request."""
    found: dict[str, tuple[str, ...]] = {}
    for text in headers.get("cookie", ()):
        for one in text.split(";"):
            name, assigned_, value = one.strip().partition("=")
            if assigned_:
                found[name] = (*found.get(name, ()), value)
    return found


def given(parameter: Parameter, sent: Values, view: View = REQUEST) -> Given:
    """What is sent for a parameter. ``sent`` are the texts of the parameter's place (path, query, header, cookie)."""
    if parameter.where == "querystring":
        return Given(parameter, present=True, uncovered="the query as one value (querystring)")
    if parameter.content:
        return _by_media(parameter, sent, view)
    if parameter.schema is None:
        return Given(parameter, present=name_of(parameter) in sent)
    raws = list(_raws(parameter, sent, wanted(parameter.schema)))
    if not raws:
        return Given(parameter, present=False)
    return _best(parameter, raws, parameter.schema, view)


def consumed(parameter: Parameter, sent: Values) -> set[str]:
    """The names of the query that a parameter speaks for."""
    if parameter.schema is not None and parameter.style in ("deepObject", "form"):
        about = wanted(parameter.schema)
        if parameter.style == "deepObject":
            return {name for name in sent if name.startswith(f"{parameter.name}[")} | {parameter.name}
        if about.object and parameter.explode and not about.array:
            return set(about.members) if about.members else set(sent)
    # Frameworks write repeated parameters with brackets, and some descriptions name them without.
    return {parameter.name, f"{parameter.name}[]"} if parameter.where == "query" else {parameter.name}


def name_of(parameter: Parameter) -> str:
    """The name by which it is looked for in a request: that of a header in small letters."""
    return parameter.name.lower() if parameter.where == "header" else parameter.name


def _best(parameter: Parameter, raws: list[Json], schema: SchemaAt, view: View) -> Given:
    asked = validator(schema, view)
    values = [coerced(raw, schema, view) for raw in raws]
    for value in values:
        if asked.is_valid(value):
            return Given(parameter, present=True, value=value)
    if parameter.allow_empty and raws[0] in ("", [], [""]):
        return Given(parameter, present=True, value=values[0])
    return Given(parameter, present=True, value=values[0], errors=asked.errors(values[0]))


def _by_media(parameter: Parameter, sent: Values, view: View) -> Given:
    texts = sent.get(name_of(parameter))
    if not texts:
        return Given(parameter, present=False)
    media = parameter.content[0]
    if kind_of(media_type(media.type)) != "json":
        return Given(parameter, present=True, uncovered=f"a parameter written as {media.type}")
    try:
        value = parse(texts[0].encode(), what=f"the parameter {parameter.name}")
    except ContractUnreadable as problem:
        return Given(parameter, present=True, value=texts[0], errors=(str(problem),))
    errors = () if media.schema is None else validator(media.schema, view).errors(value)
    return Given(parameter, present=True, value=value, errors=tuple(errors))


def _raws(parameter: Parameter, sent: Values, about: Wanted) -> Iterator[Json]:
    """The ways to read what is sent, the one that the schema most likely means first; none where nothing is sent."""
    if about.object:
        found = _object(parameter, sent, about)
        if found is not None:
            yield found
    texts = sent.get(name_of(parameter))
    if texts is None and parameter.where == "query":
        texts = sent.get(f"{parameter.name}[]") or sent.get(parameter.name.removesuffix("[]"))
    if not texts:
        return
    if about.array:
        yield _array(parameter, texts)
    if parameter.where == "header":
        yield ", ".join(texts)
    elif len(texts) == 1:
        yield _plain(parameter, texts[0])
    elif not about.array:
        yield list[Json](texts)


def _plain(parameter: Parameter, text: str) -> str:
    if parameter.style == "label":
        return text.removeprefix(".")
    if parameter.style == "matrix":
        return text.removeprefix(f";{parameter.name}").removeprefix("=")
    return text


def _array(parameter: Parameter, texts: tuple[str, ...]) -> list[Json]:
    text = texts[0]
    if parameter.style == "label":
        return list[Json](text.removeprefix(".").split("." if parameter.explode else ","))
    if parameter.style == "matrix":
        parts = text.removeprefix(";").split(";") if parameter.explode else [text.removeprefix(";")]
        values = [one.partition("=")[2] for one in parts]
        return list[Json](values if parameter.explode else values[0].split(","))
    if parameter.where == "header":
        return [part.strip() for one in texts for part in one.split(",")]
    if parameter.where == "path" or not parameter.explode:
        return [part for one in texts for part in split(one, parameter)]
    return list[Json](texts)


def _object(parameter: Parameter, sent: Values, about: Wanted) -> Json:
    if parameter.style == "deepObject":
        return _deep(parameter.name, sent, about)
    if parameter.where in ("query", "cookie") and parameter.explode:
        return _spread(sent, about)
    texts = sent.get(name_of(parameter))
    if not texts:
        return None
    text = texts[0]
    if parameter.style == "label":
        parts = text.removeprefix(".").split("." if parameter.explode else ",")
    elif parameter.style == "matrix":
        parts = text.removeprefix(";").split(";") if parameter.explode else text.partition("=")[2].split(",")
    else:
        parts = split(text, parameter)
    explode = parameter.explode
    return dict(assigned(parts) if explode else pairs(parts))


def _spread(sent: Values, about: Wanted) -> Json:
    """The members of an object that stand in the query each under its own name."""
    names = about.members or sent
    return _members({name: sent[name] for name in names if name in sent}, about) or None


def _deep(name: str, sent: Values, about: Wanted) -> Json:
    """``filter[price][max]=5`` as an object."""
    found: dict[str, Json] = {}
    for key, texts in sent.items():
        if not (key.startswith(f"{name}[") and key.endswith("]")):
            continue
        steps = key[len(name) + 1 : -1].split("][")
        if steps[-1] == "" and len(steps) > 1:  # filter[ids][]=1
            steps.pop()
        here = found
        for step in steps[:-1]:
            inner = here.setdefault(step, {})
            here = inner if isinstance(inner, dict) else {}
        here.update(_members({steps[-1]: texts}, about if len(steps) == 1 else None))
    return found or None


def _members(sent: Values, about: Wanted | None) -> dict[str, Json]:
    """Each member as one text, or as a list where several are sent or a list is wanted."""
    found: dict[str, Json] = {}
    for name, texts in sent.items():
        schema = about.members.get(name) if about is not None else None
        is_list = len(texts) > 1 or (schema is not None and wanted(schema).array)
        found[name] = list[Json](texts) if is_list else texts[0] if texts else ""
    return found
