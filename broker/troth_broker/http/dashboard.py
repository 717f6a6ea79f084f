"""The dashboard over HTTP: the newest contracts with how they and their webhooks stand (pact_broker_api 9.7)."""

from collections.abc import Iterable, Sequence

from troth_broker.core.pages import Paged
from troth_broker.core.times import iso
from troth_broker.http.hal import Body, link, paged
from troth_broker.http.pages import window
from troth_broker.services import dashboard
from troth_broker.services.dashboard import Item
from troth_broker.store.version_views import OnBranch
from troth_broker.web import paths
from troth_broker.web.call import Call, Page, Reply
from troth_broker.web.frame import Action, Route


def every(call: Call) -> Reply:
    """One item for each integration."""
    page = call.page()
    return _reply(call, page, dashboard.every(call.world, window(page)))


def of_pair(call: Call) -> Reply:
    """One item for each line between two."""
    page = call.page()
    consumer, provider = call.params["consumer"], call.params["provider"]
    return _reply(call, page, dashboard.of_pair(call.world, consumer, provider, window(page)))


def _reply(call: Call, page: Page | None, found: Paged[Item]) -> Reply:
    body: Body = {
        "items": [_item(item, call.base) for item in found.entries],
        "_links": {"self": link(call.url, "Dashboard")},
    }
    return Reply(200, paged(body, call, page, found.total))


def _item(item: Item, base: str) -> Body:
    head, verdict = item.head, item.verdict
    pair = {"consumer": head.consumer, "provider": head.provider}
    pact = paths.PACT.url(base, version=head.version, **pair)
    provider_version = (
        _version(base, head.provider, verdict.provider_version, item.provider_branches) if verdict else None
    )
    result = (
        {
            "success": verdict.success,
            "verifiedAt": iso(verdict.happened_at),
            "_links": {"self": link(paths.RESULT.url(base, sha=verdict.sha, number=verdict.number, **pair))},
        }
        if verdict
        else None
    )
    return {
        "consumer": _party(base, head.consumer, _version(base, head.consumer, head.version, item.branches)),
        "provider": _party(base, head.provider, provider_version),
        "pact": {"createdAt": iso(head.published_at), "_links": {"self": link(pact)}},
        "pactTags": _tags(base, head.consumer, head.version, item.tags),
        "latestVerificationResult": result,
        "latestVerificationResultTags": (
            _tags(base, head.provider, verdict.provider_version, item.provider_tags) if verdict else []
        ),
        "verificationStatus": item.status.value,
        "webhookStatus": item.called.status.value,
        "latestWebhookExecution": (None if item.called.last_at is None else {"triggeredAt": iso(item.called.last_at)}),
        "_links": {
            "pb:webhooks-status": link(
                paths.PAIR_WEBHOOKS_STATUS.url(base, **pair), f"Webhooks of {head.consumer} and {head.provider}"
            )
        },
    }


def _party(base: str, name: str, version: Body | None) -> Body:
    links = {"self": link(paths.PACTICIPANT.url(base, pacticipant=name))}
    return {"name": name, "version": version, "_links": links}


def _version(base: str, name: str, number: str, branches: Sequence[OnBranch]) -> Body:
    return {
        "number": number,
        "branch": branches[-1].name if branches else None,
        "headBranchNames": [branch.name for branch in branches if branch.is_head],
        "_links": {"self": link(paths.VERSION.url(base, pacticipant=name, version=number))},
    }


def _tags(base: str, name: str, number: str, tags: Iterable[tuple[str, bool]]) -> list[Body]:
    return [
        {
            "name": tag,
            "latest": newest,
            "_links": {"self": link(paths.VERSION_TAG.url(base, pacticipant=name, version=number, tag=tag))},
        }
        for tag, newest in tags
    ]


_PAGING = ("page", "size")
ROUTES = (
    Route(paths.DASHBOARD, {"GET": Action(every, "The newest contract of each integration", query=_PAGING)}),
    Route(
        paths.PAIR_DASHBOARD,
        {"GET": Action(of_pair, "The newest contract of each line between two", query=_PAGING)},
    ),
)
