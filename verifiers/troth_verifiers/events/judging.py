"""A message as it came against the message that a contract expects."""

import json
from collections.abc import Collection, Iterable, Mapping
from itertools import zip_longest
from typing import Final

from troth_schemas.json_body import Json
from troth_schemas.matching import Difference, match_metadata, match_tree
from troth_schemas.matching.parts import parameters
from troth_verifiers.api import Mismatch
from troth_verifiers.events.payloads import Codec, Undecodable
from troth_verifiers.events.payloads.charsets import charset_of
from troth_verifiers.events.registry import SchemaUnknown
from troth_verifiers.events.wanted import Wanted
from troth_verifiers.events.watching import Judged
from troth_verifiers.json_bodies import read_alike
from troth_verifiers.transport import Event

_CONTENT_TYPE: Final = ("contenttype", "content-type")
_TYPED: Final = ("avro", "protobuf")
"""Encodings whose schema says whether a number is whole, however the contract spells it."""
_LONGEST: Final = 20_000


async def judged(wanted: Wanted, codec: Codec, event: Event) -> Judged:
    """What is wrong with a message, sorted."""
    around = [*_metadata(wanted, event)]
    if _gone(wanted, event):
        return Judged(tuple(sorted(around)), _same_key(wanted, event), "null")
    try:
        tree = await codec.decode(event.contents, event.content_type or wanted.stated_type)
    except (Undecodable, SchemaUnknown) as error:
        kind = "schema" if isinstance(error, SchemaUnknown) else "body"
        text = str(error) if event.contents else "The message is empty (on Kafka, that marks its key as deleted)."
        found = Mismatch(kind, "$", text, "", hexadecimal(event.contents))
        return Judged(tuple(sorted([*around, found])), _same_key(wanted, event), found.actual, decoded=False)
    inside = [Mismatch("schema", "$", f"The message breaks its schema: {one}") for one in codec.complaints(tree)]
    expected = wanted.expectation.get("contents")
    if "contents" in wanted.expectation.says:
        if wanted.encoding.startswith(_TYPED):
            expected = _as_decoded(expected, tree)
        inside += mismatches("body", match_tree(expected, tree, wanted.rules.body))
    about = _same_key(wanted, event) and alike(expected, tree)
    return Judged(tuple(sorted([*around, *inside])), about, shown(tree), tree)


def metadata_of(event: Event) -> dict[str, Json]:
    """What goes with a message, under the names that contracts use."""
    found: dict[str, Json] = dict(event.headers)
    for name, value in (
        ("contentType", event.content_type),
        ("key", event.key),
        ("messageId", event.id),
        ("correlationId", event.correlation_id),
        ("channel", event.channel),
    ):
        if value:
            found.setdefault(name, value)
    return found


def named_alike(expected: Mapping[str, Json], came: Mapping[str, Json]) -> dict[str, Json]:
    """What came, under the names that are expected, in any case; texts as numbers where numbers are expected."""
    by_name = {_plain(name): value for name, value in reversed([*came.items()])}
    found: dict[str, Json] = {}
    for name, value in expected.items():
        key = _plain(name)
        if key in by_name:
            found[name] = _like(value, by_name[key])
    return found


def seen_as(expected: str, came: str) -> str:
    """A content type as the one that is expected, where it only says more: a version, or the charset UTF-8."""
    (kind, wanted), (media, stated) = parameters(expected), parameters(came)
    same = kind.lower() == media.lower() and wanted.items() <= stated.items()
    return expected if same and charset_of(came) == charset_of(expected) else came


def typed(expected: Mapping[str, Json], came: Mapping[str, Json], ruled: Collection[str]) -> dict[str, Json]:
    """What came, with the expected content type where it only says more, or no type at all: many producers state none.

    Not where a rule speaks of it.
    """
    found = dict(came)
    for name, value in expected.items():
        if _plain(name) == "contenttype" and name not in ruled:
            found[name] = seen_as(str(value), str(came[name])) if name in came else value
    return found


def mismatches(kind: str, differences: Iterable[Difference]) -> list[Mismatch]:
    """Differences of one part as mismatches."""
    return [Mismatch(kind, one.path, one.text, one.expected, one.actual) for one in differences]


def alike(expected: Json, tree: Json) -> bool:
    """Whether a tree is about the same as an example: an object that has half of its members, or the same kind."""
    if isinstance(expected, dict) and isinstance(tree, dict):
        return 2 * len(expected.keys() & tree.keys()) >= len(expected)
    if expected is None:
        return True
    if isinstance(expected, list) or isinstance(tree, list):
        return isinstance(expected, list) and isinstance(tree, list)
    return not isinstance(expected, dict) and not isinstance(tree, dict)


def shown(tree: Json) -> str:
    """A tree as people read it."""
    return json.dumps(tree, ensure_ascii=False, default=str)[:_LONGEST]


def hexadecimal(contents: bytes) -> str:
    """Bytes that are no text, by how they begin."""
    try:
        text = contents[:1000].decode()
        if text.isprintable():
            return text
    except UnicodeDecodeError:
        pass
    return f"{len(contents)} bytes beginning with {contents[:16].hex(' ')}"


def _metadata(wanted: Wanted, event: Event) -> list[Mismatch]:
    expected: dict[str, Json] = dict(wanted.metadata)
    if wanted.content_type:
        expected.setdefault("contentType", wanted.content_type)
    came = typed(expected, named_alike(expected, metadata_of(event)), wanted.rules.metadata)
    found = mismatches("metadata", match_metadata(expected, came, wanted.rules.metadata))
    if wanted.key is not None:
        if event.key is None:
            return [*found, Mismatch("key", "key", "The message has no key.", wanted.key, "")]
        found += mismatches("key", match_metadata({"key": wanted.key}, {"key": event.key}, wanted.rules.metadata))
    return found


def _as_decoded(expected: Json, came: Json) -> Json:
    """What is expected, with a number that is written without decimals as the same with them where that came."""
    if isinstance(expected, dict) and isinstance(came, dict):
        return {name: _as_decoded(value, came.get(name)) for name, value in expected.items()}
    if isinstance(expected, list) and isinstance(came, list):
        return [_as_decoded(one, other) for one, other in zip_longest(expected, came[: len(expected)])]
    same = isinstance(expected, int) and isinstance(came, float) and expected == came
    return came if same and not isinstance(expected, bool) else expected


def _same_key(wanted: Wanted, event: Event) -> bool:
    """Whether the key does not speak against it: none is wanted or came, the same, or one under a rule."""
    return wanted.key is None or "key" in wanted.rules.metadata or event.key in (None, wanted.key)


def _gone(wanted: Wanted, event: Event) -> bool:
    """Whether nothing at all is what the contract expects: `contents: null`, such as Kafka's mark of a deleted key."""
    says = wanted.expectation.says
    return not event.contents and "contents" in says and wanted.expectation.get("contents") is None


def _plain(name: str) -> str:
    lower = name.lower()
    return "contenttype" if lower in _CONTENT_TYPE else lower.replace("-", "").replace("_", "")


def _like(expected: Json, came: Json) -> Json:
    if isinstance(came, str) and not isinstance(expected, str):
        try:
            return read_alike(came)
        except (ValueError, RecursionError):
            return came
    return came
