"""What a webhook's request says once its templates are filled in."""

import json
import string
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth_broker.core.webhook_context import PARAMETERS, Context, values_of
from troth_broker.core.webhook_templates import (
    expand,
    has_template,
    parameters_named,
    secrets_named,
    without_templates,
)
from troth_broker.core.webhooks import Request

FULL = Context(
    event="contract_published",
    consumer="Web shop",
    provider="billing",
    consumer_version="1+2",
    consumer_branch="feat/a&b",
    consumer_tags=("dev", "test"),
    consumer_labels=("web",),
    provider_version="b7",
    provider_branch="main",
    provider_tags=("prod",),
    provider_labels=("core", "money"),
    provider_descriptions=("latest from main branch", "deployed to live"),
    pact_url="http://broker/pact?x=1",
    result_url="http://broker/result",
    success=True,
    build_url="https://ci/1",
    currently_deployed="b6",
    provider_contract_url="http://broker/contract",
    comparison_url="http://broker/comparisons/7",
)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("eventName", "contract_published"),
        ("consumerName", "Web shop"),
        ("providerName", "billing"),
        ("consumerVersionNumber", "1+2"),
        ("consumerVersionBranch", "feat/a&b"),
        ("consumerVersionTags", "dev, test"),
        ("consumerLabels", "web"),
        ("providerVersionNumber", "b7"),
        ("providerVersionBranch", "main"),
        ("providerVersionTags", "prod"),
        ("providerLabels", "core, money"),
        ("providerVersionDescriptions", "latest from main branch, deployed to live"),
        ("pactUrl", "http://broker/pact?x=1"),
        ("verificationResultUrl", "http://broker/result"),
        ("githubVerificationStatus", "success"),
        ("gitlabVerificationStatus", "success"),
        ("bitbucketVerificationStatus", "SUCCESSFUL"),
        ("azureDevOpsVerificationStatus", "succeeded"),
        ("buildUrl", "https://ci/1"),
        ("currentlyDeployedProviderVersionNumber", "b6"),
        ("providerContractUrl", "http://broker/contract"),
        ("comparisonUrl", "http://broker/comparisons/7"),
    ],
)
def test_each_name_stands_for_its_value(name: str, value: str) -> None:
    filled = expand(Request("POST", "https://x", body=f"<${{pactbroker.{name}}}>"), FULL, {})
    assert filled.body == f"<{value}>"


def test_every_name_is_in_the_table_above() -> None:
    assert set(values_of(FULL)) == set(PARAMETERS)
    assert all(values_of(FULL).values())
    assert all(parameter.about for parameter in PARAMETERS.values())


@pytest.mark.parametrize(
    ("success", "words"),
    [
        (True, ("success", "success", "SUCCESSFUL", "succeeded")),
        (False, ("failure", "failed", "FAILED", "failed")),
        (None, ("pending", "pending", "INPROGRESS", "pending")),
    ],
)
def test_a_verdict_is_told_in_the_words_of_each_host(success: bool | None, words: tuple[str, ...]) -> None:
    values = values_of(Context("x", success=success))
    hosts = ("github", "gitlab", "bitbucket", "azureDevOps")
    assert tuple(values[f"{host}VerificationStatus"] for host in hosts) == words


def test_what_is_missing_is_an_empty_text() -> None:
    values = values_of(Context(event=""))
    assert {name for name, value in values.items() if value} == {name for name in values if "Status" in name}


@pytest.mark.parametrize(
    ("text", "filled"),
    [
        ("${pactbroker.consumerName}", "Web shop"),
        ("a ${pactbroker.providerName}/${pactbroker.providerName} b", "a billing/billing b"),
        ("${pactbroker.nobodyKnowsThis}", "${pactbroker.nobodyKnowsThis}"),
        ("${secret.token}", "s3cr3t ${pactbroker.consumerName}"),
        ("${secret.other}", "${secret.other}"),
        ("${other.consumerName}", "${other.consumerName}"),
        ("$pactbroker.consumerName ${pactbroker.}", "$pactbroker.consumerName ${pactbroker.}"),
    ],
)
def test_known_names_are_filled_in_once_and_others_stay(text: str, filled: str) -> None:
    request = Request("POST", "https://x", (("Name", text),), {"a": [text, {"b": text}], text: 1}, text, text)
    call = expand(request, FULL, {"token": "s3cr3t ${pactbroker.consumerName}"})
    assert call.headers == (("Name", filled),)
    assert json.loads(call.body or "") == {"a": [filled, {"b": filled}], filled: 1}
    assert (call.username, call.password) == (filled, filled)


def test_in_a_url_values_are_form_escaped() -> None:
    call = expand(
        Request("POST", "https://x/${pactbroker.consumerName}?b=${pactbroker.consumerVersionBranch}&s=${secret.s}"),
        FULL,
        {"s": "ü/="},
    )
    assert call.url == "https://x/Web+shop?b=feat%2Fa%26b&s=%C3%BC%2F%3D"


def test_a_value_stays_inside_its_string_of_a_json_body() -> None:
    context = Context("x", consumer='a "quoted"\nname')
    body = expand(Request("POST", "https://x", body={"name": "${pactbroker.consumerName}"}), context, {}).body
    assert json.loads(body or "") == {"name": 'a "quoted"\nname'}


@pytest.mark.parametrize(("body", "sent"), [(None, None), ("", ""), (7, "7"), (True, "true"), ([], "[]")])
def test_a_body_is_any_json(body: Any, sent: str | None) -> None:
    assert expand(Request("POST", "https://x", body=body), FULL, {}).body == sent


def test_the_names_that_a_request_uses_are_found_wherever_they_stand() -> None:
    request = Request(
        "POST",
        "https://x/${pactbroker.url}",
        (("A", "${secret.header} ${pactbroker.header}"),),
        {"${pactbroker.key}": [{"deep": "${secret.deep}"}]},
        "${pactbroker.user}",
        "${secret.password}",
    )
    assert parameters_named(request) == {"url", "header", "key", "user"}
    assert secrets_named(request) == {"header", "deep", "password"}


def test_a_text_without_templates_has_its_placeholder() -> None:
    assert has_template("a${pactbroker.b}c")
    assert not has_template("a${b}c")
    assert without_templates("a${pactbroker.b}c${secret.d}", "-") == "a-c-"


_plain = st.text().filter(lambda text: not has_template(text))
_json = st.recursive(
    st.none() | st.booleans() | st.integers() | _plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(_plain, inner, max_size=3),
    max_leaves=8,
)


@given(_plain, _json)
def test_a_request_without_templates_goes_out_as_it_is(text: str, body: Any) -> None:
    call = expand(Request("POST", text, (("A", text),), body, text, text), FULL, {"a": "b"})
    assert (call.url, call.headers, call.username, call.password) == (text, (("A", text),), text, text)
    assert call.body == body if body is None or isinstance(body, str) else json.loads(call.body or "") == body


_word = st.text(string.ascii_letters + "${}.\"'<&é ", max_size=12)
_words = st.lists(_word, max_size=3).map(tuple)
contexts = st.builds(
    Context,
    **dict.fromkeys(("event", "consumer", "provider", "pact_url", "currently_deployed"), _word),
    consumer_tags=_words,
    provider_descriptions=_words,
    success=st.none() | st.booleans(),
)


@given(contexts)
def test_a_context_is_read_back_as_it_was_written(context: Context) -> None:
    assert Context.from_json(context.to_json()) == context


def test_a_context_of_a_newer_version_is_read_too() -> None:
    assert Context.from_json('{"event": "x", "something_new": 1}') == Context("x")
