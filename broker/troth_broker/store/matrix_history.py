"""Statements over publications and results: over all of them, or over the newest of each, prebuilt side by side."""

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Select, select

from troth_broker.store.matrix_lists import among
from troth_broker.store.tables import (
    content,
    current_publication,
    latest_verification,
    publication,
    verification,
)


def publication_columns(table: Any, key: Any) -> Select[Any]:
    """Publications in the order of `core.facts.Publication`."""
    return select(
        key,
        table.c.consumer_version_id,
        table.c.consumer_id,
        table.c.provider_id,
        table.c.content_id,
        table.c.revision,
        table.c.happened_at,
        table.c.format,
    )


def result_columns(table: Any, key: Any) -> Select[Any]:
    """Results in the order of `core.facts.Result`."""
    return select(key, table.c.content_id, table.c.provider_version_id, table.c.success, table.c.happened_at)


@dataclass(frozen=True, slots=True)
class History:
    """The statements over publications and results: over all of them, or over the newest of each."""

    publication: Any
    publication_id: Any
    result: Any
    result_id: Any
    of_versions: Select[Any] = field(init=False)
    between: Select[Any] = field(init=False)
    of_consumers: Select[Any] = field(init=False)
    of_pairs: Select[Any] = field(init=False)
    of_contents: Select[Any] = field(init=False)
    of_provider: Select[Any] = field(init=False)
    results_of_pairs: Select[Any] = field(init=False)
    results_of_contents: Select[Any] = field(init=False)
    results_of_versions: Select[Any] = field(init=False)

    def __post_init__(self) -> None:
        published, result = self.publication, self.result
        publications = publication_columns(published, self.publication_id)
        results = result_columns(result, self.result_id)
        of_provider = select(content.c.id).where(among(content.c.provider_id, "ids"))
        statements = {
            "of_versions": publications.where(among(published.c.consumer_version_id, "ids")),
            "between": publications.where(
                among(published.c.consumer_version_id, "ids"), among(published.c.provider_id, "more")
            ),
            "of_consumers": publications.where(among(published.c.consumer_id, "ids")),
            "of_pairs": publications.where(
                among(published.c.consumer_id, "ids"), among(published.c.provider_id, "more")
            ),
            "of_contents": publications.where(among(published.c.content_id, "ids")),
            "of_provider": publications.where(published.c.content_id.in_(of_provider)),
            "results_of_pairs": results.where(
                among(result.c.content_id, "ids"), among(result.c.provider_version_id, "more")
            ),
            "results_of_contents": results.where(among(result.c.content_id, "ids")),
            "results_of_versions": results.where(among(result.c.provider_version_id, "ids")),
        }
        for name, statement in statements.items():
            object.__setattr__(self, name, statement)


ALL = History(publication, publication.c.id, verification, verification.c.id)
NEWEST = History(
    current_publication,
    current_publication.c.publication_id,
    latest_verification,
    latest_verification.c.verification_id,
)
