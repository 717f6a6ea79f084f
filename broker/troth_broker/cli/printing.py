"""Printing what a broker answered: its JSON as it is, or values as lines and tables."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

import click

from troth_broker.cli.tables import boxed
from troth_broker.client import Notice

_COLOURS = {"success": "green", "warning": "yellow", "error": "red", "danger": "red", "prompt": "yellow"}


def print_json(document: Mapping[str, Any]) -> None:
    """A document as JSON, nothing else on standard output."""
    click.echo(json.dumps(document, ensure_ascii=False, indent=2))


def print_table(header: Sequence[str], rows: Sequence[Sequence[str]], *, empty: str) -> None:
    """Rows under a header, or one sentence when there is none."""
    for line in boxed(header, rows) if rows else [empty]:
        click.echo(line)


def print_notices(notices: Sequence[Notice]) -> None:
    """The broker's notices in its order and by their colours; its internal debugging stays out."""
    for notice in notices:
        if notice.type != "debug":
            click.echo(click.style(notice.text, fg=_COLOURS.get(notice.type)))


def yes_or_no(value: bool) -> str:
    """A truth value as people read it."""
    return "yes" if value else "no"
