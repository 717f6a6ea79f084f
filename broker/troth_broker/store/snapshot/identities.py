"""By what a row of one store is known in another one, where the two gave it different ids."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Column, Table

from troth_broker.store import tables as t
from troth_broker.store.snapshot.contents import KEPT


@dataclass(frozen=True, slots=True)
class Identity:
    """The columns that name a row; `looked_up` are those of them that are never null.

    `line` is set for facts of which the newest counts: what the rows are about. A fact that is older than the newest
    one that a store knows about the same thing is not added to it, as it would seem to be the newest.
    """

    columns: tuple[Column[Any], ...]
    looked_up: tuple[Column[Any], ...]
    line: tuple[Column[Any], ...] = ()


Columns = tuple[Column[Any], ...]


def _by(*columns: Column[Any], but: Columns = (), line: Columns = ()) -> Identity:
    return Identity((*columns, *but), columns, line)


_POINTERS = (
    t.current_deployment,
    t.current_provider_contract,
    t.current_publication,
    t.latest_verification,
    t.open_request,
    t.proof,
    t.supported_release,
)
DERIVED: Mapping[Table, str] = dict.fromkeys(_POINTERS, "a pointer, which is derived from the facts")
OWN: Mapping[Table, str] = {
    t.audit: "what people changed in one store is no event of another",
    t.config: "how one store works is its own affair",
}
IDENTITIES: Mapping[Table, Identity] = {
    t.application: _by(t.application.c.name),
    t.label: _by(t.label.c.application_id, t.label.c.name),
    t.environment: _by(t.environment.c.uuid),
    t.webhook: _by(t.webhook.c.uuid),
    t.webhook_event: _by(t.webhook_event.c.webhook_id, t.webhook_event.c.name),
    t.certificate: _by(t.certificate.c.uuid),
    t.main_branch_set: _by(
        t.main_branch_set.c.application_id,
        t.main_branch_set.c.happened_at,
        but=(t.main_branch_set.c.branch,),
        line=(t.main_branch_set.c.application_id,),
    ),
    t.version: _by(t.version.c.application_id, t.version.c.number),
    t.branch: _by(t.branch.c.application_id, t.branch.c.name),
    t.branch_version: _by(t.branch_version.c.branch_id, t.branch_version.c.version_id),
    t.branch_head_set: _by(
        t.branch_head_set.c.branch_id,
        t.branch_head_set.c.version_id,
        t.branch_head_set.c.happened_at,
        line=(t.branch_head_set.c.branch_id,),
    ),
    t.tag: _by(t.tag.c.version_id, t.tag.c.name),
    t.integration: _by(t.integration.c.consumer_id, t.integration.c.provider_id),
    t.body: _by(t.body.c.sha256),
    t.content: _by(t.content.c.consumer_id, t.content.c.provider_id, t.content.c.sha, t.content.c.format),
    t.content_file: _by(t.content_file.c.content_id, t.content_file.c.name),
    t.publication: _by(
        t.publication.c.consumer_version_id,
        t.publication.c.provider_id,
        t.publication.c.format,
        t.publication.c.revision,
    ),
    t.provider_content: _by(t.provider_content.c.provider_id, t.provider_content.c.format, t.provider_content.c.sha),
    t.provider_content_file: _by(t.provider_content_file.c.provider_content_id, t.provider_content_file.c.name),
    t.provider_contract: _by(
        t.provider_contract.c.provider_version_id,
        t.provider_contract.c.format,
        t.provider_contract.c.name,
        t.provider_contract.c.revision,
    ),
    t.comparison: _by(t.comparison.c.content_id, t.comparison.c.provider_content_id, t.comparison.c.checker),
    t.policy: _by(
        t.policy.c.happened_at,
        but=(t.policy.c.consumer_id, t.policy.c.provider_id, t.policy.c.environment_id),
        line=(t.policy.c.consumer_id, t.policy.c.provider_id, t.policy.c.environment_id),
    ),
    t.verification: _by(
        t.verification.c.content_id,
        t.verification.c.provider_version_id,
        t.verification.c.happened_at,
        line=(t.verification.c.content_id, t.verification.c.provider_version_id),
    ),
    t.verification_detail: _by(t.verification_detail.c.verification_id),
    t.partial_replay: _by(
        t.partial_replay.c.content_id,
        t.partial_replay.c.provider_version_id,
        t.partial_replay.c.happened_at,
        line=(t.partial_replay.c.content_id, t.partial_replay.c.provider_version_id),
    ),
    t.deployment: _by(
        t.deployment.c.uuid,
        line=(t.deployment.c.application_id, t.deployment.c.environment_id, t.deployment.c.instance),
    ),
    t.undeployment: _by(t.undeployment.c.deployment_id),
    t.release: _by(t.release.c.version_id, t.release.c.environment_id),
    t.release_event: _by(
        t.release_event.c.release_id,
        t.release_event.c.happened_at,
        t.release_event.c.supported,
        line=(t.release_event.c.release_id,),
    ),
    t.triggered_webhook: _by(t.triggered_webhook.c.uuid),
    t.webhook_execution: _by(t.webhook_execution.c.triggered_webhook_id, t.webhook_execution.c.happened_at),
    t.verification_request: _by(
        t.verification_request.c.content_id,
        t.verification_request.c.happened_at,
        but=(t.verification_request.c.provider_version_id, t.verification_request.c.triggered_webhook_id),
    ),
    t.evolution: _by(t.evolution.c.reader_id, t.evolution.c.writer_id, t.evolution.c.older, t.evolution.c.checker),
    t.registry_schema: _by(t.registry_schema.c.format, t.registry_schema.c.sha),
    t.registry_reference: _by(t.registry_reference.c.schema_id, t.registry_reference.c.position),
    t.registry_subject: _by(t.registry_subject.c.name),
    t.registry_version: _by(t.registry_version.c.subject_id, t.registry_version.c.version),
}
MERGED: tuple[Table, ...] = tuple(table for table in KEPT if table in IDENTITIES)
"""Parents before their children."""
