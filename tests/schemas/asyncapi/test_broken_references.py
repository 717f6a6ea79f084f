"""A reference that leads nowhere is a problem with its place, and what stood behind it is neither passed nor broken."""

import copy
import json
from collections.abc import Iterator
from typing import Any

import pytest
import yaml

from tests.schemas.documents import pact
from troth_schemas.contract import Contract, compare
from troth_schemas.json_body import Json
from troth_schemas.pairs import judge
from troth_schemas.problem import pointer
from troth_schemas.report import Report
from troth_schemas.sources import one

V3 = """
asyncapi: 3.0.0
info: {title: Orders, version: "1"}
servers:
  main: {$ref: "#/components/servers/main"}
channels:
  orders:
    address: orders.{region}
    parameters: {region: {$ref: "#/components/parameters/region"}}
    bindings: {$ref: "#/components/channelBindings/orders"}
    messages:
      placed: {$ref: "#/components/messages/placed"}
      cancelled: {payload: {type: object, properties: {why: {type: string}}, required: [why]}}
  questions: {$ref: "#/components/channels/questions"}
  answers: {address: answers, messages: {answer: {payload: {$ref: "#/components/schemas/Answer"}}}}
operations:
  told:
    action: send
    channel: {$ref: "#/channels/orders"}
    messages: [{$ref: "#/channels/orders/messages/placed"}]
    bindings: {kafka: {$ref: "#/components/bindings/kafka"}}
    security: [{$ref: "#/components/securitySchemes/key"}]
    traits: [{$ref: "#/components/operationTraits/usual"}]
  asked:
    action: receive
    channel: {$ref: "#/channels/questions"}
    reply: {$ref: "#/components/replies/answered"}
components:
  servers: {main: {host: localhost, protocol: kafka, security: [{$ref: "#/components/securitySchemes/key"}]}}
  parameters: {region: {enum: [eu, us]}}
  channelBindings: {orders: {kafka: {topic: orders}}}
  channels: {questions: {address: questions, messages: {question: {$ref: "#/components/messages/question"}}}}
  bindings: {kafka: {groupId: {type: string}}}
  securitySchemes: {key: {type: apiKey, in: user}}
  operationTraits: {usual: {bindings: {amqp: {ack: true}}}}
  replies:
    answered: {channel: {$ref: "#/channels/answers"}, messages: [{$ref: "#/channels/answers/messages/answer"}]}
  messages:
    placed:
      contentType: application/json
      headers: {$ref: "#/components/schemas/Headers"}
      payload: {$ref: "#/components/schemas/Order"}
      correlationId: {$ref: "#/components/correlationIds/id"}
      bindings: {$ref: "#/components/messageBindings/keyed"}
    question:
      traits: [{$ref: "#/components/messageTraits/usual"}]
      payload: {type: object, properties: {id: {type: integer}}}
  messageTraits: {usual: {contentType: application/json}}
  messageBindings: {keyed: {kafka: {key: {type: string}}}}
  correlationIds: {id: {location: "$message.header#/id"}}
  schemas:
    Headers: {type: object, properties: {id: {type: string}}, required: [id]}
    Order:
      type: object
      required: [id]
      properties: {id: {type: integer}, lines: {type: array, items: {$ref: "#/components/schemas/Line"}}}
    Line: {type: object, properties: {sku: {type: string}}}
    Answer: {type: object, properties: {ok: {type: boolean}}, required: [ok]}
"""

V2 = """
asyncapi: 2.6.0
info: {title: Orders, version: "1"}
servers:
  main: {$ref: "#/components/servers/main"}
channels:
  orders/{region}:
    parameters: {region: {$ref: "#/components/parameters/region"}}
    bindings: {$ref: "#/components/channelBindings/orders"}
    subscribe:
      operationId: told
      traits: [{$ref: "#/components/operationTraits/usual"}]
      bindings: {$ref: "#/components/operationBindings/usual"}
      message:
        oneOf:
          - {$ref: "#/components/messages/placed"}
          - {$ref: "#/components/messages/cancelled"}
  returns: {$ref: "#/components/channels/returns"}
components:
  servers: {main: {url: localhost, protocol: kafka, bindings: {$ref: "#/components/serverBindings/usual"}}}
  serverBindings: {usual: {kafka: {registry: "http://localhost"}}}
  parameters: {region: {schema: {$ref: "#/components/schemas/Region"}}}
  channelBindings: {orders: {kafka: {topic: orders}}}
  channels: {returns: {publish: {operationId: returned, message: {$ref: "#/components/messages/returned"}}}}
  operationTraits: {usual: {bindings: {amqp: {ack: true}}}}
  operationBindings: {usual: {kafka: {groupId: {type: string}}}}
  messageTraits: {usual: {contentType: application/json, headers: {$ref: "#/components/schemas/Headers"}}}
  messages:
    placed: {traits: [{$ref: "#/components/messageTraits/usual"}], payload: {$ref: "#/components/schemas/Order"}}
    cancelled: {payload: {type: object, properties: {why: {type: string}}, required: [why]}}
    returned: {payload: {allOf: [{$ref: "#/components/schemas/Order"}]}}
  schemas:
    Region: {type: string, enum: [eu, us]}
    Headers: {type: object, properties: {id: {type: string}}, required: [id]}
    Order:
      type: object
      required: [id]
      properties: {id: {type: integer}, lines: {type: array, items: {$ref: "#/components/schemas/Line"}}}
    Line: {type: object, properties: {sku: {type: string}}}
"""

DOCUMENTS = {"2.6": yaml.safe_load(V2), "3.0": yaml.safe_load(V3)}


def references(value: Json, *steps: str | int) -> Iterator[tuple[str | int, ...]]:
    if isinstance(value, dict):
        if "$ref" in value:
            yield steps
        for name, inner in value.items():
            yield from references(inner, *steps, name)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from references(inner, *steps, index)


EVERY = [(version, steps) for version, value in DOCUMENTS.items() for steps in references(value)]


def broken(version: str, steps: tuple[str | int, ...]) -> Any:
    value = copy.deepcopy(DOCUMENTS[version])
    inner = value
    for step in steps:
        inner = inner[step]
    kept = str(inner["$ref"]).rpartition("/")[2]
    inner["$ref"] = f"#/components/nowhere/{kept}"
    return value


def contract(value: Any, format_name: str = "asyncapi") -> Contract:
    return Contract(format_name, one("document.json", json.dumps(value, indent=1).encode()))


def turned(value: Any) -> Any:
    """The document of somebody on the other side, of version 3."""
    value = copy.deepcopy(value)
    for operation in value["operations"].values():
        operation["action"] = {"send": "receive", "receive": "send"}[operation["action"]]
    return value


def assert_neither_passed_nor_broken(report: Report) -> None:
    assert [(one.rule, one.message) for one in report.breaking] == []
    assert report.not_covered != ()
    assert report.compatible is None


@pytest.mark.parametrize(("version", "steps"), EVERY, ids=lambda one: one if isinstance(one, str) else pointer(*one))
def test_what_a_broken_reference_hides_is_not_covered_whichever_side_has_it(
    version: str, steps: tuple[str | int, ...]
) -> None:
    whole, cut = contract(DOCUMENTS[version]), contract(broken(version, steps))
    told = [each for each in cut.loaded.problems if each.severity == "error"]
    assert pointer(*steps) in [each.pointer for each in told], "the problem has its place"
    assert all(each.line is not None for each in told)
    if not any(step in ("securitySchemes", "security", "serverBindings") for step in steps):
        assert cut.loaded.document.operations.keys() | {each.name for each in cut.loaded.document.unread}
    assert_neither_passed_nor_broken(compare(cut, whole))
    assert_neither_passed_nor_broken(compare(whole, cut))


WIRE_3 = [steps for version, steps in EVERY if version == "3.0" and not {"servers", "security"} & set(steps)]
"""What a consumer's own document is held against: not servers, which two documents name as they like."""


@pytest.mark.parametrize("steps", WIRE_3, ids=lambda one: pointer(*one))
def test_between_consumer_and_provider_it_is_not_covered_either(steps: tuple[str | int, ...]) -> None:
    consumer, provider = turned(DOCUMENTS["3.0"]), DOCUMENTS["3.0"]
    assert judge(contract(consumer), contract(provider)).compatible is True
    if steps[:2] in (("channels", "orders"), ("operations", "told")) and {"bindings", "parameters"} & set(steps):
        return  # what is said to brokers, and which addresses there are, is not compared between the two
    for pair in (
        judge(contract(consumer), contract(broken("3.0", steps))),
        judge(contract(turned(broken("3.0", steps))), contract(provider)),
    ):
        assert [(each.rule, each.message) for each in pair.breaking] == []
        assert pair.compatible is None


def told_of(contents: Json, **members: Any) -> Contract:
    message = {"type": "Asynchronous/Messages", "description": "an order", "contents": {"content": contents}, **members}
    return contract(pact(message, metadata={"pactSpecification": {"version": "4.0"}}), "pact")


NAMED = {"references": {"AsyncAPI": {"operationId": "told"}}}
BEHIND = [
    ("3.0", ("operations", "told", "channel")),
    ("3.0", ("operations", "told", "messages", 0)),
    ("3.0", ("channels", "orders", "messages", "placed")),
    ("3.0", ("components", "messages", "placed", "payload")),
    ("3.0", ("components", "messages", "placed", "headers")),
    ("2.6", ("channels", "orders/{region}", "subscribe", "message", "oneOf", 0)),
    ("2.6", ("components", "messages", "placed", "payload")),
    ("2.6", ("components", "messages", "placed", "traits", 0)),
]


@pytest.mark.parametrize("comments", [{}, NAMED], ids=["found by its contents", "named"])
@pytest.mark.parametrize(("version", "steps"), BEHIND, ids=str)
def test_a_pact_is_not_refused_for_an_operation_that_could_not_be_read(
    version: str, steps: tuple[str | int, ...], comments: Any
) -> None:
    asking = told_of({"id": 1, "lines": [{"sku": "a"}]}, comments=comments, metadata={"id": "x"})
    assert judge(asking, contract(DOCUMENTS[version])).compatible is True
    report = judge(asking, contract(broken(version, steps)))
    assert_neither_passed_nor_broken(report)


def test_an_operation_elsewhere_still_breaks_though_another_could_not_be_read() -> None:
    """A name that the document has for nothing at all is unknown, whatever else is broken in the document."""
    cut = contract(broken("3.0", ("operations", "told", "channel")))
    comments = {"references": {"AsyncAPI": {"operationId": "never"}}}
    report = judge(told_of({"id": 1}, comments=comments), cut)
    assert [one.rule for one in report.breaking] == ["pact-asyncapi/operation-unknown"]
    asked = copy.deepcopy(DOCUMENTS["3.0"])
    asked["channels"]["answers"]["messages"]["answer"]["payload"] = {"type": "object"}
    asked["operations"]["told"]["channel"] = {"$ref": "#/channels/nowhere"}
    rules = {one.rule for one in compare(contract(asked), contract(DOCUMENTS["3.0"])).breaking}
    assert rules == {"asyncapi/sent-payload-widened"}


def test_a_channel_that_is_none_of_the_documents_is_a_problem_with_its_place() -> None:
    value = copy.deepcopy(DOCUMENTS["3.0"])
    value["operations"]["told"]["channel"] = {"$ref": "#/components/channels/hidden"}
    value["components"]["channels"]["hidden"] = copy.deepcopy(value["channels"]["orders"])
    problems = [(each.pointer, each.sentence) for each in contract(value).loaded.problems]
    assert problems == [
        ("/operations/told/channel", "The channel of the operation told is none of the document's channels.")
    ]
    assert_neither_passed_nor_broken(compare(contract(value), contract(DOCUMENTS["3.0"])))
