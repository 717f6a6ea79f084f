"""A policy as people write it: a JSON object with the members that it means to say something about, and no others."""

import json
from collections.abc import Iterator, Mapping
from typing import Any, Final, cast

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.policy import KINDS, Blocking, Kind, Rules
from troth_schemas.options import MODES

Document = dict[str, Any]

MEMBERS: Final = ("needs", "blocks", "not_covered", "max_age_days", "evolution")
_LONGEST_DAYS: Final = 36_500
_MOST_SUBJECTS: Final = 1_000


def read_policy(body: Mapping[str, Any]) -> Rules:
    """The rules in a JSON object. Raises Invalid with every fault. A member that is null says nothing."""
    faults = tuple(_faults(body))
    if faults:
        raise Invalid(faults)
    return _rules(body)


def policy_document(rules: Rules) -> Document:
    """The rules as a JSON object: only what they say, in the order of `MEMBERS`."""
    found: Document = {
        "needs": None if rules.needs is None else [kind for kind in KINDS if kind in rules.needs],
        "blocks": None if rules.blocks is None else sorted(rules.blocks),
        "not_covered": rules.not_covered,
        "max_age_days": rules.max_age_days,
        "evolution": dict(rules.evolution) if isinstance(rules.evolution, tuple) else rules.evolution,
    }
    return {name: value for name, value in found.items() if value is not None}


def rules_of(document: str) -> Rules:
    """The rules in a recorded document."""
    return _rules(json.loads(document))


def _rules(body: Mapping[str, Any]) -> Rules:
    needs, blocks = body.get("needs"), body.get("blocks")
    return Rules(
        None if needs is None else frozenset(cast("list[Kind]", needs)),
        None if blocks is None else frozenset(cast("list[Blocking]", blocks)),
        body.get("not_covered"),
        body.get("max_age_days"),
        tuple(evolution.items()) if isinstance(evolution := body.get("evolution"), dict) else evolution,
    )


def _faults(body: Mapping[str, Any]) -> Iterator[Fault]:
    for name in body:
        if name not in MEMBERS:
            yield Fault(name, f"is no member of a policy; there are {', '.join(MEMBERS)}")
    yield from _faults_of_list(body, "needs", KINDS)
    yield from _faults_of_list(body, "blocks", ("breaking", "risky"))
    blocks = body.get("blocks")
    if isinstance(blocks, list) and "breaking" not in blocks:
        yield Fault(
            "blocks",
            'must hold "breaking": what breaks never passes by comparison (a passing replay makes it a disputed yes)',
        )
    if body.get("not_covered") not in (None, "blocks", "allows"):
        yield Fault("not_covered", 'must be "blocks" or "allows"')
    days = body.get("max_age_days")
    if days is not None and (not isinstance(days, int) or isinstance(days, bool) or not 1 <= days <= _LONGEST_DAYS):
        yield Fault("max_age_days", f"must be a whole number of days from 1 to {_LONGEST_DAYS}, or null")
    yield from _faults_of_evolution(body.get("evolution"))


def _faults_of_evolution(value: Any) -> Iterator[Fault]:
    modes = ", ".join(MODES)
    if isinstance(value, dict):
        if not value or len(value) > _MOST_SUBJECTS:
            yield Fault("evolution", f"must name from 1 to {_MOST_SUBJECTS} subjects")
        for subject, mode in value.items():
            if not isinstance(mode, str) or mode not in MODES:
                yield Fault("evolution", f"must give {subject!r} one of {modes}")
    elif value is not None and (not isinstance(value, str) or value not in MODES):
        yield Fault("evolution", f"must be one of {modes}, or an object that gives one to APPLICATION/FORMAT[/NAME]")


def _faults_of_list(body: Mapping[str, Any], name: str, known: tuple[str, ...]) -> Iterator[Fault]:
    value = body.get(name)
    if value is None:
        return
    if not isinstance(value, list):
        yield Fault(name, f"must be a list of {' and '.join(known)}")
    elif any(one not in known for one in value):
        yield Fault(name, f"can hold {' and '.join(known)}, and nothing else")
