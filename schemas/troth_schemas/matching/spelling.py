"""Regular expressions as consumers' languages write them, in the words of the engine that is used here.

The official pact library reads them with Oniguruma, whose dialect is Ruby's; what JavaScript, Java, .NET and Python
write is nearly always a part of it.
"""

import re
from typing import Final

_TOKEN: Final = re.compile(
    r"(?P<named>\\[kpPN](?:<[^>]*>|\{[^}]*\}))|\\[xu]\{(?P<code>[0-9A-Fa-f]{1,8})\}|\\(?P<escaped>.)"
    r"|(?P<posix>\[:\^?[a-z]+:\])|(?P<opened>\[\^?\]?)|(?P<closed>\])|(?P<both>&&)|(?P<brace>\{(?![0-9]*,?[0-9]*\}))"
    r"|(?P<other>.)",
    re.DOTALL,
)
_HEX: Final = "0-9a-fA-F"
SETS: Final = "(?V1)"
"""Lets classes stand in classes, and be cut with others."""


def spelled(written: str) -> str:
    """The same expression for the module ``regex``."""
    found: list[str] = []
    depth = 0
    sets = False
    for token in _TOKEN.finditer(written):
        text = token[0]
        match token.lastgroup:
            case "named" if text[1] == "k":
                text = f"(?P={text[3:-1]})"
            case "code":
                text = f"\\U{token['code']:0>8}"
            case "escaped":
                text = _escape(token["escaped"], depth > 0)
            case "opened" if depth and "]" in text:  # a class in a class that is closed at once
                sets = True
            case "opened":
                sets = sets or depth > 0
                depth += 1
            case "closed":
                depth = max(0, depth - 1)
            case "both":
                sets = sets or depth > 0
            case "brace":  # else it might begin what the module calls a fuzzy match
                text = r"\{"
        found.append(text)
    return (SETS if sets else "") + "".join(found)


def _escape(letter: str, in_class: bool) -> str:
    match letter:
        case "z":
            return r"\Z"
        case "h":
            return _HEX if in_class else f"[{_HEX}]"
        case "H" if not in_class:
            return f"[^{_HEX}]"
        case "N" if not in_class:
            return r"[^\n]"
        case "e":
            return r"\x1b"
        case _:
            return f"\\{letter}"
