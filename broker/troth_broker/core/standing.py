"""How the newest contract of an integration stands, and how its webhooks do (pact_broker_api 9.7)."""

from collections.abc import Collection, Iterable
from enum import StrEnum


class Status(StrEnum):
    """How a contract stands, in the reference's words."""

    NEVER = "never"
    STALE = "stale"
    """An earlier contract passed; this one says something else and nobody verified it."""
    SUCCESS = "success"
    FAILED = "failed"
    FAILED_PENDING = "failed_pending"
    """It failed, and never passed before: that fails no provider's build."""


class WebhookStatus(StrEnum):
    """How the webhooks of a pair did the last time, in the reference's words."""

    NONE = "none"
    NOT_RUN = "not_run"
    RETRYING = "retrying"
    SUCCESS = "success"
    FAILURE = "failure"


def status_of(success: bool | None, *, same_content: bool = True, ever_passed: bool = True) -> Status:
    """What the newest result says of a contract: its success, whether it is about this content, what came before."""
    if success is None:
        return Status.NEVER
    if success:
        return Status.SUCCESS if same_content else Status.STALE
    return Status.FAILED if ever_passed else Status.FAILED_PENDING


_WORST_FIRST = (Status.FAILED, Status.FAILED_PENDING, Status.STALE, Status.NEVER, Status.SUCCESS)


def together(statuses: Iterable[Status]) -> Status:
    """How several contracts of one version stand as one: no better than any of them."""
    return min(statuses, key=_WORST_FIRST.index, default=Status.NEVER)


def webhooks_status(outcomes: Collection[str | None]) -> WebhookStatus:
    """From the last outcome for each webhook and event: None where it was never triggered."""
    if not outcomes:
        return WebhookStatus.NONE
    for status in (WebhookStatus.RETRYING, WebhookStatus.FAILURE, WebhookStatus.SUCCESS):
        if status.value in outcomes:
            return status
    return WebhookStatus.NOT_RUN
