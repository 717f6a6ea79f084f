"""What is written as text in paths, queries, headers and cookies: `true` is read as a boolean and as a text alike."""

from troth_schemas.jsonschema import SchemaAt, validator
from troth_schemas.openapi.asking import meanings, text_of
from troth_schemas.openapi.declared import says


def same_texts(reader: SchemaAt, writer: SchemaAt) -> bool:
    """Whether the few texts that the writer writes are all read, each as something that it may mean."""
    texts = _texts_of(writer)
    reads = validator(reader)
    return bool(texts) and all(any(map(reads.is_valid, (text, *meanings(text)))) for text in texts)


def _texts_of(writer: SchemaAt) -> list[str]:
    """The texts as which the values of a schema are written, where it lists them or has but two; else nothing."""
    documents, at = writer.documents, writer.location
    if says(documents, at, "nullable") is True:
        return []
    listed = says(documents, at, "enum")
    values = listed if isinstance(listed, list) else [True, False] if says(documents, at, "type") == "boolean" else []
    if not all(isinstance(one, str | int | float) for one in values):
        return []
    valid = validator(writer)
    return [text_of(one) for one in values if valid.is_valid(one)]
