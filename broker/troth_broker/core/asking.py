"""When a verification that was asked for is asked for again, and when nobody expects it any more."""

_MINUTE = 60_000_000
_LONGEST_MINUTES = 7 * 24 * 60


def ask_again_at(asked_at: int, times: int, after_minutes: int) -> int:
    """When a request that was made `times` times (1 for the first) counts as unanswered: each time twice as late."""
    doubled: int = after_minutes << min(times - 1, 20)
    return asked_at + min(doubled, max(after_minutes, _LONGEST_MINUTES)) * _MINUTE
