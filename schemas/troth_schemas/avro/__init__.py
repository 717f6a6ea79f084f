"""Avro: schemas and protocols, their canonical forms, and whether a reader's schema reads what a writer's wrote."""

from troth_schemas.avro.canonical import canonical, digest, fingerprint, parsing_canonical_form
from troth_schemas.avro.model import Avro
from troth_schemas.avro.reading import read

__all__ = ["Avro", "canonical", "digest", "fingerprint", "parsing_canonical_form", "read"]
