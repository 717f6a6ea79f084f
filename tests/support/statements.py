"""The statements that a broker runs, caught as they go to SQLite, and how it goes about them."""

import contextlib
import re
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Engine, event

Statements = list[tuple[str, Any]]

GROWING = {
    "version",
    "branch",
    "branch_version",
    "branch_head_set",
    "main_branch_set",
    "tag",
    "content",
    "body",
    "publication",
    "current_publication",
    "verification",
    "verification_detail",
    "latest_verification",
    "partial_replay",
    "proof",
    "deployment",
    "undeployment",
    "current_deployment",
    "release",
    "release_event",
    "supported_release",
    "triggered_webhook",
    "webhook_execution",
    "delivery",
    "verification_request",
    "open_request",
}
"""The tables that grow with time; the others grow with the number of applications."""

_ALIAS = re.compile(r"\b(\w+) AS (\w+)")


@contextlib.contextmanager
def caught() -> Iterator[Statements]:
    """Every statement that any engine of this process runs meanwhile, with its parameters."""
    found: Statements = []

    def note(_db: Any, _cursor: Any, statement: str, parameters: Any, _context: Any, _many: bool) -> None:
        if statement.lstrip().upper().startswith(("SELECT", "INSERT", "UPDATE", "DELETE", "WITH")):
            found.append((statement, parameters))

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(Engine, "before_cursor_execute", note)


def scans(engine: Engine, statements: Statements) -> list[str]:
    """The steps that read a whole growing table, as SQLite plans the statements."""
    found = []
    with engine.connect() as db:
        for statement, parameters in statements:
            names = GROWING | {alias for table, alias in _ALIAS.findall(statement) if table in GROWING}
            once = parameters[0] if isinstance(parameters, list) else parameters
            for row in db.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", once):
                step = str(row[3])
                if step.startswith("SCAN ") and step.split()[1] in names:
                    found.append(f"{step}: {statement}")
    return found
