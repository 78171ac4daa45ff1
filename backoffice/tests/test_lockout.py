"""Guessing passwords is stopped, per person and per address."""

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
