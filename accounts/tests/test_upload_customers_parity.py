"""What an upload writes of customers equals what the services for single rows write, field by field."""

from typing import Any

import pytest
from django.db import models

from accounts.models import Address, CustomerProfile, User
from accounts.services.addresses import address_save
from accounts.services.users import customer_create, customer_update
from accounts.tests.factories import StaffFactory
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.transfers.uploading import applied

pytestmark = pytest.mark.django_db

NEW = """
    email,first_name,last_name,company,vat_id,phone,language,payment_terms_days,accepts_marketing,note,address_name,address_company,line1,line2,postcode,city,region,country,address_phone,is_default_billing,is_default_shipping
    Anna@Example.com,Anna,Größe,Example Ltd,DE136695976,'+49 351,de,0,yes,Note,Anna G.,Ex,Weg 1,2nd,01067,Dresden,Saxony,DE,0351,yes,yes
    anna@example.com,,,,,,,,,,Bo,,Weg 2,,20457,Hamburg,,DE,,no,no
    bo@example.com,Bo,,,,,,,,,,,,,,,,,,,
"""
CHANGED = """
    email,first_name,company,accepts_marketing,payment_terms_days,line1,postcode,city,country,region,is_default_billing
    anna@example.com,Annabel,New Ltd,no,[clear],Weg 2,20457,Hamburg,DE,HH,yes
"""
# Keys and moments differ by nature; passwords are random; the job and its reason are the other way's own.
BY_NATURE = {
    "id", "pk", "created_at", "updated_at", "date_joined", "password", "history_id", "history_date", "history_job_id",
    "history_change_reason", "user_id",
}  # fmt: skip
MODELS = (User, CustomerProfile, Address)


def single_new() -> None:
    profile = CustomerProfile(
        company="Example Ltd",
        vat_id="DE136695976",
        phone="+49 351",
        language="de",
        payment_terms_days=0,
        accepts_marketing=True,
        note="Note",
    )
    anna = customer_create(email="Anna@Example.com", first_name="Anna", last_name="Größe", profile=profile).user
    address_save(
        address=Address(
            user=anna,
            name="Anna G.",
            company="Ex",
            line1="Weg 1",
            line2="2nd",
            postcode="01067",
            city="Dresden",
            region="Saxony",
            country="DE",
            phone="0351",
            is_default_billing=True,
            is_default_shipping=True,
        )
    )
    address_save(address=Address(user=anna, name="Bo", line1="Weg 2", postcode="20457", city="Hamburg", country="DE"))
    customer_create(email="bo@example.com", first_name="Bo")


def single_changed() -> None:
    anna = CustomerProfile.objects.get(user__email="anna@example.com")
    anna.company, anna.accepts_marketing, anna.payment_terms_days = "New Ltd", False, None
    customer_update(customer=anna, email="anna@example.com", first_name="Annabel", last_name="Größe")
    address = Address.objects.get(line1="Weg 2")
    address.region, address.is_default_billing = "HH", True
    address_save(address=address)


def rows_of(model: type[models.Model], *, staff: int) -> list[dict[str, Any]]:
    names = [field.attname for field in model._meta.concrete_fields if field.attname not in BY_NATURE]
    rows = model._default_manager.order_by("pk")
    if model in {User, User.history.model}:
        rows = rows.exclude(id=staff)
    return list(rows.values(*names))


def written(staff: int) -> dict[str, Any]:
    found = {model.__name__: rows_of(model, staff=staff) for model in MODELS}
    return found | {f"history of {model.__name__}": rows_of(model.history.model, staff=staff) for model in MODELS}


def test_uploaded_customers_equal_saved_ones():
    user = StaffFactory(is_superuser=True)
    job = Job.objects.create(kind="tests.single")
    with audit(user=user, job_id=job.pk, reason="single"):
        single_new()
        by_hand_new = written(user.pk)
        single_changed()
    by_hand = written(user.pk)
    for model in (Address, CustomerProfile, User):
        rows = model.objects.all() if model is not User else User.objects.exclude(pk=user.pk)
        rows._raw_delete(model.objects.db)
        history = model.history.all() if model is not User else User.history.exclude(id=user.pk)
        history._raw_delete(model.objects.db)

    applied(NEW, owner=user, kind="customers")
    assert written(user.pk) == by_hand_new
    applied(CHANGED, owner=user, kind="customers")

    assert written(user.pk) == by_hand
    assert [person.has_usable_password() for person in User.objects.filter(user_type="customer")] == [False, False]
    assert list(Address.objects.values_list("user__email", "line1")) == [
        ("anna@example.com", "Weg 1"),
        ("anna@example.com", "Weg 2"),
    ]
    for person in (*User.objects.all(), *CustomerProfile.objects.all(), *Address.objects.all()):
        person.full_clean()
