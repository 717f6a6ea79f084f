"""The fixture of consumers: their contract as a stub."""

import threading

import httpx
import pytest

from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.pytest_plugin.projects import Project
from troth_verifiers.pytest_plugin.stubbing import Stubs

TESTS = """
import urllib.error
import urllib.request

import pytest

def get(stub, path):
    with urllib.request.urlopen(stub.url + path) as answer:
        return answer.status, answer.read()

@pytest.fixture
def orders(troth_stub):
    return troth_stub("pacts/web-orders.json")

def test_known(orders):
    assert get(orders, "/orders/1") == (200, b'{"total":12}')
    assert [one.interaction for one in orders.answered] == ["there"]

def test_unknown(orders):
    with pytest.raises(urllib.error.HTTPError):
        get(orders, "/orders/2")

def test_meant(orders):
    with pytest.raises(urllib.error.HTTPError):
        get(orders, "/orders/2")
    orders.refused.clear()

def test_fault(troth_stub):
    stub = troth_stub("pacts/web-orders.json", status=503)
    with pytest.raises(urllib.error.HTTPError, match="503"):
        get(stub, "/orders/1")
"""


def test_a_stub_answers_and_a_request_that_it_does_not_know_fails_the_test(shop: Project) -> None:
    shop.write("pacts/web-orders.json", v4(http("there", "/orders/1", body={"total": 12})))
    shop.write("tests/test_consumer.py", TESTS)
    ran = shop.run("tests/test_consumer.py", "-W", "default::ResourceWarning")  # urllib's errors hold their socket
    assert ran.told("FAILED") == ["tests/test_consumer.py::test_unknown"]
    assert len(ran.told("PASSED")) == 3, ran.text
    assert "No contract knows GET /orders/2." in ran.text


def test_a_stub_that_does_not_end_as_it_should_leaves_no_other_one_open() -> None:
    before = set(threading.enumerate())
    stubs = Stubs()
    running = [stubs.serve(contract(v4(http("there", "/orders/1")))) for _ in range(3)]
    running[1]._station._held.callback(_fail)  # closed in the middle, whichever order it is
    with pytest.raises(OSError, match="does not end"):
        stubs.close()
    for one in running:
        with pytest.raises(httpx.ConnectError):
            httpx.get(f"{one.url}/orders/1", trust_env=False)
    left = set(threading.enumerate()) - before
    assert not [thread for thread in left if thread.name == "troth-stub"]


def _fail() -> None:
    raise OSError("it does not end")
