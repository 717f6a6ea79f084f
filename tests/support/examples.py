"""Which examples the tests with hypothesis try: the same in every run of one commit, or others each time.

A commit that was green stays green: what decides whether it may land must not depend on chance. The search for what
nobody has thought of is a run of its own, `make hunt`, with other examples each time; what it finds becomes a case.
"""

import os

from hypothesis import HealthCheck, settings
from hypothesis.internal.conjecture import providers

HUNTING = "TROTH_TEST_HUNT"
_MORE = 10


def tries(usual: int) -> int:
    """How many examples a test tries that states their number itself: ten times as many in a hunt."""
    return usual * _MORE if os.environ.get(HUNTING) else usual


def settle() -> None:
    """Before any test with examples is read: no limits of time (machines are slow at times), no chance unless asked."""
    common = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
    settings.register_profile("hunt", common, print_blob=True)
    settings.register_profile("repeatable", common, derandomize=True, database=None)
    if os.environ.get(HUNTING):
        settings.load_profile("hunt")
        return
    settings.load_profile("repeatable")
    # Hypothesis also tries the constants of all modules loaded so far, which differ with the order of the tests.
    assert callable(providers._get_local_constants)
    nothing = type(providers.GLOBAL_CONSTANTS)()
    providers._get_local_constants = lambda: nothing
