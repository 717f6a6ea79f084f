"""The names of formats as the command line takes them: Troth's own, and those of plug-ins, if one is asked for."""

from typing import Any

import click

from troth_schemas import formats


class FormatName(click.Choice[str]):
    """One of Troth's own formats, which the help lists; or one that a plug-in brings."""

    def __init__(self) -> None:
        super().__init__(formats.own_names())

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """The format's name; ends the command for one that nobody brings."""
        if value not in formats.own_names() and value in formats.names():
            return str(value)
        return super().convert(value, param, ctx)
