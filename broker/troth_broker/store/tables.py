"""Every table of the store: facts (append-only), pointers (derived from facts) and settings.

Facts carry `happened_at` (what the wire shows; an importer may set it) and `recorded_at` (when this store learnt it),
both in microseconds since the epoch, UTC. Pointers answer "latest" questions by one index look-up; they are written in
the transaction that writes their facts, and can be rebuilt from them at any time. `version.id` is the version order
and `verification.id` the verification's number, so both only ever grow.
"""

from typing import Any

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    PrimaryKeyConstraint,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

Id = BigInteger().with_variant(Integer(), "sqlite")
Name = Text().with_variant(Text(collation="C"), "postgresql")
"""Names sort bytewise on both databases."""
Time = BigInteger()
PACT = "pact"
"""The format of contracts that the Pact wire knows; its queries see no other."""


def _id() -> Column[int]:
    return Column("id", Id, primary_key=True, autoincrement=True)


def _to(name: str, target: str, **options: Any) -> Column[int]:
    """A reference whose row goes with the row it points to."""
    options.setdefault("nullable", False)
    return Column(name, Id, ForeignKey(f"{target}.id", ondelete="CASCADE"), **options)


def _when() -> tuple[Column[int], Column[int]]:
    return Column("happened_at", Time, nullable=False), Column("recorded_at", Time, nullable=False)


def _format() -> Column[str]:
    """Which language a contract is written in (troth_schemas.formats)."""
    return Column("format", Text, nullable=False, server_default=PACT)


def _grows(name: str, *items: Any) -> Table:
    """A table whose ids are never given twice, even after a delete."""
    return Table(name, metadata, _id(), *items, sqlite_autoincrement=True)


# --- settings -------------------------------------------------------------------------------------------------------

application = _grows(
    "application",
    Column("name", Name, nullable=False, unique=True),
    Column("display_name", Text),
    Column("main_branch", Name),
    Column("repository_url", Text),
    Column("repository_name", Text),
    Column("repository_namespace", Text),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

label = Table(
    "label",
    metadata,
    _to("application_id", "application"),
    Column("name", Name, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    PrimaryKeyConstraint("application_id", "name"),
    Index(None, "name", "application_id"),
)

environment = _grows(
    "environment",
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Name, nullable=False, unique=True),
    Column("display_name", Text),
    Column("production", Boolean, nullable=False),
    Column("contacts", Text),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

webhook = _grows(
    "webhook",
    Column("uuid", Text, nullable=False, unique=True),
    Column("description", Text),
    Column("enabled", Boolean, nullable=False),
    _to("consumer_id", "application", nullable=True),
    Column("consumer_label", Name),
    _to("provider_id", "application", nullable=True, index=True),
    Column("provider_label", Name),
    Column("method", Text, nullable=False),
    Column("url", Text, nullable=False),
    Column("headers", Text),
    Column("body", Text),
    Column("username", Text),
    Column("password", Text),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Index(None, "consumer_id", "provider_id"),
)

webhook_event = Table(
    "webhook_event",
    metadata,
    _to("webhook_id", "webhook"),
    Column("name", Text, nullable=False),
    PrimaryKeyConstraint("webhook_id", "name"),
)

config = Table("config", metadata, Column("name", Text, primary_key=True), Column("value", Text))

secret = _grows(
    # What webhooks may name as `${secret.NAME}`; the value is encrypted with a key that the store does not hold.
    "secret",
    Column("uuid", Text, nullable=False, unique=True),
    Column("name", Name, nullable=False, unique=True),
    Column("description", Text),
    Column("value", LargeBinary, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

certificate = _grows(
    "certificate",
    Column("uuid", Text, nullable=False, unique=True),
    Column("description", Text),
    Column("content", Text, nullable=False),
    Column("created_at", Time, nullable=False),
)

audit = _grows(
    "audit",
    Column("subject", Text, nullable=False),
    Column("action", Text, nullable=False),
    Column("detail", Text),
    Column("recorded_at", Time, nullable=False),
)

# --- facts: who there is --------------------------------------------------------------------------------------------

main_branch_set = _grows(
    "main_branch_set",
    _to("application_id", "application", index=True),
    Column("branch", Name),
    *_when(),
)

version = _grows(
    "version",
    _to("application_id", "application"),
    Column("number", Name, nullable=False),
    Column("build_url", Text),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    Column("recorded_at", Time, nullable=False),
    UniqueConstraint("application_id", "number"),
    Index(None, "application_id", "id"),
)

branch = _grows(
    "branch",
    _to("application_id", "application"),
    Column("name", Name, nullable=False),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
    # Pointer: the version of the newest row of branch_head_set.
    Column("head_version_id", Id, ForeignKey("version.id", ondelete="SET NULL"), index=True),
    UniqueConstraint("application_id", "name"),
    Index(None, "application_id", "updated_at"),
)

branch_version = _grows(
    "branch_version",
    _to("branch_id", "branch"),
    _to("version_id", "version"),
    Column("auto_created", Boolean, nullable=False),
    *_when(),
    UniqueConstraint("branch_id", "version_id"),
    Index(None, "version_id", "branch_id"),
)

branch_head_set = _grows(
    "branch_head_set",
    _to("branch_id", "branch"),
    _to("version_id", "version", index=True),
    *_when(),
    Index(None, "branch_id", "id"),
)

tag = _grows(
    "tag",
    _to("application_id", "application"),
    _to("version_id", "version"),
    Column("name", Name, nullable=False),
    *_when(),
    UniqueConstraint("version_id", "name"),
    Index(None, "application_id", "name", "version_id"),
    Index(None, "application_id", "name", "happened_at"),
)

# --- facts: what was promised ---------------------------------------------------------------------------------------

integration = _grows(
    "integration",
    _to("consumer_id", "application"),
    _to("provider_id", "application"),
    Column("created_at", Time, nullable=False),
    Column("contract_data_updated_at", Time, nullable=False),
    UniqueConstraint("consumer_id", "provider_id"),
    Index(None, "provider_id", "consumer_id"),
    Index(None, "contract_data_updated_at"),
)

body = _grows(
    "body",
    Column("sha256", LargeBinary, nullable=False, unique=True),
    Column("content", LargeBinary, nullable=False),
)

content = _grows(
    "content",
    _to("consumer_id", "application"),
    _to("provider_id", "application", index=True),
    Column("sha", Text, nullable=False),
    Column("interactions", Integer, nullable=False),
    Column("messages", Integer, nullable=False),
    _format(),
    # Of a contract in documents of its own (not a pact): the name of the root document, see content_file.
    Column("root", Text),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("consumer_id", "provider_id", "sha", "format"),
)

content_file = Table(
    # The documents of a content that is no pact; documents that several contracts share are one body.
    "content_file",
    metadata,
    _to("content_id", "content"),
    Column("name", Name, nullable=False),
    _to("body_id", "body", index=True),
    PrimaryKeyConstraint("content_id", "name"),
)

publication = _grows(
    "publication",
    _to("consumer_version_id", "version"),
    _to("consumer_id", "application"),
    _to("provider_id", "application", index=True),
    _format(),
    Column("revision", Integer, nullable=False),
    _to("content_id", "content"),
    _to("body_id", "body", index=True),
    *_when(),
    UniqueConstraint("consumer_version_id", "provider_id", "format", "revision"),
    Index(None, "content_id", "consumer_version_id"),
    Index(None, "consumer_id", "provider_id", "id"),
)

current_publication = Table(
    # Pointer: the highest revision of each (consumer version, provider, format).
    "current_publication",
    metadata,
    _to("consumer_version_id", "version"),
    _to("provider_id", "application"),
    _to("consumer_id", "application"),
    _format(),
    _to("publication_id", "publication", unique=True),
    Column("revision", Integer, nullable=False),
    _to("content_id", "content"),
    _to("body_id", "body", index=True),
    Column("happened_at", Time, nullable=False),
    PrimaryKeyConstraint("consumer_version_id", "provider_id", "format"),
    Index("ix_current_publication_pair", "consumer_id", "provider_id", "consumer_version_id", "format"),
    Index(None, "provider_id", "happened_at"),
    Index(None, "content_id", "consumer_version_id"),
)

provider_content = _grows(
    # What a provider says about itself, however many of its versions say it. No digest: it was never read.
    "provider_content",
    _to("provider_id", "application"),
    Column("format", Text, nullable=False),
    Column("sha", Text, nullable=False),
    Column("digest", Text),
    Column("root", Text, nullable=False),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("provider_id", "format", "sha"),
)

provider_content_file = Table(
    "provider_content_file",
    metadata,
    _to("provider_content_id", "provider_content"),
    Column("name", Name, nullable=False),
    _to("body_id", "body", index=True),
    PrimaryKeyConstraint("provider_content_id", "name"),
)

provider_contract = _grows(
    # What a provider's version published about itself, with the result of its own verification of it. A version may
    # have several contracts of one format, told apart by their names.
    "provider_contract",
    _to("provider_id", "application"),
    _to("provider_version_id", "version"),
    Column("format", Text, nullable=False),
    Column("name", Name, nullable=False, server_default=""),
    Column("revision", Integer, nullable=False),
    _to("provider_content_id", "provider_content", index=True),
    Column("content_type", Text, nullable=False),
    _to("body_id", "body", index=True),
    Column("success", Boolean),
    _to("results_body_id", "body", nullable=True, index=True),
    Column("results_content_type", Text),
    Column("results_format", Text),
    Column("verifier", Text),
    Column("verifier_version", Text),
    *_when(),
    UniqueConstraint("provider_version_id", "format", "name", "revision"),
    Index(None, "provider_id", "id"),
)

current_provider_contract = Table(
    # Pointer: the highest revision of each (provider version, format, name).
    "current_provider_contract",
    metadata,
    _to("provider_version_id", "version"),
    Column("format", Text, nullable=False),
    Column("name", Name, nullable=False),
    _to("provider_contract_id", "provider_contract", unique=True),
    _to("provider_content_id", "provider_content"),
    _to("provider_id", "application"),
    PrimaryKeyConstraint("provider_version_id", "format", "name"),
    Index(None, "provider_content_id", "provider_version_id"),
    Index(None, "provider_id", "provider_version_id"),
)

# --- facts: what was shown ------------------------------------------------------------------------------------------

verification = _grows(
    "verification",
    _to("content_id", "content"),
    _to("consumer_id", "application", index=True),
    _to("provider_id", "application", index=True),
    _to("provider_version_id", "version"),
    Column("success", Boolean, nullable=False),
    Column("wip", Boolean, nullable=False),
    Column("pending", Boolean),
    Column("build_url", Text),
    *_when(),
    Index(None, "content_id", "id"),
    Index(None, "content_id", "success", "wip", "happened_at"),
    Index(None, "provider_version_id", "content_id", "id"),
)

verification_detail = Table(
    # What a result carries beside its verdict; apart, so that verdicts stay small.
    "verification_detail",
    metadata,
    _to("verification_id", "verification", primary_key=True),
    Column("test_results", LargeBinary),
    Column("verified_by", Text),
    Column("consumer_versions", Text),
    Column("provider_tags", Text),
)

latest_verification = Table(
    # Pointer: the newest result of each (content, provider version).
    "latest_verification",
    metadata,
    _to("content_id", "content"),
    _to("provider_version_id", "version"),
    _to("verification_id", "verification", unique=True),
    _to("consumer_id", "application"),
    _to("provider_id", "application", index=True),
    Column("success", Boolean, nullable=False),
    Column("happened_at", Time, nullable=False),
    PrimaryKeyConstraint("content_id", "provider_version_id"),
    Index("ix_latest_verification_pair", "consumer_id", "provider_id", "provider_version_id"),
    Index("ix_latest_verification_verdict", "content_id", "success", "provider_version_id"),
    Index(None, "provider_version_id", "content_id"),
)

proof = Table(
    # Pointer: since when, and until when, a content was shown to work by versions on a provider's branch or with a tag.
    "proof",
    metadata,
    _to("content_id", "content"),
    Column("kind", Text, nullable=False),
    Column("name", Name, nullable=False),
    Column("first_success_at", Time, nullable=False),
    Column("first_plain_at", Time),
    Column("last_plain_at", Time),
    PrimaryKeyConstraint("content_id", "kind", "name"),
    Index(None, "content_id", "kind", "first_success_at"),
    Index(None, "content_id", "kind", "first_plain_at"),
    CheckConstraint("kind IN ('branch', 'tag')", name="kind"),
)

partial_replay = _grows(
    # What a provider's version showed of a content that nobody could observe as a whole: neither a yes nor a no, so it
    # moves no pointer. `unobserved` names the first interactions that were skipped, each with its cause.
    "partial_replay",
    _to("content_id", "content"),
    _to("consumer_id", "application"),
    _to("provider_id", "application", index=True),
    _to("provider_version_id", "version"),
    Column("replayed", Integer, nullable=False),
    Column("skipped", Integer, nullable=False),
    Column("unobserved", Text, nullable=False),
    Column("build_url", Text),
    *_when(),
    Column("verified_by", Text),
    Column("test_results", LargeBinary, nullable=False),
    Index(None, "provider_version_id", "content_id", "id"),
    Index(None, "content_id", "id"),
    Index(None, "consumer_id", "provider_id", "provider_version_id"),
)

comparison = _grows(
    # What a checker says of a consumer's content and a provider's, once for each version of the checker. `partial`
    # counts what it could not judge in interactions that it judged, `unjudged` names those of which it says nothing.
    "comparison",
    _to("content_id", "content"),
    _to("provider_content_id", "provider_content", index=True),
    Column("checker", Text, nullable=False),
    Column("success", Boolean),
    Column("breaking", Integer, nullable=False),
    Column("risky", Integer, nullable=False),
    Column("safe", Integer, nullable=False),
    Column("partial", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("unjudged", Text, nullable=False),
    Column("report", LargeBinary),
    # Why there is no report: a document that cannot be read, a comparison that took too long.
    Column("error", Text),
    *_when(),
    UniqueConstraint("content_id", "provider_content_id", "checker"),
)

comparison_request = Table(
    # The queue of comparisons that are still to be made. Who takes one holds it until `taken_until`.
    "comparison_request",
    metadata,
    _to("content_id", "content"),
    _to("provider_content_id", "provider_content", index=True),
    Column("checker", Text, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Time, nullable=False),
    Column("taken_until", Time),
    PrimaryKeyConstraint("content_id", "provider_content_id", "checker"),
    Index(None, "due_at"),
)

evolution = _grows(
    # What a checker says of two documents of one provider: whether the reader accepts all that the writer may write,
    # one of the two being the older.
    "evolution",
    _to("reader_id", "provider_content"),
    _to("writer_id", "provider_content", index=True),
    Column("older", Text, nullable=False),
    Column("checker", Text, nullable=False),
    Column("success", Boolean),
    Column("breaking", Integer, nullable=False),
    Column("judged", Integer, nullable=False),
    Column("not_covered", Integer, nullable=False),
    Column("report", LargeBinary),
    Column("error", Text),
    # Which other version of the checker is asked for its word: the gate has it made when it needs it next.
    Column("asked_of", Text),
    *_when(),
    UniqueConstraint("reader_id", "writer_id", "older", "checker"),
)

# --- facts: what is asked of evidence ---------------------------------------------------------------------------------

policy = _grows(
    # What counts as proof between two, towards a provider, or in an environment; the newest of a scope counts.
    "policy",
    _to("consumer_id", "application", nullable=True, index=True),
    _to("provider_id", "application", nullable=True),
    _to("environment_id", "environment", nullable=True, index=True),
    Column("document", Text, nullable=False),
    *_when(),
    Index(None, "provider_id", "consumer_id", "environment_id", "id"),
)

# --- facts: what runs where -----------------------------------------------------------------------------------------

deployment = _grows(
    "deployment",
    Column("uuid", Text, nullable=False, unique=True),
    _to("application_id", "application", index=True),
    _to("version_id", "version"),
    _to("environment_id", "environment"),
    Column("instance", Name),
    Column("auto_created", Boolean, nullable=False),
    *_when(),
    Index(None, "version_id", "environment_id"),
    Index(None, "environment_id", "application_id", "id"),
)

undeployment = _grows(
    "undeployment",
    _to("deployment_id", "deployment", unique=True),
    Column("replaced", Boolean, nullable=False),
    *_when(),
)

current_deployment = Table(
    # Pointer: what runs in each (application, environment, instance); no instance is the slot ''.
    "current_deployment",
    metadata,
    _to("application_id", "application"),
    _to("environment_id", "environment"),
    Column("slot", Name, nullable=False),
    _to("deployment_id", "deployment", unique=True),
    _to("version_id", "version", index=True),
    PrimaryKeyConstraint("application_id", "environment_id", "slot"),
    Index(None, "environment_id", "application_id"),
)

release = _grows(
    "release",
    Column("uuid", Text, nullable=False, unique=True),
    _to("application_id", "application", index=True),
    _to("version_id", "version"),
    _to("environment_id", "environment"),
    *_when(),
    UniqueConstraint("version_id", "environment_id"),
    Index(None, "environment_id", "application_id", "id"),
)

release_event = _grows(
    # Support begins with the release, ends, and may begin again.
    "release_event",
    _to("release_id", "release"),
    Column("supported", Boolean, nullable=False),
    *_when(),
    Index(None, "release_id", "id"),
)

supported_release = Table(
    # Pointer: releases whose newest event says that they are supported.
    "supported_release",
    metadata,
    _to("release_id", "release", primary_key=True),
    _to("application_id", "application"),
    _to("environment_id", "environment"),
    _to("version_id", "version", index=True),
    Index(None, "application_id", "environment_id"),
    Index(None, "environment_id", "application_id"),
)

# --- facts: who was told --------------------------------------------------------------------------------------------

triggered_webhook = _grows(
    "triggered_webhook",
    Column("uuid", Text, nullable=False, unique=True),
    Column("webhook_uuid", Text, nullable=False, index=True),
    Column("event_name", Text, nullable=False),
    Column("event_context", Text),
    Column("trigger_type", Text, nullable=False),
    Column("status", Text, nullable=False),
    _to("publication_id", "publication", nullable=True, index=True),
    _to("verification_id", "verification", nullable=True, index=True),
    _to("consumer_id", "application", nullable=True),
    _to("provider_id", "application", nullable=True, index=True),
    *_when(),
    Index("ix_triggered_webhook_pair", "consumer_id", "provider_id", "webhook_uuid", "event_name", "id"),
)

webhook_execution = _grows(
    "webhook_execution",
    _to("triggered_webhook_id", "triggered_webhook", index=True),
    Column("success", Boolean, nullable=False),
    Column("logs", Text, nullable=False),
    *_when(),
)

delivery = Table(
    # The queue of outgoing calls: a row for each that is still to be made. Who takes one holds it until `taken_until`.
    "delivery",
    metadata,
    _to("triggered_webhook_id", "triggered_webhook", primary_key=True),
    Column("attempts", Integer, nullable=False),
    Column("due_at", Time, nullable=False),
    Column("taken_until", Time),
    Index(None, "due_at"),
)

verification_request = _grows(
    # Somebody was asked to verify a content: with one version of the provider, or with whichever it builds next.
    "verification_request",
    _to("content_id", "content"),
    _to("provider_version_id", "version", nullable=True),
    _to("triggered_webhook_id", "triggered_webhook", nullable=True, index=True),
    *_when(),
    Index(None, "content_id", "provider_version_id"),
    Index(None, "provider_version_id"),
)

open_request = Table(
    # Pointer: requests without an answer, and when to ask again; no provider version is the slot 0.
    "open_request",
    metadata,
    _to("content_id", "content"),
    Column("slot", Id, nullable=False),
    _to("provider_version_id", "version", nullable=True, index=True),
    _to("request_id", "verification_request"),
    Column("times", Integer, nullable=False),
    Column("ask_again_at", Time),
    PrimaryKeyConstraint("content_id", "slot"),
    Index(None, "request_id"),
    Index(None, "ask_again_at"),
)

# --- the schema registry --------------------------------------------------------------------------------------------

registry_schema = _grows(
    # A schema that was registered, once however often it is; its id is what serialized messages carry.
    "registry_schema",
    Column("format", Text, nullable=False),
    Column("sha", Text, nullable=False),
    _to("body_id", "body", index=True),
    Column("created_at", Time, nullable=False),
    UniqueConstraint("format", "sha"),
)

registry_reference = Table(
    # What a schema stands on: a version of a subject, under the name that the schema calls it by.
    "registry_reference",
    metadata,
    _to("schema_id", "registry_schema"),
    Column("position", Integer, nullable=False),
    Column("name", Text, nullable=False),
    Column("subject", Name, nullable=False),
    Column("version", Integer, nullable=False),
    PrimaryKeyConstraint("schema_id", "position"),
    Index(None, "subject", "version"),
)

registry_subject = _grows(
    "registry_subject",
    Column("name", Name, nullable=False, unique=True),
    _to("application_id", "application", nullable=True, index=True),
    Column("compatibility", Text),
    Column("mode", Text),
    Column("created_at", Time, nullable=False),
    Column("updated_at", Time, nullable=False),
)

registry_version = Table(
    # A version of a subject. A deleted one stays, with its number, until it is deleted for good.
    "registry_version",
    metadata,
    _to("subject_id", "registry_subject"),
    Column("version", Integer, nullable=False),
    _to("schema_id", "registry_schema", index=True),
    Column("deleted_at", Time),
    *_when(),
    PrimaryKeyConstraint("subject_id", "version"),
)
