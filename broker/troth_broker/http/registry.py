"""The schema registry over HTTP: Confluent's REST API, key by key, so that serializers work by changing a URL."""

import json
from collections.abc import Callable
from dataclasses import replace
from functools import wraps
from http import HTTPStatus
from typing import Any, Final

from troth_broker.core.names import fault_of_name
from troth_broker.core.registry import (
    TYPES,
    NewSchema,
    Reference,
    Refused,
    Registered,
    read_compatibility,
    read_mode,
    read_schema,
    read_subject,
    read_version,
    subject_not_found,
)
from troth_broker.core.registry_names import holds, qualified
from troth_broker.http.links import BaseLinks
from troth_broker.services import registry, registry_registering, registry_settings
from troth_broker.services.registry import Which
from troth_broker.services.registry_publishing import Publisher
from troth_broker.web.call import Call, MalformedBody, Reply
from troth_broker.web.frame import Handler
from troth_broker.web.negotiation import JSON, PROBLEM

V1: Final = "application/vnd.schemaregistry.v1+json"
PLAIN: Final = "application/vnd.schemaregistry+json"
JSON_TYPES: Final = (V1, PLAIN, JSON)
VERSION_HEADER, BRANCH_HEADER = "X-Application-Version", "X-Application-Branch"
"""How a request says of which version of its application a schema is, and on which branch that is."""
_LARGEST_ID: Final = 2**31 - 1


def answered(handler: Callable[[Call], Any]) -> Handler:
    """Make a reply of what a handler gives back, and of what it refuses: this API's errors have a form of their own."""

    @wraps(handler)
    def answer(call: Call) -> Reply:
        try:
            value = handler(call)
        except Refused as refused:
            status = refused.code // 100 if refused.code > 999 else refused.code
            return _reply(call, status, {"error_code": refused.code, "message": refused.message})
        except MalformedBody as problem:
            return _reply(call, 400, {"error_code": 400, "message": str(problem)})
        return value if isinstance(value, Reply) else _reply(call, 200, value)

    return answer


def in_own_form(reply: Reply) -> Reply:
    """A refusal that never reached a handler, in this API's form; problem documents stay what they are."""
    if isinstance(reply.body, str) or reply.media == PROBLEM:
        return reply
    said = reply.body.get("error") if isinstance(reply.body, dict) else None
    if isinstance(said, dict):
        said = said.get("message")
    told = {"error_code": reply.status, "message": said or f"HTTP {reply.status} {HTTPStatus(reply.status).phrase}"}
    text = json.dumps(told, ensure_ascii=False, separators=(",", ":"))
    return replace(reply, body=text, media=V1, charset=False)


def _reply(call: Call, status: int, value: Any) -> Reply:
    return Reply(status, json.dumps(value, ensure_ascii=False, separators=(",", ":")), call.media, charset=False)


# --- what is there --------------------------------------------------------------------------------------------------


def types(_call: Call) -> list[str]:
    """The types of schemas that can be registered."""
    return ["JSON", "PROTOBUF", "AVRO"]


def contexts(call: Call) -> list[str]:
    """The contexts that subjects are in."""
    return _slice(call, registry.contexts(call.world))


def schemas(call: Call) -> list[dict[str, Any]]:
    """Every version of every subject."""
    found = registry.everything(
        call.world,
        prefix=_prefix(call),
        deleted=_flag(call, "deleted"),
        latest_only=_flag(call, "latestOnly"),
    )
    return [_registered(one) for one in _slice(call, found)]


def schema_by_id(call: Call) -> dict[str, Any]:
    """A schema by its id, as who reads a message asks for it."""
    found = registry.schema(call.world, _id(call))
    shown = {"schema": _text(call, found), **_kind(found.format, found.references)}
    if _flag(call, "fetchMaxId"):
        shown["maxId"] = registry.largest_id(call.world)
    return shown


def text_by_id(call: Call) -> Reply:
    """A schema's text by its id."""
    return Reply(200, _text(call, registry.schema(call.world, _id(call))), call.media, charset=False)


def subjects_by_id(call: Call) -> list[str]:
    """The subjects that have a schema."""
    return _slice(call, list(dict.fromkeys(one.subject for one in _versions_by_id(call))))


def versions_by_id(call: Call) -> list[dict[str, Any]]:
    """The versions of subjects that have a schema."""
    return _slice(call, [{"subject": one.subject, "version": one.version} for one in _versions_by_id(call)])


def _versions_by_id(call: Call) -> list[Registered]:
    found = registry.versions_of_schema(call.world, _id(call), deleted=_flag(call, "deleted"))
    wanted = call.parameter("subject")
    return [one for one in found if not wanted or holds(qualified(wanted), one.subject)]


def subjects(call: Call) -> list[str]:
    """The names of all subjects."""
    return _slice(call, registry.subjects(call.world, _which(call), _prefix(call)))


def versions(call: Call) -> list[int]:
    """The numbers of a subject's versions."""
    return _slice(call, registry.versions(call.world, _subject(call), _which(call)))


def version(call: Call) -> dict[str, Any]:
    """A version of a subject with its schema."""
    found = _version(call)
    return _registered(replace(found, text=_text(call, found)))


def text_of_version(call: Call) -> Reply:
    """The text of a version's schema."""
    return Reply(200, _text(call, _version(call)), call.media, charset=False)


def referenced_by(call: Call) -> list[int]:
    """The ids of the schemas that stand on a version."""
    found = registry.referenced_by(call.world, _subject(call), read_version(call.params["version"]))
    return _slice(call, found)


# --- what is registered ---------------------------------------------------------------------------------------------


def register(call: Call) -> dict[str, Any]:
    """Register a schema as a subject's next version."""
    subject, new = _subject(call), _new(call)
    made = registry_registering.register(
        call.world, subject, new, normalize=_flag(call, "normalize"), publisher=_publisher(call, subject)
    )
    return {"id": made}


def _publisher(call: Call, subject: str) -> Publisher | None:
    """Whose contract a registered schema becomes, by the settings; of which version and branch, the request may say."""
    application = registry_settings.owner_of(call.world, subject)
    if application is None:
        return None
    told = {name: call.headers.get(name.lower()) or None for name in (VERSION_HEADER, BRANCH_HEADER)}
    for name, value in told.items():
        if value is not None and (fault := fault_of_name(value)):
            raise Refused(400, f"The header {name} {fault}")
    return Publisher(application, BaseLinks(call.base), told[VERSION_HEADER], told[BRANCH_HEADER])


def look_up(call: Call) -> dict[str, Any]:
    """The version of a subject that has this schema."""
    found = registry.look_up(
        call.world, _subject(call), _new(call), deleted=_flag(call, "deleted"), normalize=_flag(call, "normalize")
    )
    return _registered(replace(found, text=_text(call, found)))


def check(call: Call) -> dict[str, Any]:
    """Whether a schema could be a subject's next version."""
    asked = call.params.get("version")
    number = None if asked is None else read_version(asked)
    fits, obstacles = registry_registering.is_compatible(call.world, _subject(call), number, _new(call))
    return {"is_compatible": fits, **({"messages": obstacles} if _flag(call, "verbose") else {})}


def delete_subject(call: Call) -> list[int]:
    """Take a subject away, or forget it for good."""
    return registry.delete_subject(call.world, _subject(call), permanent=_flag(call, "permanent"))


def delete_version(call: Call) -> int:
    """Take a version away, or forget it for good."""
    number = read_version(call.params["version"])
    return registry.delete_version(call.world, _subject(call), number, permanent=_flag(call, "permanent"))


# --- levels and modes -----------------------------------------------------------------------------------------------


def level(call: Call) -> dict[str, str]:
    """What a new version owes the earlier ones."""
    found = registry_settings.compatibility(call.world, _scope(call), or_global=_flag(call, "defaultToGlobal"))
    return {"compatibilityLevel": found}


def put_level(call: Call) -> dict[str, str]:
    """Set what a new version owes the earlier ones."""
    sent = call.json_object(empty={})
    registry_settings.set_compatibility(call.world, _scope(call), read_compatibility(sent))
    return {"compatibility": sent["compatibility"]}


def delete_level(call: Call) -> dict[str, str]:
    """Go back to what holds for all."""
    subject = _scope(call)
    before = _own(lambda: registry_settings.compatibility(call.world, subject), subject)
    registry_settings.set_compatibility(call.world, subject, None)
    return {"compatibilityLevel": before}


def mode(call: Call) -> dict[str, str]:
    """Whether subjects may be written."""
    return {"mode": registry_settings.mode(call.world, _scope(call), or_global=_flag(call, "defaultToGlobal"))}


def put_mode(call: Call) -> dict[str, str]:
    """Set whether subjects may be written."""
    sent = call.json_object(empty={})
    registry_settings.set_mode(call.world, _scope(call), read_mode(sent), force=_flag(call, "force"))
    return {"mode": sent["mode"]}


def delete_mode(call: Call) -> dict[str, str]:
    """Go back to what holds for all."""
    subject = _scope(call)
    before = _own(lambda: registry_settings.mode(call.world, subject), subject)
    registry_settings.set_mode(call.world, subject, None)
    return {"mode": before}


def _own(ask: Callable[[], str], subject: str | None) -> str:
    """What is set; a subject for which nothing is set counts as not found when it is to be taken back."""
    try:
        return ask()
    except Refused:
        raise subject_not_found(subject or "") from None


# --- the parts of requests and answers ------------------------------------------------------------------------------


def _subject(call: Call) -> str:
    return read_subject(call.params["subject"])


def _scope(call: Call) -> str | None:
    return _subject(call) if "subject" in call.params else None


def _version(call: Call) -> Registered:
    number = read_version(call.params["version"])
    return registry.version(call.world, _subject(call), number, deleted=_flag(call, "deleted"))


def _text(call: Call, schema: NewSchema | Registered) -> str:
    return registry.in_form(call.world, schema, call.parameter("format"))


def _id(call: Call) -> int:
    text = call.params["id"]
    if not (text.isascii() and text.isdigit() and int(text[:11]) <= _LARGEST_ID):
        raise Refused(404, "HTTP 404 Not Found")
    return int(text)


def _new(call: Call) -> NewSchema:
    return read_schema(call.json_object(empty={}))


def _flag(call: Call, name: str) -> bool:
    return (call.parameter(name) or "").lower() == "true"


def _prefix(call: Call) -> str:
    """What the subjects of a list begin with; those of all contexts, unless it is said."""
    asked = call.parameter("subjectPrefix")
    return ":*:" if asked is None else asked


def _which(call: Call) -> Which:
    if _flag(call, "deletedOnly"):
        return "deleted"
    return "all" if _flag(call, "deleted") else "alive"


def _slice(call: Call, found: list[Any]) -> list[Any]:
    """The part of a list that `offset` and `limit` ask for."""
    offset, limit = _count(call, "offset") or 0, _count(call, "limit")
    return found[offset : offset + limit] if limit else found[offset:]


def _count(call: Call, name: str) -> int | None:
    text = call.parameter(name)
    return int(text) if text is not None and text.isascii() and text.isdigit() and len(text) < 10 else None


def _registered(one: Registered) -> dict[str, Any]:
    return {
        "subject": one.subject,
        "version": one.version,
        "id": one.id,
        **_kind(one.format, one.references),
        "schema": one.text,
    }


def _kind(kind: str, references: tuple[Reference, ...]) -> dict[str, Any]:
    """The type, which is told unless it is Avro, and what the schema stands on, if anything."""
    shown: dict[str, Any] = {} if kind == "avro" else {"schemaType": TYPES[kind]}
    if references:
        shown["references"] = [{"name": r.name, "subject": r.subject, "version": r.version} for r in references]
    return shown
