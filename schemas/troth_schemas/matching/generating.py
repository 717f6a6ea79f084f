"""A request, a response or a message with the values of its generators in the places of its examples.

A place that the example does not have is left alone; a generator that cannot be applied raises `CannotGenerate`.
"""

import copy
from collections.abc import Callable, Iterator, Sequence
from typing import TypeAlias
from urllib.parse import urlencode

from troth_schemas.json_body import Document, Json
from troth_schemas.matching.generators import Around, CannotGenerate, as_text, generate
from troth_schemas.pact.contents import fields, read_contents, read_headers, read_query
from troth_schemas.pact.paths import Step, is_wild, steps

_Make: TypeAlias = Callable[[Document, Json], Json]
_ENVELOPE = {"content", "contentType", "contentTypeHint", "encoded"}


def has_generators(part: Json) -> bool:
    """Whether anything in a part may have to be generated."""
    if not isinstance(part, dict):
        return False
    return bool(part.get("generators")) or "generators" in str(part.get("matchingRules", ""))


def generated(part: Document, around: Around, *, body: str = "body") -> Document:
    """A part with generated values; the part itself where it has no generators. ``body`` names its contents."""
    if not has_generators(part):
        return part
    made = copy.deepcopy(part)

    def make(generator: Document, example: Json) -> Json:
        return generate(generator, example, around)

    for name in ("path", "status", "method"):
        for _, generator in _section(made, name):
            if name in made:
                value = make(generator, made[name])
                made[name] = value if name == "status" else as_text(value)
    _queries(made, make)
    for section, member in (("header", "headers"), ("metadata", "metadata"), ("metadata", "metaData")):
        _named(made, section, member, make)
    _contents(made, body, make)
    return made


def _section(part: Document, name: str) -> Iterator[tuple[str, Document]]:
    """The generators of a part's section, each with its place."""
    generators = part.get("generators")
    places = generators.get(name) if isinstance(generators, dict) else None
    if not isinstance(places, dict):
        return
    if isinstance(places.get("type"), str):
        yield "$", places
        return
    for place, generator in places.items():
        if isinstance(generator, dict):
            yield place, generator


def _queries(part: Document, make: _Make) -> None:
    listed = list(_section(part, "query"))
    if not listed:
        return
    query: Document = {name: list(values) for name, values in read_query(part).items()}
    for place, generator in listed:
        name, index = _place(place)
        _each(query, name, index, generator, make)
    part["query"] = query


def _named(part: Document, section: str, member: str, make: _Make) -> None:
    written = part.get(member)
    for place, generator in _section(part, section):
        name, index = _place(place)
        for key in list(written) if isinstance(written, dict) else ():
            if key == name or (section == "header" and key.lower() == name.lower()):
                assert isinstance(written, dict)
                _each(written, key, index, generator, make)
                if section == "header" and not isinstance(written[key], list):
                    written[key] = as_text(written[key])


def _each(within: Document, name: str, index: int | None, generator: Document, make: _Make) -> None:
    """A new value for one of a name's values, or for each of them."""
    value = within.get(name)
    if isinstance(value, list):
        within[name] = [as_text(make(generator, one)) if index in (None, at) else one for at, one in enumerate(value)]
    elif name in within:
        within[name] = make(generator, value)


def _place(written: str) -> tuple[str, int | None]:
    """``$.id[0]``, ``id[0]`` or ``id`` as a name and an index."""
    found = steps(written if written.startswith("$") else f"$['{written}']") or (written,)
    if len(found) == 1 and isinstance(found[0], str) and found[0].endswith("]") and not written.startswith("$"):
        stem, _, rest = found[0].rpartition("[")
        if rest[:-1].isdecimal():
            return stem, int(rest[:-1])
    index = found[1] if len(found) > 1 and isinstance(found[1], int) and not is_wild(found[1]) else None
    return str(found[0]) if found else "", index


def _contents(part: Document, body: str, make: _Make) -> None:
    listed = [*_section(part, "body"), *_of_variants(part)]
    if not listed or part.get(body) is None:
        return
    header = next(iter(read_headers(part).get("content-type", ())), "")
    written = part[body]
    envelope = isinstance(written, dict) and "content" in written and written.keys() <= _ENVELOPE
    kind = read_contents(part, body, header=header, v4=envelope).kind
    holder, name = (written, "content") if envelope and isinstance(written, dict) else (part, body)
    content = holder[name]
    if kind == "form" and isinstance(content, str):
        holder[name] = _form(content, listed, make)
    elif isinstance(content, str) and kind != "json":
        holder[name] = _whole(content, kind, listed, make)
    else:
        for place, generator in listed:
            found = steps(place)
            if found is None:
                raise CannotGenerate(f"The place {place!r} of a generator is not understood.")
            _put(holder, (name, *found), generator, make)


def _whole(content: str, kind: str, listed: Sequence[tuple[str, Document]], make: _Make) -> Json:
    """A text is generated as a whole; there is no generating inside of documents of other kinds."""
    for place, generator in listed:
        if place != "$":
            raise CannotGenerate(f"Nothing can be generated at {place} within a body of the kind {kind}.")
        content = as_text(make(generator, content))
    return content


def _form(content: str, listed: Sequence[tuple[str, Document]], make: _Make) -> str:
    pairs = fields(content)
    for place, generator in listed:
        name, index = _place(place)
        of_name = [at for at, (key, _) in enumerate(pairs) if key == name]
        for count, at in enumerate(of_name):
            if index in (None, count):
                pairs[at] = (name, as_text(make(generator, pairs[at][1])))
    return urlencode(pairs)


def _put(at: Json, path: tuple[Step | None, ...], generator: Document, make: _Make) -> None:
    """New values at the end of a path, wherever the example has it."""
    first, rest = path[0], path[1:]
    for step in _steps_of(at, first):
        assert isinstance(at, dict | list)
        inner = at[step]  # type: ignore[index]  # the step is of the container's own kind
        if rest:
            _put(inner, rest, generator, make)
        else:
            at[step] = make(generator, inner)  # type: ignore[index]


def _steps_of(value: Json, step: Step | None) -> list[Step]:
    if isinstance(value, dict):
        if step is None:
            return list(value)
        return [step] if isinstance(step, str) and step in value else []
    if isinstance(value, list):
        if is_wild(step):
            return list(range(len(value)))
        return [step] if isinstance(step, int) and 0 <= step < len(value) else []
    return []


def _of_variants(part: Document) -> Iterator[tuple[str, Document]]:
    """The generators that an array's variants hold, each under the variant's element of the example."""
    rules = part.get("matchingRules")
    about = rules.get("body") if isinstance(rules, dict) else None
    for place, entry in about.items() if isinstance(about, dict) else ():
        matchers = entry.get("matchers") if isinstance(entry, dict) else None
        for matcher in matchers if isinstance(matchers, list) else ():
            variants = matcher.get("variants") if isinstance(matcher, dict) else None
            for variant in variants if isinstance(variants, list) else ():
                index, inner = (
                    (variant.get("index"), variant.get("generators")) if isinstance(variant, dict) else (0, 0)
                )
                for path, generator in inner.items() if isinstance(inner, dict) else ():
                    if isinstance(generator, dict):
                        yield f"{place}[{index}]{path.removeprefix('$')}", generator
