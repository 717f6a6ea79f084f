"""Regular expressions of matching rules, which match a text as a whole, as patterns of JSON Schema, which search."""

from collections.abc import Iterator


def whole(expression: str) -> str:
    """The pattern that finds exactly the texts which the expression matches from end to end."""
    begins = expression.startswith("^")
    ends = expression.endswith("$") and (len(expression) - len(expression[:-1].rstrip("\\"))) % 2 == 1
    if "|" in _outside(expression):
        return f"^(?:{expression})$"
    return f"{'' if begins else '^'}{expression}{'' if ends else '$'}"


def _outside(expression: str) -> Iterator[str]:
    """The characters that stand in no group and no class, and are not escaped."""
    depth, in_class, escaped = 0, False, False
    for char in expression:
        if escaped:
            escaped = False
        elif char == "\\":
            escaped = True
        elif in_class:
            in_class = char != "]"
        elif char == "[":
            in_class = True
        elif char in "()":
            depth += 1 if char == "(" else -1
        elif depth == 0:
            yield char
