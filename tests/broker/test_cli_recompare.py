"""`troth recompare`: comparisons anew where the checker has learnt something."""

import json

from sqlalchemy import update

from tests.broker.test_comparing import openapi, pact, publish_openapi, publish_pact, world
from tests.support.brokers import Broker
from tests.support.cli import troth
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
    by = f"to be made by checker {CHECKER.name} {CHECKER.version}."
    assert troth(*command, code=0).out == f"1 comparison is {by}\n"
    assert troth(*command, code=0).out == f"0 comparisons are {by}\n"  # they are queued already


def test_it_says_the_same_as_json(sqlite_broker: Broker) -> None:
    compared_by_an_older_checker(sqlite_broker)
    found = json.loads(troth("recompare", "-o", "json", "-b", sqlite_broker.url, code=0).out)
    assert (found["queued"], found["checker"]) == (1, {"name": CHECKER.name, "version": CHECKER.version})


def test_an_application_that_nobody_knows_is_named(sqlite_broker: Broker) -> None:
    finished = troth("recompare", "--consumer", "nobody", "-b", sqlite_broker.url, code=2)
    assert "There is no application named nobody" in finished.err
