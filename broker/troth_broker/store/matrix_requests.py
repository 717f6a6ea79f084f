"""Who was asked for the results that a decision lacks: one statement, and only where something is unverified."""

from sqlalchemy import Connection, exists, func, select

from troth_broker.core.blockers import Class, Unproved
from troth_broker.core.facts import Facts, Request
from troth_broker.core.gate import Decision
from troth_broker.store.lists import listed
from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import open_request, triggered_webhook, verification_request

_of_slot = verification_request.alias("of_slot")
_since = (
    select(func.min(_of_slot.c.happened_at))
    .where(
        _of_slot.c.content_id == open_request.c.content_id,
        func.coalesce(_of_slot.c.provider_version_id, 0) == open_request.c.slot,
    )
    .scalar_subquery()
)
_asking = triggered_webhook.alias("asking")
_together = triggered_webhook.alias("together")
_unreached = exists(
    select(_asking.c.id).where(
        _asking.c.id == verification_request.c.triggered_webhook_id,
        _asking.c.status == "failure",
        # Other calls of the same occasion may have got through.
        ~exists(
            select(_together.c.id).where(
                _together.c.publication_id == _asking.c.publication_id,
                _together.c.happened_at == _asking.c.happened_at,
                _together.c.verification_id.is_(None),
                _together.c.status != "failure",
            )
        ),
    )
)
_REQUESTS = (
    select(
        open_request.c.content_id,
        open_request.c.provider_version_id,
        open_request.c.times,
        _since,
        verification_request.c.happened_at,
        open_request.c.ask_again_at,
        _unreached,
    )
    .join(verification_request, verification_request.c.id == open_request.c.request_id)
    .where(among(open_request.c.content_id, "ids"))
    .order_by(open_request.c.content_id, open_request.c.slot)
)


def with_requests(db: Connection, facts: Facts, decision: Decision) -> Facts:
    """The facts, and the requests for what the decision lacks; the same facts if nobody was asked."""
    contents = {
        blocker.publication.content: None
        for blocker in decision.blockers
        if isinstance(blocker, Unproved)
        and blocker.why is not Class.NOT_DEPLOYED
        and (blocker.lack.kind == "replay" or blocker.or_replay)
    }
    if not contents:
        return facts
    rows = db.execute(_REQUESTS, {"ids": listed(contents)}).all()
    found = [
        Request(content, version, times, since, last, expected=again is not None and not lost, reached=not lost)
        for content, version, times, since, last, again, lost in rows
    ]
    return facts.with_(requests=found) if found else facts
