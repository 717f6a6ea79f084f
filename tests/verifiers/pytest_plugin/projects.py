"""Small projects of a provider, with tests of their own that a real pytest runs in a child process."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from xml.etree.ElementTree import Element, fromstring

from tests.verifiers.pacts import given, http, message, v4

APP = """
import json

ORDERS = {}
SEEN = []


async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        while True:
            event = await receive()
            SEEN.append(event["type"])
            await send({"type": event["type"] + ".complete"})
            if event["type"] == "lifespan.shutdown":
                return
    if scope["path"] == "/crash":
        raise ValueError("the cellar is flooded")
    order = ORDERS.get(scope["path"].removeprefix("/orders/"))
    headers = [(b"content-type", b"application/json")]
    await send({"type": "http.response.start", "status": 200 if order else 404, "headers": headers})
    await send({"type": "http.response.body", "body": json.dumps(order or {"error": "no such order"}).encode()})
"""
CONFTEST = """
import pytest
from orders import ORDERS, app
from troth_verifiers.pytest_plugin import provider_message, provider_state


@pytest.fixture(scope="session")
def troth_app():
    return app


@pytest.fixture(scope="session")
def database():
    return ORDERS


@provider_state("an order exists")
def order_exists(database, total):
    database["4711"] = {"total": total}
    yield {"number": 4711}
    del database["4711"]


@provider_message("an order was created")
def order_was_created():
    return {"event": "created", "order": 1}
"""
ORDER = http(
    "a request for an order",
    request={
        "method": "GET",
        "path": "/orders/1",
        "generators": {"path": {"type": "ProviderState", "expression": "/orders/${number}"}},
    },
    body={"total": 12},
    providerStates=given("an order exists", total=12),
)
NO_ORDER = http("an order that is not there", "/orders/nothing", 404)
CREATED = message("an order was created", {"event": "created", "order": 1})
WEB = v4(ORDER, NO_ORDER, CREATED)
ORDER_TEST = "troth::web → orders::a request for an order (given an order exists)"
NO_ORDER_TEST = "troth::web → orders::an order that is not there"
CREATED_TEST = "troth::web → orders::an order was created"

START = """
import contextlib
import re
import pytest
from orders import ORDERS, app
from troth_verifiers.pytest_plugin import provider_message, provider_state

LOG = []

@pytest.fixture(scope="session")
def troth_app():
    return app

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line("LOG " + " ".join(LOG))

"""
"""The beginning of a conftest.py with states of its own, which may write into LOG."""


@dataclass(frozen=True, slots=True)
class Ran:
    """What a run of pytest ended with and printed."""

    code: int
    text: str

    @property
    def counts(self) -> str:
        """The last line without its time, such as ``1 failed, 2 passed``."""
        return self.text.rstrip().splitlines()[-1].strip("= ").partition(" in ")[0]

    def told(self, word: str) -> list[str]:
        """The tests that the run called so, such as PASSED, in order."""
        lines = (line.rpartition(f" {word}") for line in self.text.splitlines())
        return [name for name, found, rest in lines if found and (not rest.strip() or rest.strip().startswith("["))]


@dataclass(frozen=True, slots=True)
class Project:
    """A folder with a provider, its conftest.py and the pact of a consumer."""

    folder: Path

    def write(self, name: str, content: str | Mapping[str, Any]) -> Path:
        """Write a file: a text, or JSON."""
        path = self.folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content if isinstance(content, str) else json.dumps(content))
        return path

    def run(
        self,
        *arguments: str,
        plugins: tuple[str, ...] = (),
        printing: tuple[str, ...] = ("-v",),
        typed: str = "",
        **environment: str,
    ) -> Ran:
        """Run pytest here, with every warning an error and no plug-ins but Troth's and those named."""
        named = [part for plugin in ("troth", *plugins) for part in ("-p", plugin)]
        command = [sys.executable, "-m", "pytest", "-W", "error", *printing, *named, *arguments]
        clean = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST_", "PACT_", "CI"))}
        ran = subprocess.run(
            command,
            cwd=self.folder,
            env={**clean, "PYTEST_DISABLE_PLUGIN_AUTOLOAD": "1", "PYTHONPATH": self._path(), **environment},
            input=typed,
            capture_output=True,
            text=True,
            timeout=200,
        )
        return Ran(ran.returncode, ran.stdout + ran.stderr)

    def junit(self, *arguments: str) -> Mapping[str, Element]:
        """Run pytest and give the test cases of its JUnit file by name."""
        self.run("--junitxml", "junit.xml", *arguments)
        root = fromstring((self.folder / "junit.xml").read_text())
        return {case.attrib["name"]: case for case in root.iter("testcase")}

    def _path(self) -> str:
        return os.pathsep.join(filter(None, (str(self.folder), os.environ.get("PYTHONPATH", ""))))


def project(folder: Path) -> Project:
    """A provider that keeps what its consumer relies on."""
    made = Project(folder)
    made.write("pytest.ini", "[pytest]\n")
    made.write("orders.py", APP)
    made.write("tests/conftest.py", CONFTEST)
    made.write("tests/test_unit.py", "def test_unit():\n    pass\n")
    made.write("pacts/web-orders.json", WEB)
    return made


def properties(case: Element) -> dict[str, str]:
    """The properties of a JUnit test case."""
    return {one.attrib["name"]: one.attrib["value"] for one in case.iter("property")}
