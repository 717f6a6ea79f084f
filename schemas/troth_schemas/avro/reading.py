"""Avro documents read into the model: a schema or a protocol, and what else was given with it.

Every type that any of the documents defines may be mentioned in any other, before or after its definition.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from troth_schemas.avro.defaults import misfit
from troth_schemas.avro.model import Avro, Field, Message, Node, Primitive, Record, Union
from troth_schemas.avro.reader import Reader, within
from troth_schemas.documents import Documents, Location
from troth_schemas.errors import ContractUnreadable
from troth_schemas.json_body import Document as Object
from troth_schemas.json_body import Json
from troth_schemas.problem import Problem
from troth_schemas.sources import Sources


def read(sources: Sources) -> tuple[Avro, tuple[Problem, ...]]:
    """The schema or protocol in the root document, with its problems. Raises ContractUnreadable."""
    if sources.root.endswith(".avdl"):
        raise ContractUnreadable(
            f"the document {sources.root}",
            "is Avro IDL, which is a language of its own,",
            index=0,
            place="line 1, column 1",
            fix="Compile it (`avro-tools idl`) and give the .avpr or the .avsc files.",
        )
    reader = Reader(Documents(sources))
    root, messages = _document(reader, sources.root)
    for name in sorted(sources.files.keys() - {sources.root}):
        messages = {**_document(reader, name)[1], **messages}
    reader.finish()
    avro = Avro(reader.documents, root, reader.types, messages, unsound=tuple(reader.errors))
    avro = replace(avro, spoiled=frozenset(_check_defaults(avro, reader)))
    return avro, tuple(reader.problems)


def _document(reader: Reader, name: str) -> tuple[Node | None, Mapping[str, Message]]:
    """The schema of one document, or the messages of a protocol, which has no schema of its own."""
    at, value = Location(name), reader.documents.document(name).value
    if isinstance(value, dict) and "protocol" in value:
        return None, _protocol(reader, value, at)
    return reader.node(value, at, ""), {}


def _protocol(reader: Reader, value: Object, at: Location) -> Mapping[str, Message]:
    namespace = value.get("namespace", "")
    namespace = namespace if isinstance(namespace, str) else ""
    types, messages = value.get("types", []), value.get("messages", {})
    if not isinstance(value.get("protocol"), str):
        reader.problem(at, "The protocol needs a name.")
    if isinstance(types, list):
        for index, one in enumerate(types):
            reader.node(one, within(at, "types", index), namespace)
    else:
        reader.problem(within(at, "types"), "The types of a protocol are an array.")
    if not isinstance(messages, dict):
        reader.problem(within(at, "messages"), "The messages of a protocol are an object.")
        return {}
    read = (_message(reader, name, one, within(at, "messages", name), namespace) for name, one in messages.items())
    return {one.name: one for one in read if one is not None}


def _message(reader: Reader, name: str, value: Json, at: Location, namespace: str) -> Message | None:
    if not isinstance(value, dict) or not isinstance(value.get("request"), list):
        reader.problem(at, f"The message {name} needs a request, an array of parameters.")
        return None
    request, errors = value["request"], value.get("errors", [])
    parameters = reader.fields(request if isinstance(request, list) else [], within(at, "request"), namespace, name)
    one_way = value.get("one-way") is True
    response = reader.node(value.get("response", "null"), within(at, "response"), namespace)
    if one_way and not (isinstance(response, Primitive) and response.kind == "null"):
        reader.problem(at, f"The message {name} is one-way, so that its response must be null.")
    declared = reader.node(errors if isinstance(errors, list) else [], within(at, "errors"), namespace)
    assert isinstance(declared, Union)
    undeclared = Union((Primitive("string", declared.at), *declared.branches), declared.at)
    return Message(name, Record(name, parameters, at), response, undeclared, one_way, at)


def _check_defaults(avro: Avro, reader: Reader) -> Iterator[Field]:
    """Judge the defaults, once every type is known, and give those that are not valid."""
    for record in [*avro.types.values(), *(message.request for message in avro.messages.values())]:
        for field in record.fields if isinstance(record, Record) else ():
            if field.default is None:
                continue
            wrong = misfit(avro, field.default[0], field.type)
            if wrong and _fits_later(avro, field):
                sentence = f"The default of {record.name}.{field.name} fits only a later branch of its union"
                later = f"{sentence}; readers of before Avro 1.12 demand the first."
                reader.problem(within(field.at, "default"), later, "warning")
            elif wrong:
                sentence = f"The default of {record.name}.{field.name} is not valid for its type: {wrong}."
                reader.problem(within(field.at, "default"), sentence)
                yield field


def _fits_later(avro: Avro, field: Field) -> bool:
    whole = avro.whole(field.type)
    if field.default is None or not isinstance(whole, Union):
        return False
    return any(not misfit(avro, field.default[0], one) for one in whole.branches[1:])
