"""Provider states are set up with pytest's fixtures, and each of their failures is told apart."""

import re
from typing import Any

import pytest

from tests.verifiers.pacts import given, http, message, v4
from tests.verifiers.pytest_plugin.projects import CONFTEST, START, Project
from troth_verifiers.pytest_plugin import provider_state


def _log(text: str) -> str:
    return next(line for line in text.splitlines() if line.startswith("LOG")).removeprefix("LOG ")


def _numbered(*states: dict[str, object]) -> dict[str, object]:
    """An interaction whose path holds a number that its states supply."""
    generators = {"path": {"type": "ProviderState", "expression": "/orders/${number}"}}
    request = {"method": "GET", "path": "/orders/1", "generators": generators}
    return http("an order", request=request, body={"total": 12}, providerStates=list(states))


def test_states_are_torn_down_in_reverse_order_after_their_test(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@provider_state("first", "second")
def either(request, tmp_path):
    LOG.append(f"up-{request.node.name[:3]}")
    yield
    LOG.append("down")

@provider_state("third")
@contextlib.contextmanager
def third():
    LOG.append("enter")
    yield
    LOG.append("exit")
""",
    )
    states = [*given("first"), *given("third")]
    shop.write("pacts/web-orders.json", v4(http("one", "/1", 404, providerStates=states), http("two", "/2", 404)))
    ran = shop.run("--troth", "pacts")
    assert ran.counts == "3 passed"
    assert _log(ran.text) == "up-one enter exit down"


def test_parameters_come_by_name_and_all_else_is_a_fixture(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@pytest.fixture(scope="module")
def shelf():
    LOG.append("shelf")
    yield ORDERS
    LOG.append("shelf-gone")

@provider_state("an order")
def an_order(shelf, total, color="red"):
    shelf["5"] = {"total": total, "color": color}
    yield {"number": 5}
    shelf.clear()

@provider_state(re.compile(r"order (?P<number>\\d+) exists"))
def by_pattern(shelf, number, **params):
    shelf[number] = {"total": params["total"]}
""",
    )
    by_name, by_pattern = given("an order", total=12), given("order 77 exists", total=12, more=1)
    shop.write("pacts/web-orders.json", v4(_numbered(*by_name), _numbered(*by_pattern)))
    ran = shop.run("--troth", "pacts")
    assert ran.counts == "3 passed"
    assert _log(ran.text) == "shelf shelf-gone"


def test_states_and_messages_may_be_asynchronous_and_share_the_applications_loop(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
import asyncio

LOOPS = set()

async def remembering(scope, receive, send):
    LOOPS.add(asyncio.get_running_loop())
    await app(scope, receive, send)

@pytest.fixture(scope="session")
def troth_app():
    return remembering

@provider_state("plain")
async def plain():
    LOOPS.add(asyncio.get_running_loop())
    ORDERS["7"] = {"total": 12}
    return {"number": 7}

@provider_state("generated")
async def generated():
    LOOPS.add(asyncio.get_running_loop())
    yield
    LOG.append(f"loops-{len(LOOPS)}")

@provider_state("managed")
@contextlib.asynccontextmanager
async def managed():
    yield
    LOG.append("left")

@provider_message("a message")
async def message(database, values):
    return {"number": values["number"], "total": database["7"]["total"]}

@pytest.fixture
def database():
    return ORDERS
""",
    )
    states = [*given("generated"), *given("plain"), *given("managed")]
    told = message("a message", {"number": 7, "total": 12}, providerStates=states)
    shop.write("pacts/web-orders.json", v4(_numbered(*states), told))
    ran = shop.run("--troth", "pacts")
    assert ran.counts == "3 passed", ran.text
    assert _log(ran.text) == "left loops-1 left loops-1"


def test_whatever_can_be_called_handles_a_state_and_sees_the_fixtures_beside_it(shop: Project) -> None:
    """What wraps a function is written elsewhere, and what is no function has no code of its own."""
    handlers = """
import contextlib
import functools
import pytest
from orders import ORDERS
from troth_verifiers.pytest_plugin import provider_state

@pytest.fixture
def shelf():
    yield ORDERS
    ORDERS.clear()

@provider_state("wrapped")
@contextlib.contextmanager
def wrapped(shelf):
    shelf["1"] = {"total": 12}
    yield

@provider_state("a class")
class Holding(contextlib.AbstractContextManager):
    def __init__(self, shelf):
        shelf["1"] = {"total": 12}

    def __enter__(self):
        pass

    def __exit__(self, *_):
        pass

provider_state("a part")(functools.partial(lambda shelf, number: shelf.update({number: {"total": 12}}), number="1"))
"""
    shop.write("tests/conftest.py", handlers)
    shop.write("pyproject.toml", '[tool.troth]\nsource = "pacts"\napp = "orders:app"\n')
    names = ("wrapped", "a class", "a part")
    each = [http("an order", "/orders/1", body={"total": 12}, providerStates=given(name)) for name in names]
    shop.write("pacts/web-orders.json", v4(*each))
    ran = shop.run("-m", "troth")
    assert ran.counts == "3 passed, 1 deselected", ran.text


@pytest.mark.parametrize("names", [(), (7,), (["one", "another"],), (re.compile(b"one"),), ("one", print)])
def test_what_is_no_name_of_a_state_is_refused_where_it_stands(names: tuple[Any, ...]) -> None:
    with pytest.raises(TypeError, match="@provider_state takes the name that the contracts use, or several"):
        provider_state(*names)


def test_states_that_nobody_handles_are_errors_and_a_template_is_printed_once(shop: Project) -> None:
    shop.write("tests/conftest.py", START)
    asked = [http(f"one {n}", "/1", 404, providerStates=given("an order of 12 €", total=12)) for n in (1, 2)]
    shop.write("pacts/web-orders.json", v4(*asked, http("another", "/1", 404)))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert (ran.counts, ran.code) == ("1 passed, 1 deselected, 2 errors", 1)
    assert "state-handler-missing: Nobody handles the provider state 'an order of 12 €'" in ran.text
    template = '\n@provider_state("an order of 12 €")\ndef an_order_of_12(total): ...\n'
    assert ran.text.count(template) == 1


def test_the_template_holds_every_state_and_can_be_pasted_as_it_is(shop: Project) -> None:
    shop.write("tests/conftest.py", START)
    states = [*given("class", **{"from": 1, "to": 2}), *given("An order!"), *given("an order", "an order 2")]
    shop.write("pacts/web-orders.json", v4(http("lost", "/1", 404, providerStates=states)))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 deselected, 1 error"
    template = ran.text.partition("a start, for a conftest.py:\n")[2].partition("\n=")[0]
    for line in ("def state_class(to): ...", "def an_order(): ...", "def an_order_2(): ...", "def an_order_2_2(): ..."):
        assert f"\n{line}\n" in template
    shop.write("tests/conftest.py", START + template)
    assert shop.run("--troth", "pacts", "-m", "troth").counts == "1 passed, 1 deselected"


def test_states_are_torn_down_when_the_run_is_broken_off(shop: Project) -> None:
    broken_off = """
@provider_state("held")
async def held():
    LOG.append("held")
    yield
    LOG.append("let-go")

@provider_message("a message")
def message():
    raise KeyboardInterrupt
"""
    shop.write("tests/conftest.py", START + broken_off)
    shop.write("pacts/web-orders.json", v4(message("a message", {}, providerStates=given("held"))))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.code == 2
    assert _log(ran.text) == "held let-go"
    assert "Traceback" not in ran.text


def test_a_state_that_raises_is_an_error_that_shows_where(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@provider_state("broken")
def broken():
    raise RuntimeError("no such shelf")  # this line

@provider_state("undone")
def undone():
    yield
    raise RuntimeError("cannot be undone")

@provider_state("odd")
def odd():
    return 7

@provider_state("needy")
def needy(nothing_of_that_name):
    pass
""",
    )
    names = ("broken", "undone", "odd", "needy")
    shop.write("pacts/web-orders.json", v4(*(http(one, "/1", 404, providerStates=given(one)) for one in names)))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 passed, 1 deselected, 4 errors"
    assert 'raise RuntimeError("no such shelf")  # this line' in ran.text
    assert "troth_verifiers/" not in ran.text.partition("ERRORS")[2]  # nobody's frames but the project's own
    assert "cannot be undone" in ran.text
    assert "The handler of the provider state 'odd' gave a int" in ran.text
    assert "needs 'nothing_of_that_name': the contract gives no parameters, and no fixture of that name is" in ran.text


def test_a_state_that_skips_or_ends_the_process_concerns_its_own_interaction_alone(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@pytest.fixture
def elsewhere():
    pytest.skip("only on Tuesdays")

@provider_state("skipped")
def skipped(elsewhere):
    pass

@provider_state("ended")
def ended():
    raise SystemExit(3)

@provider_state("ended in the end")
def ended_in_the_end():
    yield
    raise SystemExit(4)
""",
    )
    names = ("skipped", "ended", "ended in the end")
    each = [http(name, "/1", 404, providerStates=given(name)) for name in names]
    shop.write("pacts/web-orders.json", v4(*each, http("fine", "/1", 404)))
    ran = shop.run("--troth", "pacts", "-m", "troth", "-rs")
    assert ran.counts == "2 passed, 1 skipped, 1 deselected, 2 errors", ran.text
    assert "only on Tuesdays" in ran.text
    assert (
        "! state-handler-failed: The set-up of the provider state 'ended' failed: it raised SystemExit: 3." in ran.text
    )
    assert "The tear-down of the provider state 'ended in the end' failed: it raised SystemExit: 4." in ran.text
    assert "The handler raised:\n  Traceback (most recent call last):\n    File " in ran.text


def test_parts_of_a_tear_down_that_fail_are_shown_each(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@pytest.fixture
def shelf():
    yield
    raise RuntimeError("the shelf stays")

@provider_state("held")
def held(shelf):
    yield
    raise ValueError("the state stays\\x1b[2J")
""",
    )
    shop.write("pacts/web-orders.json", v4(http("one", "/1", 404, providerStates=given("held"))))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 passed, 1 deselected, 1 error", ran.text
    sentence = (
        "The tear-down of the provider state 'held' failed: it raised RuntimeError: the shelf stays and it raised"
    )
    assert f"! state-handler-failed: {sentence} ValueError: the state stays" in ran.text
    assert '  raise RuntimeError("the shelf stays")' in ran.text
    assert "  ValueError: the state stays" in ran.text
    assert "\x1b" not in ran.text
    assert "troth_verifiers/" not in ran.text.partition("ERRORS")[2]


def test_fixtures_that_an_interaction_cannot_have_are_told(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@pytest.fixture(params=[1, 2])
def either(request):
    return request.param

@pytest.fixture
def first(second):
    pass

@pytest.fixture
def second(first):
    pass

@provider_state("parameters")
def parameters(either):
    pass

@provider_state("circle")
def circle(first):
    pass
""",
    )
    each = [http(name, "/1", 404, providerStates=given(name)) for name in ("parameters", "circle")]
    shop.write("pacts/web-orders.json", v4(*each))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 deselected, 2 errors", ran.text
    assert "the provider state 'parameters' needs the fixture 'either', which has parameters" in ran.text
    assert "recursive dependency involving fixture 'first' detected" in ran.text


def test_ctrl_c_while_a_state_is_set_up_for_a_listener_ends_the_run(shop: Project, redis_url: str) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@provider_state("broken off")
def broken_off():
    raise KeyboardInterrupt
""",
    )
    sent = message("one", {}, providerStates=given("broken off"), metadata={"channel": "nowhere"})
    shop.write("pacts/web-orders.json", v4(sent, message("two", {}, metadata={"channel": "nowhere"})))
    ran = shop.run("--troth", "pacts", "-m", "troth", "--troth-urls", f"messages={redis_url}")
    assert ran.code == pytest.ExitCode.INTERRUPTED, ran.text


def test_a_value_that_no_state_supplies_is_an_error(shop: Project) -> None:
    shop.write("tests/conftest.py", CONFTEST.replace('{"number": 4711}', "{}"))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "2 passed, 1 deselected, 1 error"
    assert "state-value-missing: The contract takes number from the provider state" in ran.text


def test_messages_that_nobody_produces_and_those_that_raise(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
@provider_message("broken")
def broken():
    raise RuntimeError("out of ink")
""",
    )
    shop.write("pacts/web-orders.json", v4(message("unknown", {"a": 1}), message("broken", {"a": 1})))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.told("ERROR") == ["troth::web → orders::unknown"]
    assert ran.told("FAILED") == ["troth::web → orders::broken"]
    assert "Nobody produces the message 'unknown': no @provider_message has this name; there are: 'broken'." in ran.text
    assert "it raised RuntimeError: out of ink" in ran.text
    of_unknown = ran.text.partition("ERROR at call of troth::web → orders::unknown")[2].partition("\n_")[0]
    assert "received" not in of_unknown  # there was nobody to receive anything from
    assert "Nobody produces these messages; a start, for a conftest.py:" in ran.text
    assert '\n@provider_message("unknown")\ndef unknown(): ...\n' in ran.text


def test_states_and_messages_that_are_missing_share_a_template(shop: Project) -> None:
    shop.write("tests/conftest.py", START)
    shop.write("pacts/web-orders.json", v4(message("sent", {}), http("lost", "/1", 404, providerStates=given("sent"))))
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert "Nobody handles these provider states or produces these messages; a start, for a conftest.py:" in ran.text
    template = ran.text.partition("a start, for a conftest.py:\n")[2].partition("\n=")[0]
    assert '@provider_state("sent")\ndef sent(): ...' in template
    assert '@provider_message("sent")\ndef sent_2(): ...' in template
    assert template.count("import") == 1


def test_states_at_a_url_of_the_provider(shop: Project) -> None:
    app = """
import json
from orders import ORDERS

async def app(scope, receive, send):
    if scope["path"] == "/states":
        asked = json.loads((await receive())["body"])
        ORDERS["9"] = {"total": asked["params"]["total"]}
        answer = {"number": 9}
    else:
        answer = ORDERS.get(scope["path"].removeprefix("/orders/"), {})
    await send({"type": "http.response.start", "status": 200, "headers": [(b"content-type", b"application/json")]})
    await send({"type": "http.response.body", "body": json.dumps(answer).encode()})
"""
    shop.write("with_states.py", app)
    shop.write("serve.py", SERVE)
    shop.write("pacts/web-orders.json", v4(_numbered(*given("an order", total=12))))
    shop.write("pyproject.toml", '[tool.troth]\nsource = "pacts"\nurl = "$AT"\nstate-url = "$AT/states"\n')
    shop.write("tests/conftest.py", "")
    ran = shop.run("-m", "troth", plugins=("serve",))
    assert ran.counts == "1 passed, 1 deselected", ran.text


SERVE = """
import os
from with_states import app
from troth_verifiers.pytest_plugin.asgi import AsgiServer
from troth_verifiers.pytest_plugin.loops import Loop

LOOP, SERVER = Loop("provider"), AsgiServer(app)
os.environ["AT"] = LOOP.call(SERVER.start())

def pytest_unconfigure():
    LOOP.call(SERVER.stop())
    LOOP.close()
"""
