"""What older clients send for a webhook's headers is read as they meant it."""

import pytest

from troth_broker.core.header_words import as_object


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        (["Content-Type:", "application/json"], {"Content-Type": "application/json"}),
        (["Authorization:", "Bearer", "a:b", "X-A:", "1"], {"Authorization": "Bearer a:b", "X-A": "1"}),
        (["X-Url:http://ci.example", "Accept:", "*/*"], {"X-Url": "http://ci.example", "Accept": "*/*"}),
        (["nothing"], ["nothing"]),
        ([], []),
        ({"Accept": "*/*"}, {"Accept": "*/*"}),
        (["Accept:", 1], ["Accept:", 1]),
        (None, None),
        ("Accept: */*", "Accept: */*"),
    ],
)
def test_headers_that_were_split_into_words_are_put_together(sent: object, meant: object) -> None:
    assert as_object(sent) == meant
