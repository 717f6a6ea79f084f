"""`troth rules list|explain`: the catalogue of what comparisons look for."""

import textwrap
from typing import Any

import click

from troth_broker.cli.printing import print_json, print_table
from troth_broker.cli.stop import bad_input
from troth_schemas import catalogue, formats, pairs
from troth_schemas.errors import ExtraMissing, FormatUnknown, RuleUnknown
from troth_schemas.rule import Rule


@click.group()
def rules() -> None:
    """Look up what comparisons look for."""


@rules.command(name="list")
@click.option("--format", "only", metavar="FORMAT", help="Only the rules of a format or a pair, such as openapi.")
@click.option("-o", "--output", type=click.Choice(["table", "json"]), default="table", show_default=True)
def list_(only: str | None, output: str) -> None:
    """List the rules with their severities and what other checkers call them."""
    found = [one for one in _all() if only is None or one.format == only]
    if not found:
        _tell_what_to_install(only or "")
        raise bad_input(
            f"there are no rules of {only!r}; there are rules of {', '.join(sorted({r.format for r in _all()}))}"
        )
    if output == "json":
        print_json({"version": 1, "rules": [_json(one) for one in found]})
        return
    rows = [[one.id, one.severity, one.fact] for one in found]
    print_table(["RULE", "SEVERITY", "WHAT"], rows, empty="")


def _tell_what_to_install(wanted: str) -> None:
    """End the command where rules are unknown because their format's libraries are not installed, or it is broken."""
    try:
        for name in formats.names():
            if name == wanted or wanted in {f"{other}-{name}" for other in formats.names()}:
                formats.find(name)
        for consumer, provider in pairs.known():
            if wanted == f"{consumer}-{provider}":
                pairs.find(consumer, provider)
    except (ExtraMissing, FormatUnknown) as problem:
        raise bad_input(str(problem)) from None


@rules.command()
@click.argument("name")
@click.option("-o", "--output", type=click.Choice(["text", "json"]), default="text", show_default=True)
def explain(name: str, output: str) -> None:
    """Explain a rule, by its id or by the name that another checker has for it."""
    try:
        found = catalogue.explain(name)
    except RuleUnknown as problem:
        _tell_what_to_install(name.partition("/")[0])
        raise bad_input(str(problem)) from None
    except ExtraMissing as problem:
        raise bad_input(str(problem)) from None
    if output == "json":
        print_json({"version": 1, "rules": [_json(one) for one in found]})
        return
    for number, one in enumerate(found):
        if number:
            click.echo()
        click.echo(f"{click.style(one.id, bold=True)}  {one.severity}")
        if one.aliases:
            click.echo(f"also known as {', '.join(one.aliases)}")
        for heading, text in (("", one.fact), ("Why: ", one.why), ("Instead: ", one.instead), ("Note: ", one.note)):
            if text:
                click.echo()
                click.echo(textwrap.fill(heading + text, 100))


def _all() -> tuple[Rule, ...]:
    try:
        return catalogue.rules()
    except ExtraMissing as problem:
        raise bad_input(str(problem)) from None


def _json(one: Rule) -> dict[str, Any]:
    return {
        "id": one.id,
        "severity": one.severity,
        "aliases": list(one.aliases),
        "fact": one.fact,
        "why": one.why,
        "instead": one.instead,
        "note": one.note,
        "mirror": one.mirror,
    }
