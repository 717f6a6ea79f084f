"""Which media type a client gets."""

import pytest

from troth_broker.web.negotiation import choose, media_type, wants_problem

HAL, JSON, TEXT = "application/hal+json", "application/json", "text/plain"
BROWSER = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        ("", (HAL,), HAL),
        ("*/*", (HAL, TEXT), HAL),
        ("*", (HAL, TEXT), HAL),
        ("application/hal+json", (HAL,), HAL),
        ("application/json", (HAL,), None),
        ("application/json", (HAL, JSON), JSON),
        ("application/hal+json, application/json", (HAL, JSON), HAL),
        ("application/json, application/hal+json", (HAL, JSON), HAL),
        ("application/json, application/hal+json;q=0.5", (HAL, JSON), JSON),
        ("application/problem+json", (HAL,), None),
        ("application/*", (HAL, TEXT), HAL),
        ("text/*;q=0.9, */*;q=0.1", (HAL, TEXT), TEXT),
        ("text/plain;q=0, */*", (TEXT,), None),
        ("application/hal+json;q=nonsense", (HAL,), None),
        ("Application/HAL+JSON", (HAL,), HAL),
        (" , ,application/hal+json", (HAL,), HAL),
        (BROWSER, (HAL, JSON), HAL),
    ],
)
def test_the_most_wanted_offer_is_chosen(accept: str, offers: tuple[str, ...], chosen: str | None) -> None:
    assert choose(accept, offers) == chosen


@pytest.mark.parametrize(
    ("accept", "wanted"),
    [
        ("application/hal+json,application/problem+json", True),
        ("application/problem+json;q=0", False),
        ("*/*", False),
        ("", False),
    ],
)
def test_problem_documents_are_only_for_clients_that_name_them(accept: str, wanted: bool) -> None:
    assert wants_problem(accept) is wanted


def test_a_content_type_is_compared_without_its_parameters() -> None:
    assert media_type("Application/JSON; charset=utf-8") == JSON
