"""What a pact says: read it, identify it, list its interactions, merge it, tell what changed."""

from troth_schemas.json_body import Document, Json, parse
from troth_schemas.pact.canonical import canonical, digest
from troth_schemas.pact.changes import Change, ChangedInteraction, ChangeKind, Difference, what_changed
from troth_schemas.pact.changes_text import changes_text
from troth_schemas.pact.difference import diff_text, raw_diff_text
from troth_schemas.pact.document import Pact, pact_of, read_pact
from troth_schemas.pact.identity import content_sha, interaction_id, with_ids
from troth_schemas.pact.interactions import (
    Interaction,
    Kind,
    Plugin,
    ProviderState,
    counts,
    interactions,
    names,
    plugins,
    spec_version,
)
from troth_schemas.pact.merging import Conflict, Conflicts, Merged, merge
from troth_schemas.pact.pairing import Placed
from troth_schemas.pact.problems import problems
from troth_schemas.problem import Problem

__all__ = [
    "Change",
    "ChangeKind",
    "ChangedInteraction",
    "Conflict",
    "Conflicts",
    "Difference",
    "Document",
    "Interaction",
    "Json",
    "Kind",
    "Merged",
    "Pact",
    "Placed",
    "Plugin",
    "Problem",
    "ProviderState",
    "canonical",
    "changes_text",
    "content_sha",
    "counts",
    "diff_text",
    "digest",
    "interaction_id",
    "interactions",
    "merge",
    "names",
    "pact_of",
    "parse",
    "plugins",
    "problems",
    "raw_diff_text",
    "read_pact",
    "spec_version",
    "what_changed",
    "with_ids",
]
