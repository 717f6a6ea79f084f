"""What the Pact Broker's own command line expects: its requests, the state before each, what must come back.

The client's contract sorts the parameters of a query, which loses what belongs to which selector of the matrix; they
stand here in the order that the client sends.
"""

import json
import re

import httpx
import pytest

from tests.broker.client_expects import Expected, at, ends, index, links
from tests.broker.client_states import (
    BASE,
    PUBLICATION,
    REPOSITORY,
    VERSION,
    Seed,
    both_verified,
    condor,
    condor_pact,
    deployed,
    environments,
    foo,
    foo_on_main,
    nothing,
    one_failed,
    one_of_two_in_production_fails,
    pricing_service,
    verified_by_two,
    verified_twice,
)
from tests.broker.client_webhooks import PACTFLOW, WEBHOOKS
from tests.conftest import DATABASES, StartBroker
from tests.support.holding import lacks

HAL = "application/hal+json;charset=utf-8"


PACT_1_3_0 = "/pacts/provider/Pricing%20Service/consumer/Condor/version/1.3.0"
LATEST = "/pacts/provider/Pricing%20Service/consumer/Condor/latest"
PUBLISHED = {
    "_embedded": {
        "pacticipant": {"name": "Foo", "_links": {"self": at("/pacticipants/Foo")}},
        "version": {"number": VERSION, "buildUrl": "http://build"},
    },
    "logs": [{"level": "debug", "message": str}],
    "notices": [{"type": "debug", "text": str}],
    "_links": {
        "pb:pacticipant-version-tags": [at(f"/pacticipants/Foo/versions/{VERSION}/tags/dev")],
        "pb:contracts": [at(f"/pacts/provider/Bar/consumer/Foo/version/{VERSION}")],
    },
}
PAIR = "/matrix?q[][pacticipant]=Foo&q[][version]={}&q[][pacticipant]=Bar&q[][version]={}&latestby=cvpv"
NAMES = "/matrix?q[][pacticipant]=Foo&q[][pacticipant]=Bar&latestby=cvpv"
FOO_AND_BAR = "/matrix?q[][pacticipant]=Foo&q[][version]={}&q[][pacticipant]=Bar&q[][latest]=true{}&latestby=cvpv"
ROW = {
    "consumer": {"name": str, "version": {"number": str, "_links": {"self": {"href": str}}}},
    "provider": {"name": "Bar", "version": {"number": str}},
    "verificationResult": {"success": bool, "_links": {"self": {"href": str}}},
}
YES = {"summary": {"deployable": True, "reason": str, "unknown": 0}, "matrix": [ROW]}
NO = {"summary": {"deployable": False, "reason": str, "failed": 1}, "matrix": [ROW]}
FOO_VERSION = f"/pacticipants/Foo/versions/{VERSION}"


EXPECTED = (
    *WEBHOOKS,
    *PACTFLOW,
    index(webhooks=at("/webhooks"), webhook={**ends("/webhooks/{uuid}"), "templated": True}),
    index(pacticipants=ends("/pacticipants"), pacticipant={**ends("/pacticipants/{pacticipant}"), "templated": True}),
    index(environments=ends("/environments"), environment=ends("/environments/{uuid}")),
    index(latest_tagged_version=ends("/pacticipants/{pacticipant}/latest-version/{tag}")),
    index(latest_version=ends("/pacticipants/{pacticipant}/latest-version")),
    index(pacticipant_branch=ends("/pacticipants/{pacticipant}/branches/{branch}")),
    index(
        pacticipant_version=ends("/pacticipants/{pacticipant}/versions/{version}"), environments=ends("/environments")
    ),
    index(publish_contracts=ends("/contracts/publish")),
    index(latest_pact_versions=at("/pacts/latest"), publish_pact={"templated": True}),
    Expected("POST /contracts/publish", 200, body=PUBLICATION, holds=PUBLISHED),
    Expected(
        "PATCH /deployed-versions/{deployed}",
        200,
        deployed(),
        {"currentlyDeployed": False},
        {"currentlyDeployed": False, "_embedded": {"version": {"number": VERSION}}},
        merge_patch=True,
    ),
    Expected(
        "GET /environments",
        200,
        environments("test"),
        holds={"_links": {"pb:environments": [{"name": "test", "href": re.compile("/environments/[0-9a-f-]{36}$")}]}},
    ),
    Expected(
        "GET /environments",
        200,
        environments("test"),
        holds={
            "_embedded": {
                "environments": [
                    {
                        "uuid": str,
                        "name": "test",
                        "displayName": "Test",
                        "production": False,
                        "createdAt": str,
                        "contacts": [{"name": "foo", "details": {"emailAddress": "foo@bar.com"}}],
                    }
                ]
            }
        },
    ),
    Expected(
        "POST /environments",
        201,
        body={"name": "test", "displayName": "Test", "production": False, "contacts": [{"name": "Foo", "details": {}}]},
        holds={"uuid": str, "name": "test", "production": False, "contacts": [{"name": "Foo"}]},
    ),
    Expected(
        "GET /environments/{test}",
        200,
        environments("test"),
        holds={
            "name": "test",
            **links(
                currently_deployed_deployed_versions=ends("/deployed-versions/currently-deployed"),
                currently_supported_released_versions=ends("/released-versions/currently-supported"),
            ),
        },
    ),
    Expected(
        "GET /environments/{test}/deployed-versions/currently-deployed?pacticipant=Foo",
        200,
        deployed("customer-1"),
        holds={
            "_embedded": {
                "deployedVersions": [
                    {
                        "applicationInstance": "customer-1",
                        "target": "customer-1",
                        "_links": {"self": {"href": re.compile("/deployed-versions/")}},
                    }
                ]
            }
        },
    ),
    Expected(
        "GET /matrix?q[][pacticipant]=Bar&q[][version]=4.5.6&q[][pacticipant]=Foo&q[][tag]=prod&latestby=cvpv"
        "&ignore[][pacticipant]=Foo&ignore[][version]=3.4.5",
        200,
        one_of_two_in_production_fails,
        holds={
            "summary": {"deployable": True, "ignored": 1},
            "matrix": [{**ROW, "ignored": True, "verificationResult": {"success": False}}, ROW],
        },
    ),
    Expected(
        "GET /matrix?q[][pacticipant]=Foo&q[][version]=1.2.3&latest=true&latestby=cvp", 200, verified_twice(), holds=YES
    ),
    Expected(
        "GET /matrix?q[][pacticipant]=Foo&q[][version]=1.2.3&latest=true&tag=prod&latestby=cvp",
        200,
        verified_twice("prod"),
        holds={**YES, "matrix": [{"provider": {"version": {"number": "4.5.6"}}}]},
    ),
    Expected("GET " + FOO_AND_BAR.format("1.2.3", "&q[][tag]=prod"), 200, one_failed("prod"), holds=YES),
    Expected("GET " + FOO_AND_BAR.format("1.2.4", ""), 200, one_failed(), holds=NO),
    Expected("GET " + NAMES, 200, both_verified, holds={"summary": {"success": 2}, "matrix": [ROW, ROW]}),
    Expected("GET " + PAIR.format("1.2.3", "4.5.6"), 200, verified_by_two(), holds=YES),
    Expected(
        "GET " + PAIR.format("1.2.3", "9.9.9"),
        200,
        verified_by_two(),
        holds={"summary": {"deployable": False, "reason": str}},
    ),
    Expected(
        "GET " + NAMES + "&success[]=true",
        200,
        one_failed(),
        holds={"summary": {"deployable": True, "success": 1, "failed": 0}, "matrix": [ROW]},
    ),
    Expected(
        "GET " + PAIR.format("1.2.3", "4.5.6").replace("Foo", "Foo+Thing"),
        200,
        verified_by_two("Foo Thing"),
        holds={**YES, "matrix": [{"consumer": {"name": "Foo Thing"}}]},
    ),
    Expected(
        "GET " + PAIR.format("1.2.3", "9.9.9").replace("Foo", "Wiffle").replace("Bar", "Meep"),
        400,
        holds={"errors": [str, str]},
    ),
    Expected(
        "GET /pacticipants",
        200,
        condor("1.3.0"),
        holds={"_links": {"pacticipants": [at("/pacticipants/Condor")], "pb:pacticipants": [{"name": "Condor"}]}},
    ),
    Expected(
        "POST /pacticipants",
        201,
        body={"name": "Foo", "repositoryUrl": "http://github.com/foo/bar"},
        holds={
            "name": "Foo",
            "repositoryUrl": "http://github.com/foo/bar",
            "_links": {"self": at("/pacticipants/Foo")},
        },
    ),
    Expected(
        "GET /pacticipants/Condor/latest-version",
        200,
        condor("1.0.0", "1.2.3"),
        holds={"number": "1.2.3", "_links": {"self": at("/pacticipants/Condor/latest-version")}},
    ),
    Expected(
        "GET /pacticipants/Condor/latest-version/production",
        200,
        condor("1.2.3", "2.0.0", tagged="production"),
        holds={"number": "1.2.3"},
    ),
    *(
        Expected(
            "PUT /pacticipants/Condor/versions/1.3.0/tags/prod",
            status,
            state,
            {},
            {"_links": {"self": at("/pacticipants/Condor/versions/1.3.0/tags/prod")}},
        )
        for status, state in ((201, nothing), (201, condor("1.0.0")), (200, condor("1.3.0", tagged="prod")))
    ),
    Expected("GET /pacticipants/Foo", 404),
    Expected("GET /pacticipants/Foo", 200, foo, holds={"_links": {"self": at("/pacticipants/Foo")}}),
    Expected(
        "PATCH /pacticipants/Foo",
        200,
        foo,
        {"name": "Foo", "repositoryUrl": "http://github.com/foo/bar"},
        {"name": "Foo", "repositoryUrl": "http://github.com/foo/bar"},
    ),
    Expected("DELETE /pacticipants/Foo/branches/main", 204, foo_on_main),
    Expected(
        f"GET {FOO_VERSION}",
        200,
        environments("prod", "dev", version=VERSION),
        holds=links(record_deployment=[{"name": "prod", "href": str}, {"name": "dev", "href": str}]),
    ),
    Expected(
        f"GET {FOO_VERSION}",
        200,
        environments("test", version=VERSION),
        holds=links(record_deployment=[{"name": "test", "href": re.compile("deployed-versions/environment/")}]),
    ),
    Expected(
        f"GET {FOO_VERSION}",
        200,
        environments("test", version=VERSION),
        holds=links(record_release=[{"name": "test", "href": re.compile("released-versions/environment/")}]),
    ),
    Expected(
        f"POST {FOO_VERSION}/deployed-versions/environment/{{test}}",
        201,
        environments("test", version=VERSION),
        {"applicationInstance": "customer-1", "target": "customer-1"},
        {"target": "customer-1"},
    ),
    Expected(
        f"POST {FOO_VERSION}/released-versions/environment/{{test}}", 201, environments("test", version=VERSION), {}
    ),
    Expected(
        "GET /pacticipants/Pricing%20Service",
        200,
        pricing_service,
        holds={
            "name": "Pricing Service",
            "repositoryUrl": REPOSITORY,
            "_embedded": {"latestVersion": {"number": "1.3.0"}},
            **links(versions=at("/pacticipants/Pricing%20Service/versions")),
        },
    ),
    Expected("GET /pacticipants/Pricing%20Service", 404),
    *(
        Expected(
            "PATCH /pacticipants/Pricing%20Service", status, state, {"repository_url": "x"}, {"name": "Pricing Service"}
        )
        for status, state in ((200, pricing_service), (201, nothing))
    ),
    Expected(
        "GET /pacts/latest",
        200,
        condor_pact(),
        holds={
            "_links": {"self": at("/pacts/latest")},
            "pacts": [
                {
                    "_links": {"self": [at(LATEST), at(PACT_1_3_0)]},
                    "_embedded": {
                        "consumer": {
                            "name": "Condor",
                            "_links": {"self": at("/pacticipants/Condor")},
                            "_embedded": {"version": {"number": "1.3.0"}},
                        },
                        "provider": {
                            "name": "Pricing Service",
                            "_links": {"self": at("/pacticipants/Pricing%20Service")},
                        },
                    },
                }
            ],
        },
    ),
    Expected(f"GET {LATEST}", 200, condor_pact(), holds={"interactions": list, "_links": {"self": at(PACT_1_3_0)}}),
    Expected(f"GET {LATEST}", 404),
    Expected(f"GET {LATEST}/prod", 200, condor_pact("prod"), holds={"interactions": list}),
    Expected(f"GET {PACT_1_3_0}", 200, condor_pact(), holds={"interactions": list, "createdAt": str}),
    *(
        Expected(
            f"GET /pacts/provider/Pricing%20Service/latest{tag}",
            200,
            condor_pact(tag.removeprefix("/")),
            holds={
                "_links": {
                    "provider": {"href": str, "title": str},
                    "pacts": [{**at(PACT_1_3_0), "title": str, "name": "Condor"}],
                }
            },
        )
        for tag in ("", "/prod")
    ),
)


def test_every_request_is_here() -> None:
    assert len(EXPECTED) == 67 + len(PACTFLOW)
    assert (len(WEBHOOKS), len(PACTFLOW)) == (13, 6)


@pytest.mark.parametrize(
    ("databases", "asked"),
    [
        pytest.param(database, asked, id=f"{database}: {asked.request[:60]} {asked.status}")
        for database in DATABASES
        for asked in EXPECTED
        if database == "sqlite" or asked.state is not nothing  # what asks no store is asked once
    ],
    indirect=["databases"],
)
def test_the_command_line_gets_what_it_expects(database_url: str, start_broker: StartBroker, asked: Expected) -> None:
    broker = start_broker(database_url, base_urls=(BASE,), allow_dangerous_contract_modification=True)
    known = asked.state(Seed(broker.client)) or {}
    method, _, path = asked.request.partition(" ")
    for name, value in known.items():
        path = path.replace(f"{{{name}}}", value)
    headers = {"Content-Type": f"application/{'merge-patch+' if asked.merge_patch else ''}json"}
    with httpx.Client(base_url=broker.url, trust_env=False, timeout=100) as client:
        del client.headers["accept"]  # a request that names no type gets HAL
        body = None if asked.body is None else json.dumps(asked.body).encode()
        answer = client.request(method, path, content=body, headers=headers if body else {})
    assert answer.status_code == asked.status, answer.text
    if asked.status == 204:
        assert answer.content == b""
    elif asked.status != 404 or method == "POST":
        assert answer.headers["content-type"] == HAL
        assert lacks(answer.json(), asked.holds) is None
