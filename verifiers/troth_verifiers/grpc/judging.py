"""What came back against what was promised, as mismatches."""

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.message import DecodeError

from troth_schemas.json_body import Json
from troth_schemas.matching import Difference, match_metadata, match_tree
from troth_schemas.pact.rules import Rules
from troth_schemas.protobuf.nulls import with_nulls
from troth_schemas.protobuf.trees import tree
from troth_schemas.protobuf.unread import knows_all, unread
from troth_verifiers.api import Mismatch
from troth_verifiers.grpc.calling import Answer
from troth_verifiers.grpc.fitting import all_fit, fits
from troth_verifiers.grpc.metadata import Metadata
from troth_verifiers.grpc.prepared import Kind, Prepared, Wanted, lacking
from troth_verifiers.grpc.showing import texts
from troth_verifiers.grpc.statuses import details_of


def mismatches(prepared: Prepared, answer: Answer) -> tuple[Mismatch, ...]:
    """Where an answer is not as promised, sorted."""
    kind, wanted = prepared.kind, prepared.wanted
    found: list[Mismatch] = []
    if answer.code != wanted.code and not answer.cut:
        found += _status(prepared, answer)
    if wanted.metadata or wanted.message is not None:
        found += _metadata(wanted, answer)
    if wanted.details is not None and answer.code == wanted.code and not answer.cut:
        came = details_of(answer.trailing, kind.pool)
        found += _as_mismatches("status-details", match_tree(list(wanted.details), came))
    try:
        messages = [_message(kind, content) for content in answer.contents]
    except DecodeError as problem:
        name = kind.new_response().DESCRIPTOR.full_name
        text = f"What came back is no {name}: {problem}."
        return tuple(sorted([*found, Mismatch("body", "$", text)]))
    for index, message in enumerate(messages):
        found += _unsound(message, answer.contents[index], kind, f"$[{index}]" if kind.server_streams else "$")
    if not messages and answer.code == "OK" and not kind.server_streams:
        text = "The provider ended the call with OK and without the one message that is due."
        return tuple(sorted([*found, Mismatch("body", "$", text)]))
    if answer.code == "OK" or messages or wanted.code == answer.code:
        found += _bodies(prepared, messages)
    return tuple(sorted(found)) if found else ()


def _unsound(message: Any, content: bytes, kind: Kind, path: str) -> Iterator[Mismatch]:
    """What no example has to say for it to be wrong."""
    absent = lacking(message)
    for sentence in absent:
        yield Mismatch("body", path, f"The message is not whole: {sentence}")
    if absent or not knows_all(message):
        for place, sentence in unread(_message(kind, content), path):
            yield Mismatch("body", place, sentence)


def _message(kind: Kind, content: bytes) -> Any:
    message = kind.new_response()
    message.MergeFromString(content)
    return message


def _status(prepared: Prepared, answer: Answer) -> Iterator[Mismatch]:
    wanted = prepared.wanted.code
    said = f"{answer.code}{f' ({answer.details})' if answer.details else ''}"
    text = f"Expected the status {wanted}, but it is {said}."
    if answer.code == "UNIMPLEMENTED":
        text = f"The provider does not serve {prepared.kind.method}: it answered {said}."
    yield Mismatch("status", "grpc-status", text, wanted, answer.code)


def _metadata(wanted: Wanted, answer: Answer) -> Iterator[Mismatch]:
    if answer.code != wanted.code and not answer.cut:
        return  # what goes with another status says nothing
    came, expected = _come(wanted, answer), dict(wanted.metadata)
    elsewhere = _named((*answer.initial, *answer.trailing)).keys() - came.keys()
    for name in sorted(elsewhere & expected.keys()):
        due, other = ("trailer", "header") if name in (wanted.trailing or ()) else ("header", "trailer")
        yield Mismatch("metadata", name, f"The {due} {name!r} came as a {other}, where readers do not look for it.")
        del expected[name]
    if wanted.message is not None and not answer.cut:
        expected["grpc-message"] = wanted.message
        came["grpc-message"] = answer.details
    yield from _as_mismatches("metadata", match_metadata(expected, came, wanted.metadata_rules))


def _come(wanted: Wanted, answer: Answer) -> dict[str, Json]:
    """The metadata that came where they are expected; where nothing else comes, headers come as trailers."""
    if wanted.trailing is None:
        return _named((*answer.initial, *answer.trailing))
    headers, trailers = _named(answer.initial), _named(answer.trailing)
    if not answer.initial and not answer.contents:
        headers = trailers
    return {
        name: part[name]
        for name in wanted.metadata
        for part in [trailers if name in wanted.trailing else headers]
        if name in part
    }


def _named(metadata: Metadata) -> dict[str, Json]:
    """Metadata by their names; several of one name in a list of Pact's, which has commas between them."""
    found: dict[str, Json] = {}
    for name, text in texts(metadata):
        found[name] = f"{found[name]}, {text}" if name in found else text
    return found


def _bodies(prepared: Prepared, messages: list[Any]) -> Iterable[Mismatch]:
    wanted = prepared.wanted
    if wanted.responses is None or _all_fit(prepared, wanted.responses, messages):
        return ()
    return _wrong_bodies(prepared, wanted.responses, [tree(message, filled=True) for message in messages])


def _all_fit(prepared: Prepared, responses: tuple[Json, ...], messages: list[Any]) -> bool:
    """Whether there is surely nothing to say about the messages, as there is about most."""
    wanted = prepared.wanted
    if wanted.each_rules is None and prepared.kind.server_streams:
        return all_fit(responses, messages, wanted.rules)
    if len(responses) != len(messages):
        return False
    if wanted.each_rules is None:
        return not messages or fits(responses[0], messages[0], wanted.rules)  # one, as nothing is streamed
    return all(fits(*one) for one in zip(responses, messages, wanted.each_rules, strict=True))


def _wrong_bodies(prepared: Prepared, responses: tuple[Json, ...], came: list[Json]) -> Iterator[Mismatch]:
    wanted, of = prepared.wanted, prepared.kind.new_response().DESCRIPTOR
    if not prepared.kind.server_streams and len(responses) == len(came) == 1:
        rules = wanted.rules if wanted.each_rules is None else wanted.each_rules[0]
        yield from _tree(of, responses[0], came[0], rules)
        return
    listed: list[Json] = list(responses)
    if wanted.each_rules is None:
        yield from _tree(of, listed, came, wanted.rules)
        return
    for index, (expected, actual) in enumerate(zip(listed, came, strict=False)):
        rules = wanted.each_rules[index]
        yield from _tree(of, expected, actual, rules, f"$[{index}]")
    if len(listed) != len(came):
        text = f"Expected {_count(len(listed))}, but there {'is' if len(came) == 1 else 'are'} {len(came)}."
        yield Mismatch("body", "$", text, str(len(listed)), str(len(came)))


def _tree(of: Any, expected: Json, actual: Json, rules: Rules, path: str = "$") -> Iterator[Mismatch]:
    """Where a tree is not as promised. What is not there stands for null, if null is expected and anything differs."""
    if match_tree(expected, actual, rules, path=path):
        yield from _as_mismatches("body", match_tree(expected, with_nulls(expected, actual, of), rules, path=path))


def _count(number: int) -> str:
    return "one response" if number == 1 else f"{number} responses"


def _as_mismatches(kind: str, differences: Iterable[Difference]) -> Iterator[Mismatch]:
    for one in differences:
        yield Mismatch(kind, one.path, one.text, one.expected, one.actual)
