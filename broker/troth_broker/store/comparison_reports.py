"""One comparison with its whole report, for those who want to read it."""

import json
import zlib
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, bindparam, select

from troth_broker.store.tables import application, comparison, content, provider_content


@dataclass(frozen=True, slots=True)
class ComparisonReport:
    """What a checker said of a consumer's content and a provider's."""

    number: int
    consumer: str
    provider: str
    format: str
    provider_format: str
    checker: str
    success: bool | None
    error: str | None
    at: int
    sha: str
    report: dict[str, Any] | None


_consumer, _provider = application.alias("consumer"), application.alias("provider")
_ONE = (
    select(
        comparison.c.id,
        _consumer.c.name,
        _provider.c.name,
        content.c.format,
        provider_content.c.format,
        comparison.c.checker,
        comparison.c.success,
        comparison.c.error,
        comparison.c.happened_at,
        content.c.sha,
        comparison.c.report,
    )
    .join(content, content.c.id == comparison.c.content_id)
    .join(provider_content, provider_content.c.id == comparison.c.provider_content_id)
    .join(_consumer, _consumer.c.id == content.c.consumer_id)
    .join(_provider, _provider.c.id == content.c.provider_id)
    .where(comparison.c.id == bindparam("number"))
)


def find(db: Connection, number: int) -> ComparisonReport | None:
    """The comparison with that number."""
    row = db.execute(_ONE, {"number": number}).first()
    if row is None:
        return None
    report = None if row[10] is None else json.loads(zlib.decompress(row[10]))
    if report is not None:
        report.pop("told", None)  # the findings in short, for decisions
    return ComparisonReport(*row[:10], report)
