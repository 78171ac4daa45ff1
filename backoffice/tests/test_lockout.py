"""Guessing passwords is stopped, per person and per address."""

import http.client
import http.cookies
import urllib.parse

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import SuperuserFactory

PASSWORD = "correct horse"

pytestmark = pytest.mark.django_db


@pytest.fixture
def anna():
    return SuperuserFactory(email="anna@example.com")


def log_in(email: str, password: str, *, address: str) -> int:
    """Try to log in, and return the status: 302 in, 200 refused, 429 locked out."""
    return (
        Client(REMOTE_ADDR=address).post(reverse("admin:login"), {"username": email, "password": password}).status_code
    )


def test_person_is_locked_out_from_every_address(anna) -> None:
    for turn in range(settings.AXES_FAILURE_LIMIT):
        log_in("anna@example.com", "guess", address=f"198.51.100.{turn}")

    assert log_in("anna@example.com", PASSWORD, address="203.0.113.5") == 429
    assert log_in("Anna@Example.com", PASSWORD, address="203.0.113.5") == 429


def test_address_is_locked_out_for_every_person(anna) -> None:
    for turn in range(settings.AXES_FAILURE_LIMIT):
        log_in(f"person{turn}@example.com", "guess", address="198.51.100.1")

    assert log_in("anna@example.com", PASSWORD, address="198.51.100.1") == 429
    assert log_in("anna@example.com", PASSWORD, address="198.51.100.2") == 302


def test_fewer_failures_lock_nobody_out(anna) -> None:
    for _turn in range(settings.AXES_FAILURE_LIMIT - 1):
        assert log_in("anna@example.com", "guess", address="198.51.100.1") == 200

    assert log_in("anna@example.com", PASSWORD, address="198.51.100.1") == 302


def test_lock_ends_after_the_cool_off(anna, time_machine) -> None:
    time_machine.move_to("2026-03-02T09:00:00Z")
    for _turn in range(settings.AXES_FAILURE_LIMIT):
        log_in("anna@example.com", "guess", address="198.51.100.1")
    time_machine.move_to("2026-03-02T09:14:00Z")
    assert log_in("anna@example.com", PASSWORD, address="198.51.100.1") == 429

    time_machine.move_to("2026-03-02T09:16:00Z")

    assert log_in("anna@example.com", PASSWORD, address="198.51.100.1") == 302


def post_log_in(server: str, email: str, password: str, forwarded: str = "") -> int:
    """Log in over HTTP from this machine, as a browser or a proxy here would, and return the status."""
    connection = http.client.HTTPConnection(urllib.parse.urlsplit(server).netloc)
    headers = {"X-Forwarded-For": forwarded} if forwarded else {}
    connection.request("GET", reverse("admin:login"), headers=headers)
    page = connection.getresponse()
    page.read()
    token = http.cookies.SimpleCookie(page.headers["Set-Cookie"])["csrftoken"].value
    form = urllib.parse.urlencode({"username": email, "password": password, "csrfmiddlewaretoken": token})
    headers |= {"Cookie": f"csrftoken={token}", "Content-Type": "application/x-www-form-urlencoded"}
    connection.request("POST", reverse("admin:login"), form, headers)
    answer = connection.getresponse()
    answer.read()
    connection.close()
    return answer.status


def test_over_the_wire_a_person_is_locked_out_on_this_machine_too(live_server, anna) -> None:
    for _turn in range(settings.AXES_FAILURE_LIMIT - 1):
        assert post_log_in(live_server.url, "anna@example.com", "guess") == 200
    assert post_log_in(live_server.url, "anna@example.com", "guess") == 429

    assert post_log_in(live_server.url, "anna@example.com", PASSWORD) == 429
    # The address of this machine is locked out as well, for everybody.
    SuperuserFactory(email="bert@example.com")
    assert post_log_in(live_server.url, "bert@example.com", PASSWORD) == 429


def test_over_the_wire_addresses_behind_a_proxy_here_are_told_apart(live_server, anna) -> None:
    for turn in range(settings.AXES_FAILURE_LIMIT):
        post_log_in(live_server.url, f"person{turn}@example.com", "guess", forwarded="198.51.100.1")

    assert post_log_in(live_server.url, "anna@example.com", PASSWORD, forwarded="198.51.100.1") == 429
    assert post_log_in(live_server.url, "anna@example.com", PASSWORD, forwarded="10.0.0.1, 198.51.100.2") == 302
