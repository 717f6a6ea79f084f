"""A report as SARIF 2.1.0, which code hosts show beside the lines."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

from troth_schemas.catalogue import rules
from troth_schemas.finding import Finding, Place, Severity
from troth_schemas.judgement import Judgement
from troth_schemas.report import CHECKER
from troth_schemas.rule import Rule

_SCHEMA: Final = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
_LEVELS: Final[Mapping[Severity, str]] = {
    "breaking": "error",
    "not-covered": "warning",
    "risky": "warning",
    "safe": "note",
}


def sarif_of(judgement: Judgement, paths: Mapping[str, Path]) -> dict[str, Any]:
    """One run. ``paths`` says where the documents that findings name lie on disk."""
    report = judgement.report
    findings = (*report.findings, *report.not_covered)
    met = {one.rule for one in (*findings, *(one for one, _ in judgement.waived))}
    described = {one.id: one for one in rules() if one.id in met}
    order = {name: index for index, name in enumerate(sorted(met))}
    results = [_result(one, order, paths) for one in findings]
    for one, waiver in judgement.waived:
        because = f"{waiver.reason} ({waiver.person}, until {waiver.expires})"
        suppressed = {"kind": "external", "status": "accepted", "justification": because}
        results.append({**_result(one, order, paths), "suppressions": [suppressed]})
    driver = {
        "name": CHECKER.name,
        "semanticVersion": f"{CHECKER.version}.0.0",
        "rules": [_rule(name, described.get(name)) for name in order],
    }
    return {
        "$schema": _SCHEMA,
        "version": "2.1.0",
        "runs": [{"tool": {"driver": driver}, "columnKind": "unicodeCodePoints", "results": results}],
    }


def _rule(name: str, rule: Rule | None) -> dict[str, Any]:
    if rule is None:
        return {"id": name}
    text = f"{rule.fact} Why: {rule.why} Instead: {rule.instead}"
    return {
        "id": name,
        "shortDescription": {"text": rule.fact},
        "fullDescription": {"text": rule.why},
        "help": {"text": text},
        "defaultConfiguration": {"level": _LEVELS[rule.severity]},
        "properties": {"tags": [rule.format, *rule.aliases]},
    }


def _result(one: Finding, order: Mapping[str, int], paths: Mapping[str, Path]) -> dict[str, Any]:
    places = [place for place in (one.reader, one.writer) if place is not None]
    # What can be changed here stands first: a document on disk before one of another revision.
    places.sort(key=lambda place: place.document not in paths)
    result: dict[str, Any] = {
        "ruleId": one.rule,
        "ruleIndex": order[one.rule],
        "level": _LEVELS[one.severity],
        "message": {"text": one.message},
        "partialFingerprints": {"troth/v1": one.fingerprint},
        "locations": [_location(place, paths, one) for place in places[:1]],
        "properties": {"severity": one.severity, "where": list(one.where)},
    }
    if len(places) > 1:
        result["relatedLocations"] = [
            {**_location(place, paths, one), "id": number, "message": {"text": "the other side"}}
            for number, place in enumerate(places[1:], 1)
        ]
    if one.witness is not None:
        result["properties"]["witness"] = {"kind": one.witness.kind, "value": one.witness.value}
    return result


def _location(place: Place, paths: Mapping[str, Path], one: Finding) -> dict[str, Any]:
    path = paths.get(place.document)
    uri = quote((path.as_posix() if path is not None else place.document) or "unknown", safe="/:")
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri}}
    if place.line is not None:
        physical["region"] = {"startLine": place.line}
    named = one.interaction or one.element or place.pointer
    return {
        "physicalLocation": physical,
        "logicalLocations": [{"fullyQualifiedName": place.pointer or "/", **({"name": named} if named else {})}],
    }
