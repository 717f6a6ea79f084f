"""What syntax and editions mean: one set of features for all of them, inherited from the outside in.

See https://protobuf.dev/editions/features/. Options that only the generated code of one language knows live in
extensions of ``FeatureSet``; they are read by their numbers, so that no generated module is needed for them.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Final

from google.protobuf.descriptor_pb2 import EDITION_2023, Edition, FeatureSet, FileDescriptorProto
from google.protobuf.empty_pb2 import Empty
from google.protobuf.unknown_fields import UnknownFieldSet

_CPP: Final = 1000
_JAVA: Final = 1001
_CPP_STRING_TYPE: Final = 2
_JAVA_UTF8: Final = 2
_STRING_TYPES: Final = {1: "VIEW", 2: "CORD", 3: "STRING"}
_JAVA_UTF8_MODES: Final = {1: "DEFAULT", 2: "VERIFY"}


@dataclass(frozen=True, slots=True)
class Features:
    """The features of one element, everything inherited. ``presence`` is EXPLICIT, IMPLICIT or LEGACY_REQUIRED."""

    presence: str = "EXPLICIT"
    enum_type: str = "OPEN"
    packed: bool = True
    utf8: str = "VERIFY"
    delimited: bool = False
    json_format: str = "ALLOW"
    cpp_string: str = "STRING"
    java_utf8: str = "DEFAULT"

    @property
    def checked_in_java(self) -> bool:
        """Whether Java refuses text that is no UTF-8: because it is told so, or because everybody does."""
        return self.java_utf8 == "VERIFY" or self.utf8 == "VERIFY"


_PROTO2: Final = Features(enum_type="CLOSED", packed=False, utf8="NONE", json_format="LEGACY_BEST_EFFORT")
_PROTO3: Final = Features(presence="IMPLICIT")
_EDITION_2023: Final = Features()
_LATER: Final = Features(cpp_string="VIEW")


def edition_of(file: FileDescriptorProto) -> str:
    """The syntax or edition of a file in words: ``proto2``, ``proto3``, ``edition 2023``."""
    if file.syntax != "editions":
        return file.syntax or "proto2"
    return Edition.Name(file.edition).lower().replace("_", " ") if file.edition in Edition.values() else "editions"


def of_file(file: FileDescriptorProto) -> Features:
    """The features that everything in a file begins with."""
    if file.syntax == "editions":
        return inherited(_EDITION_2023 if file.edition <= EDITION_2023 else _LATER, file)
    defaults = _PROTO3 if file.syntax == "proto3" else _PROTO2
    return replace(defaults, java_utf8="VERIFY") if file.options.java_string_check_utf8 else defaults


def inherited(parent: Features, element: Any) -> Features:
    """The features of an element (a message, field, oneof or enum proto) inside another."""
    if not element.HasField("options") or not element.options.HasField("features"):
        return parent
    return _overlaid(parent, element.options.features.SerializeToString(deterministic=True))


@lru_cache(maxsize=1024)
def _overlaid(parent: Features, written: bytes) -> Features:
    own = FeatureSet.FromString(written)
    changes: dict[str, Any] = {}
    if own.HasField("field_presence"):
        changes["presence"] = FeatureSet.FieldPresence.Name(own.field_presence)
    if own.HasField("enum_type"):
        changes["enum_type"] = FeatureSet.EnumType.Name(own.enum_type)
    if own.HasField("repeated_field_encoding"):
        changes["packed"] = own.repeated_field_encoding == FeatureSet.PACKED
    if own.HasField("utf8_validation"):
        changes["utf8"] = FeatureSet.Utf8Validation.Name(own.utf8_validation)
    if own.HasField("message_encoding"):
        changes["delimited"] = own.message_encoding == FeatureSet.DELIMITED
    if own.HasField("json_format"):
        changes["json_format"] = FeatureSet.JsonFormat.Name(own.json_format)
    string = _of_language(own, _CPP, _CPP_STRING_TYPE)
    if string is not None:
        changes["cpp_string"] = _STRING_TYPES.get(string, str(string))
    utf8 = _of_language(own, _JAVA, _JAVA_UTF8)
    if utf8 is not None:
        changes["java_utf8"] = _JAVA_UTF8_MODES.get(utf8, str(utf8))
    return replace(parent, **changes)


def _of_language(own: FeatureSet, language: int, feature: int) -> int | None:
    """One feature of an extension that is not registered here, by its numbers."""
    found = None
    for field in UnknownFieldSet(own):  # type: ignore[attr-defined]  # the stubs forget that it is a sequence
        if field.field_number == language:
            inner = Empty.FromString(field.data)
            for one in UnknownFieldSet(inner):  # type: ignore[attr-defined]  # the same
                if one.field_number == feature:
                    found = int(one.data)
    return found
