"""A connection over which the provider broke down is not used for the next interaction; every other one is."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from tests.verifiers.pacts import given, http, message, v4
from troth_verifiers import Outcome, Target, verify


class Recorder:
    """A server that keeps its connections, answers with the status that a path ends in, and tells them apart."""

    def __init__(self) -> None:
        self.connections: list[int] = []
        recorder = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def log_message(self, *_: object) -> None:
                pass

            def answer(self) -> None:
                sent = self.rfile.read(int(self.headers.get("content-length") or 0))
                recorder.connections.append(self.client_address[1])
                wanted = json.loads(sent).get("state") or json.loads(sent)["description"] if sent else self.path
                self.send_response(int(wanted[-3:]))
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"{}")

            do_GET = do_POST = answer  # noqa: N815 - http.server looks for these names

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.url = f"http://127.0.0.1:{self.server.server_address[1]}"


@pytest.fixture
def recorder() -> Iterator[Recorder]:
    made = Recorder()
    thread = threading.Thread(target=made.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


def as_file(folder: Path, *interactions: object) -> str:
    file = folder / "web-orders.json"
    file.write_text(json.dumps(v4(*interactions)))
    return str(file)


STATUSES = (200, 404, 500, 503, 200, 200)


def test_an_interaction_after_a_breakdown_is_sent_over_a_connection_of_its_own(
    recorder: Recorder, tmp_path: Path
) -> None:
    pact = as_file(tmp_path, *(http(f"{at} {one}", f"/{at}/{one}", one) for at, one in enumerate(STATUSES)))
    report = verify(pact, Target(url=recorder.url, concurrency=1))
    assert report.totals[Outcome.PASSED] == len(STATUSES)
    assert _groups(recorder.connections) == [3, 1, 2]


def test_a_state_after_one_that_broke_down_is_sent_over_a_connection_of_its_own(
    recorder: Recorder, tmp_path: Path
) -> None:
    pact = as_file(
        tmp_path,
        *(message(f"{at} 200", {"a": 1}, providerStates=given(f"{at} {one}")) for at, one in enumerate(STATUSES)),
    )
    report = verify(pact, recorder.url, states=recorder.url, messages={})
    assert report.totals[Outcome.ERRORED] == len(STATUSES)
    assert _groups(recorder.connections) == [3, 1, 2]


def test_a_message_after_one_that_broke_down_is_asked_for_over_a_connection_of_its_own(
    recorder: Recorder, tmp_path: Path
) -> None:
    pact = as_file(tmp_path, *(message(f"{at} {one}", {"a": 1}) for at, one in enumerate(STATUSES)))
    verify(pact, Target(url=recorder.url, concurrency=1), messages=recorder.url)
    assert _groups(recorder.connections) == [3, 1, 2]


def _groups(connections: list[int]) -> list[int]:
    """How many requests came over each connection, in order."""
    return [connections.count(one) for one in dict.fromkeys(connections)]
