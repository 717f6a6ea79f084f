"""`GET /matrix` over HTTP: rows, counts, notices, errors and its text form."""

from urllib.parse import quote_plus

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.broker.gate_fleet import Fleet, cells
from tests.support.brokers import Broker


@pytest.fixture
def fleet(broker: Broker) -> Fleet:
    return Fleet(broker)


PAIR = "q[][pacticipant]=Foo&q[][pacticipant]=Bar"


def test_a_row_has_exactly_the_references_fields_and_ours_apart(fleet: Fleet) -> None:
    fleet.publish("Foo", "1/a b", "Bar", branch="feat/x", tags=["dev"])
    fleet.version("Bar", "9", branch="main", tag="prod")
    result = fleet.verify("Foo", "1/a b", "Bar", "9")
    fleet.deploy("Bar", "9", "live")
    document = fleet.matrix(f"{PAIR}&latestby=cvpv")
    base = fleet.broker.url
    [row] = document["matrix"]
    version = "/pacticipants/Foo/versions/1%2Fa%20b"
    branch = {
        "name": "feat/x",
        "latest": True,
        "_links": {"self": {"href": f"{base}/pacticipants/Foo/branches/feat%2Fx/versions/1%2Fa%20b"}},
    }
    assert row["consumer"] == {
        "name": "Foo",
        "version": {
            "number": "1/a b",
            "branch": "feat/x",
            "branches": [branch],
            "branchVersions": [branch],
            "environments": [],
            "tags": [{"name": "dev", "latest": True, "_links": {"self": {"href": f"{base}{version}/tags/dev"}}}],
            "_links": {"self": {"href": base + version}},
        },
        "_links": {"self": {"href": f"{base}/pacticipants/Foo"}},
    }
    assert row["provider"]["version"]["environments"] == [
        {
            "uuid": fleet.environment("live"),
            "name": "live",
            "displayName": "Live",
            "production": False,
            "_links": {"self": {"href": f"{base}/environments/{fleet.environment('live')}"}},
        }
    ]
    assert list(row) == ["consumer", "provider", "pact", "verificationResult", "troth"]
    assert set(row["pact"]) == {"createdAt", "_links"}
    assert row["pact"]["_links"]["self"]["href"] == f"{base}/pacts/provider/Bar/consumer/Foo/version/1%2Fa%20b"
    assert set(row["verificationResult"]) == {"success", "verifiedAt", "_links"}
    href = row["verificationResult"]["_links"]["self"]["href"]
    assert "/metadata/" in href
    assert fleet.client.get(href).json()["_links"]["self"]["href"] == result
    assert list(document) == ["summary", "notices", "matrix"]
    assert {k: v for k, v in document["summary"].items() if k not in {"reason", "troth"}} == {
        "deployable": True,
        "success": 1,
        "failed": 0,
        "unknown": 0,
    }
    assert document["notices"] == [{"type": "success", "text": document["summary"]["reason"]}]


def test_what_is_missing_is_an_explicit_null(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    document = fleet.matrix(PAIR)
    [row] = document["matrix"]
    assert row["provider"]["version"] is None
    assert row["verificationResult"] is None
    assert row["consumer"]["version"]["branch"] is None
    assert document["summary"]["deployable"] is None
    assert document["summary"]["unknown"] == 1
    assert row["troth"]["class"] == "nobody-asked"


def test_without_latestby_every_revision_meets_every_result(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    for success in (False, True):
        fleet.verify("Foo", "1", "Bar", "9", success)
    fleet.verify("Foo", "1", "Bar", "10")
    document = fleet.matrix(PAIR)
    assert cells(document) == [
        ("Foo", "1", "Bar", "10", True),
        ("Foo", "1", "Bar", "9", True),
        ("Foo", "1", "Bar", "9", False),
    ]
    assert document["summary"]["deployable"] is False
    assert fleet.matrix(f"{PAIR}&latestby=cvpv")["summary"]["deployable"] is True
    assert cells(fleet.matrix(f"{PAIR}&latestby=cvp")) == [("Foo", "1", "Bar", "10", True)]


def test_limit_cuts_the_rows_and_neither_counts_nor_decision(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    fleet.verify("Foo", "1", "Bar", "1", success=False)
    for number in ("2", "3", "4"):
        fleet.verify("Foo", "1", "Bar", number)
    document = fleet.matrix(f"{PAIR}&latestby=cvpv&limit=2")
    assert [row[3] for row in cells(document)] == ["4", "3"]
    assert document["summary"]["deployable"] is False
    assert (document["summary"]["success"], document["summary"]["failed"]) == (3, 1)


def test_every_spelling_of_the_query_means_the_same(fleet: Fleet) -> None:
    fleet.publish("Foo Thing", "1", "Bar")
    fleet.verify("Foo Thing", "1", "Bar", "9")
    spellings = (
        "q[][pacticipant]=Foo+Thing&q[][version]=1&q[][pacticipant]=Bar&q[][version]=9&latestby=cvpv",
        "q%5B%5D%5Bpacticipant%5D=Foo%20Thing&q%5B%5D[version]=1&q[]%5Bpacticipant%5D=Bar&q[][version%5D=9&latestby=cvpv",
        "q[]pacticipant=Foo+Thing&q[]version=1&q[]pacticipant=Bar&q[]version=9&latestby=cvpv&tag=&environment=",
    )
    answers = [fleet.matrix(spelling) for spelling in spellings]
    assert cells(answers[0]) == [("Foo Thing", "1", "Bar", "9", True)]
    assert answers[0] == answers[1] == answers[2]


@pytest.mark.parametrize(
    ("query", "about"),
    [
        ("", "at least one application"),
        ("q[][version]=1", "needs the name"),
        ("q[][pacticipant]=Foo&q[][version]=1&q[][latest]=true", "only one of them"),
        ("q[][pacticipant]=Foo&tag=a&environment=live", "Only one of"),
        ("q[][pacticipant]=Foo&mainBranch=true&environment=live", "Only one of"),
        ("q[][pacticipant]=Foo&latest=true&environment=live", "cannot be combined"),
        ("q[][pacticipant]=Foo&environment=nowhere", "no environment named nowhere"),
        ("q[][pacticipant]=Nobody", "no application named Nobody"),
        ("q[][pacticipant]=Foo&limit=0", "limit must be"),
        ("q[][pacticipant]=Foo&limit=x", "limit must be"),
        ("q[][pacticipant]=Foo&latestby=xyz", "latestby must be one of"),
        ("q[][pacticipant]=Foo&ignore[][version]=1", "ignore selector needs the name"),
        ("q=x", "must be a list"),
        ("q[]=x", "needs the name"),
        ("q[][pacticipant][x]=1", "plain value"),
        ("q[][pacticipant]=Foo&q[x]=1", "cannot be read"),
        ("success[x]=true&q[][pacticipant]=Foo", "success must be"),
        ("q[][pacticipant]=Foo%00", "no application named"),
    ],
)
def test_a_question_that_cannot_be_asked_is_refused_with_a_clear_sentence(
    sqlite_broker: Broker, query: str, about: str
) -> None:
    fleet = Fleet(sqlite_broker)
    fleet.version("Foo", "1")
    fleet.environment("live")
    errors = fleet.matrix(query, 400)["errors"]
    assert isinstance(errors, list)
    assert any(about in error for error in errors), errors


def test_errors_are_problem_documents_only_on_request(sqlite_broker: Broker) -> None:
    accept = {"Accept": "application/hal+json, application/problem+json"}
    answer = sqlite_broker.client.get("/matrix", headers=accept)
    assert answer.status_code == 400
    assert answer.headers["content-type"].startswith("application/problem+json")
    assert answer.json()["errors"][0]["detail"]


def test_an_unknown_version_is_a_no_and_not_an_error(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    document = fleet.matrix("q[][pacticipant]=Foo&q[][version]=9&q[][pacticipant]=Bar&q[][version]=8&latestby=cvpv")
    summary = document["summary"]
    assert summary["deployable"] is False
    assert summary["troth"]["class"] == "unknown-version"
    assert [n["type"] for n in document["notices"]] == ["error", "error"]
    assert "version 9 of Foo" in summary["reason"]
    assert "version 8 of Bar" in summary["reason"]


def test_an_unknown_environment_in_a_selector_is_a_missing_version(fleet: Fleet) -> None:
    fleet.version("Foo", "1")
    summary = fleet.matrix("q[][pacticipant]=Foo&q[][environment]=none")["summary"]
    assert summary["deployable"] is False


def test_success_filters_before_the_decision(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    fleet.verify("Foo", "1", "Bar", "8", success=False)
    fleet.verify("Foo", "1", "Bar", "9")
    passed = fleet.matrix(f"{PAIR}&latestby=cvpv&success[]=true")
    assert passed["summary"]["deployable"] is True
    assert cells(passed) == [("Foo", "1", "Bar", "9", True)]
    maybe = fleet.matrix(f"{PAIR}&latestby=cvpv&success[]=maybe")
    assert cells(maybe) == [("Foo", "1", "Bar", "8", False)]
    unverified = fleet.matrix(f"{PAIR}&latestby=cvpv&success[]=")
    assert unverified["matrix"] == []
    assert (unverified["summary"]["deployable"], unverified["summary"]["unknown"]) == (None, 1)
    assert len(fleet.matrix(f"{PAIR}&latestby=cvpv&success=true")["matrix"]) == 1


def test_the_text_form_is_a_table_and_the_decision(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    fleet.verify("Foo", "1", "Bar", "9")
    fleet.publish("Foo", "2", "Bar", content="2")
    answer = fleet.client.get(f"/matrix?{PAIR}&ignore[][pacticipant]=Bar", headers={"Accept": "text/plain"})
    assert answer.headers["content-type"].startswith("text/plain")
    lines = answer.text.splitlines()
    assert [cell.strip() for cell in lines[0].strip("|").split("|")] == [
        *("CONSUMER", "C_VERSION", "REVISION", "PROVIDER", "P_VERSION", "NUMBER", "SUCCESS", "IGNORED")
    ]
    assert "| Foo      | 1         | 1        | Bar      | 9         | 1      | true    | true    |" in lines
    plain = fleet.client.get(f"/matrix?{PAIR}", headers={"Accept": "text/plain"}).text
    assert "Deployable: nil" in plain
    assert "IGNORED" not in plain


def test_the_matrix_of_a_pair_has_all_rows_between_the_two(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    fleet.verify("Foo", "1", "Bar", "9")
    fleet.publish("Foo", "2", "Bar")
    document = fleet.broker.read("/matrix/provider/Bar/consumer/Foo")
    assert cells(document) == [("Foo", "2", "Bar", "9", True), ("Foo", "1", "Bar", "9", True)]
    for path in ("/matrix/provider/Nobody/consumer/Foo", "/matrix/provider/Bar/consumer/Nobody"):
        missing = fleet.client.get(path)
        assert missing.status_code == 404
        assert "Nobody" in missing.json()["error"]
    assert fleet.client.get("/matrix/provider/Bar/consumer/Foo?limit=x").status_code == 400


def test_one_selector_without_a_target_shows_both_roles_and_warns(fleet: Fleet) -> None:
    fleet.publish("Foo", "1", "Bar")
    fleet.publish("Bar", "9", "Baz")
    fleet.verify("Foo", "1", "Bar", "9")
    document = fleet.matrix("q[][pacticipant]=Bar&q[][version]=9")
    assert cells(document) == [("Bar", "9", "Baz", None, None), ("Foo", "1", "Bar", "9", True)]
    assert document["summary"]["deployable"] is None
    assert document["notices"][0]["type"] == "warning"


def test_a_version_on_a_branch_and_with_another_number_is_missing(fleet: Fleet) -> None:
    fleet.version("Foo", "1", branch="main")
    fleet.version("Foo", "2", branch="feat")
    both = "q[][pacticipant]=Foo&q[][version]={}&q[][branch]=main"
    assert fleet.matrix(both.format(1))["summary"]["deployable"] is True
    assert fleet.matrix(both.format(2))["summary"]["deployable"] is False


odd = st.sampled_from(
    ("1", "9", "main", "prod", "live", "true", "false", "", "\0", "\ud800", "é", "a/b", "x" * 300, "'", "%")
)
parameters = st.one_of(
    st.tuples(st.just("q[][pacticipant]"), st.sampled_from(("Foo", "Bar"))),
    st.tuples(
        st.sampled_from(
            ("q[][version]", "q[]tag", "q[][branch]", "q[][environment]", "q[][latest]", "q[][mainBranch]")
        ),
        odd,
    ),
    st.tuples(st.sampled_from(("tag", "environment", "mainBranch", "latest", "branch", "success[]", "limit")), odd),
    st.tuples(st.just("latestby"), st.sampled_from(("cvpv", "cvp", "cp"))),
    st.tuples(st.sampled_from(("ignore[][pacticipant]", "ignore[][version]", "ignore[]")), odd),
)


@given(st.lists(parameters, min_size=1, max_size=6))
@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_whatever_is_asked_the_answer_is_a_decision_or_a_refusal(fleet: Fleet, asked: list[tuple[str, str]]) -> None:
    if fleet.client.get("/pacticipants/Foo").status_code == 404:
        fleet.publish("Foo", "1", "Bar", branch="main", tags=["prod"])
        fleet.verify("Foo", "1", "Bar", "9")
        fleet.deploy("Bar", "9", "live")
    query = "&".join(f"{name}={quote_plus(value, errors='surrogatepass')}" for name, value in asked)
    answer = fleet.client.get(f"/matrix?{query}")
    assert answer.status_code in {200, 400}, (query, answer.text)
    assert set(answer.json()) == ({"summary", "notices", "matrix"} if answer.status_code == 200 else {"errors"})
