"""What was last said of contracts, and how webhooks did: the newest result of each, the last outcome of each."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from sqlalchemy import Connection, and_, exists, func, or_, select, union_all

from troth_broker.core.standing import Status, WebhookStatus, status_of, webhooks_status
from troth_broker.store.lists import as_id, items_of, listed
from troth_broker.store.tables import (
    content,
    current_publication,
    integration,
    label,
    latest_verification,
    triggered_webhook,
    verification,
    version,
    webhook,
    webhook_event,
)


@dataclass(frozen=True, slots=True)
class Verdict:
    """The newest result that says something of a content: its own, else the pair's newest of another of its format."""

    number: int
    sha: str
    provider_version_id: int
    provider_version: str
    success: bool
    happened_at: int
    status: Status
    is_own: bool
    """Whether it is about this very content."""


class Contract(NamedTuple):
    """A content and its format."""

    content: int
    format: str


@dataclass(frozen=True, slots=True)
class Called:
    """How the webhooks of a pair did the last time, and when one was triggered last."""

    status: WebhookStatus = WebhookStatus.NONE
    last_at: int | None = None


_contents = items_of("contents")
_judged = content.alias("judged")
_passed = verification.alias("passed")
_own = (
    select(func.max(verification.c.id)).where(verification.c.content_id == content.c.id).correlate(content)
).scalar_subquery()
_other = content.alias("other")
_of_pair = (
    select(latest_verification.c.verification_id)
    .join(_other, _other.c.id == latest_verification.c.content_id)
    .where(
        latest_verification.c.consumer_id == content.c.consumer_id,
        latest_verification.c.provider_id == content.c.provider_id,
        _other.c.format == content.c.format,
    )
    .order_by(latest_verification.c.provider_version_id.desc(), latest_verification.c.verification_id.desc())
    .limit(1)
    .correlate(content)
    .scalar_subquery()
)
_newest = (
    select(content.c.id.label("content_id"), func.coalesce(_own, _of_pair).label("number"))
    .where(content.c.id.in_(select(as_id(_contents))))
    .subquery("newest")
)
_said = verification.alias("said")
_VERDICTS = (
    select(
        _newest.c.content_id,
        _said.c.content_id,
        _said.c.id,
        _judged.c.sha,
        _said.c.provider_version_id,
        version.c.number,
        _said.c.success,
        _said.c.happened_at,
        exists(
            select(_passed.c.id).where(
                _passed.c.content_id == _said.c.content_id, _passed.c.success.is_(True), _passed.c.wip.is_(False)
            )
        ),
    )
    .select_from(_newest)
    .join(_said, _said.c.id == _newest.c.number)
    .join(_judged, _judged.c.id == _said.c.content_id)
    .join(version, version.c.id == _said.c.provider_version_id)
)

_integrations = items_of("integrations")
_asked = integration.c.id.in_(select(as_id(_integrations)))
_cp = current_publication
_newest_version = (
    select(func.max(_cp.c.consumer_version_id))
    .where(_cp.c.consumer_id == integration.c.consumer_id, _cp.c.provider_id == integration.c.provider_id)
    .correlate(integration)
    .scalar_subquery()
)
_newest_contract = _cp.alias("newest_contract")
_NEWEST_CONTENTS = (
    select(integration.c.id, _newest_contract.c.content_id, _newest_contract.c.format)
    .select_from(integration)
    .join(
        _newest_contract,
        and_(
            _newest_contract.c.consumer_version_id == _newest_version,
            _newest_contract.c.provider_id == integration.c.provider_id,
        ),
    )
    .where(_asked)
    .order_by(integration.c.id, _newest_contract.c.format)
)


def _labelled(application_id: Any, name: Any) -> Any:
    return or_(
        name.is_(None),
        exists(select(label.c.name).where(label.c.application_id == application_id, label.c.name == name)),
    )


# Each combination of "this one" and "any" by one look at the index of (consumer_id, provider_id).
_one = webhook.c.consumer_id == integration.c.consumer_id, webhook.c.consumer_id.is_(None)
_another = webhook.c.provider_id == integration.c.provider_id, webhook.c.provider_id.is_(None)
_watching = union_all(
    *(
        select(integration.c.id.label("integration_id"), webhook.c.id.label("webhook_id"))
        .select_from(integration)
        .join(webhook, and_(consumer, provider))
        .where(
            _asked,
            _labelled(integration.c.consumer_id, webhook.c.consumer_label),
            _labelled(integration.c.provider_id, webhook.c.provider_label),
        )
        for consumer in _one
        for provider in _another
    )
).subquery("watching")
_before = triggered_webhook.alias("before")
_last = (
    select(func.max(_before.c.id))
    .where(
        _before.c.consumer_id == integration.c.consumer_id,
        _before.c.provider_id == integration.c.provider_id,
        _before.c.webhook_uuid == webhook.c.uuid,
        _before.c.event_name == webhook_event.c.name,
    )
    .correlate(integration, webhook, webhook_event)
    .scalar_subquery()
)
_CALLED = (
    select(integration.c.id, triggered_webhook.c.status, triggered_webhook.c.happened_at)
    .select_from(_watching)
    .join(integration, integration.c.id == _watching.c.integration_id)
    .join(webhook, webhook.c.id == _watching.c.webhook_id)
    .join(webhook_event, webhook_event.c.webhook_id == webhook.c.id)
    .outerjoin(triggered_webhook, triggered_webhook.c.id == _last)
)


def verdicts(db: Connection, contents: Iterable[int]) -> Mapping[int, Verdict]:
    """What was last said of each content; none for a content of a pair that was never verified."""
    found = {}
    for asked, judged, number, sha, version_id, name, success, at, passed in db.execute(
        _VERDICTS, {"contents": listed(contents)}
    ):
        status = status_of(success, same_content=asked == judged, ever_passed=passed)
        found[asked] = Verdict(number, sha, version_id, name, success, at, status, asked == judged)
    return found


def newest(db: Connection, integrations: Iterable[int]) -> Mapping[int, tuple[Contract, ...]]:
    """All contracts of the newest version of each integration's consumer; none where no contract is left."""
    found: defaultdict[int, list[Contract]] = defaultdict(list)
    for key, content_id, kind in db.execute(_NEWEST_CONTENTS, {"integrations": listed(integrations)}):
        found[key].append(Contract(content_id, kind))
    return {key: tuple(contracts) for key, contracts in found.items()}


def called(db: Connection, integrations: Iterable[int]) -> Mapping[int, Called]:
    """How the webhooks that watch each integration did the last time; none for one that nobody watches."""
    outcomes: dict[int, list[str | None]] = defaultdict(list)
    moments: dict[int, list[int]] = defaultdict(list)
    for key, status, at in db.execute(_CALLED, {"integrations": listed(integrations)}):
        outcomes[key].append(status)
        if at is not None:
            moments[key].append(at)
    return {key: Called(webhooks_status(said), max(moments[key], default=None)) for key, said in outcomes.items()}
