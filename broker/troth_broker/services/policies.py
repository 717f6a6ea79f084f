"""Policies: what counts as proof between two, or in an environment; each change is a new version."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection

from troth_broker.core.errors import Invalid, NotFound
from troth_broker.core.policy import DEFAULT, Rules
from troth_broker.core.policy_document import policy_document, read_policy, rules_of
from troth_broker.services.environments import present
from troth_broker.services.world import World
from troth_broker.store import applications, audit, policies
from troth_broker.store.policies import Scope

_MOST_VERSIONS = 1000

Find = Callable[[Connection], tuple[Scope, str]]
"""Finds whom a policy is about, and how people call it. Raises NotFound."""


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """One version of a policy; version 0 is the default, which nobody set."""

    version: int
    rules: Rules
    since: int | None = None


NOTHING_SAID = PolicyVersion(0, DEFAULT)


def of_integration(consumer: str, provider: str) -> Find:
    """The policy between two applications, whether they have met yet or not."""

    def find(db: Connection) -> tuple[Scope, str]:
        keys = {name: applications.id_of(db, name) for name in (consumer, provider)}
        for name, key in keys.items():
            if key is None:
                raise NotFound(f"There is no application named {name}", named=True)
        return Scope(keys[consumer], keys[provider]), f"{consumer} and {provider}"

    return find


def of_environment(uuid: str) -> Find:
    """The policy of an environment."""

    def find(db: Connection) -> tuple[Scope, str]:
        found = present(db, uuid)
        return Scope(environment=found.id), f"environment {found.name}"

    return find


def current(world: World, find: Find) -> PolicyVersion:
    """The policy that counts. Raises NotFound."""
    return world.store.read(_versions, find, 1)[0]


def history(world: World, find: Find) -> tuple[PolicyVersion, ...]:
    """Every version of a policy, the newest first. Raises NotFound."""
    return tuple(one for one in world.store.read(_versions, find, _MOST_VERSIONS) if one.version)


def set_policy(world: World, find: Find, body: Mapping[str, Any]) -> PolicyVersion:
    """Make a policy what a body says; a body that says the same again is no new version. Raises NotFound, Invalid."""
    world.store.read(find)  # what the policy is about comes before a body that is wrong
    return world.store.write(_set, find, read_policy(body), world.clock())


def _set(db: Connection, find: Find, rules: Rules, now: int) -> PolicyVersion:
    before = _versions(db, find, 1)[0]
    if before.rules == rules:
        return before
    scope, subject = find(db)
    if scope.environment is None and rules.evolution is not None:
        raise Invalid.at("evolution", "is about what runs beside it: set it in the policy of an environment")
    document = json.dumps(policy_document(rules))
    policies.add(db, scope, document, now)
    audit.record(db, f"policy of {subject}", "set", document, now)
    return _versions(db, find, 1)[0]


def _versions(db: Connection, find: Find, limit: int) -> tuple[PolicyVersion, ...]:
    scope, _ = find(db)
    found = policies.versions(db, scope, limit)
    return tuple(PolicyVersion(one.version, rules_of(one.document), one.since) for one in found) or (NOTHING_SAID,)
