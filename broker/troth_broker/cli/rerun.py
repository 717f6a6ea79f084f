"""What did not pass the last time that a provider was verified in this folder, for `troth verify --rerun-failed`."""

import json
import os
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

from troth_broker.cli.stop import bad_input
from troth_verifiers import Outcome, Report
from troth_verifiers.only import Named, name_of


def file() -> Path | None:
    """Where it is kept: one file for each working folder, in the user's cache. None where there is no such place.

    The cache is ``$XDG_CACHE_HOME`` (an absolute path, as the XDG base directory specification wants it), else
    ``~/.cache``.
    """
    given = os.environ.get("XDG_CACHE_HOME", "")
    try:
        cache = Path(given) if Path(given).is_absolute() else Path.home() / ".cache"
        folder = str(Path.cwd())
    except (RuntimeError, OSError):  # a user without a home, or a folder that is gone
        return None
    return cache / "troth" / "failed" / f"{sha256(folder.encode()).hexdigest()[:32]}.json"


def remember(report: Report) -> None:
    """Keep what did not pass; of a part of the interactions, only these are told anew.

    Where nothing can be written nothing is kept, and only `failed_last_time` says so: the results stand all the same.
    """
    place = file()
    if place is None:
        return
    ran = {name_of(one.contract, result.interaction): result for one in report.contracts for result in one.results}
    before = _read(place) or frozenset() if report.filtered else frozenset()
    wrong = (Outcome.FAILED, Outcome.ERRORED)
    failed = (before - set(ran)) | {name for name, result in ran.items() if result.outcome in wrong}
    unread = sorted(one.contract.name for one in report.contracts if one.problem is not None)
    with suppress(OSError):
        if failed or unread or place.exists():
            _write(place, json.dumps({"failed": sorted(failed), "unread": unread}))


def failed_last_time() -> frozenset[Named]:
    """What did not pass; ends the command where nothing is known, or everything passed."""
    place = file()
    if place is None:
        raise bad_input("--rerun-failed: there is no place to remember what failed; set XDG_CACHE_HOME to a folder")
    found = _read(place)
    if found is None:
        why = _why_not_kept(place)
        if why is not None:
            raise bad_input(
                f"--rerun-failed: what failed cannot be remembered in {place.parent}: {why}; set XDG_CACHE_HOME to a "
                "folder that can be written"
            )
        raise bad_input(
            "--rerun-failed: no run in this folder is known in which anything failed; verify once without it"
        )
    if not found and (unread := _kept(place).get("unread")):
        raise bad_input(
            f"--rerun-failed: last time {', '.join(map(str, unread))} could not be verified at all; verify without it"
        )
    if not found:
        raise bad_input("--rerun-failed: everything passed last time; verify without it to replay all")
    return found


def _read(place: Path) -> frozenset[Named] | None:
    try:
        rows = _kept(place)["failed"]
        return frozenset((str(consumer), str(provider), str(title)) for consumer, provider, title in rows)
    except (KeyError, TypeError, ValueError):
        return None


def _kept(place: Path) -> dict[str, Any]:
    """What the file says; nothing where it cannot be read."""
    try:
        kept = json.loads(place.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return kept if isinstance(kept, dict) else {}


def _write(place: Path, text: str) -> None:
    """Put it there whole, so that a run at the same time reads the old or the new."""
    place.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile("w", dir=place.parent, suffix=".part", delete=False, encoding="utf-8") as part:
        part.write(text)
    try:
        Path(part.name).replace(place)
    except OSError:
        Path(part.name).unlink(missing_ok=True)
        raise


def _why_not_kept(place: Path) -> str | None:
    """Why nothing can be written there, in the words of the system; None where it can."""
    try:
        place.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=place.parent):
            return None
    except OSError as problem:
        return problem.strerror or str(problem)
