"""An address is the base path of a server and a path together, however the two are divided."""

import json
from typing import Any

import pytest

from tests.schemas.documents import http, pact
from troth_schemas.contract import Contract, compare
from troth_schemas.pairs import judge
from troth_schemas.sources import one


def variable(url: str, default: str, *enum: str) -> Any:
    name = url.partition("{")[2].partition("}")[0]
    return {"url": url, "variables": {name: {"default": default, **({"enum": list(enum)} if enum else {})}}}


def served(paths: list[str], *servers: Any, own: dict[str, list[str]] | None = None) -> Any:
    items: Any = {}
    for path in paths:
        names = [step[1:-1] for step in path.split("/") if step.startswith("{")]
        parameters = [{"name": name, "in": "path", "required": True, "schema": {"type": "string"}} for name in names]
        items[path] = {"get": {"parameters": parameters, "responses": {"200": {"description": "fine"}}}}
        if own and path in own:
            items[path]["get"]["servers"] = [{"url": url} for url in own[path]]
    document: Any = {"openapi": "3.0.3", "info": {"title": "x", "version": "1"}, "paths": items}
    if servers:
        document["servers"] = [{"url": each} if isinstance(each, str) else each for each in servers]
    return document


def swagger(paths: list[str], base: str | None = None, host: str | None = None) -> Any:
    items = {path: {"get": {"responses": {"200": {"description": "fine"}}}} for path in paths}
    document: Any = {"swagger": "2.0", "info": {"title": "x", "version": "1"}, "paths": items}
    document |= {"basePath": base} if base is not None else {}
    return document | ({"host": host, "schemes": ["https"]} if host is not None else {})


def contract(value: Any) -> Contract:
    return Contract("openapi", one("api.json", json.dumps(value).encode()))


def grave(new: Any, old: Any) -> list[tuple[str, str]]:
    report = compare(contract(new), contract(old))
    return [(each.rule.removeprefix("openapi/"), each.severity) for each in report.findings if each.severity != "safe"]


V1, BOTH = variable("/{v}", "v1"), variable("https://h/{v}", "v1", "v1", "v2")
ONLY_V2 = variable("https://h/{v}", "v2", "v2")

SAME = {
    "into the server": (served(["/v1/x", "/v1/y/{id}"], "/"), served(["/x", "/y/{number}"], "/v1")),
    "out of the server": (served(["/x"], "/v1"), served(["/v1/x"], "/")),
    "of a host": (served(["/v1/x"], "https://h"), served(["/x"], "https://H/v1/")),
    "one server for two": (served(["/x"], "/a", "/b"), served(["/a/x", "/b/x"], "/")),
    "two servers for one": (served(["/a/x", "/b/x"], "/"), served(["/x"], "/a", "/b")),
    "a variable with its default": (served(["/v1/x"], "/"), served(["/x"], V1)),
    "a variable that takes anything": (served(["/v9/x"], "/"), served(["/x"], V1)),
    "a variable for two servers": (served(["/x"], "https://h/v1", "https://h/v2"), served(["/x"], BOTH)),
    "two servers for a variable": (served(["/x"], BOTH), served(["/x"], "https://h/v1", "https://h/v2")),
    "a value of a variable as a server": (served(["/x"], BOTH), served(["/x"], ONLY_V2, "https://h/v1")),
    "a server of the operation": (served(["/x", "/y"], "/v1"), served(["/v1/x", "/y"], "/v1", own={"/v1/x": ["/"]})),
    "no servers where the path says it all": (served(["/v1/x"]), served(["/x"], "/v1")),
    "a relative server": (served(["/x"], "v1"), served(["/x"], "./v1/")),
    "basePath": (swagger(["/x"], "/v1"), swagger(["/v1/x"])),
    "basePath to a server": (swagger(["/v1/x"], "/", "h"), served(["/x"], "https://h/v1")),
}  # fmt: skip


@pytest.mark.parametrize("title", SAME)
def test_one_address_written_in_two_ways_is_no_change(title: str) -> None:
    old, new = SAME[title]
    assert grave(new, old) == []


@pytest.mark.parametrize("title", SAME)
def test_a_consumers_copy_may_write_it_in_the_other_way(title: str) -> None:
    copy, provider = SAME[title]
    report = judge(contract(copy), contract(provider))
    assert report.compatible is True
    assert report.judged == len(copy["paths"])


MOVED = {
    "another version": (served(["/x"], "/v1"), served(["/x"], "/v2"), "server-removed", "/x"),
    "one of two servers": (served(["/x"], "/a", "/b"), served(["/a/x"], "/"), "server-removed", "/x"),
    "one server less": (served(["/x"], "/a", "/b"), served(["/x"], "/b"), "server-removed", "/x"),
    "to a server of its own": (
        served(["/x", "/y"], "/v1"), served(["/x", "/y"], "/v1", own={"/x": ["/v2"]}), "endpoint-moved", "/x",
    ),
    "from a server of its own": (
        served(["/x", "/y"], "/v1", own={"/x": ["/v0"]}), served(["/x", "/y"], "/v1"), "endpoint-moved", "/x",
    ),
    "another path under the same server": (served(["/v1/x"], "/"), served(["/v2/x"], "/"), "endpoint-removed", "/v1/x"),
    "another path under another server": (served(["/x"], "/v1"), served(["/v2/x"], "/"), "endpoint-removed", "/x"),
    "the value of a variable": (served(["/x"], BOTH), served(["/x"], ONLY_V2), "server-variable-narrowed", None),
}  # fmt: skip


@pytest.mark.parametrize("title", MOVED)
def test_what_answers_elsewhere_breaks(title: str) -> None:
    old, new, rule, path = MOVED[title]
    [found] = [each for each in compare(contract(new), contract(old)).breaking if each.rule == f"openapi/{rule}"]
    assert found.witness is not None or path is None
    if found.witness is not None:
        assert isinstance(found.witness.value, dict)
        assert found.witness.value["path"] == path
        asked = http(
            request={"method": "GET", "path": str(found.witness.value.get("server", "")).rstrip("/") + str(path)}
        )
        client = Contract("pact", one("pact.json", json.dumps(pact(asked)).encode()))
        assert judge(client, contract(old)).breaking == ()
        assert judge(client, contract(new)).breaking != ()


def test_an_address_that_another_operation_takes_over_is_told_of_the_one_that_lost_it() -> None:
    old, new = served(["/x", "/v1/x"], "/"), served(["/x"], "/v1")
    report = compare(contract(new), contract(old))
    assert [(each.rule, each.interaction) for each in report.breaking] == [("openapi/endpoint-removed", "GET /x")]


def test_only_another_host_is_risky_for_the_api_and_for_one_operation() -> None:
    assert grave(served(["/x"], "https://b/v1"), served(["/v1/x"], "https://a")) == [("server-removed", "risky")]
    own = served(["/x", "/y"], "https://a/v1", own={"/x": ["https://b/v1"]})
    assert grave(own, served(["/x", "/y"], "https://a/v1")) == [("endpoint-moved", "risky")]


def test_what_changes_in_an_operation_that_is_written_otherwise_is_found_with_a_request_to_the_whole_address() -> None:
    old, new = served(["/x"], "/v1"), served(["/v1/x"], "/")
    new["paths"]["/v1/x"]["get"]["parameters"] = [
        {"name": "q", "in": "query", "required": True, "schema": {"type": "string"}}
    ]
    [found] = compare(contract(new), contract(old)).breaking
    assert found.interaction == "GET /x"
    assert found.witness is not None
    assert found.witness.value == {"method": "GET", "path": "/v1/x"}


@pytest.mark.parametrize(
    ("path", "server"),
    [
        ("/v1/x", "./v1"),
        ("/v1/x", "https://h/api/../v1/"),
        ("/v1/x", variable("{origin}/v1", "https://h")),
        ("/v1/x", variable("{scheme}://h/v1", "https")),
        ("/v2/x", variable("https://h{base}", "/v1", "/v1", "/v2")),
        ("/api/v1/x", variable("https://h/{base}", "api/v1")),
        ("/v1/x", "HTTPS://h:80/v1?a=b"),
    ],
    ids=str,
)
def test_a_pacts_request_finds_its_operation_below_every_such_server(path: str, server: Any) -> None:
    def client(asked: str) -> Contract:
        asking = http(request={"method": "GET", "path": asked})
        return Contract("pact", one("pact.json", json.dumps(pact(asking)).encode()))

    provider = contract(served(["/x"], server))
    assert judge(client(path), provider).compatible is True
    assert judge(client(f"/other{path}/y"), provider).compatible is False


def test_variables_without_end_end() -> None:
    names = [f"v{number}" for number in range(12)]
    many = {name: {"default": "a", "enum": list("abcdefgh")} for name in names}
    server = {"url": "/" + "/".join(f"{{{name}}}" for name in names), "variables": many}
    assert grave(served(["/x"], server, "/"), served(["/x"], server, "/")) == []
