"""From a raw path to a route."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from troth_broker.web.paths import Path, Var, segment
from troth_broker.web.router import BadPath, Router

ROUTES = (
    "/",
    "/matrix",
    "/pacts/{provider}/latest",
    "/pacts/{provider}/{version}",
    "/pacts/{provider}/{version}/badge",
    "/pacts/latest",
)
ROUTER = Router((route, route) for route in ROUTES)


@pytest.mark.parametrize(
    ("path", "route", "params"),
    [
        ("/", "/", {}),
        ("", "/", {}),
        ("/matrix", "/matrix", {}),
        ("/matrix/", "/matrix", {}),
        ("/pacts/latest", "/pacts/latest", {}),
        ("/pacts/a/latest", "/pacts/{provider}/latest", {"provider": "a"}),
        ("/pacts/a%2Fb/1%202", "/pacts/{provider}/{version}", {"provider": "a/b", "version": "1 2"}),
        ("/pacts/latest/1", "/pacts/{provider}/{version}", {"provider": "latest", "version": "1"}),
        ("/pacts/a/latest/badge", "/pacts/{provider}/{version}/badge", {"provider": "a", "version": "latest"}),
        ("/pacts/a%2525/+", "/pacts/{provider}/{version}", {"provider": "a%25", "version": "+"}),
        ("/pacts/a/1.json", "/pacts/{provider}/{version}", {"provider": "a", "version": "1.json"}),
        ("/pacts/%C3%A9/1", "/pacts/{provider}/{version}", {"provider": "é", "version": "1"}),
    ],
)
def test_a_path_is_split_first_and_decoded_once(path: str, route: str, params: dict[str, str]) -> None:
    found = ROUTER.match(path)
    assert found is not None
    assert (found.route, found.params, found.accept) == (route, params, None)


@pytest.mark.parametrize("path", ["/none", "/pacts//latest", "//", "/matrix//", "/pacts/a/1/2", "/pacts/a/1/badge/x"])
def test_an_unknown_path_or_an_empty_segment_matches_nothing(path: str) -> None:
    assert ROUTER.match(path) is None


@pytest.mark.parametrize(
    ("path", "accept"), [("/matrix.csv", "text/csv"), ("/pacts/a/1/badge.svg", "image/svg+xml"), ("/none.svg", None)]
)
def test_a_suffix_on_a_literal_names_the_media_type(path: str, accept: str | None) -> None:
    found = ROUTER.match(path)
    assert (found.accept if found else None) == accept


@pytest.mark.parametrize("path", ["/pacts/a%0Ab/1", "/pacts/a%09/1", "/pacts/a%0D/1", "/pacts/%ff/1"])
def test_control_characters_and_broken_utf8_are_refused(path: str) -> None:
    with pytest.raises(BadPath):
        ROUTER.match(path)


def test_two_routes_for_one_path_are_a_mistake_of_ours() -> None:
    with pytest.raises(ValueError, match="two routes"):
        Router([("/a/{b}", 1), ("/a/{c}", 2)])


NAMES = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1)


@given(NAMES, NAMES)
def test_a_link_leads_back_to_the_names_that_it_was_made_of(provider: str, version: str) -> None:
    path = Path("/p/{provider}/{version}/x")
    found = Router([(path.template_text, "it")]).match(path.url("", provider=provider, version=version))
    assert found is not None
    assert found.params == {"provider": provider, "version": version}


def test_templates_keep_open_what_has_no_value() -> None:
    path = Path("/p/{provider}/{version}")
    assert path.template("http://b") == "http://b/p/{provider}/{version}"
    assert path.template("http://b", version=Var("number")) == "http://b/p/{provider}/{number}"
    assert path.url("http://b", provider="a b/c", version=Var("tag")) == "http://b/p/a%20b%2Fc/{tag}"
    assert path.url("", provider="é", version=7) == "/p/%C3%A9/7"
    assert segment("a-b_c.d~e") == "a-b_c.d~e"
    assert repr(path) == "Path('/p/{provider}/{version}')"
