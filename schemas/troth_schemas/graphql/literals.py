"""Values as GraphQL writes them, read into one spelling: the same value is the same text however it was written."""

import re
from json import dumps
from typing import Final

from graphql.language.block_string import dedent_block_string_lines

IGNORED: Final = r"(?:[ \t\n\r,\ufeff]++|#[^\n\r]*+)*+"
NAME: Final = r"[_A-Za-z][_0-9A-Za-z]*+"
STRING: Final = (
    r'(?:"""(?:[^"\\]++|\\"""|\\|"(?!""))*+"""'
    r'|"(?!"")(?:[^"\\\n\r]++|\\["\\/bfnrt]|\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]++\})*+")'
)
_NUMBER: Final = r"-?+(?:0|[1-9][0-9]*+)(?:\.[0-9]++)?+(?:[eE][+-]?+[0-9]++)?+(?![0-9A-Za-z_.])"
_SIMPLE: Final = re.compile(rf"{IGNORED}(?:({STRING})|({_NUMBER})|({NAME})|([\[{{])){IGNORED}")
_MEMBER: Final = re.compile(rf"{IGNORED}({NAME}){IGNORED}:{IGNORED}")
_CLOSING: Final = re.compile(rf"{IGNORED}([\]}})]){IGNORED}")
_ESCAPE: Final = re.compile(r'\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|(["\\/bfnrt]))')
_ESCAPES: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_DEEPEST: Final = 100


class NotFollowed(Exception):
    """The grammar is not followed at this character; ``why`` where more is known than that."""

    def __init__(self, at: int, why: str | None = None) -> None:
        self.at = at
        self.why = why
        super().__init__(at)


class LiteralReader:
    """Reads literals of constants out of a text."""

    def __init__(self, text: str, end: int) -> None:
        self.text = text
        self.end = end

    def literal(self, at: int, depth: int = 0) -> tuple[str, int]:
        """The literal that begins there and the character after it. Raises NotFollowed."""
        found = _SIMPLE.match(self.text, at, self.end)
        if found is None:
            raise NotFollowed(at)
        if depth > _DEEPEST:
            raise NotFollowed(at, f"values nest more than {_DEEPEST} deep")
        string, number, name, opening = found.groups()
        if string is not None:
            return quoted(plain(string)), found.end()
        if opening == "[":
            return self._list(found.end(), depth)
        if opening == "{":
            return self._object(found.end(), depth)
        return number or name, found.end()

    def arguments(self, at: int) -> tuple[dict[str, str], int]:
        """Named literals up to the closing parenthesis, at least one. Raises NotFollowed."""
        found, after = self._members(at, ")", 0)
        if not found:
            raise NotFollowed(at)
        return found, after

    def _list(self, at: int, depth: int) -> tuple[str, int]:
        items: list[str] = []
        while True:
            closing = _CLOSING.match(self.text, at, self.end)
            if closing is not None and closing[1] == "]":
                return f"[{', '.join(items)}]", closing.end()
            item, at = self.literal(at, depth + 1)
            items.append(item)

    def _object(self, at: int, depth: int) -> tuple[str, int]:
        members, at = self._members(at, "}", depth)
        return "{" + ", ".join(f"{name}: {members[name]}" for name in sorted(members)) + "}", at

    def _members(self, at: int, closing: str, depth: int) -> tuple[dict[str, str], int]:
        members: dict[str, str] = {}
        while (found := _MEMBER.match(self.text, at, self.end)) is not None:
            if found[1] in members:
                raise NotFollowed(found.start(1), f"{found[1]} is given twice")
            members[found[1]], at = self.literal(found.end(), depth + 1)
        end = _CLOSING.match(self.text, at, self.end)
        if end is None or end[1] != closing:
            raise NotFollowed(at)
        return members, end.end()


def plain(literal: str) -> str:
    """The text that a string literal stands for."""
    if literal.startswith('"""'):
        lines = re.split(r"\r\n|[\n\r]", literal[3:-3].replace('\\"""', '"""'))
        return "\n".join(dedent_block_string_lines(lines))
    if "\\" not in literal:
        return literal[1:-1]
    text = _ESCAPE.sub(_unescaped, literal[1:-1])
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def quoted(text: str) -> str:
    """The string literal of a text, in one spelling."""
    return dumps(text, ensure_ascii=False).replace("\x7f", "\\u007f")


def _unescaped(found: re.Match[str]) -> str:
    braced, four, sign = found.groups()
    if sign is not None:
        return _ESCAPES.get(sign, sign)
    code = int(braced or four, 16)
    return chr(code) if code <= 0x10FFFF else "\ufffd"
