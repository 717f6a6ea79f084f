"""A message in JSON against the Protobuf type that it names, by Protobuf's JSON mapping."""

import json
from collections.abc import Iterator

from google.protobuf.json_format import Error, MessageToDict, ParseDict

from troth_schemas.finding import Place, Witness
from troth_schemas.json_body import Json
from troth_schemas.pact.document import Pact
from troth_schemas.pairs.pact_protobuf import rules
from troth_schemas.pairs.pact_protobuf.reading import Named
from troth_schemas.pairs.pact_protobuf.rules import Spot
from troth_schemas.pairs.pact_protobuf.traffic import Met
from troth_schemas.problem import pointer
from troth_schemas.protobuf.model import Schema


def json_findings(title: str, named: Named, name: str, provider: Schema, pact: Pact) -> Iterator[Met]:
    """What of a JSON message its type does not have, member by member."""
    message = provider.messages[name]
    yield Met(name)
    if not isinstance(named.value, dict):
        yield _unreadable(title, named, name, "it is no JSON object", pact.place(named.part.body_place), provider, ())
        return
    fields = {key: one for one in message.fields().values() for key in (one.name, one.json_name)}
    for member, value in named.value.items():
        at = pact.place(f"{named.part.body_place}{pointer(member)}")
        if member in fields:
            yield Met(fields[member].full_name)
        made = provider.pool.new(name)
        try:
            ParseDict({member: value}, made, descriptor_pool=provider.pool.pool)
            again = MessageToDict(made, descriptor_pool=provider.pool.pool)
        except (Error, ValueError, TypeError, KeyError) as problem:
            yield _unreadable(title, named, name, str(problem), at, provider, (member,))
            continue
        if again and not _holds(again, {member: value}):
            text = f"{title!r} has {_shown({member: value})}, which {name} writes as {_shown(again)}."
            proof = Witness("data", {"message": name, "written": again}, "what the provider's message is in JSON")
            yield Met(finding=next(iter(rules.json_written_otherwise(
                Spot(title, (name, member), text, at, message.place, name, proof)))))  # fmt: skip


def _unreadable(
    title: str, named: Named, name: str, why: str, at: Place, provider: Schema, key: tuple[str, ...]
) -> Met:
    first = why.partition("\n")[0].rstrip(".")
    proof = Witness("message", named.value, f"{name} refuses it: {first}")
    spot = Spot(
        title, (name, *key), f"{title!r} is no {name}: {first}.", at, provider.messages[name].place, name, proof
    )
    return Met(finding=next(iter(rules.json_unreadable(spot))))


def _holds(written: Json, expected: Json) -> bool:
    """Whether what is written has all that is expected; zeros are left out in JSON."""
    if isinstance(expected, dict):
        members = written if isinstance(written, dict) else {}
        return all(_holds(members[key], value) if key in members else not value for key, value in expected.items())
    if isinstance(expected, list):
        return (
            isinstance(written, list)
            and len(written) == len(expected)
            and all(_holds(one, other) for one, other in zip(written, expected, strict=True))
        )
    return (type(written) is type(expected) and written == expected) or _same_number(written, expected)


def _same_number(one: Json, other: Json) -> bool:
    numbers = [value for value in (one, other) if isinstance(value, int | float) and not isinstance(value, bool)]
    return len(numbers) == 2 and one == other


def _shown(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)[:80]
