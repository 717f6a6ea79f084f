"""Pending and work in progress: tables of what successes mean to a provider's branch or tag."""

import pytest

from troth_broker.core.pending import Line, Pending, Seen, Standing, pending_for, standing
from troth_broker.core.selection import Candidate, Pact, Reason, Stands, Why
from troth_broker.core.verification_notices import deprecated_notice, selected_notices, wip_notices
from troth_broker.core.wip import WorkInProgress, candidates_since, is_new, window_days, work_in_progress

MAIN = Line("branch", "main", began_at=100, first_version_at=90)
YOUNG = Line("branch", "young", began_at=None)
TAG = Line("tag", "prod", began_at=100)
AFTER = {
    "after_verification:success_true_published_false",
    "after_verification:success_false_published_false",
    "after_verification:success_true_published_true",
    "after_verification:success_false_published_true",
}


@pytest.mark.parametrize(
    ("line", "seen", "how"),
    [
        (MAIN, Seen(), Standing.PENDING),
        (MAIN, Seen(here=True), Standing.PROVED_HERE),
        (MAIN, Seen(here=True, first_elsewhere=50), Standing.PROVED_HERE),
        (MAIN, Seen(first_elsewhere=99), Standing.PROVED_ELSEWHERE),
        (MAIN, Seen(first_elsewhere=100), Standing.PENDING),
        (MAIN, Seen(first_elsewhere=150), Standing.PENDING),
        (YOUNG, Seen(first_elsewhere=150), Standing.PROVED_ELSEWHERE),
        (YOUNG, Seen(), Standing.PENDING),
        (TAG, Seen(first_elsewhere=99), Standing.PROVED_ELSEWHERE),
        (TAG, Seen(first_elsewhere=101), Standing.PENDING),
    ],
)
def test_a_content_is_pending_until_it_passed_here_or_elsewhere_before_this_line_began(
    line: Line, seen: Seen, how: Standing
) -> None:
    assert standing(line, seen) is how


def test_a_content_is_pending_if_it_is_pending_for_any_of_the_tags() -> None:
    new = Line("tag", "new", 100)
    assert pending_for((TAG, new), (Seen(here=True), Seen()), ever=True) == Pending(True, (new,))
    assert pending_for((TAG, new), (Seen(here=True), Seen(first_elsewhere=1)), ever=True) == Pending(
        False, (TAG, new), inherited=True
    )


@pytest.mark.parametrize("ever", [True, False])
def test_without_branch_and_tags_any_success_ever_ends_it(ever: bool) -> None:
    assert pending_for((), (), ever=ever) == Pending(not ever)


@pytest.mark.parametrize(
    ("line", "seen", "new"),
    [
        (MAIN, Seen(), True),
        (MAIN, Seen(here=True), True),
        (MAIN, Seen(here=True, last_plain_here=50), False),
        (MAIN, Seen(here=True, last_plain_here=49), True),
        (MAIN, Seen(plain_elsewhere_before=50), False),
        (MAIN, Seen(plain_elsewhere_before=49), True),
        (YOUNG, Seen(plain_elsewhere_before=60), False),
        (TAG, Seen(last_plain_here=1), False),
        (TAG, Seen(plain_elsewhere_before=1), False),
        (TAG, Seen(here=True, first_elsewhere=1), True),
    ],
)
def test_a_content_is_new_until_it_passed_as_a_selected_pact_within_the_days_that_count(
    line: Line, seen: Seen, new: bool
) -> None:
    assert is_new(line, seen, looking_back_to=50) is new


def pact(content: int, version: int, at: int = 10) -> Pact:
    return Pact(content, f"sha{content}", "Foo", version, str(version), at)


def test_work_in_progress_is_what_is_new_and_nobody_selected() -> None:
    heads = (
        Candidate(pact(1, 1), Stands.HEAD, "a"),
        Candidate(pact(2, 2), Stands.HEAD, "b"),
        Candidate(pact(3, 3), Stands.HEAD, "c"),
        Candidate(pact(3, 4), Stands.TAG_HEAD, "d"),
    )
    seen = {2: [Seen(last_plain_here=90)], 3: [Seen()]}
    assert work_in_progress(heads, {1}, (MAIN,), seen, 50) == (
        WorkInProgress(pact(3, 4), (Reason(Why.BRANCH, "c", "3"), Reason(Why.LATEST_TAG, "d", "4")), (MAIN,)),
    )


def test_only_heads_published_since_the_date_can_be_work_in_progress() -> None:
    old, new = pact(1, 1, at=9), pact(2, 2, at=10)
    heads = [Candidate(old, Stands.HEAD, "a"), Candidate(new, Stands.TAG_HEAD, "t"), Candidate(new, Stands.NEWEST)]
    assert candidates_since(heads, 10) == (heads[1],)


@pytest.mark.parametrize(
    ("ages", "days"),
    [([], 7), ([1, 2], 7), ([9], 9), ([2, 3, 5, 7, 10, 12, 14, 20], 14), ([30, 40], 14), ([8, 8, 8, 8, 14], 8)],
)
def test_the_dynamic_window_is_the_eightieth_percentile_of_the_ages_within_bounds(ages: list[int], days: int) -> None:
    assert window_days(ages, shortest=7, longest=14, default=7) == days


REASONS = (Reason(Why.BRANCH, "feat", "1"), Reason(Why.DEPLOYED, "prod", "0"))


def test_a_selected_pact_says_where_it_comes_from_and_nothing_about_pending_unless_asked() -> None:
    (only,) = selected_notices("http://x", "Foo", "Bar", REASONS, None)
    assert only.when == "before_verification"
    assert "http://x" in only.text
    assert '    * the latest version of Foo from branch "feat": 1' in only.text
    assert "    * a version of Foo that is deployed to prod: 0" in only.text


def test_a_pending_pact_says_what_every_outcome_would_change() -> None:
    notices = selected_notices("http://x", "Foo", "Bar", REASONS, Pending(True, (MAIN,)))
    assert [one.when for one in notices[:2]] == ["before_verification"] * 2
    assert 'pending for branch "main" of Bar' in notices[1].text
    assert {one.when for one in notices[2:]} == AFTER
    texts = {one.when: one.text for one in notices[2:]}
    assert "no longer pending" in texts["after_verification:success_true_published_true"]
    assert sum("stays pending" in text for text in texts.values()) == 3


@pytest.mark.parametrize(
    ("pending", "words"),
    [
        (Pending(True, (TAG,)), 'pending for Bar with tag "prod"'),
        (Pending(True, (TAG, Line("tag", "dev", None))), 'pending for Bar with tags "prod", "dev"'),
        (Pending(True), "pending for Bar:"),
        (Pending(False, (MAIN,)), 'has been verified successfully by branch "main" of Bar before'),
        (Pending(False, (MAIN,), inherited=True), 'elsewhere before it became known to branch "main" of Bar'),
        (Pending(False), "has been verified successfully by Bar before"),
    ],
)
def test_a_notice_names_whom_a_pact_is_pending_for_or_why_it_is_not(pending: Pending, words: str) -> None:
    notices = selected_notices("http://x", "Foo", "Bar", REASONS, pending)
    assert words in notices[1].text
    assert (len(notices) > 2) is pending.pending


def test_work_in_progress_says_so_and_that_passing_is_not_enough_to_end_it() -> None:
    notices = wip_notices("http://x", "Foo", "Bar", REASONS, (MAIN,))
    assert "work in progress" in notices[0].text
    assert {one.when for one in notices[2:]} == AFTER
    assert "Until then it is still offered as work in progress" in notices[4].text


def test_asking_with_get_is_said_to_be_deprecated() -> None:
    assert "deprecated" in deprecated_notice().text
