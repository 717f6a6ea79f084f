"""The latest contract that a webhook would be told of: what it is tried out with."""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Select, bindparam, exists, select

from troth_broker.core.webhooks import Party
from troth_broker.store.tables import PACT, application, content, current_publication, integration, label, version
from troth_broker.store.webhook_facts import PublishedVersion

consumer = application.alias("consumer")
provider = application.alias("provider")


@dataclass(frozen=True, slots=True)
class Sample:
    """A contract with those who have it and the version that published it."""

    consumer_id: int
    consumer: str
    provider_id: int
    provider: str
    content_id: int
    format: str
    sha: str
    published: PublishedVersion


def _meant(role: Any, kind: str, parameter: str) -> tuple[Any, ...]:
    if kind == "name":
        return (role.c.name == bindparam(parameter),)
    if kind == "label":
        labelled = select(label.c.name).where(label.c.application_id == role.c.id, label.c.name == bindparam(parameter))
        return (exists(labelled),)
    return ()


def _pairs(consumer_kind: str, provider_kind: str) -> Select[Any]:
    """The pair whose contract moved last, of those that fit."""
    return (
        select(consumer.c.id, consumer.c.name, provider.c.id, provider.c.name)
        .select_from(integration)
        .join(consumer, consumer.c.id == integration.c.consumer_id)
        .join(provider, provider.c.id == integration.c.provider_id)
        .where(
            *_meant(consumer, consumer_kind, "consumer"),
            *_meant(provider, provider_kind, "provider"),
            exists(
                select(current_publication.c.publication_id).where(
                    current_publication.c.consumer_id == integration.c.consumer_id,
                    current_publication.c.provider_id == integration.c.provider_id,
                )
            ),
        )
        .order_by(integration.c.contract_data_updated_at.desc())
        .limit(1)
    )


_KINDS = ("name", "label", "any")
_PAIRS = {(one, other): _pairs(one, other) for one in _KINDS for other in _KINDS}
_LATEST = (
    select(
        content.c.id,
        current_publication.c.format,
        content.c.sha,
        version.c.id,
        version.c.number,
        version.c.build_url,
        current_publication.c.publication_id,
    )
    .select_from(current_publication)
    .join(content, content.c.id == current_publication.c.content_id)
    .join(version, version.c.id == current_publication.c.consumer_version_id)
    .where(
        current_publication.c.consumer_id == bindparam("consumer"),
        current_publication.c.provider_id == bindparam("provider"),
    )
    .order_by(current_publication.c.consumer_version_id.desc(), (current_publication.c.format == PACT).desc())
    .limit(1)
)


def latest(db: Connection, consumer_party: Party | None, provider_party: Party | None) -> Sample | None:
    """The newest contract, of whatever format, between two that fit, those whose contract moved last."""
    kinds, values = [], {}
    for role, party in (("consumer", consumer_party), ("provider", provider_party)):
        kind = "any" if party is None else "label" if party.label is not None else "name"
        kinds.append(kind)
        if party is not None:
            values[role] = party.label if kind == "label" else party.name
    pair = db.execute(_PAIRS[kinds[0], kinds[1]], values).first()
    row = db.execute(_LATEST, {"consumer": pair[0], "provider": pair[2]}).first() if pair is not None else None
    if pair is None or row is None:
        return None
    consumer_id, consumer_name, provider_id, provider_name = pair
    content_id, format_name, sha, *published = row
    pair_of = (consumer_id, consumer_name, provider_id, provider_name)
    return Sample(*pair_of, content_id, format_name, sha, PublishedVersion(*published))
