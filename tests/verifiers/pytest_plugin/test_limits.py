"""What a provider state or a message may take, where it does not end by itself."""

from tests.verifiers.pacts import given, http, message, v4
from tests.verifiers.pytest_plugin.projects import START, Project


def test_a_state_that_does_not_end_is_an_error_and_the_run_goes_on_and_ends(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor

def stuck():
    threading.Event().wait(1000)

@provider_state("set up")
def set_up():
    stuck()  # set up

@provider_state("tried again")
def tried_again():
    while True:
        try:
            stuck()  # tried again
        except Exception:
            pass

@provider_state("torn down")
def torn_down():
    yield
    stuck()  # torn down

@provider_state("awaited")
async def awaited():
    await asyncio.Event().wait()

@provider_state("in a thread")
async def in_a_thread():
    await asyncio.get_running_loop().run_in_executor(ThreadPoolExecutor(1), stuck)

@provider_message("a message")
def a_message():
    stuck()
""",
    )
    names = ("set up", "tried again", "torn down", "awaited", "in a thread")
    stuck = [http(name, "/1", 404, providerStates=given(name)) for name in names]
    shop.write("pacts/web-orders.json", v4(*stuck, message("a message", {}), http("fine", "/1", 404)))
    shop.write("troth.toml", "[verify]\nhandler-timeout = 0.5\n")
    ran = shop.run("--troth", "pacts", "-m", "troth")
    assert ran.counts == "1 failed, 2 passed, 1 deselected, 5 errors", ran.text
    assert len(ran.told("ERROR")) == 5
    for act, name in zip(("set-up", "set-up", "tear-down", "set-up", "set-up"), names, strict=True):
        assert (
            f"! state-handler-failed: The {act} of the provider state {name!r} failed: it did not end within"
            in ran.text
        )
    for name in names[:3]:
        assert f"  stuck()  # {name}" in ran.text  # the line that did not end
    assert "troth_verifiers/" not in ran.text.partition("ERRORS")[2]
    assert "✗ message: The function for this message gave none: it did not end within 0.5 s." in ran.text
    assert ran.told("PASSED")[-1] == "troth::web → orders::fine"


def test_who_looks_into_a_state_in_a_debugger_has_time(shop: Project) -> None:
    shop.write(
        "tests/conftest.py",
        START
        + """
import threading

@provider_state("looked at")
def looked_at():
    breakpoint()
    threading.Event().wait(4)
""",
    )
    shop.write("pacts/web-orders.json", v4(http("one", "/1", 404, providerStates=given("looked at"))))
    shop.write("troth.toml", "[verify]\nhandler-timeout = 3\n")
    ran = shop.run("--troth", "pacts", "-m", "troth", "-s", typed="continue\n")
    assert ran.counts == "1 passed, 1 deselected", ran.text
