"""A command that also knows the order of its options, because in the gate's questions the order is the meaning."""

from collections.abc import Sequence

import click

_KEY = "troth.ordered"


class OrderedCommand(click.Command):
    """Keeps every option as it was typed, in order, beside the values that click collects by name."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Let click parse, and remember the sequence of options with their values."""
        values, _, sequence = self.make_parser(ctx).parse_args(args=list(args))
        remaining = {name: list(found) for name, found in values.items() if isinstance(found, list)}
        typed: list[tuple[str, str]] = []
        for parameter in sequence:
            name = parameter.name or ""
            if name in remaining:
                value = remaining[name].pop(0)
                typed.append((name, value if isinstance(value, str) else ""))  # no text: an optional value left out
        ctx.meta[_KEY] = tuple(typed)
        return super().parse_args(ctx, args)


def typed_options(context: click.Context) -> Sequence[tuple[str, str]]:
    """The options of the running `OrderedCommand` that may be repeated, as they were typed."""
    found: Sequence[tuple[str, str]] = context.meta[_KEY]
    return found
