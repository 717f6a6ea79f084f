"""contracts of every format, comparisons of them, and policies.

SQLite rebuilds the tables whose keys change; their rows stay as they are.
"""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

_ID = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
_NAME = sa.Text().with_variant(sa.Text(collation="C"), "postgresql")


def upgrade() -> None:
    _consumers_contracts()
    _new_tables_of_contracts()
    _providers_contracts()
    _comparisons()
    _policies()


def _format(default: str | None = "pact") -> sa.Column[str]:
    return sa.Column("format", sa.Text(), nullable=False, server_default=default)


@contextmanager
def _changed(table: str) -> Iterator[Any]:
    """Change a table's keys. A rebuilt one goes on counting its ids where it was: none is given twice."""
    db = op.get_bind()
    counted = db.dialect.name == "sqlite" and table != "current_publication"
    last = sa.text("SELECT seq FROM sqlite_sequence WHERE name = :name")
    before = db.execute(last, {"name": table}).scalar() if counted else None
    with op.batch_alter_table(table, table_kwargs={"sqlite_autoincrement": counted}) as batch:
        yield batch
    if before is not None:
        db.execute(sa.text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table})
        db.execute(
            sa.text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :seq)"), {"name": table, "seq": before}
        )


def _consumers_contracts() -> None:
    with _changed("content") as batch:
        batch.add_column(_format())
        batch.add_column(sa.Column("root", sa.Text(), nullable=True))
        batch.drop_constraint("uq_content_consumer_id_provider_id_sha", type_="unique")
        batch.create_unique_constraint(
            "uq_content_consumer_id_provider_id_sha_format", ["consumer_id", "provider_id", "sha", "format"]
        )
    with _changed("publication") as batch:
        batch.add_column(_format())
        batch.drop_constraint("uq_publication_consumer_version_id_provider_id_revision", type_="unique")
        batch.create_unique_constraint(
            "uq_publication_consumer_version_id_provider_id_format_revision",
            ["consumer_version_id", "provider_id", "format", "revision"],
        )
    with _changed("current_publication") as batch:
        batch.add_column(_format())
        batch.drop_constraint("pk_current_publication", type_="primary")
        batch.create_primary_key("pk_current_publication", ["consumer_version_id", "provider_id", "format"])
        batch.drop_index(op.f("ix_current_publication_consumer_id_provider_id_consumer_version_id"))
        batch.create_index(
            "ix_current_publication_pair", ["consumer_id", "provider_id", "consumer_version_id", "format"]
        )


def _owned(table: str, owner: str, target: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint([owner], [f"{target}.id"], name=op.f(f"fk_{table}_{owner}"), ondelete="CASCADE")


def _files(table: str, owner: str, target: str) -> None:
    op.create_table(
        table,
        sa.Column(owner, _ID, nullable=False),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("body_id", _ID, nullable=False),
        _owned(table, owner, target),
        _owned(table, "body_id", "body"),
        sa.PrimaryKeyConstraint(owner, "name", name=op.f(f"pk_{table}")),
    )
    op.create_index(op.f(f"ix_{table}_body_id"), table, ["body_id"])


def _new_tables_of_contracts() -> None:
    _files("content_file", "content_id", "content")
    op.create_table(
        "provider_content",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("provider_id", _ID, nullable=False),
        _format(None),
        sa.Column("sha", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=True),
        sa.Column("root", sa.Text(), nullable=False),
        sa.Column("created_at", sa.BigInteger(), nullable=False),
        _owned("provider_content", "provider_id", "application"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_provider_content")),
        sa.UniqueConstraint("provider_id", "format", "sha", name=op.f("uq_provider_content_provider_id_format_sha")),
        sqlite_autoincrement=True,
    )
    _files("provider_content_file", "provider_content_id", "provider_content")


def _providers_contracts() -> None:
    """What was called oas is OpenAPI; equal documents of a provider are one content, whose name nobody said."""
    with _changed("provider_contract") as batch:
        batch.add_column(_format("openapi"))
        batch.add_column(sa.Column("name", _NAME, nullable=False, server_default=""))
        batch.add_column(sa.Column("provider_content_id", _ID, nullable=True))
    _fill_provider_contents(op.get_bind())
    with _changed("provider_contract") as batch:
        batch.alter_column("format", existing_type=sa.Text(), existing_nullable=False, server_default=None)
        batch.alter_column("provider_content_id", existing_type=_ID, nullable=False)
        batch.drop_constraint("uq_provider_contract_provider_version_id_specification_revision", type_="unique")
        batch.drop_column("specification")
        batch.create_unique_constraint(
            "uq_provider_contract_provider_version_id_format_name_revision",
            ["provider_version_id", "format", "name", "revision"],
        )
        batch.create_foreign_key(
            "fk_provider_contract_provider_content_id",
            "provider_content",
            ["provider_content_id"],
            ["id"],
            ondelete="CASCADE",
        )
        batch.create_index("ix_provider_contract_provider_content_id", ["provider_content_id"])
    op.create_table(
        "current_provider_contract",
        sa.Column("provider_version_id", _ID, nullable=False),
        _format(None),
        sa.Column("name", _NAME, nullable=False),
        sa.Column("provider_contract_id", _ID, nullable=False),
        sa.Column("provider_content_id", _ID, nullable=False),
        sa.Column("provider_id", _ID, nullable=False),
        _owned("current_provider_contract", "provider_version_id", "version"),
        _owned("current_provider_contract", "provider_contract_id", "provider_contract"),
        _owned("current_provider_contract", "provider_content_id", "provider_content"),
        _owned("current_provider_contract", "provider_id", "application"),
        sa.PrimaryKeyConstraint("provider_version_id", "format", "name", name=op.f("pk_current_provider_contract")),
        sa.UniqueConstraint("provider_contract_id", name=op.f("uq_current_provider_contract_provider_contract_id")),
    )
    for owner in ("provider_content_id", "provider_id"):
        op.create_index(
            op.f(f"ix_current_provider_contract_{owner}_provider_version_id"),
            "current_provider_contract",
            [owner, "provider_version_id"],
        )
    op.execute(
        "INSERT INTO current_provider_contract (provider_version_id, format, name, provider_contract_id,"
        " provider_content_id, provider_id)"
        " SELECT provider_version_id, format, name, id, provider_content_id, provider_id FROM provider_contract AS one"
        " WHERE revision = (SELECT max(revision) FROM provider_contract AS other"
        " WHERE other.provider_version_id = one.provider_version_id)"
    )


def _fill_provider_contents(db: sa.Connection) -> None:
    contents: dict[tuple[int, str], int] = {}
    documents = sa.text(
        "SELECT provider_id, body_id, content_type, min(happened_at) AS happened_at FROM provider_contract"
        " GROUP BY provider_id, body_id, content_type ORDER BY min(id)"
    )
    body = sa.text("SELECT content FROM body WHERE id = :body")
    new = sa.text(
        "INSERT INTO provider_content (provider_id, format, sha, root, created_at)"
        " VALUES (:provider, 'openapi', :sha, :root, :at) RETURNING id"
    )
    file = sa.text(
        "INSERT INTO provider_content_file (provider_content_id, name, body_id) VALUES (:content, :root, :body)"
    )
    told = sa.text(
        "UPDATE provider_contract SET provider_content_id = :content"
        " WHERE provider_id = :provider AND body_id = :body AND content_type = :type"
    )
    for provider, body_id, content_type, at in db.execute(documents).all():
        root = "openapi.json" if "json" in content_type else "openapi.yaml"
        sha = _fingerprint(root, bytes(db.execute(body, {"body": body_id}).scalar_one()))
        if (provider, sha) not in contents:
            made = db.execute(new, {"provider": provider, "sha": sha, "root": root, "at": at}).scalar_one()
            contents[provider, sha] = made
            db.execute(file, {"content": made, "root": root, "body": body_id})
        db.execute(
            told,
            {"content": contents[provider, sha], "provider": provider, "body": body_id, "type": content_type},
        )


def _fingerprint(name: str, content: bytes) -> str:
    """What troth_schemas.contract.fingerprint_of gives for one document."""
    whole = hashlib.sha256(name.encode())
    whole.update(b"\0%d %d\0" % (len(name.encode()), len(content)))
    whole.update(name.encode())
    whole.update(content)
    return whole.hexdigest()


def _comparisons() -> None:
    counts = ("breaking", "risky", "safe", "partial", "judged")
    op.create_table(
        "comparison",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("content_id", _ID, nullable=False),
        sa.Column("provider_content_id", _ID, nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("success", sa.Boolean(), nullable=True),
        *(sa.Column(name, sa.Integer(), nullable=False) for name in counts),
        sa.Column("unjudged", sa.Text(), nullable=False),
        sa.Column("report", sa.LargeBinary(), nullable=True),
        sa.Column("error", sa.Text(), nullable=True),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        _owned("comparison", "content_id", "content"),
        _owned("comparison", "provider_content_id", "provider_content"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_comparison")),
        sa.UniqueConstraint(
            "content_id",
            "provider_content_id",
            "checker",
            name=op.f("uq_comparison_content_id_provider_content_id_checker"),
        ),
        sqlite_autoincrement=True,
    )
    op.create_index(op.f("ix_comparison_provider_content_id"), "comparison", ["provider_content_id"])
    op.create_table(
        "comparison_request",
        sa.Column("content_id", _ID, nullable=False),
        sa.Column("provider_content_id", _ID, nullable=False),
        sa.Column("checker", sa.Text(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("due_at", sa.BigInteger(), nullable=False),
        sa.Column("taken_until", sa.BigInteger(), nullable=True),
        _owned("comparison_request", "content_id", "content"),
        _owned("comparison_request", "provider_content_id", "provider_content"),
        sa.PrimaryKeyConstraint("content_id", "provider_content_id", "checker", name=op.f("pk_comparison_request")),
    )
    op.create_index(op.f("ix_comparison_request_due_at"), "comparison_request", ["due_at"])
    op.create_index(op.f("ix_comparison_request_provider_content_id"), "comparison_request", ["provider_content_id"])


def _policies() -> None:
    op.create_table(
        "policy",
        sa.Column("id", _ID, autoincrement=True, nullable=False),
        sa.Column("consumer_id", _ID, nullable=True),
        sa.Column("provider_id", _ID, nullable=True),
        sa.Column("environment_id", _ID, nullable=True),
        sa.Column("document", sa.Text(), nullable=False),
        sa.Column("happened_at", sa.BigInteger(), nullable=False),
        sa.Column("recorded_at", sa.BigInteger(), nullable=False),
        _owned("policy", "consumer_id", "application"),
        _owned("policy", "provider_id", "application"),
        _owned("policy", "environment_id", "environment"),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_policy")),
        sqlite_autoincrement=True,
    )
    for column in ("consumer_id", "environment_id"):
        op.create_index(op.f(f"ix_policy_{column}"), "policy", [column])
    op.create_index(
        op.f("ix_policy_provider_id_consumer_id_environment_id_id"),
        "policy",
        ["provider_id", "consumer_id", "environment_id", "id"],
    )
