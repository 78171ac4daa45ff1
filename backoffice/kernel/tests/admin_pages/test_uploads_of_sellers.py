"""What a seller's uploads tell of the house: that it acted, not who it was."""

from __future__ import annotations

import pytest
from django.urls import reverse

from accounts.models import User
from backoffice.kernel.history.context import audit
from backoffice.kernel.jobs.models import Job, JobLogEntry
from backoffice.kernel.shop.models import ShopSettings
from backoffice.kernel.tests.admin_pages.upload_pages import LIST, address, member, sent
from backoffice.kernel.transfers.models import Upload
from products.models import Product
from products.tests.factories import LocationFactory, TaxClassFactory

pytestmark = pytest.mark.django_db

GOODS = "handle,sku,name,price\ncup,CUP-1,Cup,9.50\nmug,MUG-1,Mug,12.00\n"


@pytest.fixture
def seller(client) -> User:
    TaxClassFactory(code="standard", name="Standard rate")
    LocationFactory(code="main", name="Main warehouse")
    user = member("Seller")
    ShopSettings.objects.update_or_create(pk=1, defaults={"approval_rows": 1, "require_second_factor": False})
    client.force_login(user)
    return user


@pytest.fixture
def harriet(seller) -> User:
    user = member("Operations lead")
    user.first_name, user.last_name, user.email = "Harriet", "House", "harriet@house.example"
    user.save()
    return user


@pytest.fixture
def upload(client, seller, harriet) -> Upload:
    """Applied, after the house had approved it."""
    upload = sent(client, GOODS)
    client.post(address(upload, "apply"))
    client.force_login(harriet)
    client.post(address(upload, "approve"))
    upload.refresh_from_db()
    assert (upload.state, upload.approver) == ("applied", harriet)
    return upload


def shown(client, *urls: str) -> str:
    pages = [client.get(url) for url in urls]
    assert [page.status_code for page in pages] == [200] * len(urls)
    return "".join(page.content.decode() for page in pages)


def test_who_of_the_house_approved_changed_and_took_back_is_not_told(client, seller, harriet, upload):
    cup = Product.objects.get(handle="cup")
    cup.name = "Harry's cup"
    with audit(user=harriet, source="tests"):
        cup.save()
    client.force_login(seller)

    pages = shown(client, LIST, address(upload), address(upload, "undo"))

    assert "Changed since." in pages
    assert "Approved by the shop" in pages
    assert seller.email in pages
    assert "harriet" not in pages.lower()

    client.post(address(upload, "undo"))
    upload.refresh_from_db()
    job = reverse("admin:kernel_job_change", args=[upload.undo_job_id])
    pages = shown(client, LIST, address(upload), job)

    assert (upload.state, upload.undo_job.result["conflicts"]) == ("undone", 1)
    assert f"Undone by {seller}" in pages
    assert "harriet" not in pages.lower()


def test_an_undo_by_the_house_is_told_without_its_name(client, seller, harriet, upload):
    client.force_login(harriet)
    client.post(address(upload, "undo"))
    assert f"{harriet}" in shown(client, LIST)
    client.force_login(seller)

    pages = shown(client, LIST, address(upload))

    assert "Undone by the shop" in pages
    assert "harriet" not in pages.lower()


def test_the_trace_of_a_failure_is_for_the_house(client, seller, harriet):
    """It shows paths, statements and values of the inside."""
    job = Job.objects.create(kind="upload_plan", owner=seller, state="failed", error="It broke.")
    JobLogEntry.objects.create(job=job, message="Fetched 3 pictures.")
    JobLogEntry.objects.create(job=job, message='Traceback (most recent call last):\n  File "inside.py"')
    page = reverse("admin:kernel_job_change", args=[job.pk])

    told = shown(client, page)

    assert "Fetched 3 pictures." in told
    assert "inside.py" not in told
    client.force_login(harriet)
    assert "inside.py" in shown(client, page)
