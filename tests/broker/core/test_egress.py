"""To which hosts and addresses outgoing calls may go."""

import pytest

from troth_broker.core.egress import BadRule, host_matches, refusal_of

LOOPBACK, LOCAL, PRIVATE = "is a loopback address", "is a link-local address", "is a private address"


@pytest.mark.parametrize(
    ("host", "rule", "expected"),
    [
        ("ci.example.org", "ci.example.org", True),
        ("CI.Example.ORG", "ci.example.org", True),
        ("ci.example.org.", "ci.example.org", True),
        ("evil-ci.example.org", "ci.example.org", False),
        ("ci.example.org.evil.net", "ci.example.org", False),
        ("ci.example.org", "*.example.org", True),
        ("a.ci.example.org", "*.example.org", False),  # one label deep
        ("example.org", "*.example.org", False),
        (".example.org", "*.example.org", False),
        ("10.1.2.3", "10.1.0.0/16", True),
        ("10.2.2.3", "10.1.0.0/16", False),
        ("10.1.2.3", "10.1.2.3", True),
        ("[::1]", "::1", True),
        ("2001:db8::5", "2001:db8::/32", True),
        ("10.1.2.3", "*.2.3", False),
        ("ci-7.example.org", r"/^ci-\d+\.example\.org$/", True),
        ("ci-x.example.org", r"/^ci-\d+\.example\.org$/", False),
        ("ci.example.org", "/example/", True),
    ],
)
def test_a_host_is_found_in_a_list_of_names_domains_networks_and_expressions(
    host: str, rule: str, expected: bool
) -> None:
    assert host_matches(host, ["unrelated.test", rule]) is expected


def test_an_expression_that_is_none_is_named() -> None:
    with pytest.raises(BadRule, match=r"/\(/ in a list of hosts is no regular expression"):
        host_matches("ci.example.org", ["/(/"])


@pytest.mark.parametrize(
    ("address", "refusal"),
    [
        ("93.184.215.14", None),
        ("2606:2800:21f:cb07:6820:80da:af6b:8b2c", None),
        ("127.0.0.1", LOOPBACK),
        ("127.255.0.1", LOOPBACK),
        ("::1", LOOPBACK),
        ("0.0.0.0", "stands for this machine"),
        ("::", "stands for this machine"),
        ("169.254.169.254", LOCAL),
        ("fe80::1", LOCAL),
        ("fe80::1%eth0", LOCAL),
        ("10.0.0.1", PRIVATE),
        ("172.16.0.1", PRIVATE),
        ("192.168.1.1", PRIVATE),
        ("100.64.0.1", PRIVATE),
        ("198.18.0.1", PRIVATE),
        ("192.0.2.1", PRIVATE),
        ("fc00::1", PRIVATE),
        ("fec0::1", PRIVATE),
        ("2001:db8::1", PRIVATE),
        ("64:ff9b:1::1", PRIVATE),
        ("224.0.0.1", "is a multicast address"),
        ("ff02::1", "is a multicast address"),
        ("240.0.0.1", PRIVATE),
        ("255.255.255.255", PRIVATE),
        ("4000::1", "is a reserved address"),
        # IPv6 addresses that lead to an IPv4 address
        ("::ffff:127.0.0.1", LOOPBACK),
        ("::ffff:169.254.169.254", LOCAL),
        ("::ffff:93.184.215.14", None),
        ("::10.0.0.1", PRIVATE),
        ("64:ff9b::10.0.0.1", PRIVATE),
        ("64:ff9b::93.184.215.14", None),
        ("2002:7f00:1::", LOOPBACK),
        ("2002:a9fe:a9fe::1", LOCAL),
        ("2002:5db8:d70e::1", None),
        ("2001:0:a00:1::", PRIVATE),
        ("2606:2800::5efe:10.0.0.1", PRIVATE),
        ("ci.example.org", "is no address"),
    ],
)
def test_an_address_that_leads_inside_is_refused_in_whatever_form_it_is_written(
    address: str, refusal: str | None
) -> None:
    assert refusal_of(address, ()) == refusal


@pytest.mark.parametrize(
    ("address", "allowed"),
    [
        ("10.1.2.3", "10.0.0.0/8"),
        ("127.0.0.1", "127.0.0.1"),
        ("::ffff:10.1.2.3", "10.0.0.0/8"),
        ("fd00::1", "fd00::/8"),
    ],
)
def test_an_address_in_an_allowed_network_is_all_right(address: str, allowed: str) -> None:
    assert refusal_of(address, ()) is not None
    assert refusal_of(address, ["ci.example.org", allowed]) is None
    assert refusal_of("192.168.7.7", [allowed]) == PRIVATE
