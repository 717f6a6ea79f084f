"""The forms of a schema: as it is kept, and as who reads it may ask for it (`format=`)."""

import base64
import binascii
import json
from dataclasses import replace
from importlib import import_module
from typing import Any, Final

from troth_broker.core.registry import NewSchema, Refused
from troth_broker.core.registry_avro import Definitions, avro_text, full_name
from troth_schemas.contract import Contract
from troth_schemas.errors import ContractUnreadable, ExtraMissing
from troth_schemas.sources import Sources

ROOTS: Final = {"avro": "schema.avsc", "jsonschema": "schema.json", "protobuf": "schema.proto"}
_PRINTING: Final = "troth_schemas.protobuf.printing"
_DESCRIPTOR: Final = "schema.binpb"


def as_json(new: NewSchema) -> NewSchema:
    """Avro or JSON Schema as it is kept: without superfluous space, and Avro as its own library spells it."""
    try:
        value = json.loads(new.text)
    except RecursionError:
        raise Refused(42201, "Invalid schema: it is nested too deeply") from None
    except ValueError as problem:
        if new.format == "avro" and new.text.strip().isidentifier():
            return replace(new, text=json.dumps(new.text.strip()))
        raise Refused(42201, f"Invalid schema: it is not JSON: {problem}") from None
    if new.format == "avro":
        return replace(new, text=avro_text(value))
    return replace(new, text=json.dumps(value, ensure_ascii=False, separators=(",", ":")))


def sources_of(new: NewSchema, others: dict[str, bytes]) -> Sources:
    """A schema with what it stands on. One that is a Protobuf descriptor stands alone."""
    binary = _descriptor(new.text) if new.format == "protobuf" else None
    if binary is not None:
        return Sources(_DESCRIPTOR, {_DESCRIPTOR: _set_of(binary)})
    root = ROOTS[new.format]
    return Sources(root, {**others, root: new.text.encode()})


def as_proto(new: NewSchema, others: dict[str, bytes]) -> NewSchema:
    """Protobuf as it is kept: a text, also where a serialized descriptor in Base64 was sent.

    A descriptor that a text cannot say in full (groups, options that are extensions) is kept as it was sent.
    """
    binary = _descriptor(new.text)
    if binary is None:
        return new
    try:
        printing = import_module(_PRINTING)
        sent = printing.FileDescriptorProto.FromString(binary)
        written = replace(new, text=printing.printed(sent))
        compiled = _compiled(Contract("protobuf", sources_of(written, others)))
    except Exception as problem:  # noqa: BLE001 - whatever a descriptor holds, it is kept and judged as it is
        if isinstance(problem, ExtraMissing | ModuleNotFoundError):
            raise Refused(42201, f"This broker cannot read schemas of that type: {problem}") from None
        return new
    return written if compiled is not None and printing.plain(compiled) == printing.plain(sent) else new


def in_form(contract: Contract, text: str, wanted: str | None) -> str:
    """A schema's text in the form that is asked for: as it is kept, unless that form is one of its type."""
    try:
        if contract.format == "protobuf" and wanted == "serialized":
            found = _compiled(contract)
            return text if found is None else base64.b64encode(_bare(found)).decode()
        if contract.format == "avro" and wanted == "resolved":
            return avro_text(json.loads(text), _definitions(contract.sources))
    except (ContractUnreadable, ExtraMissing):
        return text
    return text


def _definitions(sources: Sources) -> Definitions:
    values = [json.loads(exact) for name, exact in sources.files.items() if name != sources.root]
    return {name: value for value in values if (name := full_name(value))}


def _compiled(contract: Contract) -> Any:
    """The root's descriptor; None where it could not be compiled, or is one already."""
    if contract.sources.root == _DESCRIPTOR:
        return None
    found = (one for one in contract.loaded.document.descriptors.file if one.name == contract.sources.root)
    return next(found, None)


def _bare(file: Any) -> bytes:
    copy = type(file).FromString(file.SerializeToString())
    copy.ClearField("source_code_info")
    exact: bytes = copy.SerializeToString()
    return exact


def _descriptor(text: str) -> bytes | None:
    """The bytes of a serialized FileDescriptorProto that was sent in Base64; None for anything else."""
    try:
        found = base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return None
    return found


def _set_of(one: bytes) -> bytes:
    """A FileDescriptorSet of one serialized file, which gets a name if it has none."""
    name = ROOTS["protobuf"].encode()
    one = b"\x0a" + bytes([len(name)]) + name + one
    size, length = len(one), b""
    while size > 127:
        length += bytes([size & 127 | 128])
        size >>= 7
    return b"\x0a" + length + bytes([size]) + one
