"""Making one call of a webhook: its request filled in, secrets opened for that moment only, a log without them."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from troth_broker.core.call_logs import call_log
from troth_broker.core.calls import OutgoingCall, Sent
from troth_broker.core.errors import UnreadableSecret
from troth_broker.core.redaction import Redactor, sensitive_values
from troth_broker.core.webhook_context import Context
from troth_broker.core.webhook_templates import expand, secrets_named
from troth_broker.core.webhooks import Request
from troth_broker.services.ports import Sender
from troth_broker.services.sealing import unseal
from troth_broker.services.secrets import opened
from troth_broker.services.world import World
from troth_broker.store import deliveries, secrets


@dataclass(frozen=True, slots=True)
class Means:
    """What the store adds to a request: every secret, still encrypted, and the authorities to trust."""

    secrets: Mapping[str, bytes] = field(default_factory=dict, repr=False)
    certificates: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Made:
    """A call that was made, or could not be: as it went out, what became of it, and its log without a secret."""

    call: OutgoingCall = field(repr=False)
    sent: Sent
    log: str
    redact: Redactor = field(repr=False)


def means(db: Connection) -> Means:
    """What a call takes besides its request."""
    return Means(secrets.values(db), deliveries.certificates(db))


def call(
    world: World, sender: Sender, request: Request, context: Context, means: Means, *, delivery: str, attempt: int
) -> Made:
    """Make a call, in bounded time and outside of any transaction. `request` is as the store keeps it."""
    at = world.clock()
    known = opened(world.cipher, means.secrets)
    outgoing = OutgoingCall(request.method, request.url)
    try:
        request = replace(request, password=unseal(world.cipher, request.password))
        outgoing = expand(request, context, known)
    except UnreadableSecret as error:
        sent = Sent(success=False, problem=f"not called: {error}")
    else:
        missing = sorted(secrets_named(request) - set(known))
        if missing:
            problems = "; ".join(_without(name, name in means.secrets) for name in missing)
            sent = Sent(success=False, problem=f"not called: {problems}")
        else:
            sent = sender.send(outgoing, delivery=delivery, attempt=attempt, certificates=means.certificates)
    redact = Redactor((*known.values(), *sensitive_values(outgoing)))
    shown = bool(world.settings.webhook_host_whitelist)
    log = call_log(outgoing, sent, delivery=delivery, attempt=attempt, at=at, redact=redact, show_answer=shown)
    return Made(outgoing, sent, log, redact)


def _without(name: str, there: bool) -> str:
    if there:
        return f"the secret {name} was encrypted with a key that is not in TROTH_SECRET_KEY"
    return f"there is no secret named {name} (`troth secret set {name}` makes it)"
