"""The messages that the application of an AsyncAPI document sends: its examples, else made up from the schemas.

A document that names consumer and provider is the consumer's; its provider sends what the consumer receives.
"""

from collections.abc import Iterator
from functools import partial

from troth_verifiers.api import Contract
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.events.addresses import address_to
from troth_verifiers.events.described import described
from troth_verifiers.events.documents import api_of, is_consumers
from troth_verifiers.events.examples import examples_of
from troth_verifiers.events.made import made
from troth_verifiers.events.operations import Taken
from troth_verifiers.stub.messages.promised import Promised
from troth_verifiers.transport import Broker, Event


def described_messages(contract: Contract) -> Iterator[Promised]:
    """Every example of every message that is sent. Raises `ContractUnreadable`."""
    api, wrong = api_of(contract)
    if wrong:
        raise ContractUnreadable(contract.name, wrong)
    turned = is_consumers(contract)
    for operation in api.operations.values():
        if (operation.action == "send") is turned:
            continue
        for message in operation.messages.values():
            for example in examples_of(api, message):
                title = f"{operation.name} sends {message.name}{f': {example.name}' if example.name else ''}"
                yield Promised(title, title, partial(_made, Taken(api, operation, message, example)))


async def _made(taken: Taken, broker: Broker) -> Event:
    channel = address_to(taken.api, taken.operation.channel, broker.parts.scheme)
    return (await made(taken, described(taken.message, None), channel)).event
