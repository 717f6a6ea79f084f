"""How refusals and failures look on the wire. The only module that knows which status a refusal has.

Without `application/problem+json` in the request's `Accept` an error is `{"error": …}` or `{"errors": …}`; with it, a
problem document (RFC 7807).
"""

import secrets
from dataclasses import replace
from typing import Any

import structlog

from troth_broker.core.errors import Conflict, Fault, Invalid, InvalidQuestion, NotAllowed, NotFound, TookTooLong
from troth_broker.store.errors import StoreFull, StoreReadOnly, StoreUnavailable
from troth_broker.web.access import Unauthenticated
from troth_broker.web.bodies import TooLarge, TooSlow
from troth_broker.web.call import MalformedBody, Reply
from troth_broker.web.negotiation import HAL, JSON, PROBLEM
from troth_broker.web.origins import CrossSite

log = structlog.get_logger("troth.http")


class UnsupportedMediaType(Exception):
    """The request's body is of a type that the resource does not read."""

    def __init__(self, takes: tuple[str, ...]) -> None:
        super().__init__(f"the request's Content-Type must be {' or '.join(takes)}")


def problem(base: str, kind: str, status: int, title: str, **more: Any) -> Reply:
    """A problem document; its type is `{base}/problems/{kind}`."""
    body = {"title": title, "type": f"{base}/problems/{kind}", "status": status, **more}
    return Reply(status, body, PROBLEM)


def custom_problem(status: int, base: str, kind: str, title: str, detail: str, *, told: int | None = None) -> Reply:
    """A problem document whose type is `{base}/problem/{kind}`: the reference writes some kinds in the singular.

    `told` is the status that the document tells, where the reference's document and answer differ.
    """
    body = {"title": title, "type": f"{base}/problem/{kind}", "status": told or status, "detail": detail}
    return Reply(status, body, PROBLEM)


def missing(sentence: str, base: str, problems: bool, *, named: bool = False) -> Reply:
    """The answer where nothing is; `named` says that the sentence tells what is missing."""
    if problems:
        return custom_problem(404, base, "not-found", "Not found", sentence)
    return Reply(404, {"error": sentence}, HAL if named else JSON)


def server_error_document(status: int, base: str, detail: str) -> Reply:
    """A refusal whose document calls itself a server error, as the reference's does for what it gives no kind."""
    return custom_problem(status, base, "server-error", "Server error", detail, told=500)


def _pointer(fault: Fault) -> str:
    return "/" + "/".join([fault.place.replace(".", "/"), *map(str, fault.inside)])


def invalid(faults: tuple[Fault, ...], base: str, problems: bool, status: int = 400) -> Reply:
    """The answer to a request whose parts are wrong."""
    if not problems:
        return Reply(status, {"errors": dict(Invalid(faults).by_place)})
    errors = [
        {
            "type": f"{base}/problems/{'missing-body-property' if fault.missing else 'invalid-body-property-value'}",
            "title": "Validation error",
            "detail": fault.text,
            "pointer": _pointer(fault),
        }
        for fault in faults
    ]
    return problem(base, "validation-error", status, "Validation errors", instance="/", errors=errors)


def _invalid_question(fault: InvalidQuestion, base: str, problems: bool) -> Reply:
    if not problems:
        return Reply(400, {"errors": list(fault.texts)})
    kind = f"{base}/problems/invalid-request-query-parameter"
    errors = [{"type": kind, "title": "Validation error", "detail": text} for text in fault.texts]
    return problem(base, "validation-error", 400, "Validation errors", instance="/", errors=errors)


def _malformed(fault: MalformedBody, base: str, problems: bool) -> Reply:
    if problems:
        return server_error_document(400, base, str(fault))
    return Reply(400, {"error": str(fault)})


_LAST = {"Connection": "close"}
_ASKS = {"WWW-Authenticate": 'Basic realm="Restricted area"'}
"""Word for word the reference's, and what makes a browser ask for a name and a password."""


def _barred(status: int, kind: str, title: str, sentence: str, base: str, problems: bool) -> Reply:
    """The answer to a request that may not be made, or not by this client."""
    made = custom_problem(status, base, kind, title, sentence) if problems else Reply(status, {"error": sentence}, JSON)
    return replace(made, headers=_ASKS if status == 401 else {})


def _kept_out(error: Exception, base: str, problems: bool) -> Reply | None:
    """The answer to a request that never reached its resource."""
    match error:
        case TooLarge():
            return Reply(413, {"error": str(error)}, JSON, _LAST)
        case TooSlow():
            return Reply(408, {"error": str(error)}, JSON, _LAST)
        case Unauthenticated():
            return _barred(401, "unauthenticated", "Unauthorised", str(error), base, problems)
        case CrossSite():
            return _barred(403, "cross-site", "Forbidden", str(error), base, problems)
    return None


def failure(error: Exception, base: str, problems: bool) -> Reply:
    """The answer to a failure of ours: 507 or 503 when the store is full or away, else 500; with a logged reference."""
    reference = secrets.token_urlsafe(8)
    if isinstance(error, StoreFull):
        log.error("the store's disk is full", reference=reference, cause=str(error))
        status = 507
        message = (
            f"The disk of the broker's store is full, and nothing of this request was kept. Reference: {reference}"
        )
    elif isinstance(error, StoreUnavailable):
        log.error("the store is unavailable", reference=reference, cause=str(error))
        status, message = 503, f"The broker's store cannot be used at the moment. Reference: {reference}"
    else:
        log.error("unhandled failure", reference=reference, exc_info=error)
        status, message = 500, f"The broker failed; its log says why under the reference {reference}"
    if problems:
        return problem(base, "server-error", status, "Server error", detail=message)
    return Reply(status, {"error": {"message": message, "reference": reference}}, JSON)


def refusal(error: Exception, base: str, problems: bool) -> Reply | None:
    """The answer to a refused request; None if the exception is no refusal."""
    match error:
        case NotFound():
            return missing(error.sentence, base, problems, named=error.named)
        case Invalid():
            return invalid(error.faults, base, problems)
        case InvalidQuestion():
            return _invalid_question(error, base, problems)
        case NotAllowed():
            return invalid((error.fault,), base, problems, status=422)
        case MalformedBody():
            return _malformed(error, base, problems)
        case Conflict():
            return Reply(409, {"error": str(error)})
        case TookTooLong():
            return Reply(408, {"error": str(error)}, JSON)
        case StoreReadOnly():
            return Reply(409, {"error": str(error)}, JSON)
        case UnsupportedMediaType():
            return Reply(415, {"error": str(error)}, JSON)
    return _kept_out(error, base, problems)
