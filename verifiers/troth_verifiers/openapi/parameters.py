"""Parameters and headers as the values that they stand for, by their styles.

A text may stand for several values: ``7`` is a number and a text. All that it may stand for are told, the likeliest
first, and a parameter is right where its schema allows one of them. What OpenAPI leaves open (how a truth is written,
a name that comes twice) is read as providers do.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from troth_schemas.json_body import Document, Json
from troth_verifiers.openapi.hints import Hints, hints_of

_TRUTHS: Final = {
    **dict.fromkeys(("true", "t", "yes", "y", "on", "1"), True),
    **dict.fromkeys(("false", "f", "no", "n", "off", "0"), False),
}
_DELIMITERS: Final = {"spaceDelimited": re.compile(" |%20|\\+"), "pipeDelimited": re.compile("\\||%7[cC]")}
_COMMA: Final = re.compile(",")
_KEY: Final = re.compile(r"\[([^\[\]]*)\]")


def readings(parameter: Document, name: str, came: Any, document: Document) -> tuple[Json, ...]:
    """What a parameter or a header of OpenAPI 3 may stand for; nothing where it did not come.

    `came` are the decoded texts of its place by name: those of the path, or a mapping with ``getlist``.
    """
    where = str(parameter.get("in", "header"))
    style = str(parameter.get("style") or ("form" if where in ("query", "cookie") else "simple"))
    explode = parameter.get("explode")
    spread = explode if isinstance(explode, bool) else style == "form"
    hints = hints_of(document, parameter.get("schema"))
    found: list[Json] = []
    if hints.is_object:
        found += _objects(name, style, _texts(came, name), came, hints, spread=spread)
    for text in _texts(came, name):
        bare = _bare(text, name, style, spread=spread and hints.is_array)
        if hints.is_array:
            found += _arrays(_several(came, name, bare, style, spread=spread), hints.of(hints.items))
        if bare is not None and (not hints.kinds or hints.kinds - {"array", "object"}):
            found += _scalars(bare, hints)
    if not found and name in came:
        found += _texts(came, name)
    return tuple(found)


def _texts(came: Any, name: str) -> list[str]:
    if hasattr(came, "getlist"):
        return list(came.getlist(name))
    return [came[name]] if name in came else []


def _bare(text: str, name: str, style: str, *, spread: bool) -> str | None:
    """A text without what its style puts before it; None where that lacks."""
    before = f";{name}=" if style == "matrix" else "." if style == "label" else ""
    if style == "matrix" and spread:
        return text
    if style == "matrix" and text == f";{name}":
        return ""
    return text.removeprefix(before) if text.startswith(before) else None


def _several(came: Any, name: str, bare: str | None, style: str, *, spread: bool) -> list[str] | None:
    """The texts of the items of an array; None where they are not written as the style wants it."""
    if bare is None:
        return None
    if style == "matrix" and spread:
        pairs = [one.partition("=") for one in bare.split(";")[1:]]
        return [value for _, _, value in pairs] if all(key == name for key, _, _ in pairs) and pairs else None
    if style == "label" and spread:
        return bare.split(".")
    if spread and style != "simple":
        return _texts(came, name)
    return _DELIMITERS.get(style, _COMMA).split(bare)


def _arrays(texts: list[str] | None, inner: Hints) -> Iterator[Json]:
    if texts is None:
        return
    yield [next(_scalars(one, inner)) for one in texts]
    if texts == [""]:
        yield []
    yield list(texts)


def _objects(
    name: str, style: str, texts: list[str], came: Mapping[str, Any], hints: Hints, *, spread: bool
) -> Iterator[Json]:
    if style == "deepObject":
        pairs = {key: _texts(came, key) for key in came if key.startswith(f"{name}[")}
        if pairs:
            yield _deep(name, pairs, hints)
        return
    if style == "form" and spread:
        members = {key: _texts(came, key) for key in hints.properties if key in came}
        if members:
            yield {key: _member(several, hints.of(hints.properties[key])) for key, several in members.items()}
        elif came and not hints.properties:
            yield {}  # which names are its own cannot be told
        return
    for text in texts:
        made = _pairs(name, text, style, spread=spread)
        if made is not None:
            yield {key: _member([one], hints.of(hints.properties.get(key))) for key, one in made.items()}


def _pairs(name: str, text: str, style: str, *, spread: bool) -> dict[str, str] | None:
    """The members of an object that is written in one text; None where it is not written as the style wants it."""
    if spread:
        before, between = {"matrix": (";", ";"), "label": (".", ".")}.get(style, ("", ","))
        rows = text.removeprefix(before).split(between)
        if not text.startswith(before) or not all("=" in one for one in rows):
            return None
        return {key: value for key, _, value in (one.partition("=") for one in rows)}
    bare = _bare(text, name, style, spread=False)
    parts = _DELIMITERS.get(style, _COMMA).split(bare) if bare is not None else []
    return dict(zip(parts[::2], parts[1::2], strict=True)) if parts and len(parts) % 2 == 0 else None


def _deep(name: str, pairs: Mapping[str, list[str]], hints: Hints) -> Json:
    """The object whose members stand in brackets, one in the other."""
    found: Document = {}
    for key, texts in pairs.items():
        steps = _KEY.findall(key.removeprefix(name))
        here, inner = found, hints
        for step in steps[:-1]:
            inner = inner.of(inner.properties.get(step))
            below = here.setdefault(step, {})
            here = below if isinstance(below, dict) else {}
        if steps:
            here[steps[-1]] = _member(texts, inner.of(inner.properties.get(steps[-1])))
    return found


def _member(texts: list[str], hints: Hints) -> Json:
    if hints.is_array:
        return [next(_scalars(one, hints.of(hints.items))) for one in texts]
    return next(_scalars(texts[0], hints))


def _scalars(text: str, hints: Hints) -> Iterator[Json]:
    """The values without members that a text may stand for, the narrowest first; the text itself is the last."""
    if hints.kinds & {"integer", "number"}:
        number = _number(text)
        if number is not None:
            yield number
    if "boolean" in hints.kinds and text.lower() in _TRUTHS:
        yield _TRUTHS[text.lower()]
    if "null" in hints.kinds and not text:
        yield None
    yield text


def _number(text: str) -> int | float | None:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return None
