"""A fresh project for each test."""

from pathlib import Path

import pytest

from tests.verifiers.pytest_plugin.projects import Project, project


@pytest.fixture
def shop(tmp_path: Path) -> Project:
    """A provider that keeps what its consumer relies on."""
    return project(tmp_path)
