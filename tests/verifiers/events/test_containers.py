"""Avro containers that unpack to more than there is room for, by every codec, are refused before that happens."""

import bz2
import io
import lzma
import zlib
from importlib.util import find_spec
from typing import Any

import fastavro
import pytest
import yaml
from redis import Redis

from tests.verifiers.events.conftest import Place
from tests.verifiers.events.produced import result, texts
from troth_verifiers import Contract, Outcome, Target, verify
from troth_verifiers.events.payloads import unpacking
from troth_verifiers.events.payloads.unpacking import LARGEST

CODECS = ("deflate", "bzip2", "xz", "snappy", "zstandard", "lz4")
ZEROS: dict[str, Any] = {
    "files": {"z.avsc": b'{"type": "record", "name": "Z", "fields": [{"name": "zeros", "type": "bytes"}]}'},
    "schemaName": "z.avsc",
    "encoding": "avro-container",
    "contents": {"zeros": "x"},
    "rules": {"$.zeros": {"match": "type"}},
}
REFUSED = "The message is no Avro container that the consumer can read: "


def container(codec: str, *records: Any, schema: Any = None) -> bytes:
    """A container with one datum for each record."""
    target = io.BytesIO()
    zeros = {"type": "record", "name": "Z", "fields": [{"name": "zeros", "type": "bytes"}]}
    fastavro.writer(target, fastavro.parse_schema(schema or zeros), records, codec=codec)
    return target.getvalue()


def packed(codec: str, size: int) -> bytes:
    return container(codec, {"zeros": bytes(size)})


def with_block(codec: str, block: bytes, count: int = 1) -> bytes:
    """A container of zeros whose block is these bytes, be they what they may."""
    begun = container(codec)
    sizes = io.BytesIO()
    for number in (count, len(block)):
        fastavro.schemaless_writer(sizes, "long", number)
    return begun + sizes.getvalue() + block + begun[-16:]


@pytest.mark.parametrize("codec", CODECS)
def test_a_container_that_unpacks_to_very_much_is_not_unpacked(codec: str) -> None:
    huge = packed(codec, LARGEST + 1024)
    assert len(huge) < 4 * 1024 * 1024
    assert texts(result(huge, **ZEROS)) == f"{REFUSED}it unpacks to more than 64 MB."
    small = packed(codec, 1024)
    assert result(small, **ZEROS).outcome is Outcome.PASSED, texts(result(small, **ZEROS))
    for broken in (small[:-20], small[:60], small[: -16 - 20] + b"\xff" * 20 + small[-16:]):
        assert REFUSED in texts(result(broken, **ZEROS)) or "$.zeros" in str(result(broken, **ZEROS).mismatches)


@pytest.mark.parametrize("codec", ["bzip2", "xz", "zstandard"])
def test_of_several_streams_in_one_block_every_one_counts(codec: str) -> None:
    pack: Any = {"bzip2": bz2.compress, "xz": lzma.compress, "zstandard": unpacking.ZSTD.compress}[codec]
    whole = b"\x80\x10" + bytes(1024)
    assert result(with_block(codec, pack(whole[:9]) + pack(whole[9:])), **ZEROS).outcome is Outcome.PASSED
    huge = with_block(codec, pack(whole[:9]) + pack(bytes(LARGEST)))
    assert texts(result(huge, **ZEROS)) == f"{REFUSED}it unpacks to more than 64 MB."
    many = with_block(codec, pack(b"") * 1001)
    assert texts(result(many, **ZEROS)) == f"{REFUSED}a block of it is made of more than 1000 streams."
    assert REFUSED in texts(result(with_block(codec, pack(whole) + b"rest")[:-3], **ZEROS))


def test_blocks_count_together() -> None:
    block = zlib.compress(bytes(LARGEST // 2), wbits=-15)
    begun = with_block("deflate", block)
    twice = begun + with_block("deflate", block)[len(container("deflate")) :]
    thrice = twice[:-16] + begun[-16:] + b"\x02" + begun[len(container("deflate")) + 1 :]
    assert texts(result(thrice, **ZEROS)) == f"{REFUSED}it unpacks to more than 64 MB."


def test_a_length_that_is_claimed_is_believed_before_anything_is_made_for_it() -> None:
    for codec, claims in (("snappy", b"\xff\xff\xff\xff\x0f"), ("lz4", b"\xff\xff\xff\x7f")):
        assert (
            texts(result(with_block(codec, claims + b"1234567"), **ZEROS)) == f"{REFUSED}it unpacks to more than 64 MB."
        )
        assert REFUSED in texts(result(with_block(codec, b"\xff"), **ZEROS))


def test_xz_that_wants_gigabytes_to_be_unpacked_is_refused() -> None:
    filters = [{"id": lzma.FILTER_LZMA2, "preset": 0, "dict_size": 1 << 30}]
    packed = lzma.compress(b"\x02\x00", filters=filters)
    assert REFUSED in texts(result(with_block("xz", packed), **ZEROS))


def test_records_that_take_no_bytes_or_one_are_counted() -> None:
    flags = {"type": "record", "name": "F", "fields": [{"name": "flag", "type": "boolean"}]}
    empty = {"type": "record", "name": "E", "fields": []}
    for schema, count, block in ((flags, 3_000_000, bytes(3_000_000)), (empty, 1 << 60, b"")):
        begun, sizes = container("null", schema=schema), io.BytesIO()
        for number in (count, len(block)):
            fastavro.schemaless_writer(sizes, "long", number)
        whole = begun + sizes.getvalue() + block + begun[-16:]
        found = result(whole, {}, encoding="avro-container", contents=[])
        assert texts(found) == f"{REFUSED}holds more than 2,000,000 values."


def test_a_library_that_is_missing_is_no_fault_of_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {codec: packed(codec, 10) for codec in CODECS}
    monkeypatch.setattr(unpacking, "ZSTD", None)
    monkeypatch.setattr(unpacking, "find_spec", lambda name: None if name in ("cramjam", "lz4") else find_spec(name))
    for codec, contents in given.items():
        found = result(contents, **ZEROS)
        if codec in ("snappy", "zstandard", "lz4"):
            assert found.outcome is Outcome.ERRORED
            assert f"packed by {codec}, which needs a library: pip install 'fastavro[codecs]'." in texts(found)
        else:
            assert found.outcome is Outcome.PASSED


def test_a_codec_that_nobody_knows_is_named() -> None:
    renamed = packed("deflate", 10).replace(b"\x0edeflate", b"\x0emiddle!")
    assert texts(result(renamed, **ZEROS)) == f"{REFUSED}Unrecognized codec: middle!."


def test_a_container_that_is_written_twice_is_a_duplicate(on_redis: Place) -> None:
    once: dict[str, Any] = {"description": "zeros", "states": ["sent"], "channel": on_redis.channel, **ZEROS}
    once["delivery"] = {"exactly": "once"}
    files = once.pop("files")
    document = {"troth": 1, "protocol": "message", "consumer": "a", "provider": "b", "interactions": [once]}
    content = yaml.safe_dump({**document, "schema": [*files]}).encode()
    contract = Contract("a", "b", content, "x.yaml", format="message", files=files)

    def outcome(*sizes: int) -> Outcome:
        def send() -> None:
            with Redis.from_url(on_redis.url) as client:
                for size in sizes:
                    client.xadd(on_redis.channel, {"payload": packed("deflate", size)})

        (result,) = verify(
            contract, Target(others={"messages": on_redis.url}, timeout=60), states={"sent": send}
        ).results
        return result.outcome

    assert outcome(8, 8) is Outcome.FAILED
    assert outcome(8, 9) is Outcome.PASSED
