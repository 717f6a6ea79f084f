"""AsyncAPI documents of versions 2 and 3 are read into one model, with every problem and its place."""

from typing import Any

import pytest
import yaml

from troth_schemas.asyncapi import Api
from troth_schemas.asyncapi.format import FORMAT, load
from troth_schemas.asyncapi.schemas import language_of
from troth_schemas.errors import ContractUnreadable
from troth_schemas.formats import Loaded
from troth_schemas.sources import Sources, one

V3 = """
asyncapi: 3.0.0
info: {title: Shop, version: '1'}
defaultContentType: application/json
servers:
  prod:
    host: kafka.example.org:9092
    pathname: /shop
    protocol: kafka
    security: [{$ref: '#/components/securitySchemes/login'}]
channels:
  orders:
    address: orders/{country}
    servers: [{$ref: '#/servers/prod'}]
    parameters: {country: {enum: [de, fr]}}
    messages:
      placed: {$ref: '#/components/messages/placed'}
      cancelled: {payload: {type: string}, contentType: text/plain}
    bindings: {kafka: {topic: orders}}
  replies: {address: null, messages: {answer: {payload: {type: boolean}}}}
operations:
  place:
    action: receive
    channel: {$ref: '#/channels/orders'}
    messages: [{$ref: '#/channels/orders/messages/placed'}]
    traits: [{bindings: {kafka: {groupId: a}}, action: send}]
    reply:
      address: {location: $message.header#/replyTo}
      channel: {$ref: '#/channels/replies'}
  all: {action: send, channel: {$ref: '#/channels/orders'}}
components:
  securitySchemes: {login: {type: oauth2, scopes: [write, read], flows: {}}}
  messages:
    placed:
      headers: {type: object, properties: {trace: {type: string}}}
      payload: {$ref: '#/components/schemas/Order'}
      correlationId: {location: $message.header#/id}
      traits:
        - {headers: {type: object, properties: {by: {type: string}}}, contentType: application/cbor}
        - {payload: {type: 'null'}, contentType: application/vnd.order+json}
  schemas: {Order: {type: object}}
"""
V2 = """
asyncapi: 2.6.0
info: {title: Shop, version: '1'}
servers: {prod: {url: kafka.example.org, protocol: kafka, security: [{login: [write], key: []}, {}]}}
channels:
  orders/{id}:
    servers: [prod]
    parameters: {id: {schema: {type: string}}}
    publish:
      operationId: place
      traits: [{bindings: {kafka: {groupId: a}}}]
      message:
        oneOf:
          - {$ref: '#/components/messages/placed'}
          - {name: cancelled, payload: {type: string}, traits: [{contentType: text/plain}]}
          - {payload: {type: boolean}}
    subscribe: {message: {payload: {type: integer}, contentType: application/json, traits: [{contentType: text/html}]}}
components:
  messages: {placed: {payload: {type: object}}}
  securitySchemes: {login: {type: oauth2}, key: {type: apiKey}}
"""


def loaded(text: str, **others: str) -> Loaded:
    files = {"asyncapi.yaml": text.encode()} | {name.replace("_", "."): each.encode() for name, each in others.items()}
    return load(Sources("asyncapi.yaml", files))


def api(text: str, **others: str) -> Api:
    found = loaded(text, **others)
    assert found.problems == ()
    assert isinstance(found.document, Api)
    return found.document


def problems(text: str, **others: str) -> list[str]:
    return [f"{problem.severity} {problem}" for problem in loaded(text, **others).problems]


def test_version_3_gives_servers_channels_operations_and_replies() -> None:
    found = api(V3)
    server = found.servers["prod"]
    assert (server.host, server.protocol) == ("kafka.example.org:9092/shop", "kafka")
    assert server.security == (frozenset({"login (oauth2)", "login (oauth2): read", "login (oauth2): write"}),)
    channel = found.channels["orders"]
    assert (channel.address, channel.servers, channel.bindings) == (
        "orders/{country}", ("prod",), {"kafka": {"topic": "orders"}}
    )  # fmt: skip
    assert channel.parameters["country"].values == ("de", "fr")
    place, everything = found.operations["place"], found.operations["all"]
    assert (place.action, list(place.messages), place.bindings) == ("receive", ["placed"], {"kafka": {"groupId": "a"}})
    assert list(everything.messages) == ["placed", "cancelled"]
    assert place.reply is not None
    assert (place.reply.address, list(place.reply.messages)) == ("$message.header#/replyTo", ["answer"])


def test_traits_of_version_3_add_what_the_message_does_not_say_and_the_last_one_wins() -> None:
    message = api(V3).operations["place"].messages["placed"]
    assert (message.content_type, message.correlation) == ("application/vnd.order+json", "$message.header#/id")
    assert message.payload is not None
    assert message.payload.json is not None
    assert message.payload.json.location.pointer == "/components/schemas/Order"
    assert [one.at.pointer for one in message.headers] == [
        "/components/messages/placed/headers",
        "/components/messages/placed/traits/0/headers",
    ]


def test_two_messages_of_a_channel_may_be_one_and_the_same() -> None:
    shared = {"$ref": "#/components/messages/switched"}
    channel = {"address": "lamp", "messages": {"on": shared, "off": shared}}
    operation = {
        "action": "send",
        "channel": {"$ref": "#/channels/lamp"},
        "messages": [{"$ref": "#/channels/lamp/messages/on"}],
    }
    components = {"messages": {"switched": {"payload": {"type": "boolean"}}}}
    found = api(document(channels={"lamp": channel}, operations={"switch": operation}, components=components))
    assert list(found.operations["switch"].messages) == ["on"]


def test_version_2_is_seen_from_the_other_side() -> None:
    found = api(V2)
    place, told = found.operations["place"], found.operations["subscribe orders/{id}"]
    assert (place.action, told.action) == ("receive", "send")
    assert place.title == "receive place"
    assert list(place.messages) == ["placed", "cancelled", "message 3"]
    assert place.messages["cancelled"].content_type == "text/plain"
    assert place.channel.address == "orders/{id}"
    assert place.channel.parameters["id"].schema is not None
    assert place.bindings == {"kafka": {"groupId": "a"}}
    assert found.servers["prod"].security == (
        frozenset({"login (oauth2)", "login (oauth2): write", "key (apiKey)"}),
        frozenset(),
    )


def test_traits_of_version_2_win() -> None:
    assert api(V2).operations["subscribe orders/{id}"].messages["message"].content_type == "text/html"


def test_of_several_traits_the_last_one_wins() -> None:
    traits = "traits: [{contentType: text/css}, {contentType: text/html}]"
    text = V2.replace("traits: [{contentType: text/html}]", traits)
    assert api(text).operations["subscribe orders/{id}"].messages["message"].content_type == "text/html"


def test_a_document_of_several_files_names_those_that_are_missing() -> None:
    text = V3.replace("{$ref: '#/components/schemas/Order'}", "{$ref: 'schemas/order.yaml#/Order'}")
    assert FORMAT.needs(one("asyncapi.yaml", text.encode())) == ("schemas/order.yaml",)
    files = {"asyncapi.yaml": text.encode(), "schemas/order.yaml": b"Order: {type: object}"}
    assert load(Sources("asyncapi.yaml", files)).problems == ()
    [missing] = {problem.sentence for problem in loaded(text).problems}
    assert "the document schemas/order.yaml was not given" in missing


@pytest.mark.parametrize(
    ("schema_format", "language"),
    [
        ("", ("AsyncAPI schema", "asyncapi")),
        ("application/vnd.aai.asyncapi+yaml;version=2.6.0", ("AsyncAPI schema", "asyncapi")),
        ("application/schema+json;version=draft-04", ("JSON Schema", "draft-04")),
        ("application/schema+yaml; version=2020-12", ("JSON Schema", "2020-12")),
        ("application/vnd.oai.openapi;version=3.0.0", ("OpenAPI schema", "openapi-3.0")),
        ("application/vnd.oai.openapi+json;version=3.1.0", ("OpenAPI schema", "openapi-3.1")),
        ("application/vnd.apache.avro+json;version=1.9.0", ("avro", None)),
        ("application/vnd.google.protobuf;version=3", ("protobuf", None)),
        ("application/raml+yaml;version=1.0", ("", None)),
    ],
)
def test_a_schema_format_names_a_language(schema_format: str, language: Any) -> None:
    assert language_of(schema_format) == language


def payload(schema_format: str, schema: Any) -> str:
    message = {"payload": {"schemaFormat": schema_format, "schema": schema}}
    channels = {"orders": {"address": "orders", "messages": {"placed": message}}}
    return yaml.safe_dump({"asyncapi": "3.0.0", "info": {"title": "a", "version": "1"}, "channels": channels})


AVRO = "application/vnd.apache.avro;version=1.9.0"
PROTOBUF = "application/vnd.google.protobuf;version=3"


def test_a_payload_in_avro_has_its_problems_told_where_they_stand() -> None:
    schema = {"type": "record", "name": "Order", "fields": [{"name": "by", "type": "Customer"}]}
    found = problems(payload(AVRO, schema))
    at = "/channels/orders/messages/placed/payload/schema/fields/0/type"
    assert found == [f"error {at}: No type is called Customer; give the document that defines it, too."]
    assert problems(payload(AVRO, {"type": "long"})) == []


def test_a_payload_in_protobuf_may_be_a_text_or_a_file() -> None:
    proto = 'syntax = "proto3";\nmessage Order { int32 id = 1; }\n'
    for text, others in (
        (payload(PROTOBUF, proto), {}),
        (payload(PROTOBUF, {"$ref": "./order.proto"}), {"order_proto": proto}),
    ):
        found = api(text, **others).channels["orders"].messages["placed"].payload
        assert found is not None
        assert (found.language, found.why, found.loaded is not None) == ("protobuf", "", True)
    [broken] = problems(payload(PROTOBUF, 'syntax = "proto3"; message {'))
    assert broken.startswith("error /channels/orders/messages/placed/payload/schema: ")
    assert problems(payload(PROTOBUF, {"$ref": "./order.proto"})) == [
        "error /channels/orders/messages/placed/payload/schema: The document ./order.proto was not given."
    ]


def document(**members: Any) -> str:
    base = {"asyncapi": "3.0.0", "info": {"title": "a", "version": "1"}}
    return yaml.safe_dump({**base, **members}, sort_keys=False)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (document(info={"title": "a"}), "error /info: Info needs a version, a text."),
        ("asyncapi: 3.0.0", "error /: The document needs an info with title and version."),
        (document(asyncapi="2.0.0"), "error /: The document needs channels, an object (it may be empty)."),
        (
            document(servers={"a": {"host": "x"}}),
            "error /servers/a: The server a needs a protocol, a text.",
        ),
        (document(channels={"a": 3}), "error /channels/a: The channel a is an object."),
        (
            document(channels={"a": {"address": "a/{b}"}}),
            "warning /channels/a: The parameter {b} of the address is not described.",
        ),
        (
            document(channels={"a": {"adress": "a"}}),
            "warning /channels/a/adress: 'adress' is no member that the specification knows here.",
        ),
        (document(channels={"a": {"messages": {"m": 3}}}), "error /channels/a/messages/m: The message m is an object."),
        (
            document(channels={"a": {"messages": {"m": {"payload": 3}}}}),
            "error /channels/a/messages/m/payload: A schema is an object.",
        ),
        (
            document(operations={"o": {"action": "shout", "channel": {"$ref": "#/info"}}}),
            "error /operations/o: The action of the operation o is send or receive.",
        ),
        (document(operations={"o": {"action": "send"}}), "error /operations/o: The operation o needs a channel"),
        (
            document(operations={"o": {"action": "send", "channel": {"address": "x"}}}),
            "error /operations/o/channel: The channel of the operation o must be a reference.",
        ),
        (
            document(components={"schemas": {"A": {"$ref": "#/components/schemas/B"}}}),
            "error /components/schemas/A: The reference '#/components/schemas/B' in asyncapi.yaml leads nowhere",
        ),
        (
            document(components={"schemas": {"A": {"$ref": "#/components/schemas/A"}}}),
            "error /components/schemas/A: The reference leads back to itself.",
        ),
        (
            document(components={"schemas": {"A": {"$ref": "https://example.org/a.json"}}}),
            "error /components/schemas/A: The reference 'https://example.org/a.json' in asyncapi.yaml leads nowhere",
        ),
        (
            document(
                channels={"a": {"messages": {"m": {}}}, "b": {"messages": {"n": {}}}},
                operations={
                    "o": {
                        "action": "send",
                        "channel": {"$ref": "#/channels/a"},
                        "messages": [{"$ref": "#/channels/b/messages/n"}],
                    }
                },
            ),
            "error /operations/o/messages: The message n is not one of the channel a.",
        ),
    ],
)
def test_what_is_wrong_is_told_with_its_place(text: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(text)), problems(text)


def version_2(**operation: Any) -> str:
    channels = {"a": {"publish": operation}, "b": {"publish": {"operationId": "o"}}}
    return document(asyncapi="2.6.0", channels=channels)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        (version_2(operationId="o"), "error /channels/b/publish/operationId: A second operation is called o."),
        (
            version_2(security=[{"login": []}]),
            "error /channels/a/publish/security/0/login: No security scheme is called login.",
        ),
        (
            document(asyncapi="2.6.0", channels={"a": {"servers": ["prod"]}}),
            "error /channels/a/servers/0: No server is called prod.",
        ),
        (
            version_2(message={"correlationId": {"location": "header.id"}}),
            "error /channels/a/publish/message/correlationId: The location of a correlation id is like",
        ),
    ],
)
def test_what_version_2_mentions_by_name_must_be_there(text: str, problem: str) -> None:
    assert any(found.startswith(problem) for found in problems(text)), problems(text)


def test_a_long_chain_of_references_is_followed_to_its_end() -> None:
    schemas: Any = {f"S{number}": {"$ref": f"#/components/schemas/S{number + 1}"} for number in range(3000)}
    schemas["S3000"] = {"type": "string"}
    channels = {"a": {"messages": {"m": {"payload": {"$ref": "#/components/schemas/S0"}}}}}
    payload = api(document(channels=channels, components={"schemas": schemas})).channels["a"].messages["m"].payload
    assert payload is not None
    assert payload.at.pointer == "/components/schemas/S3000"


def test_problems_are_told_up_to_a_limit() -> None:
    channels = {f"c{number}": 3 for number in range(2000)}
    assert len(problems(document(channels=channels))) == 1000


def test_references_that_are_data_or_anchors_are_left_alone() -> None:
    schemas = {"A": {"examples": [{"$ref": "#/nowhere"}], "const": {"$ref": "x"}, "anyOf": [{"$ref": "#anchor"}]}}
    assert problems(document(components={"schemas": schemas})) == []


def test_a_problem_in_another_file_names_the_file() -> None:
    text = document(components={"schemas": {"A": {"$ref": "other.yaml#/B"}}})
    [found] = loaded(text, other_yaml="B:\n  anyOf:\n    - {$ref: '#/C'}\n").problems
    assert (found.document, found.line, found.pointer) == ("other.yaml", 3, "/B/anyOf/0")
    [unreadable] = {problem.sentence for problem in loaded(document(), other_yaml="B: [").problems}
    assert "other.yaml" in unreadable


@pytest.mark.parametrize("version", ["1.2.0", "4.0.0", "3", "", "two"])
def test_a_version_that_is_not_read_is_refused(version: str) -> None:
    with pytest.raises(ContractUnreadable, match="AsyncAPI"):
        loaded(document(asyncapi=version))


@pytest.mark.parametrize("text", ["", "a: [", "{", "- " * 300 + "a", "a: &a [*a]"])
def test_what_cannot_be_read_says_so(text: str) -> None:
    with pytest.raises(ContractUnreadable, match=r"asyncapi\.yaml"):
        loaded(text)
