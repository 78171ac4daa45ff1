"""Pictures are fetched from allowed hosts, at the address that was checked, within caps."""

from __future__ import annotations

import ipaddress
import socket
import time

import pytest

from backoffice.kernel.tests.transfers_pictures.picture_server import UNSAID, Answer, picture_server
from backoffice.kernel.transfers.pictures import hosts
from backoffice.kernel.transfers.pictures.fetching import HostSilent, fetch
from backoffice.kernel.transfers.pictures.hosts import (
    AllowedHosts,
    FetchRefused,
    checked_address,
    is_public,
    place_of,
)


@pytest.fixture
def server():
    with picture_server() as found:
        found.answers["/a.png"] = Answer(b"picture")
        yield found


def allowed(*entries: str) -> AllowedHosts:
    return AllowedHosts.of("\n".join(entries))


def leads_to(monkeypatch, *addresses: str) -> list[str]:
    """Let every host have these addresses; return the hosts that were looked up."""
    asked: list[str] = []

    def look_up(host, port, **_):
        asked.append(host)
        family = {4: socket.AF_INET, 6: socket.AF_INET6}
        return [
            (family[ipaddress.ip_address(text).version], socket.SOCK_STREAM, 6, "", (text, port)) for text in addresses
        ]

    monkeypatch.setattr(hosts.socket, "getaddrinfo", look_up)
    return asked


@pytest.mark.parametrize(
    ("entries", "url", "holds"),
    [
        ("cdn.example.com", "https://cdn.example.com/a.png", True),
        (" CDN.example.com ", "https://cdn.EXAMPLE.com./a.png", True),
        ("cdn.example.com", "https://cdn.example.com:443/a.png", True),
        ("cdn.example.com:8443", "https://cdn.example.com:8443/a.png", True),
        ("cdn.example.com:8443", "https://cdn.example.com/a.png", False),
        ("cdn.example.com", "https://cdn.example.com:8443/a.png", False),
        ("example.com", "https://cdn.example.com/a.png", False),
        ("example.com", "https://example.com.evil.test/a.png", False),
        ("bücher.example", "https://bücher.example/a.png", False),
        ("xn--bcher-kva.example", "https://bücher.example/a.png", True),
        ("", "https://cdn.example.com/a.png", False),
    ],
)
def test_a_host_is_allowed_by_its_whole_name(entries, url, holds):
    if holds:
        assert place_of(url, allowed(entries)).scheme == "https"
    else:
        with pytest.raises(FetchRefused, match="none of the hosts"):
            place_of(url, allowed(entries))


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("93.184.216.34", True),
        ("2606:2800:220:1:248:1893:25c8:1946", True),
        ("127.0.0.1", False),
        ("10.1.2.3", False),
        ("172.16.0.1", False),
        ("192.168.1.1", False),
        ("169.254.169.254", False),
        ("100.64.0.1", False),
        ("0.0.0.1", False),
        ("224.0.0.1", False),
        ("::1", False),
        ("fe80::1", False),
        ("fc00::1", False),
        ("::ffff:10.0.0.1", False),
        ("64:ff9b::a00:1", False),
        ("2002:a00:1::", False),
    ],
)
def test_addresses_behind_the_open_internet_are_told(address, public):
    assert is_public(ipaddress.ip_address(address)) is public


def test_a_host_that_leads_into_the_network_is_refused(monkeypatch):
    leads_to(monkeypatch, "93.184.216.34", "10.0.0.7")
    place = place_of("https://cdn.example.com/a.png", allowed("cdn.example.com"))

    with pytest.raises(FetchRefused, match="inside a private network"):
        checked_address(place, allowed("cdn.example.com"))

    assert checked_address(place, allowed("cdn.example.com", "10.0.0.7"))[1] == "93.184.216.34"


def test_plain_http_is_for_the_machine_itself(monkeypatch):
    leads_to(monkeypatch, "93.184.216.34")
    list_of = allowed("cdn.example.com")

    with pytest.raises(FetchRefused, match="does not begin with https"):
        fetch("http://cdn.example.com/a.png", list_of, max_bytes=100)


def test_the_address_that_was_checked_is_asked_and_no_other(server, monkeypatch):
    port = server.host.rpartition(":")[2]
    looked_up = leads_to(monkeypatch, "127.0.0.1")

    content = fetch(f"http://localhost:{port}/a.png", allowed(f"localhost:{port}"), max_bytes=100)

    assert (content, looked_up, server.asked) == (b"picture", ["localhost"], ["/a.png"])


def test_a_loopback_name_alone_opens_no_address(server, monkeypatch):
    port = server.host.rpartition(":")[2]
    leads_to(monkeypatch, "127.0.0.1")

    with pytest.raises(FetchRefused, match="inside a private network"):
        fetch(f"http://rebound.example:{port}/a.png", allowed(f"rebound.example:{port}"), max_bytes=100)

    assert server.asked == []


def test_odd_letters_of_an_address_are_quoted(server):
    server.answers["/caf%C3%A9%20x.png?a=%22"] = Answer(b"picture")

    assert fetch(server.url('/café x.png?a="'), allowed(server.host), max_bytes=100) == b"picture"


@pytest.mark.parametrize("announced", [None, UNSAID])
def test_no_more_than_allowed_is_taken(server, announced):
    server.answers["/large.png"] = Answer(b"x" * 101, announced=announced)

    with pytest.raises(FetchRefused, match="the file is larger than 100 bytes"):
        fetch(server.url("/large.png"), allowed(server.host), max_bytes=100)


def test_slow_drops_do_not_go_on_for_ever(server):
    server.answers["/slow.png"] = Answer(announced=10_000_000, drips=True)
    started = time.monotonic()

    with pytest.raises(HostSilent, match=r"127\.0\.0\.1 does not answer in time"):
        fetch(server.url("/slow.png"), allowed(server.host), max_bytes=10_000_000, seconds=0.3)

    assert time.monotonic() - started < 5


def test_encryption_is_not_done_without(server):
    with pytest.raises(FetchRefused, match="there is no secure connection"):
        fetch(server.url("/a.png").replace("http:", "https:"), allowed(server.host), max_bytes=100)


@pytest.mark.parametrize(
    "location",
    ["http://[half", "http://127.0.0.1:port/", "//[::1", "http://\u2100.example/", "\x7f", "?" + "a" * 3_000],
)
def test_a_server_may_send_us_nowhere(server, location):
    server.answers["/away.png"] = Answer(status=302, headers={"Location": location.encode().decode("latin-1")})

    with pytest.raises(FetchRefused):
        fetch(server.url("/away.png"), allowed(server.host), max_bytes=100)


def test_a_host_that_is_not_there_is_silent():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(HostSilent, match="cannot be reached"):
        fetch(f"http://127.0.0.1:{port}/a.png", allowed(f"127.0.0.1:{port}"), max_bytes=100)
