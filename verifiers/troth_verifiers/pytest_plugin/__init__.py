"""The pytest plug-in: every interaction of every contract as a test, and stubs for the tests of consumers.

pytest loads this package in every run of every project in whose environment Troth is; it costs them a few milliseconds.
"""

from troth_verifiers.pytest_plugin.defining import provider_message, provider_state
from troth_verifiers.pytest_plugin.hooks import pytest_addoption, pytest_configure, pytest_runtest_call, troth_stub

__all__ = [
    "provider_message",
    "provider_state",
    "pytest_addoption",
    "pytest_configure",
    "pytest_runtest_call",
    "troth_stub",
]
