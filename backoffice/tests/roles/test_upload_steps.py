"""Every step of an upload and of its jobs, for the roles that may not take it: nothing moves, by GET or POST."""

from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse

from backoffice.kernel.admin.transfers.upload_admin import STEPS
from backoffice.kernel.jobs.models import Job
from backoffice.kernel.tests.admin_pages.upload_pages import CUPS, address, member
from backoffice.kernel.tests.transfers.uploading import planned
from backoffice.kernel.transfers.models import SavedMapping, Upload
from backoffice.kernel.transfers.services import upload_apply
from backoffice.kernel.transfers.states import UploadState
from products.models import Product
from products.tests.factories import LocationFactory, TaxClassFactory

pytestmark = pytest.mark.django_db

# What those who read everything may open.
READ = {"errors", "status"}
REFUSED = {403, 404, 405}
FORM = {"on_error": "skip", "mode": "create", "name": "mine", "check": "1", "field-0": "brand"}


@pytest.fixture
def lead(db):
    TaxClassFactory(code="standard", name="Standard rate")
    LocationFactory(code="main", name="Main warehouse")
    return member("Operations lead")


@pytest.fixture
def uploads(lead) -> list[Upload]:
    """An upload at each point from which it can be taken further."""
    applied = upload_apply(upload=planned("handle,sku,name,price\ncan,CAN-1,Can,1\n", owner=lead), here=True)
    waiting, ready, failed = planned(CUPS, owner=lead), planned(CUPS, owner=lead), planned("", owner=lead)
    Upload.objects.filter(pk=waiting.pk).update(state=UploadState.AWAITING_APPROVAL)
    assert [upload.state for upload in (applied, ready, failed)] == ["applied", "planned", "failed"]
    return [applied, waiting, ready, failed]


def shop() -> tuple[object, ...]:
    """Return all that the steps could move."""
    uploads = Upload.objects.order_by("pk").values_list("state", "options", "mapping", "approver", "updated_at")
    jobs = Job.objects.order_by("pk").values_list("pk", "state", "cancel_requested")
    return list(uploads), list(jobs), Product.objects.count(), Product.history.count(), SavedMapping.objects.count()


@pytest.mark.parametrize("role", ["Auditor", "Finance", "Warehouse", "Order desk", "Seller"])
def test_nothing_moves(client, uploads, role):
    client.force_login(member(role))
    before = shop()

    answers = {
        (upload.state, step, method): getattr(client, method)(address(upload, step), FORM).status_code
        for upload in uploads
        for step in STEPS
        for method in ("get", "post")
    }
    for job in Job.objects.all():
        for step in ("cancel", "retry", "undo"):
            answers["job", step, job.pk] = client.post(reverse(f"admin:kernel_job_{step}", args=[job.pk])).status_code

    opened = {step for (_, step, _), code in answers.items() if code not in REFUSED}
    assert opened == (READ if role == "Auditor" else set())
    assert shop() == before


def test_a_forged_request_moves_nothing(lead, uploads):
    """No step is done without the token that only our own pages know, nor by the API."""
    client = Client(enforce_csrf_checks=True)
    client.force_login(lead)
    before = shop()

    for upload in uploads:
        assert {client.post(address(upload, step), FORM).status_code for step in STEPS} == {403}
        for step in ("apply", "undo", "discard"):
            assert client.post(reverse(f"api-upload-{step}", args=[upload.pk])).status_code == 403
    assert client.post(reverse("api-upload-list"), {"kind": "products"}).status_code == 403
    assert shop() == before
