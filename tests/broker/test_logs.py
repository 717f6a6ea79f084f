"""What the server's log says of a failure, and what it keeps to itself."""

from collections.abc import Iterator

import pytest
import structlog

from troth_broker.app.logs import configure_logs
from troth_broker.web.errors import failure


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    """The logs as `troth serve` writes them."""
    configure_logs()
    yield
    structlog.reset_defaults()


def _fail(headers: dict[str, str]) -> None:
    raise ValueError(f"cannot read {len(headers)} headers")


def test_a_failure_is_logged_with_its_reference_and_traceback_and_no_values(capsys: pytest.CaptureFixture[str]) -> None:
    headers = {"authorization": "Bearer hush"}
    try:
        _fail(headers)
    except ValueError as error:
        answer = failure(error, "http://broker", problems=False)
    said = capsys.readouterr().out
    assert isinstance(answer.body, dict)
    assert answer.body["error"]["reference"] in said
    assert "ValueError: cannot read 1 headers" in said
    assert "in _fail" in said
    assert "hush" not in said
