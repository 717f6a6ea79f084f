"""How much of real documents is judged, and how much of what breaks is shown: clients made of descriptions and schemas
that services publish, against these and against copies that were broken in many places.
"""

import json
import random
import re
from functools import cache
from typing import Any

import pytest
from graphql import (
    GraphQLEnumType,
    GraphQLField,
    GraphQLInputObjectType,
    GraphQLObjectType,
    GraphQLSchema,
    build_schema,
    get_named_type,
    is_leaf_type,
    is_required_argument,
)

from tests.schemas.documents import http, pact
from tests.schemas.openapi import real
from tests.schemas.protobuf.test_real import texts
from troth_schemas.contract import Contract, compare
from troth_schemas.jsonschema import sample
from troth_schemas.openapi.asking import plain_request, text_of
from troth_schemas.openapi.model import Operation
from troth_schemas.pairs import judge
from troth_schemas.report import Report
from troth_schemas.sources import Sources

GITHUB = real.PACKAGES / "@octokit/graphql-schema/schema.graphql"


def shares(report: Report, all_of_them: int) -> tuple[float, float]:
    """Which part of the interactions, operations or fields was judged in whole; which part of the breaking is shown."""
    places = {place for one in report.not_covered for place in (one.where or (one.interaction or one.element,))}
    shown = sum(one.witness is not None for one in report.breaking)
    return 1 - len(places | set(report.unjudged)) / all_of_them, shown / max(1, len(report.breaking))


def assert_judged_and_shown(
    name: str, report: Report, all_of_them: int, capsys: pytest.CaptureFixture[str], least: int = 20
) -> None:
    judged, shown = shares(report, all_of_them)
    with capsys.disabled():
        print(
            f"\n{name}: {judged:.1%} of {all_of_them} judged; "
            f"{shown:.1%} of {len(report.breaking)} breaking findings with a checked witness"
        )
    assert len(report.breaking) >= least
    assert judged >= 0.98
    assert shown >= 0.95


# Pacts and OpenAPI


def interaction(operation: Operation, number: int) -> dict[str, Any] | None:
    """A request and an answer that a description allows; every third answer is matched by type."""
    request = plain_request(operation)
    answers = [one for one in operation.responses if one.status.startswith("2")]
    if request is None or not answers:
        return None
    asked: dict[str, Any] = {"method": request.method.upper(), "path": request.path}
    query = {name: [text_of(value)] for (where, name), value in request.values.items() if where == "query"}
    headers = {name: text_of(value) for (where, name), value in request.values.items() if where == "header"}
    asked["headers"] = {"Authorization": "Bearer of-somebody", **headers}
    if query:
        asked["query"] = query
    if request.media == "application/json":
        asked["body"] = {} if request.body is None else request.body  # null would be no body
        asked["headers"]["Content-Type"] = request.media
    elif request.media is not None:
        return None
    elif operation.body is not None and operation.body.required:
        asked["body"] = {}
    answer: dict[str, Any] = {"status": int(answers[0].status)}
    media = next((one for one in answers[0].media if one.type == "application/json"), None)
    body = sample(media.schema) if media is not None and media.schema is not None else None
    if body is not None:
        answer["headers"] = {"Content-Type": "application/json"}
        answer["body"] = body[0]
        if number % 3 == 0 and body[0]:
            rule = {"match": "type", "min": 1} if isinstance(body[0], list) else {"match": "type"}
            answer["matchingRules"] = {"body": {"$": {"matchers": [rule]}}}
    return http(operation.name, request=asked, response=answer)


@cache
def client(name: str) -> tuple[Contract, int]:
    """A pact with one interaction for each operation of a description, and how many those are."""
    operations = real.api(real.content(name)).operations
    made = [one for number, each in enumerate(operations) if (one := interaction(each, number)) is not None]
    assert len(made) > 0.9 * len(operations)
    content = json.dumps(pact(*made, metadata={"pactSpecification": {"version": "3.0.0"}})).encode()
    return Contract("pact", Sources("client.json", {"client.json": content})), len(made)


def described(document: Any) -> Contract:
    return Contract("openapi", Sources("openapi.json", {"openapi.json": json.dumps(document).encode()}))


@real.needed
@pytest.mark.parametrize("name", sorted(real.REAL))
def test_pacts_made_of_a_description_are_judged_and_what_breaks_them_is_shown(
    name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    asking, count = client(name)
    whole = judge(asking, described(real.value(name)))
    judged, _ = shares(whole, count)
    assert judged >= 0.98
    assert [one.message for one in whole.breaking] == []
    report = judge(asking, described(real.broken(name)))
    assert_judged_and_shown(f"pact × OpenAPI, {name}", report, count, capsys)


# Operations and GraphQL schemas


def selection(kind: Any, left: int) -> str:
    """Fields that need no arguments, some levels deep."""
    named = get_named_type(kind)
    if is_leaf_type(named):
        return ""
    if not isinstance(named, GraphQLObjectType):
        return " { __typename }"
    fields = [
        (name, one) for name, one in named.fields.items() if not any(map(is_required_argument, one.args.values()))
    ]
    leaves = [name for name, one in fields if is_leaf_type(get_named_type(one.type))][:8]
    deeper = [(name, one) for name, one in fields if not is_leaf_type(get_named_type(one.type))][:3] if left else []
    inner = [*leaves, *(name + selection(one.type, left - 1) for name, one in deeper)]
    return f" {{ {' '.join(inner) or '__typename'} }}"


def operation_of(kind: str, name: str, field: GraphQLField) -> str:
    needed = {one: argument for one, argument in field.args.items() if is_required_argument(argument)}
    declared = ", ".join(f"${one}: {argument.type}" for one, argument in needed.items())
    given = ", ".join(f"{one}: ${one}" for one in needed)
    head, call = (f"({declared})", f"({given})") if needed else ("", "")
    return f"{kind} {kind.title()}{name[0].upper()}{name[1:]}{head} {{ {name}{call}{selection(field.type, 2)} }}"


def operations_of(schema: GraphQLSchema) -> list[str]:
    roots = (("query", schema.query_type), ("mutation", schema.mutation_type))
    return [operation_of(kind, name, one) for kind, root in roots if root for name, one in root.fields.items()]


def broken_sdl(text: str, schema: GraphQLSchema, draw: random.Random) -> str:
    """Fields taken away, of another type, with an argument that is needed; values of enums and input fields gone."""
    edits: list[tuple[int, int, str]] = []
    for one in schema.type_map.values():
        if one.ast_node is None or one in (schema.query_type, schema.mutation_type):
            continue
        if isinstance(one, GraphQLObjectType) and len(one.fields) > 3 and not one.interfaces:
            field = draw.choice(list(one.fields.values())).ast_node
            assert field is not None
            assert field.loc is not None
            assert field.type.loc is not None
            name = field.name.value
            edits.append(
                draw.choice(
                    [
                        (field.loc.start, field.loc.end, "gone: String"),
                        (field.loc.start, field.loc.end, f"{name}: [[Int]]"),
                        (
                            field.loc.start,
                            field.loc.end,
                            f"{name}(needed: Int!): {text[field.type.loc.start : field.type.loc.end]}",
                        ),
                    ]
                )
            )
        elif isinstance(one, GraphQLInputObjectType) and draw.random() < 0.3:
            node = one.ast_node
            assert node.loc is not None
            edits.append((node.loc.end - 1, node.loc.end, "  needed: Int!\n}"))
        elif isinstance(one, GraphQLEnumType) and len(one.values) > 1 and draw.random() < 0.3:
            value = list(one.values.values())[-1].ast_node
            assert value is not None
            assert value.loc is not None
            edits.append((value.loc.start, value.loc.end, ""))
    for start, end, instead in sorted(edits, reverse=True):
        text = text[:start] + instead + text[end:]
    return text


def sdl(text: str) -> Contract:
    return Contract("graphql", Sources("schema.graphql", {"schema.graphql": text.encode()}))


@real.needed
def test_operations_made_of_a_schema_are_judged_and_what_breaks_them_is_shown(
    capsys: pytest.CaptureFixture[str],
) -> None:
    text = GITHUB.read_text()
    schema = build_schema(text, assume_valid=True)
    made = operations_of(schema)
    asking = Contract("graphql-operations", Sources("a.graphql", {"a.graphql": "\n".join(made).encode()}))
    whole = judge(asking, sdl(text))
    assert [one.message for one in whole.breaking] == []
    assert whole.judged == len(made) > 250
    broken = broken_sdl(text, schema, random.Random(7))
    report = judge(asking, sdl(broken))
    assert_judged_and_shown("operations × GraphQL, octokit", report, len(made), capsys)
    fields = sum(len(getattr(one, "fields", ())) for one in schema.type_map.values())
    assert_judged_and_shown("GraphQL × GraphQL, octokit (fields)", compare(sdl(broken), sdl(text)), fields, capsys)


# Protobuf


def broken_protos(draw: random.Random) -> dict[str, bytes]:
    """Fields taken away, renumbered and of another type; methods and values of enums gone."""

    def changed(found: re.Match[str]) -> str:
        if draw.random() > 0.2:
            return found[0]
        return draw.choice(
            ["", f"  bytes {found[2]} = {found[3]};", f"  {found[1]} {found[2]} = {int(found[3]) + 300};"]
        )

    def gone(found: re.Match[str]) -> str:
        return "" if draw.random() < 0.1 else found[0]

    made = {}
    for name, content in texts().items():
        if name.startswith("google/protobuf/"):
            made[name] = content
            continue
        text = re.sub(r"(?m)^  (string|int32|int64|bool) (\w+) = (\d+);", changed, content.decode())
        text = re.sub(r"(?m)^  [A-Z][A-Z_]+ = [1-9]\d*;", gone, text)
        made[name] = text.encode()
    return made


def protos(named: dict[str, bytes]) -> Contract:
    return Contract("protobuf", Sources("google/rpc/status.proto", named))


def test_protos_with_imports_are_judged_and_what_breaks_them_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    old, new = protos(texts()), protos(broken_protos(random.Random(7)))
    fields = sum(len(list(one.fields())) for one in old.loaded.document.messages.values())
    assert_judged_and_shown("Protobuf × Protobuf, googleapis (fields)", compare(new, old), fields, capsys)
