"""The messages of expectations of Troth's own form, in their encodings."""

import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial

from troth_verifiers.api import Contract
from troth_verifiers.errors import ContractUnreadable
from troth_verifiers.events.errors import NotReplayable
from troth_verifiers.events.payloads import codec_for
from troth_verifiers.events.registry import Registry
from troth_verifiers.events.wanted import Wanted, interactions, wanted_of
from troth_verifiers.stub.messages.promised import Promised, event_of
from troth_verifiers.transport import Broker, Event


def expected_messages(contract: Contract) -> Iterator[Promised]:
    """Every message that is expected with contents. Raises `ContractUnreadable`."""
    for interaction in interactions(contract):
        wanted = wanted_of(interaction)
        if wanted.trouble is not None:
            raise ContractUnreadable(contract.name, [f"{interaction.description}: {wanted.trouble.text}"])
        yield Promised(interaction.title, interaction.description, partial(_made, wanted))


async def _made(wanted: Wanted, broker: Broker) -> Event:
    if "contents" not in wanted.expectation.says:
        raise NotReplayable("It has no `contents`, so there is nothing to send.")
    registry = Registry(wanted.registry, timeout=broker.timeout) if wanted.registry else None
    try:
        codec = codec_for(wanted.encoding, replace(wanted.schemas, registry=registry))
        contents = await codec.encode(wanted.expectation.get("contents"), wanted.channel, wanted.stated_type)
    finally:
        if registry is not None:
            await registry.aclose()
    metadata = {name: value if isinstance(value, str) else json.dumps(value) for name, value in wanted.metadata.items()}
    return event_of(wanted.channel, contents, wanted.content_type, metadata, key=wanted.key)
