"""Failed log-ins are counted against the right person and the right address."""

import pytest
from django.test import RequestFactory

from backoffice.login_guard import client_address, login_name


@pytest.mark.parametrize("typed", ["anna@example.com", " Anna@Example.COM "])
def test_spellings_of_one_login_are_one_name(rf: RequestFactory, typed: str) -> None:
    assert login_name(rf.post("/"), {"username": typed}) == "anna@example.com"
    assert login_name(rf.post("/", {"username": typed})) == "anna@example.com"


def test_request_without_a_login_has_no_name(rf: RequestFactory) -> None:
    assert login_name(rf.post("/")) is None


@pytest.mark.parametrize(
    ("peer", "forwarded", "address"),
    [
        ("203.0.113.9", "", "203.0.113.9"),
        # Whoever is no proxy of this machine may write what he likes into the header.
        ("203.0.113.9", "198.51.100.1", "203.0.113.9"),
        ("127.0.0.1", "198.51.100.1", "198.51.100.1"),
        # What stands before the last comma came from the client.
        ("127.0.0.1", "10.9.9.9, 198.51.100.1", "198.51.100.1"),
        ("::1", "2001:db8::7", "2001:db8::7"),
        ("127.0.0.1", "unknown", "127.0.0.1"),
        # A proxy that connects by a Unix socket has no address.
        ("", "198.51.100.1", "198.51.100.1"),
    ],
)
def test_only_a_proxy_on_this_machine_is_believed(rf: RequestFactory, peer: str, forwarded: str, address: str) -> None:
    headers = {"REMOTE_ADDR": peer, "HTTP_X_FORWARDED_FOR": forwarded}

    assert client_address(rf.get("/", **headers)) == address
