"""A stub that pages of other origins may ask, held to it by a real browser; without leave it is asked in vain."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any

import httpx
import pytest

from tests.support.browser import running, window
from tests.support.services import Missing, skip_or_fail
from tests.verifiers.pacts import contract, http, v4

ORIGIN = {"Origin": "http://shop.example"}
PREFLIGHT = {**ORIGIN, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type,x-more"}
ASK = """async ([url, options]) => {
    try {
        const answer = await fetch(url, options)
        return [answer.status, answer.headers.get('x-total'), await answer.text()]
    } catch (error) { return error.message }
}"""


def orders() -> Any:
    there = http("an order", "/orders/7", body={"id": 7})
    there["response"]["headers"] = {"X-Total": ["3"], "Set-Cookie": ["seen=yes"]}
    changed = http("an order is changed", "/orders/7", 204)
    changed["request"] |= {"method": "PUT", "body": {"content": {"paid": True}, "contentType": "application/json"}}
    own = http("of one origin", "/own", 204)
    own["response"]["headers"] = {"Access-Control-Allow-Origin": ["http://other.example"]}
    return contract(v4(there, changed, own))


@pytest.fixture(scope="module")
def page() -> Iterator[Any]:
    """A page of an origin of its own, in a browser."""

    class Empty(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with ExitStack() as held:
        try:
            browser = held.enter_context(running())
        except Missing as missing:
            skip_or_fail(missing)
        server = ThreadingHTTPServer(("127.0.0.1", 0), Empty)
        held.callback(server.server_close)
        Thread(target=server.serve_forever, daemon=True).start()
        held.callback(server.shutdown)
        shown = held.enter_context(window(browser)).page
        shown.goto(f"http://127.0.0.1:{server.server_address[1]}/")
        yield shown


def change(body: Any) -> Any:
    return {"method": "PUT", "headers": {"Content-Type": "application/json"}, "body": json.dumps(body)}


def test_a_page_of_another_origin_asks_and_reads(troth_stub: Any, page: Any) -> None:
    stub = troth_stub(orders(), cors=True)
    url = f"{stub.url}/orders/7"
    assert page.evaluate(ASK, [url, {"credentials": "include"}]) == [200, "3", '{"id":7}']
    assert page.evaluate(ASK, [url, change({"paid": True})]) == [204, None, ""]
    assert page.evaluate(ASK, [url, {"headers": {"X-Troth-Fault": "status=503"}}])[0] == 503
    assert page.evaluate(ASK, [url, {"headers": {"X-Troth-Fault": "reset"}}]) == "Failed to fetch"
    asked = [one.asked.method for one in stub.answered]
    assert asked[:4] == ["GET", "PUT", "GET", "GET"], "and again, as a browser does where a connection breaks"
    status, _, told = page.evaluate(ASK, [url, change({"paid": False})])
    assert (status, "$.paid" in told) == (501, True)
    assert "refused" in page.evaluate(ASK, [f"{stub.url}/_troth/requests", {}])[2]
    assert [one.asked.method for one in stub.refused] == ["PUT"]
    stub.refused.clear()


def test_a_page_of_another_origin_is_told_nothing_without_leave(troth_stub: Any, page: Any) -> None:
    stub = troth_stub(orders())
    assert page.evaluate(ASK, [f"{stub.url}/orders/7", {}]) == "Failed to fetch"
    assert page.evaluate(ASK, [f"{stub.url}/orders/7", change({"paid": True})]) == "Failed to fetch"
    assert [one.asked.method for one in stub.answered] == ["GET"]
    assert "A browser asks it for a page: --cors (or `cors`) lets pages of other origins ask." in stub.refused[0].text
    stub.refused.clear()


def test_what_a_page_may_do_stands_in_the_answers_headers(troth_stub: Any) -> None:
    stub = troth_stub(orders(), cors=True)
    with httpx.Client(base_url=stub.url, trust_env=False) as client:
        leave = client.options("/anything", headers=PREFLIGHT)
        assert leave.status_code == 204
        assert leave.headers["access-control-allow-methods"] == "PUT"
        assert leave.headers["access-control-allow-headers"] == "content-type,x-more"
        assert leave.headers["access-control-allow-origin"] == "http://shop.example"
        simple = client.options("/anything", headers={**ORIGIN, "Access-Control-Request-Method": "PUT"})
        assert "access-control-allow-headers" not in simple.headers
        assert not stub.refused, "it was no request of the consumer"
        answer = client.get("/orders/7", headers=ORIGIN)
        assert answer.headers["access-control-expose-headers"] == "content-length, content-type, set-cookie, x-total"
        assert client.get("/own", headers=ORIGIN).headers["access-control-allow-origin"] == "http://other.example"
        assert "vary" not in client.get("/orders/7").headers
        assert client.options("/orders/7").status_code == 501
    stub.refused.clear()
