"""What a provider is to verify: pacts (pact_broker_api 4), asked with POST and in the older way with GET; and the rest.

Contracts of other formats are asked for in the same words at an address of their own.
"""

from functools import lru_cache

from troth_broker.core.contract_documents import word_of
from troth_broker.core.descriptions import short_description
from troth_broker.core.errors import Invalid
from troth_broker.core.metadata import Metadata, encode, remembered
from troth_broker.core.nested_query import BadQuery, nest
from troth_broker.core.selection_request import Ask, read_body, read_query
from troth_broker.core.verification_notices import deprecated_notice, selected_notices, wip_notices
from troth_broker.http.hal import Body, curies, link
from troth_broker.http.pact_view import pact_name
from troth_broker.services import for_verification
from troth_broker.services.for_verification import ToVerify
from troth_broker.store.tables import PACT
from troth_broker.web import paths
from troth_broker.web.call import Call, MalformedBody, Reply
from troth_broker.web.errors import UnsupportedMediaType
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON

_WIP = encode(Metadata(wip=True))


def ask(call: Call) -> Reply:
    """The pacts that a provider is to verify."""
    try:
        wanted = _body(call)
    except (UnsupportedMediaType, MalformedBody):
        for_verification.require_provider(call.world, call.params["provider"])  # an unknown provider is said first
        raise
    return _answer(call, wanted)


def _body(call: Call) -> Ask:
    if call.content_type != JSON:
        raise UnsupportedMediaType((JSON,))
    return read_body(call.json(empty={}))


def ask_by_query(call: Call) -> Reply:
    """The pacts that a provider is to verify, asked in the older way; where verifiers find the address to POST to."""
    try:
        wanted = read_query(nest(call.query))
    except BadQuery as problem:
        for_verification.require_provider(call.world, call.params["provider"])
        raise Invalid.at("", str(problem)) from None
    return _answer(call, wanted)


def _answer(call: Call, wanted: Ask) -> Reply:
    provider = call.params["provider"]
    found = for_verification.pacts_for_verification(call.world, provider, wanted)
    return Reply(
        200,
        {
            "_embedded": {"pacts": [_pact(one, provider, call.base, wanted) for one in found]},
            "_links": {
                "self": link(paths.FOR_VERIFICATION.url(call.base, provider=provider), "Pacts to be verified"),
                "curies": curies(call.base, "pacts-for-verification"),
            },
        },
    )


def ask_for_contracts(call: Call) -> Reply:
    """The contracts of other formats than pact that a provider is to verify."""
    provider, wanted = call.params["provider"], _body(call)
    found = for_verification.contracts_for_verification(call.world, provider, wanted)
    self_url = paths.CONTRACTS_FOR_VERIFICATION.url(call.base, provider=provider)
    return Reply(
        200,
        {
            "_embedded": {
                "contracts": [
                    {"format": word_of(one.format), **_pact(one, provider, call.base, wanted)} for one in found
                ]
            },
            "_links": {
                "self": link(self_url, "Contracts of other formats than pact to be verified"),
                "curies": curies(call.base, "contracts-for-verification"),
            },
        },
    )


def _pact(one: ToVerify, provider: str, base: str, wanted: Ask) -> Body:
    pact, what = one.pact, "pact" if one.format == PACT else "contract"
    plain = _url(base, provider, pact.consumer, pact.sha, one.format)
    if one.wip:
        metadata = _WIP
        notices = wip_notices(plain, pact.consumer, provider, one.reasons, one.wip, what)
    else:
        metadata = remembered(one.reasons, one.pending.pending if one.pending else None)
        notices = selected_notices(plain, pact.consumer, provider, one.reasons, one.pending, what)
    properties: Body = {}
    if one.pending is not None and wanted.pending:
        properties["pending"] = one.pending.pending
    if one.wip:
        properties["wip"] = True
    properties["notices"] = (deprecated_notice(), *notices) if wanted.deprecated else notices
    url = _url(base, provider, pact.consumer, pact.sha, one.format, metadata)
    name = pact_name(pact.consumer, pact.version, provider)
    if one.format != PACT:
        name = f"{word_of(one.format)} contract between {pact.consumer} ({pact.version}) and {provider}"
    return {
        "shortDescription": short_description(one.reasons),
        "verificationProperties": properties,
        "_links": {"self": {"href": url, "name": name}},
    }


@lru_cache(maxsize=8192)
def _url(base: str, provider: str, consumer: str, sha: str, format_name: str, metadata: str | None = None) -> str:
    if format_name != PACT:
        of = {"provider": provider, "consumer": consumer, "format": word_of(format_name), "sha": sha}
        if metadata is None:
            return paths.CONTRACT_CONTENT.url(base, **of)
        return paths.CONTRACT_CONTENT_WITH_METADATA.url(base, **of, metadata=metadata)
    if metadata is None:
        return paths.PACT_CONTENT.url(base, provider=provider, consumer=consumer, sha=sha)
    address = {"provider": provider, "consumer": consumer, "sha": sha, "metadata": metadata}
    return paths.PACT_CONTENT_WITH_METADATA.url(base, **address)


_ANSWERS = {200: "The pacts to verify", 400: "The request is not valid", 404: "No such provider"}
_QUERY = (
    "consumer_version_selectors[][tag]",
    "consumer_version_selectors[][latest]",
    "consumer_version_selectors[][consumer]",
    "consumer_version_selectors[][fallback_tag]",
    "provider_version_tags[]",
    "provider_version_branch",
    "include_pending_status",
    "include_wip_pacts_since",
)

ROUTES = (
    Route(
        paths.FOR_VERIFICATION,
        {
            "GET": Action(
                ask_by_query, "The pacts for a provider to verify (older way)", query=_QUERY, answers=_ANSWERS
            ),
            "POST": Action(ask, "The pacts for a provider to verify", answers=_ANSWERS, reads=True),
        },
    ),
    Route(
        paths.CONTRACTS_FOR_VERIFICATION,
        {
            "POST": Action(
                ask_for_contracts,
                "The contracts of other formats than pact for a provider to verify",
                answers={**_ANSWERS, 200: "The contracts to verify"},
                reads=True,
            )
        },
    ),
)
