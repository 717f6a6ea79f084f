"""How a command ends early: one clear sentence and an exit code."""

from typing import IO, Any

import click

YES, NO, BAD_INPUT, UNREACHABLE = 0, 1, 2, 3


class Stop(click.ClickException):
    """Ends a command with a sentence on standard error and an exit code."""

    def __init__(self, message: str, code: int) -> None:
        super().__init__(message)
        self.code = code

    def show(self, file: IO[Any] | None = None) -> None:
        """Print the sentence, its first word the program's, as pipelines' logs need."""
        click.echo(f"troth: {self.format_message()}", file=file, err=file is None)


def bad_input(message: str) -> Stop:
    """The command cannot do what it was asked; something given to it must change."""
    return Stop(message, BAD_INPUT)


def filled(_: click.Context, parameter: click.Parameter, value: str | None) -> str | None:
    """The value of an option that is not empty; an empty one mostly comes from a variable that nobody set."""
    if value is not None and not value.strip():
        raise bad_input(f"{max(parameter.opts, key=len)} is empty: is the variable set that it comes from?")
    return value
