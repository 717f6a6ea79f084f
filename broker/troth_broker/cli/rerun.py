"""What did not pass the last time that a provider was verified in this folder, for `troth verify --rerun-failed`."""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path

from troth_broker.cli.stop import bad_input
from troth_verifiers import Outcome, Report
from troth_verifiers.only import Named, name_of


def file() -> Path:
    """Where it is kept: one file for each working folder, in the user's cache."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return cache / "troth" / "failed" / f"{sha256(str(Path.cwd()).encode()).hexdigest()[:32]}.json"


def remember(report: Report) -> None:
    """Keep what did not pass; of a part of the interactions, only these are told anew. A full disk is no error here."""
    ran = {name_of(one.contract, result.interaction): result for one in report.contracts for result in one.results}
    before = _read() or frozenset() if report.filtered else frozenset()
    failed = (before - set(ran)) | {name for name, result in ran.items() if result.outcome is not Outcome.PASSED}
    place = file()
    with suppress(OSError):
        if failed or place.exists():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(json.dumps(sorted(failed), ensure_ascii=False), encoding="utf-8")


def failed_last_time() -> frozenset[Named]:
    """What did not pass; ends the command where nothing is known, or everything passed."""
    found = _read()
    if found is None:
        raise bad_input("--rerun-failed: no run in this folder is known; verify once without it")
    if not found:
        raise bad_input("--rerun-failed: everything passed last time; verify without it to replay all")
    return found


def _read() -> frozenset[Named] | None:
    try:
        rows = json.loads(file().read_text(encoding="utf-8"))
        return frozenset((str(consumer), str(provider), str(title)) for consumer, provider, title in rows)
    except (OSError, ValueError, TypeError):
        return None
