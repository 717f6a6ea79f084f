"""What changed between two pacts, as text for people and as values for programs."""

import json
from collections.abc import Callable, Iterable
from typing import Any

from troth_broker.core.times import iso
from troth_broker.http.hal import Body, Link, curies, link
from troth_broker.http.pact_view import pact_name
from troth_broker.http.pacts import pact_reply
from troth_broker.services import pact_diffs
from troth_broker.services.pact_diffs import Compared
from troth_broker.store.pacts import Pact
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Handler, Route
from troth_broker.web.negotiation import EXTENDED_PACT, HAL, JSON, TEXT
from troth_schemas.pact import Change, Placed, changes_text, parse, raw_diff_text

_WRITTEN = json.JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode
"""Writes what a contract says as it stood there, integers of any size too."""
_MAX_LINES = 2000


def _raw(call: Call) -> bool:
    return call.parameter("raw") == "true"


def _diff(ask: Callable[[Call, bool], Compared]) -> Handler:
    def diff(call: Call) -> Reply:
        """What one pact promises otherwise than another."""
        compared = ask(call, _raw(call))
        if call.media == TEXT:
            return Reply(200, _text(compared, call, _raw(call)), TEXT)
        return Reply(200, _WRITTEN(_document(compared, call)), call.media)

    return diff


def _pair(call: Call) -> tuple[str, str]:
    return call.params["provider"], call.params["consumer"]


def previous_distinct(call: Call) -> Reply:
    """The newest pact of an earlier version that says something else."""
    return pact_reply(call, pact_diffs.previous_distinct(call.world, *_pair(call), call.params["version"]))


def _with_previous(call: Call, raw: bool) -> Compared:
    return pact_diffs.with_previous_distinct(call.world, *_pair(call), call.params["version"], raw=raw)


def _of_versions(call: Call, raw: bool) -> Compared:
    numbers = call.params["version"], call.params["comparison"]
    return pact_diffs.of_versions(call.world, *_pair(call), *numbers, raw=raw)


def _of_contents(call: Call, raw: bool) -> Compared:
    digests = call.params["sha"], call.params["comparison"]
    return pact_diffs.of_contents(call.world, *_pair(call), *digests, raw=raw)


# --- as text ---------------------------------------------------------------------------------------------------------


def _text(compared: Compared, call: Call, raw: bool) -> str:
    pact, other = compared.pact, compared.other
    between = f"the pact between {pact.consumer} and {pact.provider}"
    if other is None:
        return f"# There is no earlier version of {between} that says something else than version {pact.version}.\n"
    lines = [
        f"# What changed from version {other.version} to version {pact.version} of {between}",
        "",
        f"{_published(other)}; {_published(pact)}.",
        "",
        _changes(compared, other, raw),
        "",
        *_omitted_examples(compared),
        "# Links",
        f"  {pact_name(pact.consumer, pact.version, pact.provider)}: {_url(pact, call.base)}",
        f"  {pact_name(other.consumer, other.version, other.provider)}: {_url(other, call.base)}",
    ]
    return "\n".join(lines) + "\n"


def _published(pact: Pact) -> str:
    return f"version {pact.version} was published on {iso(pact.created_at)}"


def _changes(compared: Compared, other: Pact, raw: bool) -> str:
    if raw:
        found = raw_diff_text(parse(other.body), parse(compared.pact.body), max_lines=_MAX_LINES)
        return found or "Both are written alike."
    return changes_text(compared.difference, max_lines=_MAX_LINES) or (
        "Both promise the same. ?raw=true compares them as they are written."
    )


def _omitted_examples(compared: Compared) -> Iterable[str]:
    examples = compared.difference.examples
    if examples:
        what = "example changed" if examples == 1 else "examples changed"
        yield f"Not shown: {examples} {what} where the matching rules of both accept any. ?raw=true shows everything."
        yield ""


# --- as values -------------------------------------------------------------------------------------------------------


def _document(compared: Compared, call: Call) -> Body:
    found = compared.difference
    body: Body = {
        "summary": {
            "added": len(found.added),
            "removed": len(found.removed),
            "changed": len(found.changed),
            "examplesNotShown": found.examples,
            "changesNotShown": found.omitted,
        },
        "changes": [_change(change) for change in found.document],
        "interactions": {
            "added": [_whole(placed, "new") for placed in found.added],
            "removed": [_whole(placed, "old") for placed in found.removed],
            "changed": [
                {
                    "title": one.new.title,
                    "pointer": {"old": one.old.pointer, "new": one.new.pointer},
                    "_id": {"old": one.old.id, "new": one.new.id},
                    "changes": [_change(change) for change in one.changes],
                }
                for one in found.changed
            ],
        },
    }
    links: Body = {
        "self": link(call.url, "What changed between two pacts"),
        "pb:pact-version": _link(compared.pact, call.base),
    }
    if compared.other is not None:
        links["pb:comparison-pact-version"] = _link(compared.other, call.base)
    return {**body, "_links": {**links, "curies": curies(call.base, "pact-diff")}}


def _change(change: Change) -> Body:
    told: dict[str, Any] = {"path": change.path, "kind": change.kind}
    if change.kind != "added":
        told["old"] = change.old
    if change.kind != "removed":
        told["new"] = change.new
    if change.example:
        told["example"] = True
    return told


def _whole(placed: Placed, side: str) -> Body:
    one = placed.interaction
    return {"title": one.title, "pointer": {side: one.pointer}, "_id": {side: one.id}, "interaction": placed.element}


def _url(pact: Pact, base: str) -> str:
    return paths.PACT.url(base, provider=pact.provider, consumer=pact.consumer, version=pact.version)


def _link(pact: Pact, base: str) -> Link:
    return link(_url(pact, base), "Pact", pact_name(pact.consumer, pact.version, pact.provider))


_ANSWERS = {200: "What changed", 404: "One of the two is not there", 408: "It took too long"}


def _route(path: paths.Path, ask: Callable[[Call, bool], Compared], summary: str) -> Route:
    action = Action(_diff(ask), summary, offers=(TEXT, HAL, JSON), query=("raw",), answers=_ANSWERS)
    return Route(path, {"GET": action})


ROUTES = (
    Route(
        paths.PACT_PREVIOUS_DISTINCT,
        {
            "GET": Action(
                previous_distinct,
                "The newest earlier pact that says something else",
                offers=(HAL, JSON, EXTENDED_PACT),
                answers={200: "The pact", 404: "There is none"},
            )
        },
    ),
    _route(paths.PACT_DIFF_PREVIOUS_DISTINCT, _with_previous, "What changed since the newest earlier different pact"),
    _route(paths.PACT_DIFF, _of_versions, "What changed between the pacts of two versions"),
    _route(paths.PACT_CONTENT_DIFF, _of_contents, "What changed between two contents"),
)
