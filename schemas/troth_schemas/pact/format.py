"""Pact in the table of formats."""

from troth_schemas.formats import Format, Loaded, Sources
from troth_schemas.json_body import parse
from troth_schemas.pact.canonical import canonical, digest
from troth_schemas.pact.problems import problems


def load(sources: Sources) -> Loaded:
    """The pact in the root document, with its problems; a pact never refers to a second document."""
    document = parse(sources.files[sources.root], what=f"the pact {sources.root}")
    return Loaded(document, problems(document))


FORMAT = Format(name="pact", load=load, canonical=canonical, digest=digest)
