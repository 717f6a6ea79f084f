"""The application under test: in this process, as whatever it is, or at an address."""

import pytest

from tests.verifiers.pacts import http, v4
from tests.verifiers.providing import Answer, Provider
from tests.verifiers.pytest_plugin.projects import Project

WSGI = """
import json
import pytest

def app(environ, start_response):
    if environ["PATH_INFO"] == "/crash":
        raise ValueError("the cellar is flooded")
    known = environ["PATH_INFO"] == "/orders/1"
    start_response("200 OK" if known else "404 Not Found", [("Content-Type", "application/json")])
    return [json.dumps({"total": 12}).encode()]

@pytest.fixture(scope="module")
def troth_app():
    return app
"""
PLAIN = v4(http("there", "/orders/1", body={"total": 12}), http("not there", "/orders/2", 404))


def test_a_wsgi_application(shop: Project) -> None:
    shop.write("tests/conftest.py", WSGI)
    shop.write("pacts/web-orders.json", PLAIN)
    assert shop.run("--troth", "pacts").counts == "3 passed"


@pytest.mark.parametrize("conftest", [None, WSGI])
def test_what_the_application_raised_is_shown_with_its_traceback(shop: Project, conftest: str | None) -> None:
    if conftest is not None:
        shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", v4(http("crash", "/crash"), http("not there", "/orders/2", 404)))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 failed, 1 passed, 1 deselected", ran.text
    assert "The application raised, meanwhile:" in ran.text
    assert 'raise ValueError("the cellar is flooded")' in ran.text


def test_an_asgi_application_starts_and_shuts_down_inside_its_fixture(shop: Project) -> None:
    conftest = """
import pytest
from orders import SEEN, app

@pytest.fixture(scope="session")
def troth_app():
    yield app
    SEEN.append("fixture-gone")

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(" ".join(SEEN))
"""
    shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", v4(http("not there", "/orders/2", 404), http("nor there", "/orders/3", 404)))
    ran = shop.run("--troth", "pacts")
    assert ran.counts == "3 passed"
    assert "lifespan.startup lifespan.shutdown fixture-gone" in ran.text


def test_an_application_that_cannot_start_makes_every_interaction_an_error(shop: Project) -> None:
    conftest = """
import pytest

async def app(scope, receive, send):
    await receive()
    await send({"type": "lifespan.startup.failed", "message": "no database"})

@pytest.fixture
def troth_app():
    return app
"""
    shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", PLAIN)
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 deselected, 2 errors"
    assert "The application did not start: no database" in ran.text


def test_an_application_that_the_settings_name(shop: Project) -> None:
    shop.write("tests/conftest.py", "")
    shop.write("pacts/web-orders.json", v4(http("not there", "/orders/2", 404)))
    shop.write("pyproject.toml", '[tool.troth]\nsource = "pacts"\napp = "orders:app"\n')
    assert shop.run().counts == "2 passed"


def test_a_provider_at_an_address_with_a_target_of_the_projects_own(shop: Project, provider: Provider) -> None:
    provider.answers["/orders/1"] = lambda asked: Answer(200 if asked.headers.get("authorization") == "new" else 401)
    conftest = """
from dataclasses import replace
import pytest

@pytest.fixture
def troth_target(troth_target):
    return replace(troth_target, headers=(("Authorization", "new"),))
"""
    shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1")))
    assert shop.run("--troth", "pacts", "--troth-url", provider.url).counts == "2 passed"
    assert provider.paths() == ["/orders/1"]


def test_a_provider_that_is_not_there_is_an_error_for_each_interaction(shop: Project) -> None:
    shop.write("tests/conftest.py", "")
    shop.write("pacts/web-orders.json", PLAIN)
    ran = shop.run("--troth", "pacts", "--troth-url", "http://127.0.0.1:1", "-m", "troth")
    assert ran.counts == "1 deselected, 2 errors"
    assert "provider-refused: Nothing listens at 127.0.0.1:1" in ran.text


def test_what_is_no_application_and_nothing_at_all_are_errors(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1")))
    for value, sentence in (("7", "troth_app gave a int"), ("None", "nothing says where the provider is")):
        shop.write("tests/conftest.py", f"import pytest\n\n@pytest.fixture\ndef troth_app():\n    return {value}\n")
        ran = shop.run("--troth", "pacts", "-m", "troth")
        assert ran.counts == "1 deselected, 1 error"
        assert sentence in ran.text


def test_a_function_that_makes_the_application_in_the_loop_where_it_runs(shop: Project) -> None:
    conftest = """
import asyncio
import pytest
from orders import app

async def made():
    loop = asyncio.get_running_loop()

    async def application(scope, receive, send):
        assert asyncio.get_running_loop() is loop
        await app(scope, receive, send)

    return application

@pytest.fixture(scope="session")
def troth_app():
    return {"http": made}
"""
    shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", v4(http("not there", "/orders/2", 404)))
    assert shop.run("--troth", "pacts").counts == "2 passed"
