"""The checker against a library that does not check but reads and writes: fastavro."""

import json
import random
import re
from collections import Counter
from io import BytesIO
from typing import Any

import fastavro
import pytest
from fastavro.read import SchemaResolutionError

from tests.schemas.avro.random_schemas import TooDeep, datum, named, pair
from troth_schemas.avro.format import compare, load
from troth_schemas.options import DEFAULT
from troth_schemas.report import Report
from troth_schemas.sources import one

SEEDS = range(20)
PAIRS_OF_A_SEED = 60


def _report(reader: Any, writer: Any) -> Report:
    loaded = [load(one("schema.avsc", json.dumps(schema).encode())) for schema in (reader, writer)]
    assert all(each.usable for each in loaded), [str(problem) for each in loaded for problem in each.problems]
    report: Report = compare(loaded[0].document, loaded[1].document, DEFAULT)
    return report


def _reads(data: bytes, reader: Any, writer: Any) -> bool:
    try:
        fastavro.schemaless_reader(BytesIO(data), fastavro.parse_schema(writer), fastavro.parse_schema(reader))
    except SchemaResolutionError:
        return False
    return True


def _written(writer: Any, chance: random.Random) -> bytes | None:
    try:
        value = datum(writer, chance, named(writer, {}))
    except TooDeep:
        return None
    out = BytesIO()
    fastavro.schemaless_writer(out, fastavro.parse_schema(writer), value)
    return out.getvalue()


@pytest.mark.parametrize("seed", SEEDS)
def test_what_is_called_compatible_reads_whatever_is_written(seed: int) -> None:
    verdicts: Counter[bool | None] = Counter()
    for number in range(seed * PAIRS_OF_A_SEED, (seed + 1) * PAIRS_OF_A_SEED):
        reader, writer = pair(number)
        report = _report(reader, writer)
        verdicts[report.compatible] += 1
        chance = random.Random(number)
        for data in filter(None, (_written(writer, chance) for _ in range(15))):
            if not _reads(data, reader, writer):
                assert report.compatible is False, (number, reader, writer, data.hex())
    assert verdicts[True] > 5
    assert verdicts[False] > 5
    assert not verdicts[None]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_breaks_carries_data_that_really_cannot_be_read(seed: int) -> None:
    proved = 0
    for number in range(seed * PAIRS_OF_A_SEED, (seed + 1) * PAIRS_OF_A_SEED):
        reader, writer = pair(number)
        chance = random.Random(number)
        if not any(_written(writer, chance) is not None for _ in range(30)):
            continue  # a record that holds itself without end: nobody can write it
        for finding in _report(reader, writer).breaking:
            assert finding.witness is not None, (number, finding)
            proved += 1
            found = re.match(r"written as ([0-9a-f]*|no bytes),", finding.witness.note)
            assert found is not None
            data = bytes.fromhex(found[1].replace("no bytes", ""))
            fastavro.schemaless_reader(BytesIO(data), fastavro.parse_schema(writer), None)
            assert not _reads(data, reader, writer), (number, finding)
    assert proved > 5
