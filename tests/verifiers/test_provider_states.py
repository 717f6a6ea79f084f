"""Provider states: Python functions and a URL of the provider's own, set up, torn down, with values to inject."""

import asyncio
import contextlib
import sqlite3
import threading
from collections.abc import AsyncIterator, Callable, Iterator
from typing import Any

import pytest

from tests.verifiers.pacts import contract, given, http, v4
from tests.verifiers.providing import Answer, Asked, Provider
from troth_verifiers import Cause, Contract, Outcome, StateUrl, UsageError, verify

INJECTED = {"type": "ProviderState", "expression": "/orders/${id}", "dataType": "STRING"}


def with_state(**params: Any) -> Contract:
    return contract(v4(http("an order", "/", providerStates=given("an order exists", **params))))


def injecting(**params: Any) -> Contract:
    request = {"method": "GET", "path": "/orders/example", "generators": {"path": INJECTED}}
    states = given("an order exists", **params)
    return contract(v4(http("an order", request=request, providerStates=states)))


def cause_of(source: Contract, provider: Provider, **options: Any) -> Cause:
    report = verify(source, provider.url, **options)
    (result,) = report.results
    assert result.outcome is Outcome.ERRORED, report.to_text()
    assert report.exit_code == 3
    assert result.cause is not None
    return result.cause


def test_a_function_is_called_before_the_request_with_the_parameters_it_names(provider: Provider) -> None:
    seen: list[object] = []

    def order_exists(number: int, size: str = "small") -> None:
        seen.append((number, size, provider.paths()))

    provider.answers["/"] = Answer()
    assert verify(with_state(number=7, colour="red"), provider.url, states={"an order exists": order_exists}).ok
    assert seen == [(7, "small", [])]


def test_a_function_with_two_stars_gets_all_parameters(provider: Provider) -> None:
    seen: list[object] = []
    provider.answers["/"] = Answer()
    states = {"an order exists": lambda **params: seen.append(params)}
    assert verify(with_state(id=7, colour="red"), provider.url, states=states).ok
    assert seen == [{"id": 7, "colour": "red"}]


def test_one_function_for_all_states_is_told_which(provider: Provider) -> None:
    seen: list[object] = []
    provider.answers["/"] = Answer()

    def any_state(state: str, params: dict[str, object]) -> None:
        seen.append((state, params))

    pact = v4(http("an order", providerStates=given("first", "second", id=1)))
    assert verify(contract(pact), provider.url, states=any_state).ok
    assert seen == [("first", {"id": 1}), ("second", {"id": 1})]


def test_a_state_of_an_old_pact_is_set_up(provider: Provider) -> None:
    seen: list[str] = []
    provider.answers["/"] = Answer()
    for name in ("provider_state", "providerState"):
        pact = {
            "consumer": {"name": "web"},
            "provider": {"name": "orders"},
            "interactions": [{"description": "x", name: "old", "request": {"method": "GET", "path": "/"},
                              "response": {"status": 200}}],
        }  # fmt: skip
        assert verify(contract(pact), provider.url, states={"old": lambda: seen.append("old")}).ok
    assert seen == ["old", "old"]


def generator(log: list[str]) -> Any:
    def state() -> Iterator[dict[str, int]]:
        log.append("up")
        yield {"id": 42}
        log.append("down")

    return state


def context_manager(log: list[str]) -> Any:
    return contextlib.contextmanager(generator(log))


def async_generator(log: list[str]) -> Any:
    async def state() -> AsyncIterator[dict[str, int]]:
        await asyncio.sleep(0)
        log.append("up")
        yield {"id": 42}
        log.append("down")

    return state


def async_context_manager(log: list[str]) -> Any:
    return contextlib.asynccontextmanager(async_generator(log))


@pytest.mark.parametrize("kind", [generator, context_manager, async_generator, async_context_manager])
def test_what_comes_after_the_yield_tears_down(kind: Any, provider: Provider) -> None:
    log: list[str] = []

    def answer(_: Asked) -> Answer:
        log.append("asked")
        return Answer()

    provider.answers["/orders/42"] = answer
    assert verify(injecting(), provider.url, states={"an order exists": kind(log)}).ok
    assert log == ["up", "asked", "down"]


def test_states_are_torn_down_in_reverse_order_even_if_the_provider_fails(provider: Provider) -> None:
    log: list[str] = []

    def state(state: str) -> Iterator[None]:
        log.append(f"up {state}")
        yield
        log.append(f"down {state}")

    report = verify(contract(v4(http("x", providerStates=given("a", "b")))), provider.url, states=state)
    assert report.exit_code == 1
    assert log == ["up a", "up b", "down b", "down a"]


def test_an_async_function_supplies_values_too(provider: Provider) -> None:
    async def order_exists() -> dict[str, int]:
        await asyncio.sleep(0)
        return {"id": 42}

    provider.answers["/orders/42"] = Answer()
    assert verify(injecting(), provider.url, states={"an order exists": order_exists}).ok


def test_a_parameter_of_the_state_is_injected_unless_the_handler_says_otherwise(provider: Provider) -> None:
    provider.answers["/orders/7"] = provider.answers["/orders/42"] = Answer()
    assert verify(injecting(id=7), provider.url, states={"an order exists": lambda: None}).ok
    assert verify(injecting(id=7), provider.url, states={"an order exists": lambda **_: {"id": 42}}).ok
    assert provider.paths() == ["/orders/7", "/orders/42"]


def test_values_are_injected_into_path_query_header_and_body(provider: Provider) -> None:
    def from_state(expression: str, kind: str = "STRING") -> dict[str, str]:
        return {"type": "ProviderState", "expression": expression, "dataType": kind}

    request = {
        "method": "POST",
        "path": "/orders/0",
        "query": {"of": ["nobody"]},
        "headers": {"X-Token": ["example"]},
        "body": {"content": {"id": 0, "deep": [{"token": "example"}]}, "contentType": "application/json",
                 "encoded": False},
        "generators": {
            "path": INJECTED,
            "query": {"of": from_state("${user}")},
            "header": {"X-Token": from_state("${token}")},
            "body": {"$.id": from_state("${id}", "INTEGER"), "$.deep[0].token": from_state("token")},
        },
    }  # fmt: skip
    pact = v4(http("an order", request=request, providerStates=given("s")))
    provider.answers["/orders/42"] = Answer()
    report = verify(contract(pact), provider.url, states={"s": lambda: {"id": 42, "token": "real", "user": "ann"}})
    assert report.ok, report.to_text()
    (asked,) = provider.asked
    assert asked.path == "/orders/42?of=ann"
    assert asked.headers["x-token"] == "real"
    assert asked.json == {"id": 42, "deep": [{"token": "real"}]}


def test_a_value_that_no_handler_supplies_is_an_error_and_never_the_example(provider: Provider) -> None:
    provider.answers["/orders/example"] = Answer()
    cause = cause_of(injecting(), provider, states={"an order exists": lambda: {"number": 1}})
    assert cause.kind == "state-value-missing"
    assert "takes id" in cause.text
    assert "returned number" in cause.text
    assert provider.asked == []


def test_a_value_without_any_state_to_supply_it_is_an_error(provider: Provider) -> None:
    request = {"method": "GET", "path": "/", "generators": {"path": INJECTED}}
    cause = cause_of(contract(v4(http("an order", request=request))), provider)
    assert cause.kind == "state-value-missing"
    assert "asks for no state" in cause.text


def test_a_state_without_any_handlers_is_an_error_with_a_template(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    report = verify(with_state(id=7), provider.url)
    assert report.exit_code == 3
    assert report.results[0].cause == Cause(
        "state-handler-missing",
        "The contract asks for the provider state 'an order exists', and no state handlers were given.",
    )
    assert "def an_order_exists(id): ..." in report.to_text()
    assert "'an order exists': an_order_exists," in report.to_text()
    assert provider.asked == []


def test_a_state_that_no_handler_is_for_is_an_error_that_names_those_there_are(provider: Provider) -> None:
    cause = cause_of(with_state(), provider, states={"no order exists": print, "": print})
    assert cause.kind == "state-handler-missing"
    assert cause.text.endswith("there are: 'no order exists'.")
    cause = cause_of(with_state(), provider, states={})
    assert cause.text.endswith("there are: none.")


def test_states_without_handlers_may_be_overlooked_on_purpose(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    assert verify(with_state(), provider.url, ignore_missing_states=True).ok
    assert verify(with_state(), provider.url, states={}, ignore_missing_states=True).ok


def test_a_handler_that_raises_is_called_once_and_its_reason_is_kept(provider: Provider) -> None:
    calls: list[int] = []

    def broken() -> None:
        calls.append(1)
        raise ValueError("the database is full")

    cause = cause_of(with_state(), provider, states={"an order exists": broken})
    assert cause == Cause(
        "state-handler-failed",
        "The set-up of the provider state 'an order exists' failed: it raised ValueError: the database is full.",
    )
    assert calls == [1]
    assert provider.asked == []


def test_a_handler_that_raises_without_words_is_named_by_its_exception(provider: Provider) -> None:
    def broken() -> None:
        raise KeyError

    cause = cause_of(with_state(), provider, states={"an order exists": broken})
    assert cause.text.endswith("it raised KeyError.")


def test_a_tear_down_that_raises_errors_the_interaction(provider: Provider) -> None:
    def state() -> Iterator[None]:
        yield
        raise OSError("locked")

    provider.answers["/"] = Answer()
    cause = cause_of(with_state(), provider, states={"an order exists": state})
    assert cause.text == "The tear-down of the provider state 'an order exists' failed: it raised OSError: locked."


def test_a_handler_that_hangs_is_given_up_and_the_next_one_still_runs(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    pact = v4(http("x", providerStates=given("stuck")), http("y", providerStates=given("fine")))
    released = threading.Event()
    states: dict[str, Callable[[], object]] = {"stuck": lambda: released.wait(), "fine": lambda: None}
    report = verify(contract(pact), provider.url, states=states, handler_timeout=0.5)
    released.set()
    assert [result.outcome.value for result in report.results] == ["errored", "passed"]
    assert report.results[0].cause is not None
    assert "it did not end within 0.5 s" in report.results[0].cause.text


def test_what_is_set_up_is_torn_down_even_when_the_deadline_passes_in_another_handler(provider: Provider) -> None:
    log: list[str] = []
    released = threading.Event()

    def first() -> Iterator[None]:
        log.append("up")
        yield
        log.append("down")

    states: dict[str, Callable[[], object]] = {"first": first, "stuck": lambda: released.wait()}
    pact = v4(http("x", providerStates=given("first", "stuck")))
    report = verify(contract(pact), provider.url, states=states, deadline=1.0)
    released.set()
    assert report.results[0].cause is not None
    assert report.results[0].cause.kind == "deadline-passed"
    assert log == ["up", "down"]


def test_a_handler_that_times_out_by_itself_is_not_taken_for_one_that_hangs(provider: Provider) -> None:
    def impatient() -> None:
        raise TimeoutError("the database did not answer")

    cause = cause_of(with_state(), provider, states={"an order exists": impatient})
    assert cause.text.endswith("it raised TimeoutError: the database did not answer.")


def test_a_handler_that_needs_a_parameter_the_contract_lacks_is_told(provider: Provider) -> None:
    def order_exists(number: int, *more: int) -> None:
        raise AssertionError("never called")

    cause = cause_of(with_state(size=1), provider, states={"an order exists": order_exists})
    assert cause.text == (
        "The handler of the provider state 'an order exists' needs the parameter number; the contract gives: size."
    )


def test_a_handler_that_returns_no_mapping_is_told(provider: Provider) -> None:
    cause = cause_of(with_state(), provider, states={"an order exists": lambda: 7})
    assert "gave a int; it should give nothing, or a mapping" in cause.text


def test_a_function_without_a_signature_is_called_without_arguments(provider: Provider) -> None:
    provider.answers["/"] = Answer()
    assert verify(with_state(id=1), provider.url, states={"an order exists": dict}).ok


def test_all_handlers_share_one_thread(provider: Provider) -> None:
    """A connection made by one may be used by another, and by a tear-down."""
    provider.answers["/"] = Answer()
    connections: list[sqlite3.Connection] = []

    def first() -> Iterator[None]:
        connections.append(sqlite3.connect(":memory:"))
        yield
        connections[0].execute("SELECT 1")
        connections[0].close()

    def second() -> None:
        connections[0].execute("SELECT 1")

    pact = v4(http("x", providerStates=given("first", "second")))
    report = verify(contract(pact), provider.url, states={"first": first, "second": second})
    assert report.ok, report.to_text()


def test_the_handler_named_by_nothing_serves_interactions_without_a_state(provider: Provider) -> None:
    log: list[str] = []
    provider.answers["/"] = Answer()
    pact = v4(http("x"), http("y", providerStates=given("s")))
    states = {"": lambda: log.append("clean"), "s": lambda: log.append("s")}
    assert verify(contract(pact), provider.url, states=states).ok
    assert log == ["clean", "s"]


def test_a_url_sets_up_and_its_answer_is_injected(provider: Provider) -> None:
    provider.answers["/states"] = Answer(json={"id": 42})
    provider.answers["/orders/42"] = Answer()
    assert verify(injecting(size=1), provider.url, states=f"{provider.url}/states").ok
    (asked, _) = provider.asked
    assert asked.json == {"state": "an order exists", "params": {"size": 1}, "action": "setup"}


def test_a_url_tears_down_when_asked_and_takes_headers_and_a_query(provider: Provider) -> None:
    provider.answers["/states"] = provider.answers["/"] = Answer()
    at = StateUrl(f"{provider.url}/states", tear_down=True, in_query=True, headers=(("X-Key", "secret"),))
    assert verify(with_state(id=7, name="x y"), provider.url, states=at).ok
    assert provider.paths() == [
        "/states?id=7&name=x+y&state=an+order+exists&action=setup",
        "/",
        "/states?id=7&name=x+y&state=an+order+exists&action=teardown",
    ]
    assert provider.asked[0].headers["x-key"] == "secret"


def test_a_url_that_refuses_is_asked_once_and_quoted(provider: Provider) -> None:
    """The official library asks eight times, for two minutes."""
    provider.answers["/states"] = Answer(503, body=b"no database")
    cause = cause_of(with_state(), provider, states=f"{provider.url}/states")
    assert cause.kind == "state-handler-failed"
    assert cause.text.endswith("/states failed: it answered 503 no database.")
    assert provider.paths() == ["/states"]


def test_a_url_that_nobody_listens_at_is_an_error(provider: Provider) -> None:
    cause = cause_of(with_state(), provider, states="http://127.0.0.1:1/states")
    assert "at http://127.0.0.1:1/states failed: All connection attempts failed" in cause.text


def test_a_url_that_hangs_is_given_up(provider: Provider) -> None:
    provider.answers["/states"] = "hang"
    cause = cause_of(with_state(), provider, states=f"{provider.url}/states", handler_timeout=0.2)
    assert cause.text.endswith("failed: it did not answer within 0.2 s.")


@pytest.mark.parametrize("body", [b"[1]", b"fine", b""])
def test_an_answer_of_a_url_that_is_no_object_holds_no_values(body: bytes, provider: Provider) -> None:
    provider.answers["/states"] = Answer(body=body)
    provider.answers["/"] = Answer()
    assert verify(with_state(), provider.url, states=f"{provider.url}/states").ok


@pytest.mark.parametrize("url", ["localhost:8000/states", "lines://states.txt", "http://", ""])
def test_what_is_no_url_is_refused_before_anything_is_replayed(url: str, provider: Provider) -> None:
    with pytest.raises(UsageError, match="is no URL that can be asked for provider states; write it like http://"):
        verify(with_state(), provider.url, states=url)
    assert provider.paths() == []
