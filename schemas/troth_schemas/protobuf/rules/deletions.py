"""Files, packages and types that are gone: from their file (FILE), from their package (PACKAGE), or altogether."""

from collections.abc import Iterator

from troth_schemas.finding import Found
from troth_schemas.protobuf import witness
from troth_schemas.protobuf.elements import Named
from troth_schemas.protobuf.model import Schema
from troth_schemas.protobuf.pair import FilePair, WholePair, files
from troth_schemas.protobuf.rules.grading import WIRES, graded


@graded("file-no-delete", WholePair, ("FILE",))
def file_no_delete(pair: WholePair) -> Iterator[Found]:
    """A file is gone.

    Why it breaks: code that imports what was generated from it no longer compiles.
    Instead: keep the file, if only to import publicly what has moved elsewhere.
    """
    kept = {old.name for old, _ in files(pair.old, pair.new)}
    for name, file in pair.old.files.items():
        if name not in kept:
            where = file.place((), "")
            yield pair.found(f"The {pair.sides.other} has no file {name}.", (name,), where, None, element=name)


def _gone_from_file(pair: FilePair, kind: str) -> Iterator[Found]:
    """Types that stand in the one file and not in the other; what is inside a type that is gone goes with it."""
    old, new = pair.sides.old.standing, pair.sides.new.standing
    kept = new.get((kind, pair.new.name), {})
    messages, others = old.get(("message", pair.old.name), {}), new.get(("message", pair.new.name), {})
    for local, one in old.get((kind, pair.old.name), {}).items():
        outer = local.rpartition(".")[0]
        if local not in kept and not (outer in messages and outer not in others):
            message = f"The {pair.sides.other}'s {pair.new.name} has no {kind} {local}."
            yield _found(pair, one, message, (pair.old.name, local))


def _gone_from_package(pair: WholePair, kind: str) -> Iterator[Found]:
    theirs = pair.new.kinds()[kind]
    for name, one in pair.old.kinds()[kind].items():
        outer = name.rpartition(".")[0]
        implied = outer in pair.old.messages and outer not in pair.new.messages
        if name not in theirs and pair.old.own(one) and one.package in pair.new.packages and not implied:
            yield _found(pair, one, f"The {pair.sides.other} has no {kind} {name}.", (name,))


def _found(pair: FilePair | WholePair, one: Named, message: str, key: tuple[str, ...]) -> Found:
    sides = pair.sides
    proof = witness.unknown_type(sides.old, sides.new, one.full_name) if sides.prove else None
    if proof is None and one.full_name in sides.old.services and one.full_name not in sides.new.services:
        methods = sides.old.services[one.full_name].proto.method
        proof = witness.call(one.full_name, methods[0].name) if methods else None
    return pair.found(message, key, one.place, None, element=one.full_name, witness=proof)


@graded("message-no-delete", FilePair, ("FILE",))
def message_no_delete(pair: FilePair) -> Iterator[Found]:
    """A message is gone from its file.

    Why it breaks: code that uses the class generated from that file no longer compiles.
    Instead: keep it, marked deprecated.
    """
    return _gone_from_file(pair, "message")


@graded("enum-no-delete", FilePair, ("FILE",))
def enum_no_delete(pair: FilePair) -> Iterator[Found]:
    """An enum is gone from its file.

    Why it breaks: code that uses the type generated from that file no longer compiles.
    Instead: keep it, marked deprecated.
    """
    return _gone_from_file(pair, "enum")


@graded("service-no-delete", FilePair, ("FILE",))
def service_no_delete(pair: FilePair) -> Iterator[Found]:
    """A service is gone from its file.

    Why it breaks: clients built on the stub generated from that file no longer compile, and find nobody who answers.
    Instead: keep it, marked deprecated, until nobody calls it.
    """
    return _gone_from_file(pair, "service")


@graded("extension-no-delete", FilePair, ("FILE",))
def extension_no_delete(pair: FilePair) -> Iterator[Found]:
    """An extension is gone from its file.

    Why it breaks: code that sets or reads it no longer compiles, and what was written in it is unknown.
    Instead: keep it, marked deprecated.
    """
    return _gone_from_file(pair, "extension")


@graded("package-no-delete", WholePair, ("PACKAGE",))
def package_no_delete(pair: WholePair) -> Iterator[Found]:
    """A package is gone.

    Why it breaks: every name in it is gone, from generated code and from gRPC paths.
    Instead: add a new package beside it (shop.v2) and keep the old one.
    """
    for package, file in pair.old.packages.items():
        if package not in pair.new.packages:
            first = next((one.full_name for one in pair.old.messages.values() if one.package == package), "")
            proof = witness.unknown_type(pair.old, pair.new, first) if pair.sides.prove and first else None
            where = file.place((2,), f"/{package}")
            message = f"The {pair.sides.other} has no package {package or '(without a name)'}."
            yield pair.found(message, (package,), where, None, element=package, witness=proof)


@graded("package-message-no-delete", WholePair, ("PACKAGE",))
def package_message_no_delete(pair: WholePair) -> Iterator[Found]:
    """A message is gone from its package.

    Why it breaks: code that uses its class no longer compiles, whichever file it was in.
    Instead: keep it, marked deprecated.
    """
    return _gone_from_package(pair, "message")


@graded("package-enum-no-delete", WholePair, ("PACKAGE",))
def package_enum_no_delete(pair: WholePair) -> Iterator[Found]:
    """An enum is gone from its package.

    Why it breaks: code that uses its type no longer compiles, whichever file it was in.
    Instead: keep it, marked deprecated.
    """
    return _gone_from_package(pair, "enum")


@graded("package-service-no-delete", WholePair, ("PACKAGE",))
def package_service_no_delete(pair: WholePair) -> Iterator[Found]:
    """A service is gone from its package.

    Why it breaks: clients no longer compile, and find nobody who answers.
    Instead: keep it, marked deprecated, until nobody calls it.
    """
    return _gone_from_package(pair, "service")


@graded("package-extension-no-delete", WholePair, ("PACKAGE",))
def package_extension_no_delete(pair: WholePair) -> Iterator[Found]:
    """An extension is gone from its package.

    Why it breaks: code that sets or reads it no longer compiles, and what was written in it is unknown.
    Instead: keep it, marked deprecated.
    """
    return _gone_from_package(pair, "extension")


@graded("message-removed", WholePair, WIRES, severity="risky", alias=False)
def message_removed(pair: WholePair) -> Iterator[Found]:
    """A message that nothing else of the contract refers to is gone.

    Why it breaks: it may well be what is sent by itself, over a queue or inside an Any: then it cannot be read.
    Instead: keep it until nothing of it is on its way any more.
    Note: risky, because nothing in the contract says that it is sent.
    """
    written, read = pair.writer, pair.reader
    used = _referred(written)
    for name, one in written.messages.items():
        nested = name.rpartition(".")[0] in written.messages
        if name not in read.messages and name not in used and written.own(one) and not nested:
            proof = witness.unknown_type(written, read, name) if pair.sides.prove else None
            message = f"The {pair.sides.reads} has no message {name}."
            yield pair.unread(message, (name,), one.place, None, element=name, witness=proof)


def _referred(schema: Schema) -> frozenset[str]:
    """The messages that fields and methods name."""
    found: set[str] = set()
    for message in schema.messages.values():
        found.update(field.type_name[1:] for field in message.proto.field if field.type_name)
        for entry in message.proto.nested_type:
            found.update(field.type_name[1:] for field in entry.field if field.type_name)
    for service in schema.services.values():
        for method in service.proto.method:
            found |= {method.input_type[1:], method.output_type[1:]}
    return frozenset(found)


RULES = (
    file_no_delete,
    message_no_delete,
    enum_no_delete,
    service_no_delete,
    extension_no_delete,
    package_no_delete,
    package_message_no_delete,
    package_enum_no_delete,
    package_service_no_delete,
    package_extension_no_delete,
    message_removed,
)
