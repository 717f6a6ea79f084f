"""The application under test: in this process, as whatever it is, or at an address."""

from typing import Any

import pytest

from tests.verifiers.pacts import given, http, message, v4
from tests.verifiers.providing import Answer, Provider
from tests.verifiers.pytest_plugin.projects import Project, Ran

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


def _replayed(shop: Project, conftest: str | None, pact: dict[str, Any]) -> Ran:
    """The run of a pact's interactions against the application of a conftest.py, or of the shop's own."""
    if conftest is not None:
        shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", pact)
    return shop.run("--troth", "pacts", "-m", "troth")


def test_a_wsgi_application(shop: Project) -> None:
    shop.write("tests/conftest.py", WSGI)
    shop.write("pacts/web-orders.json", PLAIN)
    assert shop.run("--troth", "pacts").counts == "3 passed"


@pytest.mark.parametrize("conftest", [None, WSGI])
def test_what_the_application_raised_is_shown_with_its_traceback(shop: Project, conftest: str | None) -> None:
    ran = _replayed(shop, conftest, v4(http("crash", "/crash"), http("not there", "/orders/2", 404)))
    assert ran.counts == "1 failed, 1 passed, 1 deselected", ran.text
    assert "The application raised:\n  Traceback (most recent call last):\n    File " in ran.text
    assert 'raise ValueError("the cellar is flooded")' in ran.text
    assert "troth_verifiers" not in ran.text  # nobody's frames but the project's own


def test_what_the_application_raises_after_its_answer_is_shown_too(shop: Project) -> None:
    """As frameworks do: they answer with 500, and then let the exception go on."""
    conftest = """
import asyncio
import pytest

async def app(scope, receive, send):
    if scope["type"] != "http":
        return
    try:
        raise ValueError("the cellar is flooded")
    finally:
        await send({"type": "http.response.start", "status": 500, "headers": [(b"content-length", b"0")]})
        await send({"type": "http.response.body"})
        await asyncio.sleep(0.2)

@pytest.fixture(scope="session")
def troth_app():
    return app
"""
    ran = _replayed(shop, conftest, v4(http("crash", "/crash")))
    assert ran.counts == "1 failed, 1 deselected", ran.text
    assert 'raise ValueError("the cellar is flooded")' in ran.text


def test_what_a_wsgi_application_raises_while_it_answers_is_shown_too(shop: Project) -> None:
    conftest = """
import pytest

def app(environ, start_response):
    start_response("200 OK", [])
    yield b"the cellar"
    raise ValueError("the cellar is flooded")

@pytest.fixture
def troth_app():
    return app
"""
    ran = _replayed(shop, conftest, v4(http("crash", "/crash", 404)))
    assert ran.counts == "1 failed, 1 deselected", ran.text
    told = ran.text.partition("The application raised:\n")[2].partition("Captured stderr")[0]
    assert 'raise ValueError("the cellar is flooded")' in told


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        ("pass", "RuntimeError: the application returned without a whole answer"),
        (
            'await send({"type": "http.response.start", "status": 200, "headers": [("a", "b")]})',
            "TypeError: string argument without an encoding",
        ),
    ],
    ids=["none", "headers of texts"],
)
def test_an_answer_that_is_none_is_told_once_as_the_applications_own_fault(
    shop: Project, answer: str, sentence: str
) -> None:
    conftest = f"""
import pytest

async def app(scope, receive, send):
    {answer}

@pytest.fixture
def troth_app():
    return app
"""
    ran = _replayed(shop, conftest, v4(http("one", "/1", 404)))
    assert ran.counts == "1 failed, 1 deselected", ran.text
    assert ran.text.count(f"  {sentence}\n") == 1
    assert "troth_verifiers" not in ran.text


@pytest.mark.parametrize("scope", ["session", "function"])
def test_a_function_that_makes_no_application_says_where_and_is_called_once_for_each(shop: Project, scope: str) -> None:
    conftest = f"""
import pytest

CALLS = []

def make():
    CALLS.append(1)
    raise KeyError("DATABASE_URL")  # this line

@pytest.fixture(scope="{scope}")
def troth_app():
    return make

def pytest_terminal_summary(terminalreporter):
    terminalreporter.write_line(f"CALLS {{len(CALLS)}}")
"""
    ran = _replayed(shop, conftest, PLAIN)
    assert ran.counts == "1 deselected, 2 errors"
    assert "! target-incomplete: The application could not be started: it raised KeyError: 'DATABASE_URL'." in ran.text
    assert 'raise KeyError("DATABASE_URL")  # this line' in ran.text
    assert f"CALLS {1 if scope == 'session' else 2}\n" in ran.text


def test_an_application_that_blocks_its_event_loop_is_named_and_holds_up_nothing(shop: Project) -> None:
    conftest = """
import threading
import pytest
from troth_verifiers.pytest_plugin import loops, provider_state

loops.PATIENCE = 1.0

async def app(scope, receive, send):
    if scope["type"] == "http":
        threading.Event().wait(1000)

@pytest.fixture(scope="session")
def troth_app():
    return app

@provider_state("late")
async def late():
    pass
"""
    shop.write("tests/conftest.py", conftest)
    shop.write("troth.toml", "[verify]\ntimeout = 1\n")
    shop.write("pacts/web-orders.json", v4(http("one", "/1"), http("two", "/1", providerStates=given("late"))))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 deselected, 2 errors", ran.text
    assert "did not answer within 1 s" in ran.text
    assert "target-incomplete: The application blocks its event loop" in ran.text


def test_an_application_whose_lifespan_begins_and_never_ends_is_given_up(shop: Project) -> None:
    conftest = """
import asyncio
import pytest
from troth_verifiers.pytest_plugin import asgi

asgi.STARTS = 0.2

async def app(scope, receive, send):
    await asyncio.sleep(1000)

@pytest.fixture(scope="session")
def troth_app():
    return app
"""
    ran = _replayed(shop, conftest, v4(http("one", "/1")))
    assert ran.counts == "1 deselected, 1 error", ran.text
    assert "target-incomplete: The application did not start within 0.2 s" in ran.text


def test_an_application_that_does_not_shut_down_is_left(shop: Project) -> None:
    conftest = """
import asyncio
import pytest
from orders import app as orders
from troth_verifiers.pytest_plugin import asgi

asgi.STOPS = 0.2

async def app(scope, receive, send):
    if scope["type"] == "lifespan":
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await asyncio.sleep(1000)
    await orders(scope, receive, send)

@pytest.fixture(scope="session")
def troth_app():
    return app
"""
    shop.write("tests/conftest.py", conftest)
    shop.write("pacts/web-orders.json", v4(http("not there", "/1", 404)))
    assert shop.run("--troth", "pacts").counts == "2 passed"


def test_an_address_that_is_asked_for_wins_over_the_projects_own_application(shop: Project, provider: Provider) -> None:
    provider.answers["/orders/1"] = lambda _: Answer(200)
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1")))
    ran = shop.run("--troth", "pacts", "--troth-url", provider.url)
    assert ran.counts == "2 passed", ran.text
    assert provider.paths() == ["/orders/1"]


@pytest.mark.parametrize("by_option", [False, True], ids=["settings", "option"])
def test_an_http_address_of_messages_is_asked_for_what_no_function_produces(
    shop: Project, provider: Provider, by_option: bool
) -> None:
    provider.answers["/sent"] = lambda asked: Answer(json={"event": asked.json["description"]})
    shop.write("pacts/web-orders.json", v4(message("paid", {"event": "paid"}), message("lost", {"event": "found"})))
    shop.write("troth.toml", "" if by_option else f'[verify.urls]\nmessages = "{provider.url}/sent"\n')
    option = ("--troth-urls", f"messages={provider.url}/sent") if by_option else ()
    ran = shop.run("--troth", "pacts", "-m", "troth", *option)
    assert ran.told("PASSED") == ["troth::web → orders::paid"], ran.text
    assert ran.told("FAILED") == ["troth::web → orders::lost"]
    assert provider.paths() == ["/sent", "/sent"]


def test_protocols_that_there_are_not_are_named(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1")))
    shop.write(
        "tests/conftest.py", "import pytest\n\n@pytest.fixture\ndef troth_app():\n    return {'htp': 'http://x'}\n"
    )
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 deselected, 1 error"
    assert "troth_app gave 'htp', which is no protocol: http, " in ran.text


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
    ran = _replayed(shop, conftest, PLAIN)
    assert ran.counts == "1 deselected, 2 errors"
    assert "The application did not start: no database" in ran.text


def test_what_keeps_an_application_from_starting_is_told_in_a_line_and_shown_with_its_traceback(shop: Project) -> None:
    """As frameworks do: they give the whole traceback as the reason, and then let the exception go on."""
    conftest = """
import traceback
import pytest

async def app(scope, receive, send):
    await receive()
    try:
        raise ConnectionError("no database")
    except ConnectionError:
        await send({"type": "lifespan.startup.failed", "message": traceback.format_exc()})
        raise

@pytest.fixture
def troth_app():
    return app
"""
    ran = _replayed(shop, conftest, v4(http("one", "/1", 404)))
    assert ran.counts == "1 deselected, 1 error"
    assert "! target-incomplete: The application did not start: it raised ConnectionError: no database\n" in ran.text
    assert '      raise ConnectionError("no database")\n' in ran.text
    shop.write("tests/conftest.py", conftest.replace("        raise\n", ""))
    assert "The application did not start: ConnectionError: no database\n" in shop.run("--troth", "pacts").text


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


def test_a_target_that_is_none_is_told(shop: Project) -> None:
    shop.write("tests/conftest.py", "import pytest\n\n@pytest.fixture\ndef troth_target():\n    return 'http://x'\n")
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1")))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 deselected, 1 error"
    assert "! target-incomplete: troth_target gave str; it should give a Target" in ran.text


def test_a_provider_that_is_not_there_is_an_error_for_each_interaction(shop: Project) -> None:
    shop.write("tests/conftest.py", "")
    shop.write("pacts/web-orders.json", PLAIN)
    ran = shop.run("--troth", "pacts", "--troth-url", "http://127.0.0.1:1", "-m", "troth")
    assert ran.counts == "1 deselected, 2 errors"
    assert "provider-refused: Nothing listens at 127.0.0.1:1" in ran.text


def test_what_is_no_application_and_nothing_at_all_are_errors(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1")))
    shop.write(
        "others.py", "class Application(dict):\n    def __call__(self):\n        return self\n"
    )  # as aiohttp's is
    sentences = {
        "7": "troth_app gave int; it should give",
        "None": "nothing says where the provider is",
        "others.Application()": "troth_app gave others.Application; it should give",
    }
    for value, sentence in sentences.items():
        fixture = f"@pytest.fixture\ndef troth_app():\n    return {value}\n"
        shop.write("tests/conftest.py", f"import others\nimport pytest\n\n{fixture}")
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
