"""A fresh project for each test, and a message broker that runs."""

from pathlib import Path

import pytest

from tests.verifiers.events.conftest import redis_url
from tests.verifiers.pytest_plugin.projects import Project, project

__all__ = ["redis_url", "shop"]


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """A provider that keeps what its consumer relies on."""
    return project(tmp_path)
