"""Secrets over HTTP: what may be told about them is read, their values are only ever written."""

from typing import Any

from troth_broker.core.errors import Fault, Invalid
from troth_broker.core.texts import faults_of_texts
from troth_broker.http.hal import Body, curies, link, without_nulls
from troth_broker.http.version_view import timestamps
from troth_broker.services import secrets
from troth_broker.services.secrets import NewSecret
from troth_broker.store.secrets import Secret
from troth_broker.web import paths
from troth_broker.web.call import NO_CONTENT, Call, Reply
from troth_broker.web.frame import Action, Route
from troth_broker.web.negotiation import JSON


def list_secrets(call: Call) -> Reply:
    """Every secret by name."""
    found = [_document(one, call.base) for one in secrets.list_secrets(call.world)]
    links = {"self": link(call.url, "Secrets"), "curies": curies(call.base, "secrets")}
    return Reply(200, {"_embedded": {"secrets": found}, "_links": links})


def get_secret(call: Call) -> Reply:
    """One secret, without its value."""
    return Reply(200, _document(secrets.secret(call.world, call.params["uuid"]), call.base))


def post_secret(call: Call) -> Reply:
    """Record a secret, or replace the one of that name."""
    return _put(call, None)


def put_secret(call: Call) -> Reply:
    """Record a secret with a uuid of one's own, or replace the one that has it."""
    return _put(call, call.params["uuid"])


def delete_secret(call: Call) -> Reply:
    """Forget a secret."""
    secrets.delete_secret(call.world, call.params["uuid"])
    return NO_CONTENT


def _put(call: Call, uuid: str | None) -> Reply:
    found, made = secrets.put_secret(call.world, _new(call.json_object()), uuid)
    location = {"Location": paths.SECRET.url(call.base, uuid=found.uuid)} if made else {}
    return Reply(201 if made else 200, _document(found, call.base), headers=location)


def _new(body: dict[str, Any]) -> NewSecret:
    faults = [
        Fault(name, "must be a string" if name in body else "is missing", missing=name not in body)
        for name in ("name", "value")
        if not isinstance(body.get(name), str) and (name == "name" or body.get(name) is not None)
    ]
    faults += faults_of_texts(body, ("description",))
    if faults:
        raise Invalid(faults)
    return NewSecret(body["name"], body.get("value"), body.get("description"))


def _document(found: Secret, base: str) -> Body:
    url = paths.SECRET.url(base, uuid=found.uuid)
    return without_nulls(
        {
            "uuid": found.uuid,
            "name": found.name,
            "description": found.description,
            **timestamps(found.created_at, found.updated_at),
            "_links": {"self": link(url, "Secret", found.name)},
        }
    )


_REFUSALS = {400: "The secret is not valid", 409: "This broker has no key to encrypt it with"}

ROUTES = (
    Route(
        paths.SECRETS,
        {
            "GET": Action(list_secrets, "The secrets that webhooks may name, without their values"),
            "POST": Action(
                post_secret,
                "Record a secret, or replace the one of that name",
                consumes=(JSON,),
                answers={200: "It is replaced", 201: "It is recorded", **_REFUSALS},
            ),
        },
    ),
    Route(
        paths.SECRET,
        {
            "GET": Action(get_secret, "A secret without its value"),
            "PUT": Action(
                put_secret,
                "Record a secret with a uuid of your own, or replace it",
                consumes=(JSON,),
                answers={200: "It is replaced", 201: "It is recorded", **_REFUSALS},
            ),
            "DELETE": Action(delete_secret, "Forget a secret", answers={204: "It is gone"}),
        },
    ),
)
