"""What came back against what was promised, as mismatches."""

from collections.abc import Iterable, Iterator
from typing import Any

from google.protobuf.message import DecodeError

from troth_schemas.json_body import Json
from troth_schemas.matching import Difference, match_metadata, match_tree
from troth_schemas.pact.rules import Rules
from troth_schemas.protobuf.trees import tree, with_nulls
from troth_verifiers.api import Mismatch
from troth_verifiers.grpc.calling import Answer
from troth_verifiers.grpc.fitting import all_fit, fits
from troth_verifiers.grpc.prepared import Prepared, Wanted, lacking
from troth_verifiers.grpc.showing import texts
from troth_verifiers.grpc.statuses import details_of


def mismatches(prepared: Prepared, answer: Answer) -> tuple[Mismatch, ...]:
    """Where an answer is not as promised, sorted."""
    wanted = prepared.wanted
    found: list[Mismatch] = []
    if answer.code != wanted.code and not answer.cut:
        found += _status(prepared, answer)
    if wanted.metadata or wanted.message is not None:
        found += _metadata(wanted, answer)
    if wanted.details is not None and answer.code == wanted.code and not answer.cut:
        came = details_of(answer.trailing, prepared.pool)
        found += _as_mismatches("status-details", match_tree(list(wanted.details), came))
    try:
        messages = [_message(prepared, content) for content in answer.contents]
    except DecodeError as problem:
        name = prepared.new_response().DESCRIPTOR.full_name
        text = f"What came back is no {name}: {problem}."
        return tuple(sorted([*found, Mismatch("body", "$", text)]))
    for index, message in enumerate(messages):
        for sentence in lacking(message):
            path = f"$[{index}]" if prepared.server_streams else "$"
            found.append(Mismatch("body", path, f"The message is not whole: {sentence}"))
    if not messages and answer.code == "OK" and not prepared.server_streams:
        text = "The provider ended the call with OK and without the one message that is due."
        return tuple(sorted([*found, Mismatch("body", "$", text)]))
    if answer.code == "OK" or messages or wanted.code == answer.code:
        found += _bodies(prepared, messages)
    return tuple(sorted(found)) if found else ()


def _message(prepared: Prepared, content: bytes) -> Any:
    message = prepared.new_response()
    message.MergeFromString(content)
    return message


def _status(prepared: Prepared, answer: Answer) -> Iterator[Mismatch]:
    wanted = prepared.wanted.code
    said = f"{answer.code}{f' ({answer.details})' if answer.details else ''}"
    text = f"Expected the status {wanted}, but it is {said}."
    if answer.code == "UNIMPLEMENTED":
        text = f"The provider does not serve {prepared.method}: it answered {said}."
    yield Mismatch("status", "grpc-status", text, wanted, answer.code)


def _metadata(wanted: Wanted, answer: Answer) -> Iterator[Mismatch]:
    if answer.code != wanted.code and not answer.cut:
        return  # what goes with another status says nothing
    came: dict[str, Json] = {}
    for name, text in texts((*answer.initial, *answer.trailing)):
        came[name] = f"{came[name]}, {text}" if name in came else text
    expected = dict(wanted.metadata)
    if wanted.message is not None and not answer.cut:
        expected["grpc-message"] = wanted.message
        came["grpc-message"] = answer.details
    yield from _as_mismatches("metadata", match_metadata(expected, came, wanted.metadata_rules))


def _bodies(prepared: Prepared, messages: list[Any]) -> Iterable[Mismatch]:
    wanted = prepared.wanted
    if wanted.responses is None or _all_fit(prepared, wanted.responses, messages):
        return ()
    return _wrong_bodies(prepared, wanted.responses, [tree(message, filled=True) for message in messages])


def _all_fit(prepared: Prepared, responses: tuple[Json, ...], messages: list[Any]) -> bool:
    """Whether there is surely nothing to say about the messages, as there is about most."""
    wanted = prepared.wanted
    if wanted.each_rules is None and prepared.server_streams:
        return all_fit(responses, messages, wanted.rules)
    if len(responses) != len(messages):
        return False
    if wanted.each_rules is None:
        return not messages or fits(responses[0], messages[0], wanted.rules)  # one, as nothing is streamed
    return all(fits(*one) for one in zip(responses, messages, wanted.each_rules, strict=True))


def _wrong_bodies(prepared: Prepared, responses: tuple[Json, ...], came: list[Json]) -> Iterator[Mismatch]:
    wanted = prepared.wanted
    if not prepared.server_streams and len(responses) == len(came) == 1:
        rules = wanted.rules if wanted.each_rules is None else wanted.each_rules[0]
        yield from _tree("body", responses[0], came[0], rules)
        return
    listed: list[Json] = list(responses)
    if wanted.each_rules is None:
        yield from _tree("body", listed, came, wanted.rules)
        return
    for index, (expected, actual) in enumerate(zip(listed, came, strict=False)):
        rules = wanted.each_rules[index]
        yield from _tree("body", expected, actual, rules, f"$[{index}]")
    if len(listed) != len(came):
        text = f"Expected {_count(len(listed))}, but there {'is' if len(came) == 1 else 'are'} {len(came)}."
        yield Mismatch("body", "$", text, str(len(listed)), str(len(came)))


def _tree(kind: str, expected: Json, actual: Json, rules: Rules, path: str = "$") -> Iterator[Mismatch]:
    """Where a tree is not as promised. What is not there stands for null, if null is expected and anything differs."""
    if match_tree(expected, actual, rules, path=path):
        yield from _as_mismatches(kind, match_tree(expected, with_nulls(expected, actual), rules, path=path))


def _count(number: int) -> str:
    return "one response" if number == 1 else f"{number} responses"


def _as_mismatches(kind: str, differences: Iterable[Difference]) -> Iterator[Mismatch]:
    for one in differences:
        yield Mismatch(kind, one.path, one.text, one.expected, one.actual)
