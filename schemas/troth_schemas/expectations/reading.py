"""Reading the form: every problem with its place, and what can be read of the rest."""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from marshal import dumps
from typing import Final

from troth_schemas.documents import Document as Read
from troth_schemas.documents import read
from troth_schemas.errors import ContractUnreadable
from troth_schemas.expectations.document import COMMON, PROTOCOLS, Expectation, Expectations
from troth_schemas.json_body import Document, Json
from troth_schemas.pact.interactions import ProviderState, states_of
from troth_schemas.pact.rules import MatchingRules, read_rules
from troth_schemas.problem import Problem, pointer

VERSION: Final = 1
_TOP: Final = ("troth", "protocol", "consumer", "provider", "schema", "interactions", "comment", "settings")


def is_expectations(value: Json) -> bool:
    """Whether a decoded document is of this form."""
    return isinstance(value, dict) and "troth" in value and "interactions" in value


def read_expectations(name: str, content: bytes) -> tuple[Expectations, tuple[Problem, ...]]:
    """A JSON or YAML document of the form, with its problems. Raises ContractUnreadable where it is none at all.

    An interaction with an error is there all the same, so that those beside it can be replayed.
    """
    document = read(name, content)
    value = document.value
    if not is_expectations(value):
        raise ContractUnreadable(
            f"the document {name}",
            "has no `troth` and `interactions`",
            index=0,
            place="its top",
            fix="An expectations document begins with `troth: 1`, a protocol, a consumer and a provider.",
        )
    assert isinstance(value, dict)
    listed = value["interactions"]
    rules: dict[bytes, MatchingRules] = {}
    found = [
        _expectation(document, index, one, rules)
        for index, one in enumerate(listed if isinstance(listed, list) else [])
    ]
    schema = value.get("schema")
    names = [schema] if isinstance(schema, str) else schema if isinstance(schema, list) else []
    expectations = Expectations(
        protocol=_text(value.get("protocol")),
        consumer=_name(value.get("consumer")),
        provider=_name(value.get("provider")),
        schemas=tuple(one for one in names if isinstance(one, str)),
        interactions=tuple(found),
        value=value,
    )
    return expectations, tuple(_problems(document, value, found))


def _expectation(document: Read, index: int, written: Json, rules: dict[bytes, MatchingRules]) -> Expectation:
    one: Document = written if isinstance(written, dict) else {}
    get = one.get
    identity, states, timeout = get("id"), get("states"), get("timeout")
    return Expectation(
        index,
        _text(get("description")),
        identity if isinstance(identity, str) else None,
        () if states is None else _states(states),
        get("pending") is True,
        _rules(get("rules"), rules),
        float(timeout) if isinstance(timeout, int | float) and not isinstance(timeout, bool) else None,
        one,
        document,
    )


def _states(written: Json) -> tuple[ProviderState, ...]:
    listed = written if isinstance(written, list) else [written]
    return states_of({"providerStates": [{"name": one} if isinstance(one, str) else one for one in listed]})


def _rules(written: Json, known: dict[bytes, MatchingRules]) -> MatchingRules:
    """Rules by path are about the body; ``body``, ``metadata`` and ``header`` may be told apart, as in a pact.

    ``known`` are those that were read before: interactions with one method often have the same.
    """
    if not isinstance(written, dict):
        return MatchingRules()
    key = dumps(written, 2)  # each value with its type, in half the time of a text
    found = known.get(key)
    if found is None:
        by_path = {path: rule for path, rule in written.items() if path.startswith("$")}
        by_part = {part: rule for part, rule in written.items() if not part.startswith("$")}
        found = known[key] = read_rules({"body": by_path, **by_part} if by_path else by_part)
    return found


def _text(written: Json) -> str:
    return written if isinstance(written, str) else ""


def _name(written: Json) -> str:
    """A party: its name, or as in a pact an object with its name."""
    return _text(written.get("name") if isinstance(written, dict) else written)


def _problems(document: Read, value: Document, found: list[Expectation]) -> Iterator[Problem]:
    for place, sentence in _wrong(value, found):
        yield Problem(place, sentence, line=document.line(place))


def _wrong(value: Document, found: list[Expectation]) -> Iterator[tuple[str, str]]:
    if value["troth"] != VERSION:
        yield "/troth", f"The version of the form is {value['troth']!r}; this Troth knows {VERSION}."
    protocol = value.get("protocol")
    if protocol not in PROTOCOLS:
        yield "/protocol", f"{protocol!r} is not a protocol; there are {', '.join(PROTOCOLS)}."
    for party in ("consumer", "provider"):
        if not _name(value.get(party)):
            yield f"/{party}", f"The {party} has no name; write `{party}: NAME`."
    for member in value:
        if member not in _TOP:
            yield pointer(member), _unknown(member, _TOP)
    listed = value["interactions"]
    if not isinstance(listed, list) or not listed:
        yield "/interactions", "There is no interaction; write a list of at least one."
        return
    members = PROTOCOLS.get(str(protocol))
    known = None if members is None else dict.fromkeys((*COMMON, *members))
    for one, read_one in zip(listed, found, strict=True):
        for place, sentence in () if _usual(one, read_one.rules, known) else _wrong_in(one, read_one.rules, known):
            yield f"{pointer('interactions', read_one.index)}{place}", sentence


def _usual(one: Json, rules: MatchingRules, known: Mapping[str, None] | None) -> bool:
    """Whether there is nothing to say of an interaction for sure, as there is of most."""
    return (
        type(one) is dict
        and one.get("states") is one.get("timeout") is None
        and bool(_text(one.get("description")))
        and type(one.get("rules", one)) is dict
        and not rules.unreadable
        and known is not None
        and one.keys() <= known.keys()
    )


def _misshapen(one: Document) -> Iterator[tuple[str, str]]:
    """Members of all protocols that are not of their kind, of which nothing could be read."""
    states, timeout = one.get("states"), one.get("timeout")
    for state in states if isinstance(states, list) else () if states is None else (states,):
        if not (_text(state) or (isinstance(state, dict) and _text(state.get("name")))):
            yield "/states", "A state is its name, or an object with `name` and `params`."
            break
    if timeout is not None and (not isinstance(timeout, int | float) or isinstance(timeout, bool) or timeout <= 0):
        yield "/timeout", f"A timeout is in seconds, more than 0, not {timeout!r}."
    if not isinstance(one.get("rules", {}), dict | None):
        yield "/rules", "Rules are an object, from paths to rules."


def _unknown(member: str, known: Iterable[str]) -> str:
    meant = get_close_matches(member, known, 1)
    hint = f" (is {meant[0]!r} meant?)" if meant else ""
    return f"{member!r} is not known here{hint}; there are {', '.join(known)}."


def _wrong_in(one: Json, rules: MatchingRules, known: Mapping[str, None] | None) -> Iterator[tuple[str, str]]:
    """What is wrong with an interaction, by the place in it; ``known`` are the members that its protocol has."""
    if not isinstance(one, dict):
        yield "", "An interaction is an object."
        return
    if not _text(one.get("description")):
        yield "/description", "An interaction needs a description, by which people know it."
    if known is not None and not one.keys() <= known.keys():
        for member in (member for member in one if member not in known):
            yield pointer(member), _unknown(member, known)
    yield from _misshapen(one)
    for path in rules.unreadable:
        yield "/rules", f"The path or part {path!r} is not understood; paths begin with `$`."
