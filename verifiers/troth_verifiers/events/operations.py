"""What of an AsyncAPI document is replayed: the messages that the application under test sends, and those it takes.

The application under test is the one that the document describes, unless the document is a consumer's contract with
the provider that runs: then it is the other side, which sends what the consumer receives and takes what it sends.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from troth_schemas.asyncapi.model import Api, Message, Operation
from troth_verifiers.api import Cause, Interaction, State
from troth_verifiers.events.described import described
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.examples import MADE, Example, examples_of


@dataclass(frozen=True, slots=True)
class Sent:
    """One message that the application under test sends. `trouble` says why it cannot be replayed."""

    operation: Operation
    message: Message
    trouble: Cause | None = None


@dataclass(frozen=True, slots=True)
class Taken:
    """One message that the application under test is sent, as an example or made up. `trouble` as in `Sent`."""

    api: Api
    operation: Operation
    message: Message
    example: Example
    trouble: Cause | None = None


@dataclass(frozen=True, slots=True)
class Answered:
    """One reply to what the application under test sends, a `message` of the operation `request`."""

    request: Operation
    message: Message
    reply: Taken
    trouble: Cause | None = None


def listed(api: Api, *, turned: bool) -> Iterator[Interaction]:
    """An interaction for each message that is sent, and for each example of one that is taken, replies included.

    ``turned``: the application under test is not the one that the document describes, but who it talks with.
    """
    index = 0
    for operation in api.operations.values():
        for message in operation.messages.values():
            for one in _of(api, operation, message, turned=turned):
                yield _numbered(one, index)
                index += 1
        for answer in _answers(api, operation, turned=turned):
            yield _numbered(answer, index)
            index += 1


def _of(api: Api, operation: Operation, message: Message, *, turned: bool) -> Iterator[Sent | Taken]:
    if (operation.action == "send") is not turned:
        yield Sent(operation, message, trouble_of(message))
        return
    troubles = (trouble_of(message), *map(trouble_of, _replies(operation)))
    trouble = next((one for one in troubles if one is not None), None)
    for example in examples_of(api, message):
        yield Taken(api, operation, message, example, trouble)


def _answers(api: Api, operation: Operation, *, turned: bool) -> Iterator[Answered]:
    """The replies to what is sent; the first of the operation's messages is the request."""
    request = next(iter(operation.messages.values()), None)
    if request is None or (operation.action == "send") is turned:
        return
    for message in _replies(operation):
        trouble = trouble_of(request) or trouble_of(message)
        for example in examples_of(api, message):
            yield Answered(operation, request, Taken(api, operation, message, example), trouble)


def _replies(operation: Operation) -> tuple[Message, ...]:
    return () if operation.reply is None else tuple(operation.reply.messages.values())


def _numbered(one: Sent | Taken | Answered, index: int) -> Interaction:
    operation, message = (one.request if isinstance(one, Answered) else one.operation), one.message
    channel = operation.channel.address or operation.channel.name
    description = f"{operation.name} {operation.action}s {message.name}"
    key = f"{operation.name}/{message.name}"
    states: tuple[State, ...] = ()
    if not isinstance(one, Taken):
        states = (State(operation.name, {"message": message.name, "channel": channel}),)
    if isinstance(one, Answered):
        reply = one.reply.message.name
        description, key = f"{description} and takes the reply {reply}", f"{key}/{reply}"
    example = MADE if isinstance(one, Sent) else (one.reply if isinstance(one, Answered) else one).example
    if example.name:
        description, key = f"{description}: {example.name}", f"{key}/{example.name}"
    return Interaction(
        index=index, description=description, kind="message", key=key, path=channel, states=states, body=one
    )


def trouble_of(message: Message) -> Cause | None:
    """Why a message cannot be judged or made, if it cannot."""
    try:
        described(message, None)
    except NotReplayable as error:
        return error.cause
    return None
