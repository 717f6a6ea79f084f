"""The golden cases of rules: `tests/golden/rules/<format or pair>/<rule>/{breaks,allows}.yaml`.

Each file is a list of cases:

    - title: the reader wants a field that the writer never had
      reader: |            # or consumer/provider for a pair; a text, or several documents by name, the root first
        {"type": "record", …}
      writer: |
        …
      options: {category: FILE}                    # perhaps: of `Options`
      formats: [pact, openapi]                     # perhaps: where the folder's name is not that of the formats
      finds:                                       # in breaks.yaml: what this rule finds, all of it
        - message: the sentence
          reader: "/fields/0:3"                    # pointer:line
          writer: "/fields:2"

A case of `breaks` must make its rule find something, one of `allows` must not. `TROTH_WRITE_GOLDEN=1` writes `finds`.
"""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from troth_schemas import formats, pairs
from troth_schemas.catalogue import rules
from troth_schemas.contract import Contract, compare
from troth_schemas.finding import Finding, Place
from troth_schemas.options import Options
from troth_schemas.pairs import judge
from troth_schemas.report import Report
from troth_schemas.sources import Sources

FOLDER = Path(__file__).parent.parent / "golden" / "rules"


@dataclass(frozen=True)
class Case:
    path: Path
    index: int
    content: dict[str, Any]

    @property
    def rule(self) -> str:
        return "/".join(self.path.parent.parts[-2:])

    @property
    def breaks(self) -> bool:
        return self.path.stem == "breaks"

    def __str__(self) -> str:
        return f"{self.rule} {self.path.stem} {self.index + 1}"

    def report(self) -> Report:
        options = Options(**self.content.get("options", {}))
        if "consumer" in self.content:
            consumer, provider = self._pair()
            return judge(
                contract(consumer, self.content["consumer"]), contract(provider, self.content["provider"]), options
            )
        name = self.content.get("formats", [self.path.parent.parent.name])[0]
        return compare(contract(name, self.content["reader"]), contract(name, self.content["writer"]), options)

    def _pair(self) -> tuple[str, str]:
        if "formats" in self.content:
            first, second = self.content["formats"]
            return first, second
        name = self.path.parent.parent.name
        for consumer, provider in pairs.known():
            if name == f"{consumer}-{provider}" or name == consumer == provider:
                return consumer, provider
        raise AssertionError(f"{self.path}: say which formats these are (formats: [consumer, provider])")

    def found(self) -> list[dict[str, Any]]:
        report = self.report()
        mine = [one for one in (*report.findings, *report.not_covered) if one.rule == self.rule]
        return [_shown(one) for one in mine]


def contract(name: str, documents: str | dict[str, str]) -> Contract:
    if isinstance(documents, str):
        documents = {_file_name(name): documents}
    return Contract(name, Sources(next(iter(documents)), {key: text.encode() for key, text in documents.items()}))


def _file_name(name: str) -> str:
    return {"protobuf": "contract.proto", "graphql": "schema.graphql", "graphql-operations": "operations.graphql"}.get(
        name, "contract.json"
    )


def _shown(one: Finding) -> dict[str, Any]:
    shown: dict[str, Any] = {"message": one.message}
    if one.severity != "breaking":
        shown["severity"] = one.severity
    if one.interaction is not None:
        shown["interaction"] = one.interaction
    for side, place in (("reader", one.reader), ("writer", one.writer)):
        if place is not None:
            shown[side] = _place(place)
    if one.witness is not None:
        shown["witness"] = one.witness.value
    return shown


def _place(place: Place) -> str:
    return f"{place.pointer}:{place.line}" if place.line is not None else place.pointer


@cache
def _cases_of(path: Path) -> list[dict[str, Any]]:
    found = yaml.safe_load(path.read_text())
    assert isinstance(found, list), f"{path} must hold a list of cases"
    return found


def cases() -> Iterator[Case]:
    for path in sorted(FOLDER.glob("*/*/*.yaml")):
        for index, content in enumerate(_cases_of(path)):
            yield Case(path, index, content)


def rules_of_formats() -> dict[str, Any]:
    return {one.id: one for one in rules()}


def write(path: Path) -> None:
    """Write what is found into a file of cases; everything else in it stays as it is."""
    content = _cases_of(path)
    for index, case in enumerate(content):
        case["finds"] = Case(path, index, case).found()
    path.write_text(yaml.dump(content, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=110))


class _Dumper(yaml.SafeDumper):
    """Texts of several lines as they are."""


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Dumper.add_representer(str, _text)

if os.environ.get("TROTH_WRITE_GOLDEN"):
    only = os.environ.get("TROTH_GOLDEN_FORMAT", "*")
    for each in sorted(FOLDER.glob(f"{only}/*/breaks.yaml")):
        write(each)
    _cases_of.cache_clear()

__all__ = ["FOLDER", "Case", "cases", "contract", "formats", "rules_of_formats"]
