"""What protoc says, as problems with their places and the likely fix."""

import re
from difflib import get_close_matches
from typing import Final

from troth_schemas.problem import Problem, pointer
from troth_schemas.protobuf.imports import Tree

LAID_OUT: Final = "in"
"""The folder, seen from protoc, that the contract's files are laid out in."""

_LINE: Final = re.compile(
    r"(?P<file>[^:\n]+\.proto|[^:\n]+):(?:(?P<line>\d+):(?P<column>\d+):)? (?P<warning>warning: )?(?P<text>.+)"
)
_ECHO: Final = re.compile(r'^File not found\.$|^Import ".*" was not found or had errors\.$')
"""What protoc says of imports besides: told already, by the name of the missing file or by its own problems."""
_UNKNOWN: Final = re.compile(r'"([\w.]+)" is not defined')
_NO_SYNTAX: Final = re.compile(r"No (?:edition or )?syntax specified for the proto file: (.+?)\. Please")
_NO_SYNTAX_TEXT: Final = 'No syntax is stated, so it is proto2. Begin the file with syntax = "proto2"; or "proto3";'
_SCALARS: Final = (
    "double", "float", "int32", "int64", "uint32", "uint64", "sint32", "sint64", "fixed32", "fixed64", "sfixed32",
    "sfixed64", "bool", "string", "bytes",
)  # fmt: skip
_COMMON: Final = {"int": "int32", "integer": "int32", "long": "int64", "number": "double", "str": "string"}
_FIXES: Final = (
    (re.compile(r"Field number (\d+) has already been used"), "Give one of the two another number."),
    (re.compile(r"Expected \"[;{}=]\""), "A statement before this place is not closed."),
    (re.compile(r"Missing field number"), "Write `= N` with a number that no other field has."),
    (re.compile(r"is unused"), "Remove the import."),
    (re.compile(r"is already defined"), "Two things in one scope have one name: rename or remove one."),
    (re.compile(r"first enum value must be zero|must contain at least one value"), "Begin it with a value 0."),
    (re.compile(r"seems to be defined in \"(.+)\""), "Import that file."),
    (re.compile(r"has been reserved|uses reserved"), "Take another; it was reserved for what is gone."),
    (re.compile(r"recursively imports itself"), "Move what both need into a third file."),
)


def problems_of(said: str, tree: Tree) -> tuple[Problem, ...]:
    """Each line of protoc's as a problem; what only repeats that an import is missing is left out."""
    found: list[Problem] = []
    lines = [parts for line in said.splitlines() if (parts := _LINE.match(line)) is not None and _is_known(parts, tree)]
    for silent in _NO_SYNTAX.findall(said):
        name = tree.document(silent.removeprefix(f"{LAID_OUT}/"))
        found.append(Problem("", _NO_SYNTAX_TEXT, "warning", 1, name))
    blind = {parts["file"] for parts in lines if _ECHO.match(parts["text"])}
    for parts in lines:
        text = parts["text"].strip()
        if _ECHO.match(text) or (parts["file"] in blind and _is_of_import(text)):
            continue
        place = int(parts["line"]) if parts["line"] else None
        severity = "warning" if parts["warning"] else "error"
        name = tree.document(parts["file"].removeprefix(f"{LAID_OUT}/"))
        found.append(Problem("", _with_fix(text), "warning" if severity == "warning" else "error", place, name))
    return tuple(found)


def absent_import(tree: Tree, name: str) -> Problem:
    """The problem of an import that nothing answers, where it is written."""
    quoted = re.compile(rb"import\s+(?:public\s+|weak\s+)?[\"']" + re.escape(name.encode()))
    for virtual, text in tree.texts.items():
        found = quoted.search(text)
        if found is not None:
            line = text.count(b"\n", 0, found.start()) + 1
            document = tree.document(virtual)
            return Problem(pointer(name), f"The file {name} is imported but was not given. {_where(name)}",
                           "error", line, document)  # fmt: skip
    return Problem(pointer(name), f"The file {name} is imported but was not given. {_where(name)}")


def _where(name: str) -> str:
    if ".." in name.split("/") or name.startswith("/"):
        return "Imports are written from the include root, without '..' or a leading slash."
    return "Hand it in with the others, named from the include root."


def _is_known(parts: re.Match[str], tree: Tree) -> bool:
    """Whether a line is about a file, and no message of the libraries that protoc is made with."""
    return parts["file"].removeprefix(f"{LAID_OUT}/") in tree.texts or parts["file"].endswith(".proto")


def _is_of_import(text: str) -> bool:
    """Whether this is said only because an import could not be read."""
    unknown = _UNKNOWN.match(text)
    return (unknown is not None and _meant(unknown[1]) is None) or "seems to be defined in" in text


def _meant(name: str) -> str | None:
    """The scalar type that somebody who wrote ``name`` had in mind."""
    return _COMMON.get(name) or next(iter(get_close_matches(name, _SCALARS, 1, 0.6)), None)


def _with_fix(text: str) -> str:
    unknown = _UNKNOWN.match(text)
    if unknown is not None:
        near = _meant(unknown[1])
        return f"{text} Did you mean {near}?" if near else f"{text} Import the file that defines it."
    return next((f"{text} {fix}" for pattern, fix in _FIXES if pattern.search(text)), text)
