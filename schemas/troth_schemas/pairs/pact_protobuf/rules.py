"""What a pact may rely on that a provider's .proto files do not have; Protobuf's own rules tell of types and names."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from troth_schemas.finding import Found, Place, Witness
from troth_schemas.rule import Rule, rule

_ONE_WAY: Final = "one way only: what the provider has besides does no harm"


@dataclass(frozen=True, slots=True)
class Spot:
    """What is wrong: the interaction, the thing in words that last, its places, and what is said of it."""

    title: str
    thing: tuple[str, ...]
    message: str
    pact: Place
    provider: Place | None = None
    element: str | None = None
    witness: Witness | None = None
    by_consumer: bool = False


def _found(spot: Spot) -> Iterator[Found]:
    reader, writer = (spot.provider, spot.pact) if spot.by_consumer else (spot.pact, spot.provider)
    yield Found(
        spot.message,
        (spot.title, *spot.thing),
        reader,
        writer,
        interaction=spot.title,
        element=spot.element,
        witness=spot.witness,
    )


@rule("pact-protobuf/service-unknown", severity="breaking", mirror=_ONE_WAY)
def service_unknown(spot: Spot) -> Iterator[Found]:
    """The pact calls a service that the provider does not have.

    Why it breaks: the call ends in UNIMPLEMENTED.
    Instead: keep the service, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/method-unknown", severity="breaking", mirror=_ONE_WAY)
def method_unknown(spot: Spot) -> Iterator[Found]:
    """The pact calls a method that the provider's service does not have.

    Why it breaks: the call ends in UNIMPLEMENTED.
    Instead: keep the method, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/message-unknown", severity="breaking", mirror=_ONE_WAY)
def message_unknown(spot: Spot) -> Iterator[Found]:
    """The pact is about a message type that the provider does not have.

    Why it breaks: nobody sends what the consumer waits for, or nobody reads what it sends.
    Instead: keep the message, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/request-field-unknown", severity="breaking", mirror="pact-protobuf/response-field-unknown")
def request_field_unknown(spot: Spot) -> Iterator[Found]:
    """The pact sends a field that the provider does not have.

    Why it breaks: the provider passes over what the consumer says.
    Instead: keep the field, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/response-field-unknown", severity="breaking", mirror="pact-protobuf/request-field-unknown")
def response_field_unknown(spot: Spot) -> Iterator[Found]:
    """The pact relies on a field that the provider does not have.

    Why it breaks: the consumer finds nothing there, whatever the provider answers.
    Instead: keep the field, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/request-field-required", severity="breaking", mirror="one way only: a consumer may ignore fields")
def request_field_required(spot: Spot) -> Iterator[Found]:
    """The pact's request lacks a field that the provider requires.

    Why it breaks: the provider refuses the request.
    Instead: do not require fields; check them in code.
    """
    return _found(spot)


@rule("pact-protobuf/request-value-unknown", severity="breaking", mirror="pact-protobuf/response-value-unknown")
def request_value_unknown(spot: Spot) -> Iterator[Found]:
    """The pact sends a value of an enum that the provider does not have.

    Why it breaks: the provider takes it for a number without a name, or drops it.
    Instead: keep the value, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/response-value-unknown", severity="breaking", mirror="pact-protobuf/request-value-unknown")
def response_value_unknown(spot: Spot) -> Iterator[Found]:
    """The pact relies on a value of an enum that the provider does not have.

    Why it breaks: the provider never answers it.
    Instead: keep the value, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/responses-too-many", severity="breaking", mirror="one way only: a stream may hold one message")
def responses_too_many(spot: Spot) -> Iterator[Found]:
    """The pact expects several answers of a method that gives one.

    Why it breaks: the consumer waits for what never comes.
    Instead: keep the stream, or change the consumer first.
    """
    return _found(spot)


@rule("pact-protobuf/status-unknown", severity="breaking", mirror=_ONE_WAY)
def status_unknown(spot: Spot) -> Iterator[Found]:
    """The pact expects a gRPC status that there is not.

    Why it breaks: no server can answer it.
    Instead: name one of gRPC's codes, such as NOT_FOUND or 5.
    """
    return _found(spot)


@rule("pact-protobuf/json-unreadable", severity="breaking", mirror=_ONE_WAY)
def json_unreadable(spot: Spot) -> Iterator[Found]:
    """A message in JSON has something that its Protobuf type does not.

    Why it breaks: what the provider writes from its message never looks like that.
    Instead: expect what the type's JSON mapping gives.
    """
    return _found(spot)


@rule("pact-protobuf/json-written-otherwise", severity="risky", mirror=_ONE_WAY)
def json_written_otherwise(spot: Spot) -> Iterator[Found]:
    """A message in JSON is written otherwise than Protobuf's JSON mapping writes it.

    Why it breaks: Protobuf's libraries read it, but write it differently: names in lowerCamelCase, integers of 64 bits
    as texts, enums by name.
    Instead: expect what the mapping writes.
    Note: risky, because the provider may be set to write it like that.
    """
    return _found(spot)


@rule("pact-protobuf/interaction-not-covered", severity="not-covered", mirror="it is about neither direction")
def interaction_not_covered(spot: Spot) -> Iterator[Found]:
    """An interaction was not compared with the .proto files.

    Why it matters: what was not compared is never taken for compatible.
    Instead: give the provider's document of its kind as well, or write the pact with the protobuf plug-in, which keeps
    the descriptors in it.
    """
    return _found(spot)


RULES: Final[tuple[Rule, ...]] = (
    service_unknown,
    method_unknown,
    message_unknown,
    request_field_unknown,
    response_field_unknown,
    request_field_required,
    request_value_unknown,
    response_value_unknown,
    responses_too_many,
    status_unknown,
    json_unreadable,
    json_written_otherwise,
    interaction_not_covered,
)
