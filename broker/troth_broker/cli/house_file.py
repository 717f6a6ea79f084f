"""`troth.toml`: severities that a house gives to rules, findings that somebody answers for, settings of comparisons.

[severity]
"openapi/response-property-*" = "risky"      # breaking, risky, safe or off; ids, aliases, globs
"FIELD_SAME_JSTYPE" = "off"

[[waiver]]
fingerprint = "3f9a1b2c4d5e6f70"
reason = "the old app is gone by the end of the year"
person = "ada@example.com"
expires = 2026-12-31

[compare]
category = "WIRE_JSON"
open-models = "strict"
format-assertion = true
"""

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import date, datetime
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

import click

from troth_broker.cli.stop import bad_input
from troth_schemas import catalogue
from troth_schemas.judgement import HouseRules, Waiver
from troth_schemas.options import CATEGORIES, DEFAULT, Options

_SEVERITIES: Final = ("breaking", "risky", "safe", "not-covered", "off")
_TABLES: Final = ("severity", "waiver", "compare", "verify")
_WAIVER: Final = ("fingerprint", "reason", "person", "expires")


def read_file(path: Path) -> tuple[HouseRules, Options]:
    """The rules and settings of a file. Ends the command where it is wrong."""
    try:
        document = tomllib.loads(path.read_text("utf-8"))
    except OSError as problem:
        raise bad_input(f"{path}: it cannot be read: {problem.strerror or problem}") from None
    except UnicodeDecodeError as problem:
        raise bad_input(f"{path}: it is not UTF-8 text (byte {problem.start})") from None
    except tomllib.TOMLDecodeError as problem:
        raise bad_input(f"{path}: it is not TOML: {problem}") from None
    faults = list(_faults(document))
    if faults:
        raise bad_input("\n".join(f"{path}: {fault}" for fault in faults))
    for sentence in _no_rules(document.get("severity", {})):
        click.echo(f"troth: {path}: [severity] {sentence}", err=True)
    waivers = tuple(Waiver(**waiver) for waiver in document.get("waiver", ()))
    return HouseRules(document.get("severity", {}), waivers), _options(document.get("compare", {}))


def _no_rules(names: Iterable[str]) -> Iterator[str]:
    """What is wrong with names that no rule has. Of formats whose libraries are missing, nothing is known."""
    plain = [name for name in names if not set(name) & set("*?[")]
    known = {name: rule for rule in catalogue.rules() for name in (rule.id, *rule.aliases)} if plain else {}
    families = {rule.id.partition("/")[0] for rule in known.values()}
    for name in plain:
        similar = get_close_matches(name, known, 1, 0.8)
        if name not in known and name.partition("/")[0] != "troth" and (similar or name.partition("/")[0] in families):
            yield f"No rule is called {name!r}" + (f"; did you mean {similar[0]!r}?" if similar else "")


def _options(table: Mapping[str, Any]) -> Options:
    values: dict[str, Any] = {
        name.replace("-", "_"): tuple(value) if isinstance(value, list) else value for name, value in table.items()
    }
    return replace(DEFAULT, **values)


def _faults(document: Mapping[str, Any]) -> Iterator[str]:
    yield from _unknown("", document, _TABLES)
    severities = document.get("severity", {})
    if not isinstance(severities, dict):
        yield "[severity] must be a table of rules and severities"
    else:
        for name, severity in severities.items():
            if severity not in _SEVERITIES:
                yield f"[severity] {name!r} must be one of {', '.join(_SEVERITIES)}, not {severity!r}"
    waivers = document.get("waiver", [])
    if not isinstance(waivers, list):
        yield "each waiver is a table of its own: [[waiver]]"
    else:
        for number, waiver in enumerate(waivers, 1):
            yield from _faults_of_waiver(f"[[waiver]] {number}", waiver)
    yield from _faults_of_settings(document.get("compare", {}))


def _faults_of_waiver(where: str, waiver: Any) -> Iterator[str]:
    if not isinstance(waiver, dict):
        yield f"{where} must be a table"
        return
    yield from _unknown(where, waiver, _WAIVER)
    for name in _WAIVER:
        value = waiver.get(name)
        if value is None:
            yield f"{where} does not name its {name}: a waiver has a fingerprint, a reason, a person and a last day"
        elif name == "expires" and (not isinstance(value, date) or isinstance(value, datetime)):
            yield f"{where} expires must be a day, without quotes: expires = 2026-12-31"
        elif name != "expires" and (not isinstance(value, str) or not value.strip()):
            yield f"{where} {name} must be a text"


def _faults_of_settings(table: Any) -> Iterator[str]:
    if not isinstance(table, dict):
        yield "[compare] must be a table"
        return
    yield from _unknown("[compare]", table, ("category", "open-models", "format-assertion", "client-directives"))
    choices = {"category": CATEGORIES, "open-models": ("strict", "lenient"), "format-assertion": (True, False)}
    for name, allowed in choices.items():
        if name in table and table[name] not in allowed:
            shown = ", ".join(str(one).lower() if isinstance(one, bool) else one for one in allowed)
            yield f"[compare] {name} must be one of {shown}, not {table[name]!r}"
    directives = table.get("client-directives", [])
    if not isinstance(directives, list) or not all(isinstance(one, str) for one in directives):
        yield "[compare] client-directives must be a list of names"


def _unknown(where: str, table: Mapping[str, Any], known: tuple[str, ...]) -> Iterator[str]:
    for name in table:
        if name not in known:
            similar = get_close_matches(name, known, 1)
            hint = f"did you mean {similar[0]!r}?" if similar else f"known are {', '.join(known)}"
            yield f"{where} {name!r} means nothing here; {hint}".strip()
