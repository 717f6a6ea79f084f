"""The house's own word on what commands find: waivers, and severities, in `troth.toml`."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.broker.schema_versions import avro, report, versions_in
from tests.support.cli import troth


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return versions_in(tmp_path)


def fingerprint(folder: Path) -> str:
    found = report(troth("diff", "old.avsc", "new.avsc", "--output", "json", folder=folder))
    made: str = found["findings"][0]["fingerprint"]
    return made


def waiver(folder: Path, name: str, days: int) -> None:
    last = datetime.now(UTC).date() + timedelta(days)
    (folder / "troth.toml").write_text(
        f'[[waiver]]\nfingerprint = "{name}"\nreason = "nobody reads it"\nperson = "Ada"\nexpires = {last}\n'
    )


def test_a_waived_finding_does_not_count_until_its_day_has_passed(folder: Path) -> None:
    name = fingerprint(folder)
    waiver(folder, name, 0)
    told = troth("diff", "old.avsc", "new.avsc", folder=folder, code=0).out
    assert "by Ada: nobody reads it" in told
    assert "1 waived" in told
    found = report(troth("diff", "old.avsc", "new.avsc", "--output", "json", folder=folder, code=0))
    assert found["waived"][0]["person"] == "Ada"
    suppressed = json.loads(troth("diff", "old.avsc", "new.avsc", "--output", "sarif", folder=folder, code=0).out)
    assert suppressed["runs"][0]["results"][0]["suppressions"][0]["kind"] == "external"
    assert "Waived until" in troth("diff", "old.avsc", "new.avsc", "--output", "markdown", folder=folder, code=0).out
    skipped = ElementTree.fromstring(
        troth("diff", "old.avsc", "new.avsc", "--output", "junit", folder=folder, code=0).out
    )
    assert skipped.attrib["skipped"] == "1"
    waiver(folder, name, -1)
    assert "holds no longer" in troth("diff", "old.avsc", "new.avsc", folder=folder, code=1).out
    waiver(folder, "0" * 16, 9)
    assert "meets no finding here" in troth("diff", "old.avsc", "new.avsc", folder=folder, code=1).out


def test_a_fingerprint_outlives_other_lines_and_another_order(folder: Path) -> None:
    before = fingerprint(folder)
    (folder / "old.avsc").write_text("\n\n" + avro(("extra", "int"), ("price", "int"), ("id", "long")))
    assert fingerprint(folder) == before


@pytest.mark.parametrize(("severity", "code"), [("safe", 0), ("off", 0), ("risky", 0), ("breaking", 1)])
def test_a_house_gives_rules_other_severities_by_glob_or_alias(folder: Path, severity: str, code: int) -> None:
    for name in ("avro/*", "TYPE_MISMATCH"):
        (folder / "house.toml").write_text(f'[severity]\n"{name}" = "{severity}"\n')
        troth("diff", "old.avsc", "new.avsc", "--config", "house.toml", folder=folder, code=code)
    (folder / "house.toml").write_text('[severity]\n"avro/*" = "risky"\n')
    strict = ("--config", "house.toml", "--fail-on", "risky")
    troth("diff", "old.avsc", "new.avsc", *strict, folder=folder, code=1)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("[severity", "it is not TOML"),
        ("severity = 3", "[severity] must be a table"),
        (
            '[severity]\n"a/b" = "bad"',
            "[severity] 'a/b' must be one of breaking, risky, safe, not-covered, off, not 'bad'",
        ),
        ("[sevrity]", "'sevrity' means nothing here; did you mean 'severity'?"),
        ("[[waiver]]\nreason = 'x'", "[[waiver]] 1 does not name its fingerprint"),
        ("waiver = 3", "each waiver is a table of its own: [[waiver]]"),
        ("waiver = [3]", "[[waiver]] 1 must be a table"),
        (
            "[[waiver]]\nfingerprint='1'\nreason='r'\nperson='p'\nexpires='soon'",
            "[[waiver]] 1 expires must be a day, without quotes: expires = 2026-12-31",
        ),
        (
            "[[waiver]]\nfingerprint='1'\nreason=' '\nperson='p'\nexpires=2026-12-31",
            "[[waiver]] 1 reason must be a text",
        ),
        ("compare = 1", "[compare] must be a table"),
        ("[compare]\ncategory = 'ALL'", "[compare] category must be one of FILE, PACKAGE, WIRE_JSON, WIRE, not 'ALL'"),
        ("[compare]\nopen-models = 'x'", "[compare] open-models must be one of strict, lenient, not 'x'"),
        ("[compare]\nclient-directives = 'x'", "[compare] client-directives must be a list of names"),
        ("[compare]\nmode = 'x'", "[compare] 'mode' means nothing here; known are category"),
    ],
)
def test_a_wrong_house_file_is_refused_with_the_place_and_the_fix(folder: Path, text: str, said: str) -> None:
    (folder / "troth.toml").write_text(text)
    told = troth("diff", "old.avsc", "new.avsc", folder=folder, code=2).err
    assert told.startswith("troth: troth.toml: ")
    assert said in told


def test_a_severity_for_a_rule_that_there_is_not_is_told_and_stops_nothing(folder: Path) -> None:
    named = ("avro/name-mismacth", "SOME_OTHER_CHECKERS_RULE", "avro/no-such", "openapi/no-*")
    (folder / "troth.toml").write_text("[severity]\n" + "".join(f'"{name}" = "safe"\n' for name in named))
    told = troth("diff", "old.avsc", "new.avsc", folder=folder, code=1).err.splitlines()
    assert told == [
        "troth: troth.toml: [severity] No rule is called 'avro/name-mismacth'; did you mean 'avro/name-mismatch'?",
        "troth: troth.toml: [severity] No rule is called 'avro/no-such'",
    ]


def test_a_house_file_that_cannot_be_read_is_refused(folder: Path) -> None:
    assert "cannot be read" in troth("diff", "old.avsc", "new.avsc", "--config", "no.toml", folder=folder, code=2).err
    (folder / "troth.toml").write_bytes(b"\xff")
    assert "is not UTF-8" in troth("diff", "old.avsc", "new.avsc", folder=folder, code=2).err
