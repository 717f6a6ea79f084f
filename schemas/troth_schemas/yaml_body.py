"""YAML from outside, read as the JSON that it stands for: YAML 1.2's core schema, within limits.

``yes`` and ``on`` are texts, dates are texts, keys are texts. A document's nodes are counted before anything is built,
aliases with all that they repeat, so that a few lines of aliases cannot fill the memory. Anchors that hold themselves
are refused, and so are tags, several documents in one stream, and a key that is given twice.
"""

import re
from functools import cache
from typing import Any, Final, NoReturn

from troth_schemas.errors import ContractUnreadable, ExtraMissing
from troth_schemas.json_body import MAX_VALUES, Json

_BOOLEAN: Final = {"true": True, "True": True, "TRUE": True, "false": False, "False": False, "FALSE": False}
_NULL: Final = frozenset({"", "~", "null", "Null", "NULL"})
_INTEGER: Final = re.compile(r"[-+]?[0-9]+")
_OTHER_INTEGER: Final = re.compile(r"0o[0-7]+|0x[0-9a-fA-F]+")
_FLOAT: Final = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_MAYBE_NUMBER: Final = frozenset("+-.0123456789")
_RUN: Final = re.compile(r"(?:[-?:][ \t]+){50}")
_BRACKET: Final = re.compile(r"[\[\]{}]")
_LONGEST_NUMBER: Final = 4_000
_TAG: Final = "tag:yaml.org,2002:"
_PLAIN: Final = "?"
_RESOLVED: Final = (_PLAIN, f"{_TAG}int", f"{_TAG}float", f"{_TAG}bool", f"{_TAG}null")


@cache
def _yaml() -> Any:
    try:
        import yaml
    except ModuleNotFoundError as missing:
        raise ExtraMissing("YAML", "openapi", missing.name or "yaml") from None
    return yaml


def parse_yaml(text: str, *, what: str, max_depth: int) -> Json:
    """The value of one YAML document, or ContractUnreadable with the place and the likely fix."""
    if _may_be_deep(text, max_depth):
        _refuse_depth(text, what, max_depth)
    return _Builder(what, max_depth).value(compose(text, what=what))


def compose(text: str, *, what: str) -> Any:
    """The document's nodes with their marks; None if it is empty."""
    yaml = _yaml()
    loader = _loader_class()(text)
    try:
        return loader.get_single_node()
    except yaml.MarkedYAMLError as problem:
        mark = problem.problem_mark or problem.context_mark
        reason = " ".join(part for part in (problem.context, problem.problem) if part)
        raise _refusal(what, f"is not YAML: {reason}", mark, _likely_fix(reason)) from None
    except yaml.YAMLError as problem:
        raise _refusal(what, f"is not YAML: {' '.join(str(problem).split())}", None, "Save it as UTF-8 text.") from None
    except RecursionError:
        raise _refusal(what, "is nested too deeply", None, "Flatten it.") from None
    finally:
        loader.dispose()


def _may_be_deep(text: str, max_depth: int) -> bool:
    """Whether a look at brackets, indentation and runs of dashes leaves room for so many levels.

    The library composes nodes by recursion in C, which ends the process where the text is deep enough.
    """
    if _RUN.search(text) or any(len(line) - len(line.lstrip(" ")) > max_depth for line in text.splitlines()):
        return True
    if text.count("[") + text.count("{") <= max_depth:
        return False
    depth = deepest = 0
    for bracket in _BRACKET.findall(text):
        depth += 1 if bracket in "[{" else -1
        deepest = max(deepest, depth)
    return deepest > max_depth


def _refuse_depth(text: str, what: str, max_depth: int) -> None:
    """Count levels in the stream of events, which nothing recurses for."""
    yaml = _yaml()
    depth = 0
    try:
        for event in yaml.parse(text, Loader=getattr(yaml, "CLoader", yaml.Loader)):
            if isinstance(event, yaml.CollectionStartEvent):
                depth += 1
                if depth > max_depth:
                    reason = f"is nested deeper than {max_depth} levels"
                    raise _refusal(what, reason, event.start_mark, "Flatten what stands there.")
            elif isinstance(event, yaml.CollectionEndEvent):
                depth -= 1
    except yaml.YAMLError:
        return  # what is wrong is told with its place when the nodes are composed


@cache
def _loader_class() -> Any:
    yaml = _yaml()
    base = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
    return type("_Loader", (base,), {"resolve": _tag_of})


def _tag_of(_loader: Any, kind: Any, _value: Any, implicit: Any) -> str:
    """The tag of a node that has none of its own; plain scalars are resolved when their values are built."""
    if kind is _yaml().ScalarNode and implicit[0]:
        return _PLAIN
    return f"{_TAG}{kind.id}"


class _Builder:
    """Builds values of nodes. A node that is repeated by aliases is built once, and counted as often as it stands."""

    def __init__(self, what: str, max_depth: int) -> None:
        self.what = what
        self.max_depth = max_depth
        self._yaml = _yaml()
        self._built: dict[int, tuple[Json, int]] = {}
        self._open: set[int] = set()

    def value(self, root: Any) -> Json:
        if root is None:
            self._refuse("is empty", None, "Send a YAML or JSON document.")
        return self._build(root, 0)[0]

    def _build(self, node: Any, depth: int) -> tuple[Json, int]:
        """The value of a node, and how many values it holds."""
        if isinstance(node, self._yaml.ScalarNode):
            return self._scalar(node), 1
        key = id(node)
        found = self._built.get(key)
        if found is not None:
            return found
        if key in self._open:
            self._refuse("holds itself through an alias", node, "Write out what the alias stands for.")
        if depth >= self.max_depth:
            self._refuse(f"is nested deeper than {self.max_depth} levels", node, "Flatten what stands there.")
        self._open.add(key)
        built = (self._mapping if isinstance(node, self._yaml.MappingNode) else self._sequence)(node, depth + 1)
        self._open.discard(key)
        if built[1] > MAX_VALUES:
            fix = "Split it; aliases count with all that they repeat."
            self._refuse(f"holds more than {MAX_VALUES:,} values", node, fix)
        self._built[key] = built
        return built

    def _sequence(self, node: Any, depth: int) -> tuple[Json, int]:
        values: list[Json] = []
        total = 1
        for item in node.value:
            value, size = self._build(item, depth)
            values.append(value)
            total += size
        return values, total

    def _mapping(self, node: Any, depth: int) -> tuple[Json, int]:
        merged: dict[str, Json] = {}
        own: dict[str, Json] = {}
        total = 1
        for name, item in node.value:
            value, size = self._build(item, depth)
            total += size
            if not isinstance(name, self._yaml.ScalarNode):
                self._refuse("has a key that is no text", name, "Keys of JSON objects are texts.")
            if name.value == "<<" and name.tag == _PLAIN:
                for source in value if isinstance(value, list) else [value]:
                    if not isinstance(source, dict):
                        self._refuse("merges (<<) what is no mapping", item, "Name a mapping, or a list of mappings.")
                    merged = {**source, **merged}
            elif name.value in own:
                self._refuse(f"has the key {name.value!r} twice", name, "Keep one of the two.")
            else:
                own[name.value] = value
        return ({**merged, **own} if merged else own), total

    def _scalar(self, node: Any) -> Json:
        text: str = node.value
        if node.tag not in _RESOLVED:
            if node.tag.startswith("!") and len(node.tag) > 1:
                self._refuse(f"has the tag {node.tag}", node, "Only plain YAML is read, without tags of its own.")
            return text
        if text in _NULL:
            return None
        if text[0] in _MAYBE_NUMBER:
            return self._number(text, node)
        return _BOOLEAN.get(text, text)

    def _number(self, text: str, node: Any) -> Json:
        if len(text) > _LONGEST_NUMBER:
            return text
        if _INTEGER.fullmatch(text):
            return int(text)
        if _OTHER_INTEGER.fullmatch(text):
            return int(text, 0)
        if _FLOAT.fullmatch(text):
            value = float(text)
            if value in (float("inf"), float("-inf")):
                self._refuse("holds a number that is too large", node, "Write a smaller one or a string.")
            return value
        if text.lstrip("+-").lower() in (".inf", ".nan"):
            self._refuse(f"holds {text}, which is no JSON number,", node, "JSON knows only finite numbers.")
        return text

    def _refuse(self, reason: str, node: Any, fix: str) -> NoReturn:
        raise _refusal(self.what, reason, node.start_mark if node is not None else None, fix)


def _refusal(what: str, reason: str, mark: Any, fix: str) -> ContractUnreadable:
    place = f"line {mark.line + 1}, column {mark.column + 1}" if mark is not None else "its beginning"
    return ContractUnreadable(what, reason, index=mark.index if mark is not None else 0, place=place, fix=fix)


def _likely_fix(reason: str) -> str:
    if "\\t" in reason or "token" in reason:
        return "Indent with spaces; YAML knows no tabs."
    if "expected a single document" in reason:
        return "Keep one document in a file; the next begins at '---'."
    if "undefined alias" in reason:
        return "Define the anchor (&name) before the alias (*name)."
    return "Look at indentation, colons and quotes there; was the text cut off?"
