"""What holds for every resource of the route table: OPTIONS, methods that it has not, types that it does not offer."""

import re

from tests.support.brokers import Broker
from troth_broker.http.table import ROUTES

PATHS = {re.sub(r"\{\w+\}", "x", route.path.template_text): route for route in ROUTES}
"""An address of each resource; nothing needs to be there."""


def test_options_names_the_methods_of_a_resource_and_nothing_else(sqlite_broker: Broker) -> None:
    for path, route in PATHS.items():
        answer = sqlite_broker.client.options(path)
        assert (answer.status_code, answer.content) == (200, b""), path
        listed = answer.headers["access-control-allow-methods"].split(", ")
        assert listed[:2] == ["GET", "OPTIONS"], path
        assert set(listed) == {"GET", "OPTIONS", *route.actions}, path
        assert [name for name in answer.headers if name.startswith("access-control")] == [
            "access-control-allow-methods"
        ], path


def test_a_method_that_a_resource_has_not_gets_405_and_those_that_it_has(sqlite_broker: Broker) -> None:
    for path, route in PATHS.items():
        answer = sqlite_broker.client.request("TRACE", path)
        assert answer.status_code == 405, path
        assert set(answer.headers["allow"].split(", ")) == {*route.actions, "OPTIONS"}, path


def test_a_type_that_a_resource_does_not_offer_gets_406_without_a_body(sqlite_broker: Broker) -> None:
    for path, route in PATHS.items():
        action = route.actions.get("GET")
        if action is None or action.any_type:
            continue
        answer = sqlite_broker.client.get(path, headers={"Accept": "audio/ogg"})
        assert answer.status_code == 406, path
        if answer.content:  # the schema registry's clients read a code in every refusal
            assert answer.json()["error_code"] == 406, path


def test_the_first_offer_is_given_to_whoever_takes_anything(sqlite_broker: Broker) -> None:
    sqlite_broker.client.headers.pop("accept")
    for path, route in PATHS.items():
        action = route.actions.get("GET")
        if action is None:
            continue
        answer = sqlite_broker.client.get(path, headers={"Accept": "*/*"})
        if answer.status_code == 200:
            assert answer.headers["content-type"].startswith(action.offers[0]), path
