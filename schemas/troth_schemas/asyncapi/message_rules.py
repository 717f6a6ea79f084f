"""Rules about messages: which each side knows, and what is said of them but for their schemas."""

from collections.abc import Iterator, Mapping
from typing import Final

from troth_schemas.asyncapi.examples import of_message
from troth_schemas.asyncapi.model import Message
from troth_schemas.asyncapi.talk import Messages
from troth_schemas.finding import Found, Witness
from troth_schemas.json_body import Json
from troth_schemas.rule import Rule, rule

_SENT: Final = "asyncapi/sent-message-removed"
_RECEIVED: Final = "asyncapi/received-message-removed"
_ITSELF: Final = "itself: it breaks in both directions"
_UNSTATED: Final = "of no stated type"


@rule("asyncapi/received-message-removed", severity="breaking", aliases=("message-removed",), mirror=_SENT)
def received_message_removed(pair: Messages) -> Iterator[Found]:
    """A message that clients send is not received any more.

    Why it breaks: whoever still sends it is not understood.
    Instead: go on receiving it until nobody sends it.
    """
    if pair.app is None and pair.clients is not None and pair.talk.action == "receive":
        message = f"The message {pair.name} of {pair.talk.title} is not received."
        yield pair.talk.found(message, pair.name, clients=pair.clients.at, witness=example(pair))


@rule("asyncapi/sent-message-removed", severity="breaking", aliases=("message-removed",), mirror=_RECEIVED)
def sent_message_removed(pair: Messages) -> Iterator[Found]:
    """A message that clients wait for is not sent any more.

    Why it breaks: they wait in vain.
    Instead: go on sending it until nobody waits for it.
    """
    if pair.app is None and pair.clients is not None and pair.talk.action == "send":
        message = f"The message {pair.name} of {pair.talk.title} is not sent."
        yield pair.talk.found(message, pair.name, clients=pair.clients.at, witness=example(pair))


@rule(
    "asyncapi/sent-message-added",
    severity="risky",
    mirror="one way only: a message that may be received, too, harms nobody",
)
def sent_message_added(pair: Messages) -> Iterator[Found]:
    """A message is sent that clients do not know.

    Why it matters: a client that takes everything on the channel for what it knows fails on it.
    Instead: send it on a channel of its own, or make sure that clients leave unknown messages alone.
    """
    if pair.clients is None and pair.app is not None and pair.talk.action == "send":
        message = f"{pair.talk.title} sends the message {pair.name}, which its clients do not know."
        yield pair.talk.found(message, pair.name, app=pair.app.at)


@rule("asyncapi/content-type-changed", severity="breaking", mirror=_ITSELF)
def content_type_changed(pair: Messages) -> Iterator[Found]:
    """A message has another content type for the one side than for the other.

    Why it breaks: what the one writes the other cannot decode.
    Instead: add a message with the new content type.
    """
    app, clients = pair.app, pair.clients
    if app is not None and clients is not None and _media(app) != _media(clients) and not _is_default(app, clients):
        message = (
            f"The message {pair.name} is {_media(app)}, and {_media(clients)} for the clients of {pair.talk.title}."
        )
        yield pair.talk.found(message, pair.name, app=app.at, clients=clients.at, witness=example(pair))


@rule("asyncapi/correlation-id-changed", severity="breaking", mirror=_ITSELF)
def correlation_id_changed(pair: Messages) -> Iterator[Found]:
    """The correlation id of a message stands elsewhere, or is gone.

    Why it breaks: answers are no longer matched with what they answer.
    Instead: keep the old place beside the new one.
    """
    app, clients = pair.app, pair.clients
    if app is not None and clients is not None and clients.correlation and app.correlation != clients.correlation:
        where = f"at {app.correlation}" if app.correlation else "gone"
        message = f"The correlation id of the message {pair.name} is {where}; "
        message += f"clients of {pair.talk.title} look at {clients.correlation}."
        yield pair.talk.found(message, pair.name, app=app.at, clients=clients.at, witness=example(pair))


@rule("asyncapi/message-binding-changed", severity="risky", mirror=_ITSELF)
def message_binding_changed(pair: Messages) -> Iterator[Found]:
    """What a message says to a protocol (a key, a header of the protocol) is another.

    Why it matters: brokers and clients may order, route or drop messages by it.
    Instead: look at what the binding does before changing it.
    """
    if pair.app is not None and pair.clients is not None:
        for protocol in changed(pair.app.bindings or {}, pair.clients.bindings or {}):
            message = f"The {protocol} binding of the message {pair.name} of {pair.talk.title} is another."
            yield pair.talk.found(message, pair.name, protocol, app=pair.app.at, clients=pair.clients.at)


def example(pair: Messages) -> Witness | None:
    """A message as the side writes it that sends it."""
    sends = pair.clients if pair.talk.action == "receive" or pair.app is None else pair.app
    return None if sends is None else of_message(pair.talk.title, sends)


def _media(message: Message) -> str:
    return message.content_type.partition(";")[0].strip().lower() or _UNSTATED


def _is_default(app: Message, clients: Message) -> bool:
    """Whether one side says JSON, and the other nothing of what is JSON."""
    media = {_media(one) for one in (app, clients)}
    payloads = [one.payload for one in (app, clients)]
    return media == {"application/json", _UNSTATED} and all(one is None or one.json is not None for one in payloads)


def changed(new: Mapping[str, Json], old: Mapping[str, Json]) -> list[str]:
    """The protocols whose binding is another; its own version and a new protocol's do not count."""
    return [name for name, value in old.items() if _telling(new.get(name)) != _telling(value)]


def _telling(value: Json) -> Json:
    if not isinstance(value, dict):
        return value
    return {name: one for name, one in value.items() if name != "bindingVersion" and not name.startswith("x-")}


ON_MESSAGES: Final[tuple[Rule, ...]] = (
    received_message_removed, sent_message_removed, sent_message_added, content_type_changed, correlation_id_changed,
    message_binding_changed,
)  # fmt: skip
