"""Writes hand-made facts into a store, row by row, with the ids that the facts name."""

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from sqlalchemy import Connection, Table, insert

from troth_broker.core.facts import Facts
from troth_broker.core.policy_document import policy_document
from troth_broker.store import tables as t

Rows = Iterable[dict[str, Any]]
Put = Callable[[Table, Rows], None]

_NOW = {"happened_at": 0, "recorded_at": 0}
_MADE = {"created_at": 0, "updated_at": 0}


def record(db: Connection, facts: Facts) -> None:
    """Write the facts and their pointers into an empty store."""

    def put(table: Table, rows: Rows) -> None:
        found = list(rows)
        if found:
            db.execute(insert(table), found)

    put(
        t.application, ({"id": a.id, "name": a.name, "main_branch": a.main_branch, **_MADE} for a in facts.applications)
    )
    put(
        t.version,
        (
            {"id": v.id, "application_id": v.application, "number": v.number, "recorded_at": 0, **_MADE}
            for v in facts.versions
        ),
    )
    heads = {(on.application, on.branch): on.version for on in facts.branches if on.head}
    branches = {
        pair: key for key, pair in enumerate(dict.fromkeys((on.application, on.branch) for on in facts.branches), 1)
    }
    put(
        t.branch,
        (
            {"id": key, "application_id": pair[0], "name": pair[1], "head_version_id": heads.get(pair), **_MADE}
            for pair, key in branches.items()
        ),
    )
    put(
        t.branch_version,
        (
            {"branch_id": branches[on.application, on.branch], "version_id": on.version, "auto_created": False, **_NOW}
            for on in facts.branches
        ),
    )
    put(
        t.tag,
        ({"application_id": g.application, "version_id": g.version, "name": g.tag, **_NOW} for g in facts.tags),
    )
    environments = {name: key for key, name in enumerate(sorted(facts.environments), 1)}
    put(
        t.environment,
        (
            {
                "id": key,
                "uuid": f"uuid-{name}",
                "name": name,
                "display_name": name.title(),
                "production": False,
                **_MADE,
            }
            for name, key in environments.items()
        ),
    )
    _place(put, facts, environments)
    put(
        t.integration,
        (
            {"consumer_id": i.consumer, "provider_id": i.provider, "created_at": 0, "contract_data_updated_at": 0}
            for i in facts.integrations
        ),
    )
    _publish(put, facts)
    _verify(put, facts)
    _ask(put, facts)
    _show_parts(put, facts)
    record_evidence(db, facts)


def _place(put: Put, facts: Facts, environments: Mapping[str, int]) -> None:
    rows = [
        (
            key,
            {"application_id": p.application, "environment_id": environments[p.environment], "version_id": p.version},
            p,
        )
        for key, p in enumerate(facts.placed, 1)
    ]
    deployed = [row for row in rows if not row[2].released]
    released = [row for row in rows if row[2].released]
    put(
        t.deployment,
        (
            {"id": k, "uuid": f"d{k}", "instance": p.instance, "auto_created": False, **_NOW, **r}
            for k, r, p in deployed
        ),
    )
    put(t.current_deployment, ({"deployment_id": k, "slot": p.instance or "", **r} for k, r, p in deployed))
    put(t.release, ({"id": k, "uuid": f"r{k}", **_NOW, **r} for k, r, _ in released))
    put(t.supported_release, ({"release_id": k, **r} for k, r, _ in released))


def _publish(put: Put, facts: Facts) -> None:
    contents = {p.content: p for p in facts.publications}
    put(
        t.content,
        (
            {
                "id": key,
                "consumer_id": p.consumer,
                "provider_id": p.provider,
                "sha": f"sha{key}",
                "format": p.format,
                "interactions": 1,
                "messages": 0,
                "created_at": 0,
            }
            for key, p in contents.items()
        ),
    )
    put(t.body, [{"id": 1, "sha256": b"1", "content": b"{}"}])
    common = [
        (
            p,
            {
                "consumer_version_id": p.version,
                "consumer_id": p.consumer,
                "provider_id": p.provider,
                "revision": p.revision,
                "format": p.format,
                "content_id": p.content,
                "body_id": 1,
                "happened_at": 0,
            },
        )
        for p in facts.publications
    ]
    put(t.publication, ({"id": p.id, "recorded_at": 0, **row} for p, row in common))
    newest = {p.slot: (p, row) for p, row in sorted(common, key=lambda item: item[0].revision)}
    put(t.current_publication, ({"publication_id": p.id, **row} for p, row in newest.values()))


def _verify(put: Put, facts: Facts) -> None:
    pairs = {p.content: (p.consumer, p.provider) for p in facts.publications}
    common = [
        (
            r,
            {
                "content_id": r.content,
                "provider_version_id": r.version,
                "consumer_id": pairs[r.content][0],
                "provider_id": pairs[r.content][1],
                "success": r.success,
                "happened_at": r.at,
            },
        )
        for r in facts.results
    ]
    put(t.verification, ({"id": r.number, "wip": False, "recorded_at": 0, **row} for r, row in common))
    newest = {(r.content, r.version): (r, row) for r, row in sorted(common, key=lambda item: item[0].number)}
    put(t.latest_verification, ({"verification_id": r.number, **row} for r, row in newest.values()))


def _show_parts(put: Put, facts: Facts) -> None:
    pairs = {p.content: (p.consumer, p.provider) for p in facts.publications}
    put(
        t.partial_replay,
        (
            {
                "id": one.id,
                "content_id": one.content,
                "consumer_id": pairs[one.content][0],
                "provider_id": pairs[one.content][1],
                "provider_version_id": one.version,
                "replayed": one.replayed,
                "skipped": one.skipped,
                "unobserved": json.dumps(one.unobserved),
                "happened_at": one.at,
                "recorded_at": one.at,
                "test_results": b"[]",
            }
            for one in facts.parts
        ),
    )


def _ask(put: Put, facts: Facts) -> None:
    pairs = {p.content: p for p in facts.publications}
    asked = [(key, one, pairs[one.content]) for key, one in enumerate(facts.requests, 1)]
    put(
        t.triggered_webhook,
        (
            {
                "id": key,
                "uuid": f"t{key}",
                "webhook_uuid": "w",
                "event_name": "contract_published",
                "event_context": "{}",
                "trigger_type": "resource_creation",
                "status": "success" if one.reached else "failure",
                "publication_id": publication.id,
                "consumer_id": publication.consumer,
                "provider_id": publication.provider,
                "happened_at": key,
                "recorded_at": key,
            }
            for key, one, publication in asked
        ),
    )
    put(
        t.verification_request,
        (
            {
                "id": key,
                "content_id": one.content,
                "provider_version_id": one.version,
                "triggered_webhook_id": key,
                "happened_at": one.last,
                "recorded_at": one.last,
            }
            for key, one, _ in asked
        ),
    )
    put(
        t.open_request,
        (
            {
                "content_id": one.content,
                "slot": one.version or 0,
                "provider_version_id": one.version,
                "request_id": key,
                "times": one.times,
                "ask_again_at": 1 if one.expected or not one.reached else None,
            }
            for key, one, _ in asked
        ),
    )


def record_evidence(db: Connection, facts: Facts, first: int = 1) -> None:
    """Write what providers published, the comparisons and the policies; contracts get ids from `first` on."""

    def put(table: Table, rows: Rows) -> None:
        found = list(rows)
        if found:
            db.execute(insert(table), found)

    _provide(put, facts, first)
    _compare(put, facts)
    _evolve(put, facts)
    _govern(put, facts, {name: key for key, name in enumerate(sorted(facts.environments), 1)})


def _provide(put: Put, facts: Facts, first: int) -> None:
    kept = {one.provider_content: one for one in facts.provided}
    owners = {p.content: p.provider for p in facts.publications}
    kept_keys = {key: (one.provider, one.format) for key, one in kept.items()}
    for one in facts.comparisons:
        kept_keys.setdefault(one.provider_content, (owners[one.content], "openapi"))
    put(
        t.provider_content,
        (
            {
                "id": key,
                "provider_id": owner,
                "format": kind,
                "sha": f"p{key}",
                "digest": f"d{key}",
                "root": "openapi.yaml",
                "created_at": 0,
            }
            for key, (owner, kind) in kept_keys.items()
        ),
    )
    rows = [
        (
            key,
            one,
            {
                "provider_id": one.provider,
                "provider_version_id": one.version,
                "provider_content_id": one.provider_content,
                "format": one.format,
                "name": one.name,
            },
        )
        for key, one in enumerate(facts.provided, first)
    ]
    body = {"revision": 1, "content_type": "application/yaml", "body_id": 1, "happened_at": 0, "recorded_at": 0}
    put(t.provider_contract, ({"id": key, **row, **body} for key, _, row in rows))
    put(t.current_provider_contract, ({"provider_contract_id": key, **row} for key, _, row in rows))


def _compare(put: Put, facts: Facts) -> None:
    put(
        t.comparison,
        (
            {
                "id": c.id,
                "content_id": c.content,
                "provider_content_id": c.provider_content,
                "checker": c.checker,
                "success": c.success,
                "breaking": c.breaking,
                "risky": c.risky,
                "safe": 0,
                "partial": c.partial,
                "judged": c.judged,
                "unjudged": json.dumps(c.unjudged),
                "report": None,
                "error": c.error,
                "happened_at": c.at,
                "recorded_at": c.at,
            }
            for c in facts.comparisons
        ),
    )


def _evolve(put: Put, facts: Facts) -> None:
    put(
        t.evolution,
        (
            {
                "id": one.id,
                "reader_id": one.reader,
                "writer_id": one.writer,
                "older": one.older,
                "checker": str(one.id),
                "success": one.success,
                "breaking": one.breaking,
                "judged": 1,
                "not_covered": 0,
                "report": None,
                "error": one.error,
                **_NOW,
            }
            for one in facts.evolutions
        ),
    )


def _govern(put: Put, facts: Facts, environments: Mapping[str, int]) -> None:
    put(
        t.policy,
        (
            {
                "id": p.id,
                "consumer_id": p.consumer,
                "provider_id": p.provider,
                "environment_id": environments[p.environment] if p.environment else None,
                "document": json.dumps(policy_document(p.rules)),
                **_NOW,
            }
            for p in facts.policies
        ),
    )
