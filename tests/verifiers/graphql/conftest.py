"""Fixtures: the servers of `examples/catalogue/`, sound and broken, each in a process of its own."""

import contextlib
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.support.services import free_port
from tests.support.waiting import until

ROOT = Path(__file__).parents[3]
CATALOGUE = ROOT / "examples" / "catalogue"


@contextlib.contextmanager
def example(module: str, *arguments: str) -> Iterator[str]:
    """Run a server of the examples; gives its URL."""
    port = free_port()
    command = [sys.executable, "-m", f"examples.catalogue.{module}", str(port), *arguments]
    url = f"http://127.0.0.1:{port}"
    with subprocess.Popen(command, cwd=ROOT) as child:
        try:
            until(lambda: child.poll() is not None or _answers(url), what=f"the start of {module}", seconds=60)
            assert child.poll() is None, f"{module} ended with {child.returncode}"
            yield url
        finally:
            child.terminate()


def _answers(url: str) -> bool:
    try:
        httpx.get(url, timeout=5)
    except httpx.HTTPError:
        return False
    return True


@pytest.fixture(scope="session")
def _catalogue() -> Iterator[str]:
    with example("service") as url:
        yield url


@pytest.fixture(scope="session")
def _next_catalogue() -> Iterator[str]:
    with example("next_service") as url:
        yield url


@pytest.fixture
def catalogue(_catalogue: str) -> str:
    """The catalogue as nobody has changed it."""
    return _as_new(_catalogue)


@pytest.fixture
def next_catalogue(_next_catalogue: str) -> str:
    """Its next version, which breaks what others rely on."""
    return _as_new(_next_catalogue)


def _as_new(url: str) -> str:
    httpx.post(f"{url}/_states", json={"state": "nothing special"}).raise_for_status()
    return url
