"""What nobody could observe is skipped: never a yes, never a no, and no reason to keep the rest back."""

import json
from collections.abc import Mapping
from typing import Any
from xml.etree import ElementTree as ET

from redis import Redis

from tests.verifiers.conftest import Recorder
from tests.verifiers.events.conftest import Place
from troth_verifiers import Contract, Outcome, Report, Target, verify

PAYLOAD = {"payload": {"type": "object", "required": ["id"]}}
SENDS = {"subscribe": {"operationId": "tell", "message": {"name": "told", **PAYLOAD}}}
TAKES = {"publish": {"operationId": "take", "message": {"name": "taken", **PAYLOAD}}}


def document(channels: Mapping[str, Any], title: str = "orders") -> Contract:
    value = {"asyncapi": "2.6.0", "info": {"title": title, "version": "1"}, "channels": channels}
    return Contract("", "orders", json.dumps(value).encode(), title, format="asyncapi")


def replayed(at: Place, *contracts: Contract, sent: object = {"id": 1}, **options: Any) -> Report:
    """A run against an application that sends something when it is brought into a state."""
    target = Target(others={"messages": at.url}, timeout=60 if sent == {"id": 1} else 2)
    return verify(contracts, target, states={"tell": lambda: told(at, sent)}, **options)


def told(at: Place, contents: object) -> None:
    with Redis.from_url(at.url) as client:
        client.xadd(at.channel, {"payload": json.dumps(contents)})


def both(at: Place) -> Contract:
    return document({at.channel: {**SENDS, **TAKES}})


def test_an_operation_of_which_nothing_can_be_seen_is_skipped_and_every_report_says_why(on_redis: Place) -> None:
    report = replayed(on_redis, both(on_redis))
    assert [one.outcome for one in report.results] == [Outcome.SKIPPED, Outcome.PASSED], report.to_text()
    assert not report.contracts[0].success
    assert report.exit_code == 0
    why = "nothing-to-replay: Not replayed: the document describes no reply"
    text = report.to_text()
    assert f"  – take receives taken  {on_redis.channel}  (" in text
    assert f"      {why}" in text
    assert "YES  1 passed, 1 skipped in " in text
    (skipped,) = ET.fromstring(report.to_junit()).iter("skipped")
    assert skipped.attrib["type"] == "nothing-to-replay"
    assert why in skipped.attrib["message"]
    assert '<details class="skipped" open>' in report.to_html()
    assert why in report.to_html()
    told_of = report.contracts[0].verdict.test_results
    assert [(one["success"], one["outcome"]) for one in told_of] == [(None, "skipped"), (True, "passed")]
    assert told_of[0]["exceptions"]


def test_a_run_in_which_nothing_was_replayed_is_no_yes(on_redis: Place, recorder: Recorder) -> None:
    report = replayed(on_redis, document({on_redis.channel: TAKES}), publish=recorder)
    assert [one.outcome for one in report.results] == [Outcome.SKIPPED]
    assert report.exit_code == 3
    assert "Nothing was published: no interaction could be replayed." in report.to_text()
    assert not recorder.verdicts


def test_the_rest_of_a_run_is_published_and_a_part_is_called_no_yes(on_redis: Place, recorder: Recorder) -> None:
    whole = document({on_redis.channel: SENDS}, "whole")
    report = replayed(on_redis, both(on_redis), whole, publish=recorder)
    assert [one.contract.name for one in recorder.verdicts] == ["whole"]
    assert report.exit_code == 0
    text = report.to_text()
    assert "results published: result 1" in text
    assert (
        "results not published: 1 of 2 interactions could not be replayed, so that the rest is no yes to the whole"
        in text
    )
    assert "Results not published: 1 of 2 interactions" in report.to_html()


def test_a_part_that_is_broken_is_published_as_a_no(on_redis: Place, recorder: Recorder) -> None:
    report = replayed(on_redis, both(on_redis), sent={"no": "id"}, publish=recorder)
    (verdict,) = recorder.verdicts
    assert not verdict.success
    assert [one["success"] for one in verdict.test_results] == [None, False]
    assert report.exit_code == 1
