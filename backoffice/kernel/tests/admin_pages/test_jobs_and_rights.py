"""Stopping, repeating and undoing one's own jobs asks for the right that the work had needed, as it stands now."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.contrib.auth.models import Group
from django.urls import reverse

from accounts.models import User
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.selections.models import Selection
from backoffice.kernel.tests.admin_pages.upload_pages import address, member, sent
from backoffice.kernel.tests.jobs_made import job_at_work
from products.models import Product, Variant
from products.tests.factories import LocationFactory, ProductFactory, TaxClassFactory, VariantFactory

pytestmark = pytest.mark.django_db

GOODS = "handle,sku,name,price\ncup,CUP-1,Cup,9.50\n"
STEPS = ("cancel", "retry", "undo")


@pytest.fixture
def editor(client) -> User:
    TaxClassFactory(code="standard", name="Standard rate")
    LocationFactory(code="main", name="Main warehouse")
    user = member("Catalogue editor")
    client.force_login(user)
    return user


def becomes(user: User, role: str) -> None:
    user.groups.set([Group.objects.get(name=role)])


def page(job: Job, step: str) -> str:
    return reverse(f"admin:kernel_job_{step}", args=[job.pk])


def refused(client, job: Job) -> None:
    """Prove that the job is there to be read, and that nothing can be done with it."""
    shown = client.get(page(job, "change"))
    assert shown.status_code == 200
    assert [shown.context[f"may_{step}"] for step in STEPS] == [False] * 3
    assert [client.post(page(job, step)).status_code for step in STEPS] == [403] * 3


@pytest.mark.parametrize("role", ["Auditor", "Order desk"])
def test_an_upload_of_former_days_is_not_undone(client, editor, role):
    upload = sent(client, GOODS)
    client.post(address(upload, "apply"))
    upload.refresh_from_db()
    becomes(editor, role)

    refused(client, upload.apply_job)
    refused(client, upload.plan_job)

    assert Product.objects.count() == 1
    becomes(editor, "Catalogue editor")
    assert client.post(page(upload.apply_job, "undo")).status_code == 302
    assert Product.objects.count() == 0


def test_nor_is_its_undoing_taken_back(client, editor):
    upload = sent(client, GOODS)
    client.post(address(upload, "apply"))
    client.post(address(upload, "undo"))
    upload.refresh_from_db()
    becomes(editor, "Auditor")

    refused(client, upload.undo_job)

    assert Product.objects.count() == 0


@pytest.mark.parametrize("kept", [True, False], ids=["selection kept", "thrown away"])
def test_nor_a_bulk_action(client, editor, kept):
    variant = VariantFactory(product=ProductFactory(), price=Decimal("10.00"))
    selection = Selection.objects.create(owner=editor, model_label="products.variant", action="change_prices")
    with job_at_work("Price cut", owner=editor, kind="bulk_action", selection=str(selection.public_id)) as job:
        variant.price = Decimal("9.00")
        variant.save()
    if not kept:
        selection.delete()
    assert client.get(page(job, "change")).context["may_undo"] is True
    becomes(editor, "Auditor")

    refused(client, job)

    assert Variant.objects.get().price == Decimal("9.00")
