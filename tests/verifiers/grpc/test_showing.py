"""What people are shown of messages, made when it is asked for, and of large ones at once."""

import pickle
from dataclasses import replace

from google.protobuf.wrappers_pb2 import StringValue
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]  # it ships no types

from troth_verifiers.grpc.showing import payload


def test_a_body_that_is_made_late_is_a_body_like_any_other() -> None:
    contents = [Status(code=5, message="gone").SerializeToString()]
    shown = payload("NOT_FOUND", [("a", b"\0")], contents, Status, streamed=False)
    again = payload("NOT_FOUND", [("a", b"\0")], contents, Status, streamed=False)
    assert (shown.summary, shown.headers, shown.size) == ("NOT_FOUND", (("a", "AA=="),), 8)
    assert shown == again
    assert replace(again, summary="x").body == shown.body == '{"code": 5, "message": "gone"}'
    assert pickle.loads(pickle.dumps(shown)).body == shown.body


def test_a_stream_is_a_list_and_nothing_is_nothing() -> None:
    contents = [Status(code=code).SerializeToString() for code in (1, 2)]
    assert payload("OK", (), contents, Status, streamed=True).body == '[{"code": 1}, {"code": 2}]'
    assert payload("OK", (), [], Status, streamed=True).body == "[]"
    assert payload("OK", (), [], Status, streamed=False).body == ""


def test_what_is_no_such_message_is_shown_by_its_bytes() -> None:
    assert payload("OK", (), [b"\xff\xff"], Status, streamed=False).body == "2 bytes: ff ff"


def test_of_a_large_message_only_the_beginning_is_kept() -> None:
    long = StringValue(value="x" * 5000).SerializeToString()
    assert payload("OK", (), [long], StringValue, streamed=False).body == f'"{"x" * 3999}…'
    assert payload("OK", (), [long * 50], StringValue, streamed=False).body == f"{len(long) * 50:,} bytes"
