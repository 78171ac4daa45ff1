"""Handing over and erasing a person's data."""

from __future__ import annotations

import pytest

from accounts.exceptions import ErasureRefused
from accounts.models import Address, CustomerProfile, User
from accounts.services.privacy import person_data, person_erase
from accounts.tests.factories import AddressFactory, CustomerProfileFactory, StaffFactory

pytestmark = pytest.mark.django_db

CANARY = "Zanzibarine"


@pytest.fixture
def person() -> User:
    customer = CustomerProfileFactory(
        user__email="zanzibarine@example.com", user__last_name=CANARY, company=f"{CANARY} Ltd", note=f"Knows {CANARY}"
    )
    AddressFactory(user=customer.user, name=f"Kim {CANARY}", line1=f"{CANARY} Road 1")
    customer.note = f"Still knows {CANARY}"
    customer.save()
    return customer.user


def everything_kept() -> str:
    rows = [
        *User.objects.values(),
        *User.history.values(),
        *CustomerProfile.objects.values(),
        *CustomerProfile.history.values(),
        *Address.objects.values(),
        *Address.history.values(),
    ]
    return repr(rows).lower()


def test_a_person_gets_what_is_kept_of_them(person: User):
    data = person_data(user=person)

    assert data["account"] == [
        {"email": "zanzibarine@example.com", "first_name": "Kim", "last_name": CANARY, "is_active": True}
    ]
    assert [row["line1"] for row in data["addresses"]] == [f"{CANARY} Road 1"]


def test_erasing_reaches_live_rows_and_history(person: User):
    assert CANARY.lower() in everything_kept()

    person_erase(user=person, reason="Asked by letter")

    assert CANARY.lower() not in everything_kept()
    person.refresh_from_db()
    assert (person.email, person.is_active) == (f"erased-{person.pk}@erased.invalid", False)
    assert person.history.first().history_change_reason == "Asked by letter"


def test_staff_are_disabled_instead_and_nothing_changes():
    user = StaffFactory(last_name=CANARY)

    with pytest.raises(ErasureRefused, match="disable the account instead"):
        person_erase(user=user, reason="Asked")

    user.refresh_from_db()
    assert user.last_name == CANARY


def test_a_person_is_erased_once(person: User):
    person_erase(user=person, reason="Asked")

    with pytest.raises(ErasureRefused, match="was erased on"):
        person_erase(user=person, reason="Asked again")
