"""How contracts and webhooks stand, from what was last said of them."""

import pytest

from troth_broker.core.standing import Status, WebhookStatus, status_of, webhooks_status


@pytest.mark.parametrize(
    ("success", "same_content", "ever_passed", "status"),
    [
        (None, True, False, Status.NEVER),
        (True, True, True, Status.SUCCESS),
        (True, False, True, Status.STALE),
        (False, True, True, Status.FAILED),
        (False, True, False, Status.FAILED_PENDING),
        (False, False, True, Status.FAILED),
    ],
)
def test_a_contract_stands_as_its_newest_result_says(
    success: bool | None, same_content: bool, ever_passed: bool, status: Status
) -> None:
    assert status_of(success, same_content=same_content, ever_passed=ever_passed) is status


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ((), WebhookStatus.NONE),
        ((None,), WebhookStatus.NOT_RUN),
        (("not_run", None), WebhookStatus.NOT_RUN),
        (("success", "failure", "retrying"), WebhookStatus.RETRYING),
        (("success", "failure"), WebhookStatus.FAILURE),
        (("success", None), WebhookStatus.SUCCESS),
    ],
)
def test_the_worst_outcome_is_what_the_webhooks_of_a_pair_show(
    outcomes: tuple[str | None, ...], status: WebhookStatus
) -> None:
    assert webhooks_status(outcomes) is status
