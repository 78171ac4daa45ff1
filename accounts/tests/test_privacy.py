"""Handing over and erasing a person's data: what this app keeps of it."""

from __future__ import annotations

import json

import pytest
from axes.models import AccessAttempt
from django.core.serializers.json import DjangoJSONEncoder
from django_otp.plugins.otp_totp.models import TOTPDevice

from accounts.exceptions import ErasureRefused
from accounts.models import Address, User
from accounts.services.privacy import (
    person_data,
    person_data_hand_over,
    person_emails,
    person_erase,
    person_erasure_refusal,
    person_words,
)
from accounts.services.users import customer_update
from accounts.tests.factories import AddressFactory, CustomerProfileFactory, SellerUserFactory, StaffFactory
from backoffice.integrity import integrity_check
from backoffice.kernel.files.models import FileAccess
from backoffice.kernel.files.services import file_store
from backoffice.kernel.history.context import audit
from backoffice.kernel.transfers.models import Export

pytestmark = pytest.mark.django_db

CANARY = "Zanzibarine"


@pytest.fixture
def person() -> User:
    customer = CustomerProfileFactory(
        user__email="zanzibarine@example.com", user__last_name=CANARY, company=f"{CANARY} Ltd", note=f"Knows {CANARY}"
    )
    AddressFactory(user=customer.user, name=f"Kim {CANARY}", line1=f"{CANARY} Road 1")
    customer.note = f"Still knows {CANARY}"
    with audit(reason=f"Kim {CANARY} called"):
        customer.save()
    return customer.user


# Handing over ------------------------------------------------------------------


def test_a_person_gets_what_is_kept_of_them(person: User):
    AccessAttempt.objects.create(username="zanzibarine@example.com", ip_address="198.51.100.7", failures_since_start=1)
    AccessAttempt.objects.create(username="somebody@example.com", ip_address="198.51.100.8", failures_since_start=1)
    file = file_store(content=b"x", name="invoice.pdf", content_type="application/pdf", purpose="invoice_pdf")
    FileAccess.objects.create(file=file, user=person, address="198.51.100.9")

    data = json.loads(json.dumps(person_data(user=person), cls=DjangoJSONEncoder))

    assert data["account"] == [
        {
            "email": "zanzibarine@example.com",
            "first_name": "Kim",
            "last_name": CANARY,
            "is_active": True,
            "date_joined": data["account"][0]["date_joined"],
            "last_login": None,
        }
    ]
    assert [(row["company"], row["note"]) for row in data["customer"]] == [(f"{CANARY} Ltd", f"Still knows {CANARY}")]
    assert [row["line1"] for row in data["addresses"]] == [f"{CANARY} Road 1"]
    assert [row["ip_address"] for row in data["failed_logins"]] == ["198.51.100.7"]
    assert [(row["file__name"], row["address"]) for row in data["downloads"]] == [("invoice.pdf", "198.51.100.9")]
    assert {"orders", "payments", "documents", "carts"} < set(data)


def test_earlier_emails_are_part_of_it(person: User):
    customer_update(customer=person.customer_profile, email="New@Example.com", first_name="Kim", last_name=CANARY)
    person.refresh_from_db()

    assert person_emails(person) == ["new@example.com", "zanzibarine@example.com"]
    assert person_data(user=person)["earlier_emails"] == [{"email": "zanzibarine@example.com"}]


def test_that_it_was_taken_is_noted_without_saying_what_was_in_it(person: User):
    anna = StaffFactory()

    with audit(user=anna, source="request:/admin/"):
        data = person_data_hand_over(user=person)

    log = Export.objects.get()
    assert (log.kind, log.format, log.owner_id, log.filters) == (
        "personal data",
        "json",
        anna.pk,
        {"person": person.pk},
    )
    assert (log.columns, log.rows) == (list(data), 3)
    assert CANARY.lower() not in repr(Export.objects.values()).lower()


# Words -------------------------------------------------------------------------


def test_words_are_those_that_mean_this_person_alone():
    customer = CustomerProfileFactory(
        user__email="kim@example.com", user__first_name="Kim", user__last_name="Lo", company="Acme", phone="0351 555000"
    )
    AddressFactory(user=customer.user, name="Kim Lo c/o Bo", phone="")

    # “Kim”, “Acme” and the city could mean anybody.
    assert person_words(customer.user) == ["0351 555000", "Kim Lo", "Kim Lo c/o Bo", "kim@example.com"]


# Erasing -----------------------------------------------------------------------


def test_erasing_leaves_the_row_empty_and_says_why_in_its_history(person: User):
    TOTPDevice.objects.create(user=person, name="phone", confirmed=True)

    person_erase(user=person, reason="Asked by letter")

    assert (person.email, person.first_name, person.last_name) == (f"erased-{person.pk}@erased.invalid", "erased", "")
    assert (person.is_active, person.has_usable_password(), person.last_login) == (False, False, None)
    assert person.erased_at is not None
    assert person.history.first().history_change_reason == "Asked by letter"
    assert Address.objects.count() == 0
    assert TOTPDevice.objects.count() == 0
    assert integrity_check([8, 9, 12]).findings == {8: [], 9: [], 12: []}


def test_the_reason_loses_the_person_s_words(person: User):
    person_erase(user=person, reason=f"Kim {CANARY} asked from zanzibarine@example.com")

    assert person.history.first().history_change_reason == "erased asked from erased"


@pytest.mark.parametrize("factory", [StaffFactory, SellerUserFactory])
def test_staff_and_sellers_are_disabled_instead_and_nothing_changes(factory):
    user = factory(last_name=CANARY)

    with pytest.raises(ErasureRefused, match="disable the account instead"):
        person_erase(user=user, reason="Asked")

    user.refresh_from_db()
    assert (user.last_name, user.is_active, user.history.count()) == (CANARY, True, 1)


def test_a_person_is_erased_once(person: User):
    person_erase(user=person, reason="Asked")

    with pytest.raises(ErasureRefused, match="was erased on"):
        person_erase(user=person, reason="Asked again")


def test_asking_what_stands_in_the_way_changes_nothing(person: User):
    before = (person.history.count(), Address.objects.count())

    assert person_erasure_refusal(user=person) == ""

    person.refresh_from_db()
    assert (person.last_name, person.erased_at) == (CANARY, None)
    assert (person.history.count(), Address.objects.count()) == before
    assert person_erasure_refusal(user=StaffFactory(email="s@example.com")) == (
        "s@example.com is not a customer; disable the account instead."
    )
