"""The base URL that links start with."""

import pytest

from troth_broker.web.bases import base_url


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"host": "broker:9292"}, "http://broker:9292"),
        ({"host": "broker:80"}, "http://broker"),
        ({}, "http://localhost"),
        ({"host": "b", "x-forwarded-proto": "https"}, "https://b"),
        ({"host": "b", "x-forwarded-proto": "https, http", "x-forwarded-host": "outer, inner"}, "https://outer"),
        ({"host": "b", "x-forwarded-scheme": "https"}, "https://b"),
        ({"host": "b", "x-forwarded-ssl": "on"}, "https://b"),
        ({"host": "b:1", "x-forwarded-host": "outer", "x-forwarded-port": "8443"}, "http://outer:8443"),
        ({"host": "b:1", "x-forwarded-port": "8443"}, "http://b:1"),
        ({"host": "[::1]:9292"}, "http://[::1]:9292"),
    ],
)
def test_without_a_setting_the_base_follows_the_request(headers: dict[str, str], base: str) -> None:
    assert base_url((), "http", headers) == base


def test_one_configured_base_is_always_used() -> None:
    assert base_url(("https://c/broker/",), "http", {"host": "other"}) == "https://c/broker"


TWO = ("https://outer.example/broker", "http://inner:9292")


@pytest.mark.parametrize(
    ("headers", "base"),
    [
        ({"host": "inner:9292"}, "http://inner:9292"),
        ({"host": "inner", "x-forwarded-proto": "https", "x-forwarded-host": "outer.example"}, TWO[0]),
        ({"host": "inner:9292", "x-forwarded-host": "evil.example"}, "http://inner:9292"),
        ({"host": "evil.example"}, TWO[0]),
    ],
)
def test_of_several_bases_a_forged_header_cannot_choose_a_foreign_one(headers: dict[str, str], base: str) -> None:
    assert base_url(TWO, "http", headers) == base


def test_a_mount_path_of_the_server_is_part_of_the_base() -> None:
    assert base_url((), "http", {"host": "b"}, "/mounted") == "http://b/mounted"
