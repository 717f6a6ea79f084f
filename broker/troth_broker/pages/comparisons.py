"""A comparison as people read it: what does not fit, where on both sides, and what shows it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from troth_broker.core.contract_documents import word_of
from troth_broker.pages.engine import page
from troth_broker.pages.words import Mark
from troth_broker.services import comparisons
from troth_broker.store.comparison_reports import ComparisonReport
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import HTML

_MOST = 200
_LONGEST = 2_000
_MARKS = {
    "breaking": Mark("no", "✗", "breaking"),
    "risky": Mark("open", "!", "risky"),
    "safe": Mark("yes", "✓", "safe"),
    "not-covered": Mark("open", "…", "not covered"),
}
_UNKNOWN = Mark("none", "–", "unknown")


@dataclass(frozen=True, slots=True)
class FindingShown:
    """One finding: its rule, where it is on both sides, and what one side may send and the other refuses."""

    mark: Mark
    rule: str
    text: str
    interaction: str | None
    places: tuple[tuple[str, str], ...]
    proof: str | None

    @classmethod
    def of(cls, found: Mapping[str, Any]) -> "FindingShown":
        """A finding of a report."""
        sides = ((side, _place(found.get(side))) for side in ("reader", "writer"))
        witness = found.get("witness")
        return cls(
            _MARKS.get(str(found.get("severity")), _UNKNOWN),
            str(found.get("rule", "")),
            str(found.get("message", "")),
            found.get("interaction"),
            tuple((side, place) for side, place in sides if place),
            json.dumps(witness, ensure_ascii=False)[:_LONGEST] if witness is not None else None,
        )


def show(call: Call) -> Reply:
    """A comparison with every finding."""
    found = comparisons.one(call.world, call.params["number"])
    report = found.report if isinstance(found.report, dict) else {}
    everything = [*report.get("findings", ()), *report.get("not_covered", ())]
    return page(
        call,
        "comparison.html",
        found=found,
        formats=(word_of(found.format), word_of(found.provider_format)),
        mark=_verdict(found),
        judged=report.get("judged", 0),
        findings=[FindingShown.of(one) for one in everything[:_MOST]],
        left_out=max(0, len(everything) - _MOST),
    )


def _verdict(found: ComparisonReport) -> Mark:
    if found.error is not None:
        return Mark("open", "…", "errored")
    if found.success is None:
        return _MARKS["not-covered"]
    return Mark("yes", "✓", "fits") if found.success else Mark("no", "✗", "breaks")


def _place(side: Any) -> str | None:
    if not isinstance(side, Mapping):
        return None
    line = f":{side['line']}" if side.get("line") else ""
    return f"{side.get('document') or ''}{line}  {side.get('pointer') or ''}".strip() or None


ROUTES = (Route(paths.COMPARISON, {"GET": Action(show, "A comparison with every finding", (HTML,))}),)
