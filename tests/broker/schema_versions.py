"""Three versions of one Avro schema, and what commands report about them; for the tests of commands that compare."""

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.support.cli import Finished

SCHEMA = json.loads((Path(__file__).parents[2] / "docs" / "report.schema.json").read_text())


def avro(*fields: tuple[str, object], **more: object) -> str:
    """A record with these fields."""
    listed = [{"name": name, "type": kind} for name, kind in fields]
    return json.dumps({"type": "record", "name": "Order", "fields": listed, **more}, indent=2)


OLD, NEW = avro(("id", "long"), ("price", "int")), avro(("id", "long"), ("price", "string"))
WIDER = avro(("id", "long"), ("price", "long"))


def versions_in(folder: Path) -> Path:
    """The folder, with three versions of a schema in it."""
    for name, text in (("old.avsc", OLD), ("new.avsc", NEW), ("wider.avsc", WIDER)):
        (folder / name).write_text(text)
    return folder


def report(finished: Finished) -> dict[str, Any]:
    """A report that holds to its schema."""
    document: dict[str, Any] = json.loads(finished.out)
    jsonschema.validate(document, SCHEMA, format_checker=jsonschema.FormatChecker())
    return document
