"""`troth recompare`: comparisons anew where the checker has learnt something."""

import json
from pathlib import Path

from sqlalchemy import update

from tests.broker.test_cli_plugins import WRITTEN
from tests.broker.test_comparing import openapi, pact, publish_openapi, publish_pact, world
from tests.support.brokers import Broker
from tests.support.cli import troth
from tests.support.plugging import write_plugin
from troth_broker.jobs.comparer import ChildComparer
from troth_broker.services import comparing
from troth_broker.store.tables import comparison
from troth_schemas.report import CHECKER


def compared_by_an_older_checker(broker: Broker) -> None:
    publish_openapi(broker, "1", openapi())
    publish_pact(broker, "1", pact())
    comparer = ChildComparer()
    ours = world(broker, comparer)
    assert comparing.make_due(ours) == 1
    ours.store.write(lambda db: db.execute(update(comparison).values(checker="0")))
    ours.store.close()
    comparer.close()


def test_it_says_how_many_comparisons_are_to_be_made_and_by_which_checker(sqlite_broker: Broker) -> None:
    compared_by_an_older_checker(sqlite_broker)
    command = ("recompare", "--consumer", "web", "--provider", "orders", "-b", sqlite_broker.url)
    by = f"to be made by checker {CHECKER.name} {CHECKER.version}, by the server's workers."
    assert troth(*command, code=0).out == f"1 comparison is {by}\n"
    assert troth(*command, code=0).out == f"0 comparisons are {by}\n"  # they are queued already


def test_it_says_the_same_as_json(sqlite_broker: Broker) -> None:
    compared_by_an_older_checker(sqlite_broker)
    found = json.loads(troth("recompare", "-o", "json", "-b", sqlite_broker.url, code=0).out)
    assert (found["queued"], found["checker"]) == (1, {"name": CHECKER.name, "version": CHECKER.version})


def test_an_application_that_nobody_knows_is_named(sqlite_broker: Broker) -> None:
    finished = troth("recompare", "--consumer", "nobody", "-b", sqlite_broker.url, code=2)
    assert "There is no application named nobody" in finished.err


def test_over_a_file_the_comparisons_are_made_at_once(
    sqlite_broker: Broker,
) -> None:
    compared_by_an_older_checker(sqlite_broker)
    by = f"by checker {CHECKER.name} {CHECKER.version}"
    file = ("-b", sqlite_broker.database_url)
    assert troth("recompare", *file, code=0).out == f"1 comparison was made {by}.\n"
    assert troth("recompare", *file, code=0).out == f"0 comparisons were made {by}.\n"
    summary = sqlite_broker.read("/matrix?q[][pacticipant]=web&q[][pacticipant]=orders&latestby=cvpv")
    checkers = [one["checker"] for row in summary["matrix"] for one in row["troth"]["evidence"]]
    assert checkers == [CHECKER.version]


def test_over_a_file_what_could_not_be_compared_is_told(tmp_path: Path) -> None:
    code = f"""{WRITTEN}
def judge(consumer, provider, options):
    raise ValueError('the moon is full')
make = lambda: written('odd', recognises=lambda name, content: content == b'odd')
pair = lambda: Pair('odd', 'openapi', judge)
"""
    write_plugin(
        tmp_path, "odd", {"troth.formats": {"odd": "odd:make"}, "troth.pairs": {"odd.openapi": "odd:pair"}}, code
    )
    (tmp_path / "web.txt").write_text("odd")
    (tmp_path / "orders.json").write_text(json.dumps(openapi()))
    surroundings = {"PYTHONPATH": str(tmp_path), "PACT_BROKER_BASE_URL": "troth.db"}
    consumer = ("web.txt", "-a", "1", "--role", "consumer", "--consumer", "web", "--provider", "orders")
    for sides in (consumer, ("orders.json", "-a", "5", "--role", "provider", "--provider", "orders")):
        troth("publish", *sides, folder=tmp_path, environment=surroundings, code=0)
    found = troth("recompare", folder=tmp_path, environment=surroundings, code=0)
    assert (
        found.out == f"1 comparison was made by checker {CHECKER.name} {CHECKER.version} (1 of them was due before).\n"
    )
    why = "The plug-in odd.openapi of odd 1.0 failed in `judge`: ValueError: the moon is full."
    assert found.err == f"1 comparison was errored: {why}\n"
