from ipaddress import ip_network

import pytest
from allauth.account.adapter import get_adapter
from django.test import RequestFactory

from shop.client_address import client_address

PROXY, SHOPPER, FORGED = "10.0.0.1", "203.0.113.7", "198.51.100.66"


def address(caller, forwarded=None):
    headers = {} if forwarded is None else {"X-Forwarded-For": forwarded}
    return client_address(RequestFactory().get("/", REMOTE_ADDR=caller, headers=headers))


@pytest.fixture(autouse=True)
def proxies(settings):
    named = (PROXY, "172.30.0.0/24", "2001:db8:ffff::/48")
    settings.TRUSTED_PROXIES = [ip_network(name) for name in named]


def test_behind_a_proxy_each_shopper_has_their_own():
    assert address(PROXY, SHOPPER) == SHOPPER
    assert address(PROXY, "192.0.2.9") == "192.0.2.9"


def test_what_a_stranger_says_is_not_listened_to():
    assert address(SHOPPER, FORGED) == SHOPPER
    assert address(SHOPPER, f"{FORGED}, {PROXY}") == SHOPPER


def test_without_proxies_the_header_means_nothing(settings):
    settings.TRUSTED_PROXIES = []
    assert address(PROXY, SHOPPER) == PROXY


def test_what_stands_left_of_the_shopper_is_the_shoppers_own_word():
    assert address(PROXY, f"{FORGED}, {SHOPPER}") == SHOPPER
    assert address(PROXY, f"{FORGED}, {PROXY}, {SHOPPER}") == SHOPPER


def test_several_proxies_are_passed():
    assert address(PROXY, f"{FORGED}, {SHOPPER}, 172.30.0.9,172.30.0.2") == SHOPPER


def test_a_proxy_that_nobody_named_is_the_last_one_known():
    assert address(PROXY, f"{SHOPPER}, 172.31.0.1") == "172.31.0.1"


def test_allauths_limits_go_by_the_same():
    forged = {"X-Forwarded-For": f"{FORGED}, {SHOPPER}"}
    request = RequestFactory().get("/accounts/signup/", REMOTE_ADDR=PROXY, headers=forged)
    assert get_adapter(request).get_client_ip(request) == SHOPPER


@pytest.mark.parametrize("nonsense", ["", "unknown", "1.2.3", f"{SHOPPER}, ", "'; --", "x" * 5000])
def test_nonsense_is_as_good_as_nothing(nonsense):
    assert address(PROXY, nonsense) == PROXY


def test_a_call_of_one_of_the_proxies_is_its_own():
    assert address(PROXY) == PROXY
    assert address(PROXY, "172.30.0.2") == "172.30.0.2"


def test_all_addresses_of_an_ipv6_network_are_one_visitor():
    assert address("2001:db8:1:2::7") == address("2001:db8:1:2:aaaa::9") == "2001:db8:1:2::"
    assert address("2001:db8:ffff::1", "2001:db8:1:3::7") == "2001:db8:1:3::"


def test_an_ipv4_address_in_ipv6_clothes_is_the_same():
    assert address(f"::ffff:{SHOPPER}") == SHOPPER
    assert address(f"::ffff:{PROXY}", SHOPPER) == SHOPPER


def test_a_server_that_does_not_know_counts_nobody():
    assert address("") == ""
