"""A provider's schema, read from SDL or from an introspection result and ready to be asked."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cached_property

from troth_schemas.finding import Place
from troth_schemas.formats import Loaded
from troth_schemas.graphql.defaults import wrong_defaults
from troth_schemas.graphql.federation import served
from troth_schemas.graphql.introspection import from_introspection
from troth_schemas.graphql.joining import join
from troth_schemas.graphql.model import Schema
from troth_schemas.graphql.prepared import Prepared
from troth_schemas.problem import Problem
from troth_schemas.sources import Sources


class SchemaDocument:
    """A schema, and the forms of it that are made once and when they are needed."""

    def __init__(self, schema: Schema, problems: tuple[Problem, ...] = ()) -> None:
        self.schema = schema
        self.problems = problems

    def problem_place(self, problem: Problem) -> Place:
        """The place of a problem as findings show it."""
        return Place(problem.pointer, problem.line, problem.document or self.schema.place(self.schema.at).document)

    @cached_property
    def served(self) -> Schema:
        """What operations may ask: the schema, and what Federation adds to a subgraph."""
        return served(self.schema)

    @cached_property
    def prepared(self) -> Prepared:
        """The same for graphql-core."""
        return Prepared(self.served)


def load(sources: Sources) -> Loaded:
    """The schema in the root document and those beside it, with every problem. Raises ContractUnreadable."""
    with without_collecting():
        read = from_introspection if sources.text.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] == b"{" else join
        schema, problems = read(sources)
        document = SchemaDocument(schema, problems)
        document.problems = (*problems, *wrong_defaults(document.prepared))
    return Loaded(document, document.problems)


@contextmanager
def without_collecting() -> Iterator[None]:
    """Without the collector of cyclic garbage, which would walk a large schema again and again while it grows.

    The collector is the process's: it is running again afterwards if it was, whichever thread ends first.
    """
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()
