"""What a file says for all that is in it: its package, its syntax, and the options of the languages' generators."""

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from google.protobuf.descriptor_pb2 import FileOptions

from troth_schemas.finding import Found
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.features import edition_of
from troth_schemas.protobuf.pair import FilePair
from troth_schemas.protobuf.rules.grading import ALL, CODE, ONE_FOR_BOTH, Graded, graded
from troth_schemas.rule import Rule

_OPTIONS = 8
_PACKAGE = 2
_SYNTAX = 12


@graded("file-same-package", FilePair, ALL)
def file_same_package(pair: FilePair) -> Iterator[Found]:
    """A file's package is another.

    Why it breaks: the package is part of every name: of gRPC paths, of types in an Any, of generated code.
    Instead: add a new file with the new package beside the old one.
    """
    old, new = pair.old.proto.package, pair.new.proto.package
    if old == new:
        return
    message = f"The package of {pair.old.name} is {_shown(new)} for the {pair.sides.other}, not {_shown(old)}."
    yield pair.found(
        message,
        (pair.old.name, old),
        pair.old.place((_PACKAGE,), f"/{old}"),
        pair.new.place((_PACKAGE,), f"/{new}"),
        element=old,
        witness=_proof(pair) if pair.sides.prove else None,
    )


def _proof(pair: FilePair) -> Any:
    for service in pair.sides.old.services.values():
        if service.file is pair.old and service.full_name not in pair.sides.new.services and service.proto.method:
            return witness.call(service.full_name, service.proto.method[0].name)
    for message in pair.sides.old.messages.values():
        if message.file is pair.old:
            return witness.unknown_type(pair.sides.old, pair.sides.new, message.full_name)
    return None


@graded("file-same-syntax", FilePair, CODE)
def file_same_syntax(pair: FilePair) -> Iterator[Found]:
    """A file's syntax or edition is another.

    Why it breaks: presence, defaults and enums mean something else in generated code.
    Instead: change it with the features spelled out that keep the meaning, or in a new package.
    Note: what it changes on the wire is told by the rules about fields and enums.
    """
    old, new = edition_of(pair.old.proto), edition_of(pair.new.proto)
    if old != new:
        where, there = pair.old.place((_SYNTAX,), ""), pair.new.place((_SYNTAX,), "")
        message = f"{pair.old.name} is written in {new} for the {pair.sides.other}, not in {old}."
        yield pair.found(message, (pair.old.name, old, new), where, there, element=pair.old.name)


def _shown(package: str) -> str:
    return package or "none"


_CHANGED_PLACE = "where generated code stands and how it is named, so code that uses it no longer compiles"
_OPTION_RULES = (
    ("cc_enable_arenas", "how C++ code may allocate messages, so code that uses arenas no longer compiles"),
    ("cc_generic_services", "whether C++ services are generated, so code that uses them no longer compiles"),
    ("csharp_namespace", f"in C#, {_CHANGED_PLACE}"),
    ("go_package", f"in Go, {_CHANGED_PLACE}"),
    ("java_generic_services", "whether Java services are generated, so code that uses them no longer compiles"),
    ("java_multiple_files", f"in Java, {_CHANGED_PLACE}"),
    ("java_outer_classname", f"in Java, {_CHANGED_PLACE}"),
    ("java_package", f"in Java, {_CHANGED_PLACE}"),
    ("objc_class_prefix", f"in Objective-C, {_CHANGED_PLACE}"),
    ("optimize_for", "which base class generated code has, so code that uses reflection no longer compiles"),
    ("php_class_prefix", f"in PHP, {_CHANGED_PLACE}"),
    ("php_metadata_namespace", f"in PHP, {_CHANGED_PLACE}"),
    ("php_namespace", f"in PHP, {_CHANGED_PLACE}"),
    ("py_generic_services", "whether Python services are generated, so code that uses them no longer runs"),
    ("ruby_package", f"in Ruby, {_CHANGED_PLACE}"),
    ("swift_prefix", f"in Swift, {_CHANGED_PLACE}"),
)


def _option_rule(option: str, consequence: str) -> Graded:
    name = f"file-same-{option.replace('_', '-')}"
    made = Rule(
        id=f"protobuf/{name}",
        severity="breaking",
        fact=f"A file's option {option} is another.",
        why=f"it decides {consequence}.",
        instead="keep the option as it was; a new package may have a new one.",
        aliases=(name.upper().replace("-", "_"),),
        mirror=ONE_FOR_BOTH,
        check=_option_check(option),
    )
    return Graded(made, FilePair, CODE)


def _option_check(option: str) -> Callable[[FilePair], Iterable[Found]]:
    field = FileOptions.DESCRIPTOR.fields_by_name[option]

    def check(pair: FilePair) -> Iterator[Found]:
        old, new = (_value(one.proto.options, field) for one in (pair.old, pair.new))
        if old != new:
            path = (_OPTIONS, field.number)
            places = [one.place(path, f"/options/{option}") for one in (pair.old, pair.new)]
            message = f"{pair.old.name} has {option} {new} for the {pair.sides.other}, not {old}."
            yield pair.found(message, (pair.old.name, option), *places, element=pair.old.name)

    return check


def _value(options: FileOptions, field: Any) -> str:
    value = getattr(options, field.name)
    if field.enum_type is not None:
        return str(field.enum_type.values_by_number[value].name)
    return repr(value) if isinstance(value, str) else str(value).lower()


RULES = (file_same_package, file_same_syntax, *(_option_rule(*one) for one in _OPTION_RULES))
