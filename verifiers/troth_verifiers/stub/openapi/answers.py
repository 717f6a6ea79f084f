"""Which answer of an operation is given, and with which body: an example of the description, else one made up."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.json_body import Document, Json
from troth_schemas.jsonschema import Dialect
from troth_schemas.openapi import Operation
from troth_verifiers.openapi.bundling import followed
from troth_verifiers.openapi.described import Described
from troth_verifiers.openapi.writing import body_as
from troth_verifiers.stub.asked import Asked, Reply
from troth_verifiers.stub.instances import Instances, NoInstance
from troth_verifiers.stub.openapi.preferring import Wish, accepts

_DIALECTS: Final[dict[str, Dialect]] = {
    "2.0": "openapi-3.0", "3.0": "openapi-3.0", "3.1": "openapi-3.1", "3.2": "openapi-3.1",
}  # fmt: skip
"""How schemas are read, by the version; a description of 2.0 was rewritten in the words of 3.0."""
_STATUS: Final = re.compile("[2-5][0-9][0-9]")
_KEY: Final = re.compile("[2-5](?:[0-9][0-9]|XX|xx)|default")
"""What answers stand under; the description's own additions (``x-…``) and interim answers are none."""


class NoAnswer(Exception):
    """The description has no such answer; the text is a sentence."""


@dataclass(frozen=True, slots=True)
class Answer:
    """An answer, and what it is: its status, with the name of its example."""

    title: str
    reply: Reply


class Answers:
    """The answers of one description."""

    def __init__(self, described: Described) -> None:
        self._whole = described
        document = described.document

        def follow(schema: Json) -> Document:
            return followed(document, schema)

        self._made: dict[int, tuple[Json, Json]] = {}
        """Values by their schemas' identity; the schemas are kept so that it stays theirs."""
        self._instances = Instances(document, follow, _DIALECTS[described.api.version])

    def answer(self, operation: Operation, asked: Asked, wish: Wish) -> Answer:
        """The answer that is wished for, else that of success. Raises `NoAnswer`."""
        status, response = self._response(operation, wish)
        number = _number(status, wish.code)
        headers = tuple(self._headers(response))
        content = response.get("content")
        if not isinstance(content, dict) or not content or number in (204, 304):
            return Answer(str(number), Reply(number, headers))
        title, kind, body = self._body(operation, content, asked, wish)
        return Answer(f"{number}{title}", Reply(number, (("content-type", kind), *headers), body))

    def _response(self, operation: Operation, wish: Wish) -> tuple[str, Document]:
        responses = {key: one for key, one in self._whole.responses(operation).items() if _KEY.fullmatch(key)}
        if wish.code and not _STATUS.fullmatch(wish.code):
            raise NoAnswer(f"{wish.code!r} is no status of an answer; write one from 200 to 599.")
        if wish.code:
            for status in (wish.code, f"{wish.code[:1]}XX", f"{wish.code[:1]}xx", "default"):
                if status in responses:
                    return status, responses[status]
            known = ", ".join(responses) or "none at all"
            raise NoAnswer(f"The description has no answer {wish.code} of {operation.name}; it has {known}.")
        ordered = sorted(responses.items(), key=lambda one: _rank(one[0]))
        if wish.example:
            for status, response in ordered:
                if wish.example in self._names(response):
                    return status, response
        if not ordered:
            raise NoAnswer(f"The description has no answer of {operation.name}.")
        return ordered[0]

    def _names(self, response: Document) -> set[str]:
        content = response.get("content")
        media = content.values() if isinstance(content, dict) else ()
        return {name for one in media if isinstance(one, dict) for name in self._examples(one)}

    def _examples(self, media: Document) -> dict[str, Json]:
        """The examples of a media type, by name; "" for the one that has none."""
        named = media.get("examples")
        found: dict[str, Json] = {}
        for name, written in named.items() if isinstance(named, dict) else ():
            one = followed(self._whole.document, written)
            if "value" in one:
                found[name] = one["value"]
        return found or ({"": media["example"]} if "example" in media else {})

    def _body(self, operation: Operation, content: Document, asked: Asked, wish: Wish) -> tuple[str, str, bytes]:
        """What is said of the body, its content type and its bytes."""
        taken = {kind: one for kind, one in content.items() if isinstance(one, dict) and accepts(asked, kind)}
        if not taken:
            raise NoAnswer(f"{operation.name} answers {', '.join(content)}, and the request accepts none of them.")
        why = ""
        for kind in sorted(taken, key=lambda one: "json" not in one.lower()):
            media = taken[kind]
            assert isinstance(media, dict)
            try:
                name, value = self._value(media, wish)
            except (NoAnswer, NoInstance) as problem:
                why = why or str(problem)
                continue
            made = body_as(kind, value)
            if made is not None:
                return name, *made
            why = why or f"There is no example of {kind}, and values are made up as JSON, forms and texts only."
        raise NoAnswer(why)

    def _value(self, media: Document, wish: Wish) -> tuple[str, Json]:
        examples = self._examples(media)
        if wish.example and not wish.dynamic:
            if wish.example not in examples:
                known = ", ".join(one for one in examples if one) or "none with a name"
                raise NoAnswer(f"There is no example {wish.example!r}; there are: {known}.")
            return f", example {wish.example}", examples[wish.example]
        if examples and not wish.dynamic:
            name, value = next(iter(examples.items()))
            return f", example {name}" if name else ", the example", value
        return ", made up", self._made_up(media, "text")

    def _made_up(self, holder: Document, name: str) -> Json:
        """A value for the schema in a media type or a header, made once."""
        schema = holder.get("schema", {})
        known = self._made.get(id(schema))
        if known is None:
            known = self._made[id(schema)] = (schema, self._instances.value(schema, name))
        return known[1]

    def _headers(self, response: Document) -> Iterator[tuple[str, str]]:
        written = response.get("headers")
        for name, one in written.items() if isinstance(written, dict) else ():
            header = followed(self._whole.document, one)
            if name.lower() == "content-type":
                continue
            examples = self._examples(header)
            value = next(iter(examples.values())) if examples else self._made_up(header, name.lower())
            yield name, _text(value)


def _rank(status: str) -> tuple[int, str]:
    """Success first, then what stands for any status, then the rest."""
    if status.startswith("2"):
        return 0, status
    return (1 if status == "default" else 2), status


def _number(status: str, wished: str) -> int:
    if status.isdigit():
        return int(status)
    if wished.isdigit():
        return int(wished)
    return 200 if status == "default" else int(f"{status[0]}00")


def _text(value: Json) -> str:
    if isinstance(value, list):
        return ",".join(map(_text, value))
    if isinstance(value, bool):
        return "true" if value else "false"
    return "" if value is None else str(value)
