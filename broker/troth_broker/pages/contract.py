"""A contract as a page: what the consumer needs, told for people, and what changed since the one before."""

import json
from typing import Any

from troth_broker.core.errors import NotFound, TookTooLong
from troth_broker.core.pages import Window
from troth_broker.core.test_results import with_tests
from troth_broker.pages.contracts_view import told
from troth_broker.pages.engine import page
from troth_broker.pages.links import To
from troth_broker.pages.words import FAILED, PASSED, Mark
from troth_broker.services import contracts, pact_diffs, pacts, results
from troth_broker.services.pact_diffs import Compared
from troth_broker.services.results import Address
from troth_broker.store.pacts import Pact
from troth_broker.store.results import Result
from troth_broker.web import paths
from troth_broker.web.call import Call, Reply
from troth_broker.web.frame import Action, Handler, Route
from troth_broker.web.negotiation import HTML
from troth_schemas.errors import ContractUnreadable
from troth_schemas.pact import Document, parse, plugins, spec_version

_MOST = 200
"""How many interactions are told; the others stand in the JSON."""
_LONGEST_RAW = 200_000


def of_version(call: Call) -> Reply:
    """The contract that a consumer's version published."""
    return _page(call, pacts.pact_of_version(call.world, *_pair(call), call.params["version"]))


def of_content(call: Call) -> Reply:
    """The newest contract that says this."""
    return _page(call, pacts.pact_of_content(call.world, *_pair(call), call.params["sha"]))


def latest(call: Call) -> Reply:
    """The newest contract between two, of all or of one line."""
    tag, branch = call.params.get("tag"), call.params.get("branch")
    try:
        return _page(call, pacts.latest_pact(call.world, *_pair(call), tag=tag, branch=branch))
    except NotFound:
        other = None if tag or branch else _of_another_format(call)
        if other is None:
            raise
        return other


def _of_another_format(call: Call) -> Reply | None:
    """To the newest contract between two that have no pact; None if they have none at all."""
    provider, consumer = _pair(call)
    found = contracts.of_pair(call.world, consumer, provider, Window(limit=1)).entries
    if not found:
        return None
    to = To.below(call.base).contract(consumer, provider, found[0].version, found[0].format)
    return Reply(303, None, headers={"Location": to})


def latest_untagged(call: Call) -> Reply:
    """The newest contract of a version without tags."""
    return _page(call, pacts.latest_pact(call.world, *_pair(call), untagged=True))


def _pair(call: Call) -> tuple[str, str]:
    return call.params["provider"], call.params["consumer"]


def _page(call: Call, pact: Pact) -> Reply:
    document = _document(pact)
    result = _latest_result(call, pact)
    interactions = told(document) if document is not None else ()
    raw = _raw(document, pact)
    return page(
        call,
        "contract.html",
        pact=pact,
        interactions=interactions[:_MOST],
        left_out=max(0, len(interactions) - _MOST),
        marks=_marks(document, result) if document is not None and result is not None else {},
        result=result,
        mark=(PASSED if result.success else FAILED) if result is not None else None,
        specification=spec_version(document) if document is not None else None,
        plugins=plugins(document) if document is not None else (),
        compared=_compared(call, pact),
        raw=raw[:_LONGEST_RAW],
        cut=len(raw) > _LONGEST_RAW,
        as_json=_as_json,
    )


def _document(pact: Pact) -> Document | None:
    """The contract, if it is one that can be told."""
    try:
        found = parse(pact.body)
    except ContractUnreadable:
        return None
    return found if isinstance(found, dict) else None


def _raw(document: Document | None, pact: Pact) -> str:
    if document is None:
        return pact.body.decode(errors="replace")
    return json.dumps(document, indent=2, ensure_ascii=False)


def _latest_result(call: Call, pact: Pact) -> Result | None:
    if not pact.has_results:
        return None
    try:
        return results.latest_result(call.world, Address(pact.provider, pact.consumer, pact.sha))
    except NotFound:
        return None


def _marks(document: Document, result: Result) -> dict[tuple[str, int], Mark]:
    """What the newest result says of each interaction, by its place."""
    served = with_tests(document, result.test_results)
    found: dict[tuple[str, int], Mark] = {}
    for section in ("interactions", "messages"):
        elements = served.get(section)
        for index, element in enumerate(elements if isinstance(elements, list) else ()):
            tests = element.get("tests") if isinstance(element, dict) else None
            verdicts = (
                [test.get("success") for test in tests if isinstance(test, dict)] if isinstance(tests, list) else []
            )
            if verdicts:
                found[section, index] = FAILED if False in verdicts else PASSED
    return found


def _compared(call: Call, pact: Pact) -> Compared | None:
    """What changed since the contract before that said something else; None where it cannot be told."""
    try:
        return pact_diffs.with_previous_distinct(call.world, pact.provider, pact.consumer, pact.version)
    except (NotFound, TookTooLong, ContractUnreadable):
        return None


def _as_json(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 300 else f"{text[:300]} …"


def _get(path: paths.Path, handler: Handler) -> Route:
    return Route(path, {"GET": Action(handler, "A contract", (HTML,))})


ROUTES = (
    _get(paths.PACT, of_version),
    _get(paths.PACT_PLURAL, of_version),
    _get(paths.PACT_SINGULAR, of_version),
    _get(paths.PACT_CONTENT, of_content),
    _get(paths.PACT_CONTENT_WITH_METADATA, of_content),
    _get(paths.LATEST_PACT, latest),
    _get(paths.LATEST_PACT_SINGULAR, latest),
    _get(paths.LATEST_TAGGED_PACT, latest),
    _get(paths.LATEST_BRANCH_PACT, latest),
    _get(paths.LATEST_UNTAGGED_PACT, latest_untagged),
)
