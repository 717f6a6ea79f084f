"""Plain tables that survive being pasted: aligned by spaces, without colours."""

import unicodedata
from collections.abc import Sequence


def aligned(rows: Sequence[Sequence[str]], *, indent: str = "", gap: str = "  ") -> list[str]:
    """Rows as lines, each column as wide as its widest cell."""
    widths = _widths(rows)
    return [
        (indent + gap.join(_pad(cell, width) for cell, width in zip(row, widths, strict=True))).rstrip() for row in rows
    ]


def boxed(header: Sequence[str], rows: Sequence[Sequence[str]]) -> list[str]:
    """A table with a header, in the manner of the Pact CLIs: `A | B` under capitals."""
    widths = _widths([header, *rows])
    rule = "-|-".join("-" * width for width in widths)
    lines = [" | ".join(_pad(cell, width) for cell, width in zip(row, widths, strict=True)) for row in [header, *rows]]
    return [lines[0].rstrip(), rule, *(line.rstrip() for line in lines[1:])]


def _widths(rows: Sequence[Sequence[str]]) -> list[int]:
    return [max(_width(cell) for cell in column) for column in zip(*rows, strict=True)]


def _pad(cell: str, width: int) -> str:
    return cell + " " * (width - _width(cell))


def _width(text: str) -> int:
    """Columns on a terminal: wide East Asian characters take two, combining ones none."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in {"W", "F"} else 1
        for sign in text
    )
