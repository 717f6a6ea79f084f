"""What people are shown of a call, made when it is asked for, and of large ones at once."""

import pickle
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from google.protobuf.wrappers_pb2 import StringValue
from google.rpc.status_pb2 import Status  # type: ignore[import-untyped]  # it ships no types

from troth_verifiers.api import Payload
from troth_verifiers.grpc.showing import Kept, Side


def _body(contents: Sequence[bytes], kind: Any, *, streamed: bool = False) -> str:
    return Side("OK", (), contents, kind, streamed).payload().body


def test_an_exchange_that_is_made_readable_late_is_one_like_any_other() -> None:
    contents = [Status(code=5, message="gone").SerializeToString()]
    sides = (None, Side("NOT_FOUND", (("a-bin", b"\0"),), contents, Status, False))
    kept, again = Kept("grpc", *sides, {"whole": 1.5}), Kept("grpc", *sides, {"whole": 1.5})
    shown = Payload("NOT_FOUND", (("a-bin", "AA=="),), '{"code": 5, "message": "gone"}', 8)
    assert (kept.protocol, kept.sent, kept.received, kept.timings) == ("grpc", None, shown, {"whole": 1.5})
    assert kept == again
    assert replace(again, protocol="x").received == shown
    assert pickle.loads(pickle.dumps(again)).received == shown
    assert "NOT_FOUND" in repr(again)


def test_a_stream_is_a_list_and_nothing_is_nothing() -> None:
    contents = [Status(code=code).SerializeToString() for code in (1, 2)]
    assert _body(contents, Status, streamed=True) == '[{"code": 1}, {"code": 2}]'
    assert _body([], Status, streamed=True) == "[]"
    assert not _body([], Status)


def test_what_is_no_such_message_is_shown_by_its_bytes() -> None:
    assert _body([b"\xff\xff"], Status) == "2 bytes: ff ff"


def test_of_a_large_message_only_the_beginning_is_kept() -> None:
    long = StringValue(value="x" * 5000).SerializeToString()
    assert _body([long], StringValue) == f'"{"x" * 3999}…'
    assert _body([long * 50], StringValue) == f"{len(long) * 50:,} bytes"
    kept = Kept("grpc", Side("OK", (), [long], StringValue, False))
    assert long not in pickle.dumps(vars(kept))
