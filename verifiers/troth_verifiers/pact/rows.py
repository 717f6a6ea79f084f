"""The library's rows, turned into results. A row is believed only if all the others are there too."""

from collections.abc import Mapping
from re import compile as regex

from troth_verifiers.api import Cause, Interaction, Mismatch, Outcome, Result

_DURATION = regex(r"([0-9.]+)(ns|µs|ms|s)")
_SECONDS = {"ns": 1e-9, "µs": 1e-6, "ms": 1e-3, "s": 1.0}

_KINDS = {
    "StatusMismatch": "status",
    "HeaderMismatch": "header",
    "BodyMismatch": "body",
    "BodyTypeMismatch": "body-content-type",
    "MetadataMismatch": "metadata",
    "MethodMismatch": "method",
    "PathMismatch": "path",
    "QueryMismatch": "query",
}


def seconds(text: str) -> float:
    """A duration as the library prints it (``29ms``, ``1.007s``) in seconds; 0 if it cannot be read."""
    found = _DURATION.fullmatch(text)
    return float(found[1]) * _SECONDS[found[2]] if found else 0.0


def result_of(interaction: Interaction, row: Mapping[str, object]) -> Result:
    """One row as a result."""
    duration = seconds(str(row.get("duration")))
    if row["result"] == "OK":
        return Result(interaction, Outcome.PASSED, duration=duration)
    if "mismatches" not in row:
        text = str(row.get("error") or "the pact library reported a failure without a reason")
        return Result(interaction, Outcome.ERRORED, cause=Cause("engine", text), duration=duration)
    found = row["mismatches"]
    assert isinstance(found, list)
    mismatches = sorted(_mismatch(item) for item in found)
    if row.get("left_out"):
        mismatches.append(Mismatch("more", "", f"… and {row['left_out']} more mismatches"))
    return Result(interaction, Outcome.FAILED, tuple(mismatches), duration=duration)


def _mismatch(item: Mapping[str, str]) -> Mismatch:
    kind = _KINDS.get(item["type"], item["type"])
    place = item.get("path") or item.get("key") or item.get("parameter") or ""
    expected, actual = item.get("expected", ""), item.get("actual", "")
    if kind == "header":  # the library quotes the expected value of a missing header only
        expected = expected.removeprefix('"').removesuffix('"')
    return Mismatch(kind, place, _sentence(item.get("mismatch", ""), kind), expected, actual)


def _sentence(text: str, kind: str) -> str:
    text = text.strip() or f"the {kind} is not as promised"
    return text[:1].upper() + text[1:]
