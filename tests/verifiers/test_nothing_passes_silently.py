"""Every situation in which a verification could end green without having verified anything."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.verifiers.conftest import Recorder
from tests.verifiers.pacts import contract, http, v4
from tests.verifiers.providing import Answer, Provider
from troth_verifiers import (
    Files,
    NothingToVerify,
    Only,
    Outcome,
    PublishRefused,
    Report,
    SourceUnreadable,
    TargetIncomplete,
    UsageError,
    verify,
)
from troth_verifiers.errors import VerifierMissing


def problem_of(report: Report) -> tuple[str, str]:
    (found,) = report.contracts
    assert found.problem is not None
    assert found.results == ()
    assert not found.success
    return found.problem.kind, found.problem.text


@pytest.mark.parametrize("section", ["interactions", "messages"])
def test_a_pact_without_interactions_is_an_error(section: str, provider: Provider) -> None:
    pact = {"consumer": {"name": "web"}, "provider": {"name": "orders"}, section: []}
    report = verify(contract(pact), provider.url)
    assert report.exit_code == 2
    assert problem_of(report) == (
        "nothing-to-verify",
        "web-orders.json is a pact without a single interaction, so nothing would be verified.",
    )


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b'{"a": 1}', "neither `interactions` nor `messages`"),
        (b"{}", "neither `interactions` nor `messages`"),
        (b"[]", "A pact is a JSON object"),
        (b"7", "A pact is a JSON object"),
        (b'{"interactions": {}}', "`interactions` must be an array"),
        (b"", "it is empty at line 1, column 1"),
        (b"<html>", "This looks like HTML or XML"),
        (b'{"interactions": [}', "it is not JSON"),
        (b'{"interactions": ' + b"[" * 100 + b"]" * 100 + b"}", "nested deeper than"),
        (b"\xff", "it is not UTF-8"),
    ],
)
def test_what_is_no_pact_is_an_error_that_says_why(content: bytes, reason: str, provider: Provider) -> None:
    report = verify(contract(content), provider.url)
    kind, text = problem_of(report)
    assert kind == "contract-unreadable"
    assert text.startswith("web-orders.json cannot be verified: ")
    assert reason in text
    assert report.exit_code == 2
    assert "1 of 1 contracts could not be verified at all" in report.to_text()


def test_an_unreadable_pact_does_not_keep_the_others_from_being_verified(provider: Provider, tmp_path: Path) -> None:
    provider.answers["/"] = Answer()
    (tmp_path / "a.json").write_text("{")
    (tmp_path / "b.json").write_text(json.dumps(v4(http("one"))))
    report = verify(tmp_path, provider.url)
    assert [found.success for found in report.contracts] == [False, True]
    assert report.exit_code == 2


def test_a_filter_that_matches_nothing_is_an_error(provider: Provider) -> None:
    for only in (Only(description="nowhere"), Only(state="nowhere"), Only(description="one", state="x")):
        with pytest.raises(NothingToVerify, match="No interaction of any contract passes the filter"):
            verify(contract(v4(http("one"))), provider.url, only=only)


def test_a_filter_leaves_out_interactions_and_whole_contracts(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    state: Any = {"providerStates": [{"name": "an order"}]}
    web = contract(v4(http("one"), http("two"), http("a third", **state)))
    app = contract(v4(http("another")), consumer="app")

    def seen(**options: Any) -> list[list[str]]:
        report = verify([web, app], provider.url, only=Only(**options), ignore_missing_states=True)
        assert report.filtered
        return [[result.interaction.description for result in found.results] for found in report.contracts]

    assert seen(description="^(one|a)") == [["one", "a third"], ["another"]]
    assert seen(description="^one$") == [["one"]]
    assert seen(state="order$") == [["a third"]]
    assert seen(no_state=True) == [["one", "two"], ["another"]]


def test_a_filter_that_is_no_pattern_is_refused() -> None:
    with pytest.raises(UsageError, match="is not a regular expression"):
        Only(description="(")


def test_publishing_with_a_filter_is_refused_before_anything_runs(provider: Provider, recorder: Recorder) -> None:
    with pytest.raises(PublishRefused, match="only for whole contracts"):
        verify(contract(v4(http("one"))), provider.url, only=Only(description="one"), publish=recorder)
    assert provider.asked == []


def test_no_contract_at_all_is_an_error_unless_allowed(provider: Provider, recorder: Recorder) -> None:
    with pytest.raises(NothingToVerify, match="There are no contracts to verify"):
        verify([], provider.url)
    report = verify([], provider.url, allow_empty=True, publish=recorder)
    assert report.ok
    assert report.to_text().startswith("YES  nothing verified")
    assert recorder.verdicts == []


@pytest.mark.parametrize("place", ["missing.json", "empty", "*.json", "empty/*.json"])
def test_files_that_are_not_there_are_an_error(place: str, tmp_path: Path, provider: Provider) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(SourceUnreadable, match=r"does not exist|holds no \*\.json and no |Nothing matches"):
        verify(str(tmp_path / place), provider.url)


def test_an_empty_name_is_not_the_current_folder(provider: Provider) -> None:
    with pytest.raises(SourceUnreadable, match="is the variable set that it comes from"):
        verify("", provider.url)


def test_a_file_that_may_not_be_read_is_an_error(tmp_path: Path, provider: Provider) -> None:
    loop = tmp_path / "loop.json"
    loop.symlink_to(loop)
    (tmp_path / "folder.json").mkdir()
    report = verify(Files(tmp_path), provider.url)
    assert [one.problem.kind for one in report.contracts if one.problem] == ["contract-unreadable"] * 2
    assert report.exit_code == 2
    with pytest.raises(SourceUnreadable, match="Nothing matches"):
        verify(Files(str(tmp_path / "*")), provider.url)


def test_a_provider_of_another_name_is_not_verified_in_its_place(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    orders = contract(v4(http("one")))
    billing = contract(v4(http("one"), provider="billing"), provider="billing")
    with pytest.raises(NothingToVerify, match="with the provider 'stock'; they are with: billing, orders"):
        verify([orders, billing], provider.url, provider="stock")
    with pytest.raises(UsageError, match=r"several providers: billing, orders. Say which one runs here, with --prov"):
        verify([orders, billing], provider.url)
    report = verify([orders, billing], provider.url, provider="billing")
    assert [found.contract.provider for found in report.contracts] == ["billing"]


def test_a_consumer_without_a_contract_is_an_error(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    contracts = [contract(v4(http("one")), consumer=name) for name in ("web", "app")]
    with pytest.raises(NothingToVerify, match="of the consumer tv or radio; there are those of: app, web"):
        verify(contracts, provider.url, consumers=["tv", "radio"])
    report = verify(contracts, provider.url, consumers=["tv", "app"])
    assert [found.contract.consumer for found in report.contracts] == ["app"]


def test_http_without_a_url_is_refused() -> None:
    with pytest.raises(TargetIncomplete, match="no URL of the provider was given"):
        verify(contract(v4(http("one"))))


@pytest.mark.parametrize(
    "url", ["localhost:8000", "ftp://x", "http://", "http://x:port", "http://x?y=1", "http://x/#y"]
)
def test_a_url_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(TargetIncomplete, match="base URL"):
        verify(contract(v4(http("one"))), url)


def test_a_format_that_nothing_verifies_is_an_error(provider: Provider) -> None:
    kind, text = problem_of(verify(contract(v4(http("one")), format="smoke-signals"), provider.url))
    assert kind == VerifierMissing.kind
    assert "No installed plug-in verifies contracts of the format 'smoke-signals'" in text
    assert "pact" in text


def test_an_interaction_that_needs_a_missing_pact_plugin_errors_alone(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PACT_PLUGIN_DIR", str(tmp_path))
    provider.answers["/"] = Answer()
    listed: Any = {"plugins": [{"name": "protobuf", "version": "0.5.0", "configuration": {}}]}
    needing = http("with a plug-in", pluginConfiguration={"protobuf": {"x": 1}})
    over_grpc = http("over another transport", transport="grpc")
    report = verify(contract(v4(http("plain"), needing, over_grpc, **listed)), provider.url)
    assert [result.outcome.value for result in report.results] == ["passed", "errored", "errored"]
    causes = [result.cause for result in report.results[1:]]
    assert [cause.kind for cause in causes if cause] == ["plugin-missing", "plugin-missing"]
    assert causes[0] is not None
    assert "needs the Pact plug-in protobuf 0.5.0 or later" in causes[0].text

    for version in ("0.4.9", "broken"):
        folder = tmp_path / version
        folder.mkdir()
        (folder / "pact-plugin.json").write_text(
            "{" if version == "broken" else json.dumps({"name": "protobuf", "version": version})
        )
    (result,) = verify(contract(v4(needing, **listed)), provider.url).results
    assert result.cause is not None
    assert result.cause.kind == "plugin-missing"


def test_a_pact_plugin_that_does_not_start_errors_with_what_the_library_says(
    provider: Provider, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The library ends such a run green, with no result."""
    monkeypatch.setenv("PACT_PLUGIN_DIR", str(tmp_path))
    folder = tmp_path / "protobuf-9.0.0"
    folder.mkdir()
    manifest = {"manifestVersion": 1, "pluginInterfaceVersion": 1, "name": "protobuf", "version": "9.0.0",
                "executableType": "exec", "entryPoint": "nothing-here"}  # fmt: skip
    (folder / "pact-plugin.json").write_text(json.dumps(manifest))
    listed: Any = {"plugins": [{"name": "protobuf", "version": "0.5.0", "configuration": {}}]}
    (result,) = verify(contract(v4(http("one", pluginConfiguration={"protobuf": {}}), **listed)), provider.url).results
    assert result.outcome is Outcome.ERRORED
    assert result.cause is not None
    assert result.cause.text.startswith("The pact library gave no result for this interaction.")
    assert "nothing-here" in result.cause.text or "protobuf" in result.cause.text
